//! What pages are made of besides HTML, served under `/u/assets/`: named by content, kept by browsers for a year.

use std::hash::{DefaultHasher, Hasher};
use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::brand;
use super::color::Color;

/// Kept by browsers without asking again: the content of a name never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Asked for each time: the name is that of another release, as happens while a new one is being rolled out.
const ASK_AGAIN: &str = "no-cache";
/// The stylesheets of brands.
const BRAND: &str = "brand.css";

struct Asset {
    stem: &'static str,
    ending: &'static str,
    content_type: &'static str,
    content: &'static str,
}

impl Asset {
    fn name(&self) -> String {
        format!("{}.{}.{}", self.stem, hash(self.content), self.ending)
    }
}

macro_rules! asset {
    ($stem:literal, $ending:literal, $content_type:literal) => {
        Asset {
            stem: $stem,
            ending: $ending,
            content_type: $content_type,
            content: include_str!(concat!("../../assets/", $stem, ".", $ending)),
        }
    };
}

static ASSETS: [Asset; 7] = [
    asset!("pages", "css", "text/css; charset=utf-8"),
    asset!("pages", "js", "text/javascript; charset=utf-8"),
    asset!("portal", "css", "text/css; charset=utf-8"),
    asset!("portal", "js", "text/javascript; charset=utf-8"),
    asset!("form-post", "js", "text/javascript; charset=utf-8"),
    asset!("web-message", "js", "text/javascript; charset=utf-8"),
    asset!("icon", "svg", "image/svg+xml"),
];

static PATHS: LazyLock<[String; ASSETS.len()]> =
    LazyLock::new(|| std::array::from_fn(|index| format!("/u/assets/{}", ASSETS[index].name())));

/// The address of an asset, such as `pages.css`.
pub fn path(name: &str) -> &'static str {
    let index = ASSETS.iter().position(|asset| name.split_once('.') == Some((asset.stem, asset.ending)));
    index.map_or("", |index| &PATHS[index])
}

/// The address of a stylesheet with the colours of a brand, given as digits.
pub fn brand_stylesheet(primary: Option<&str>, background: Option<&str>) -> String {
    let css = brand::css(primary.and_then(Color::parse), background.and_then(Color::parse));
    let given = [("primary", primary), ("background", background)];
    let query = given.into_iter().filter_map(|(name, digits)| Some(format!("{name}={}&", digits?)));
    format!("/u/assets/{BRAND}?{}v={}", query.collect::<String>(), hash(&css))
}

/// A short name of a content, the same in each build of a release.
fn hash(content: &str) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(content.as_bytes());
    format!("{:016x}", hasher.finish())
}

/// The routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/u/assets/brand.css", web::get().to(brand_css))
        .route("/u/assets/{name}", web::get().to(asset));
}

async fn asset(name: web::Path<String>) -> HttpResponse {
    let parts: Vec<&str> = name.split('.').collect();
    let [stem, _, ending] = parts[..] else { return HttpResponse::NotFound().finish() };
    let Some(found) = ASSETS.iter().find(|asset| asset.stem == stem && asset.ending == ending) else {
        return HttpResponse::NotFound().finish();
    };
    let caching = if found.name() == *name { FOREVER } else { ASK_AGAIN };
    answer(found.content_type, caching, found.content.to_owned())
}

/// The colours of a brand.
#[derive(Deserialize)]
struct Colors {
    primary: Option<String>,
    background: Option<String>,
    v: Option<String>,
}

async fn brand_css(colors: web::Query<Colors>) -> HttpResponse {
    let parse = |digits: &Option<String>| digits.as_deref().map(Color::parse);
    let (primary, background) = (parse(&colors.primary), parse(&colors.background));
    if primary == Some(None) || background == Some(None) {
        return HttpResponse::BadRequest().finish();
    }
    let css = brand::css(primary.flatten(), background.flatten());
    let caching = if colors.v.as_ref() == Some(&hash(&css)) { FOREVER } else { ASK_AGAIN };
    answer("text/css; charset=utf-8", caching, css)
}

fn answer(content_type: &str, caching: &str, content: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CACHE_CONTROL, caching))
        .body(content)
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::http::StatusCode;
    use actix_web::{App, test};

    use super::{ASSETS, brand_stylesheet, path, routes};

    async fn get(uri: &str) -> (StatusCode, String, String) {
        let app = test::init_service(App::new().configure(routes)).await;
        let response = test::call_service(&app, test::TestRequest::get().uri(uri).to_request()).await;
        let caching = response.headers().get("cache-control").map(|value| value.to_str().unwrap().to_owned());
        let status = response.status();
        let body = to_bytes(response.into_body()).await.unwrap();
        (status, caching.unwrap_or_default(), String::from_utf8(body.to_vec()).unwrap())
    }

    #[actix_web::test]
    async fn an_asset_is_kept_for_a_year_under_its_own_name_only() {
        for asset in &ASSETS {
            let own = path(&format!("{}.{}", asset.stem, asset.ending));
            let (status, caching, content) = get(own).await;
            assert_eq!(
                (status.as_u16(), caching.contains("immutable"), content),
                (200, true, asset.content.into())
            );
            let (status, caching, _) = get(&format!("/u/assets/{}.0.{}", asset.stem, asset.ending)).await;
            assert_eq!((status.as_u16(), caching.as_str()), (200, "no-cache"));
        }
        for name in ["pages.css", "nothing.0.css", "..%2f..%2fCargo.toml", "pages.0.html"] {
            assert_eq!(get(&format!("/u/assets/{name}")).await.0, StatusCode::NOT_FOUND, "{name}");
        }
    }

    #[actix_web::test]
    async fn a_brand_is_digits_and_nothing_else() {
        let (status, caching, css) = get(&brand_stylesheet(Some("0059d6"), None)).await;
        assert_eq!((status.as_u16(), caching.contains("immutable")), (200, true));
        assert!(css.contains("--brand:#0059d6"), "{css}");
        for digits in ["red", "0059d6;}body{", "%23%3C%2Fstyle%3E", ""] {
            let (status, _, _) = get(&format!("/u/assets/brand.css?primary={digits}")).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{digits}");
        }
    }
}
