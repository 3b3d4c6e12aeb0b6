//! What stands behind the globals that scripts know from the web.

use serde_json::{Value, json};
use url::{Url, form_urlencoded, quirks};

/// The parts of a URL, or `null` when it is none.
pub(super) fn parse_url((url, base): (String, Option<String>)) -> Result<Value, String> {
    let parsed = match base {
        Some(base) => Url::parse(&base).and_then(|base| base.join(&url)),
        None => Url::parse(&url),
    };
    Ok(parsed.as_ref().map_or(Value::Null, parts))
}

/// The URL with another part. A part that is none leaves it as it is (URL standard, section 6.1).
pub(super) fn set_part((url, part, value): (String, String, String)) -> Result<Value, String> {
    let mut url = Url::parse(&url).map_err(|error| error.to_string())?;
    // An invalid part is ignored.
    let _ = match part.as_str() {
        "protocol" => quirks::set_protocol(&mut url, &value),
        "username" => quirks::set_username(&mut url, &value),
        "password" => quirks::set_password(&mut url, &value),
        "host" => quirks::set_host(&mut url, &value),
        "hostname" => quirks::set_hostname(&mut url, &value),
        "port" => quirks::set_port(&mut url, &value),
        "pathname" => {
            quirks::set_pathname(&mut url, &value);
            Ok(())
        }
        "search" => {
            quirks::set_search(&mut url, &value);
            Ok(())
        }
        "hash" => {
            quirks::set_hash(&mut url, &value);
            Ok(())
        }
        _ => return Err(format!("a URL has no {part}")),
    };
    Ok(parts(&url))
}

fn parts(url: &Url) -> Value {
    json!({
        "href": quirks::href(url),
        "origin": quirks::origin(url),
        "protocol": quirks::protocol(url),
        "username": quirks::username(url),
        "password": quirks::password(url),
        "host": quirks::host(url),
        "hostname": quirks::hostname(url),
        "port": quirks::port(url),
        "pathname": quirks::pathname(url),
        "search": quirks::search(url),
        "hash": quirks::hash(url),
    })
}

/// The pairs of a query string, with or without its question mark.
pub(super) fn parse_query(query: &str) -> Value {
    let query = query.strip_prefix('?').unwrap_or(query);
    form_urlencoded::parse(query.as_bytes()).collect::<Vec<_>>().into_iter().map(|pair| json!(pair)).collect()
}

/// The query string of pairs.
pub(super) fn write_query(pairs: Vec<(String, String)>) -> Value {
    json!(form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

/// A random UUID (version 4).
pub(super) fn uuid() -> Result<Value, String> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| "no randomness".to_owned())?;
    Ok(json!(uuid::Builder::from_random_bytes(random).into_uuid().to_string()))
}
