//! Whose page it is: name, logo and colours of the vendor or of an organization.

use super::assets;
use super::color::Color;

/// The cards of `pages.css`, in the light and in the dark.
const CARDS: [&str; 2] = ["ffffff", "181b21"];
/// The contrast of what is not text (WCAG 2.2, 1.4.11).
const STANDS_OUT: f64 = 3.0;
/// The contrast of text (1.4.3), and a little more.
const LEGIBLE: f64 = 4.6;
/// The luminance that the background of a page has in the dark at most.
const BRIGHTEST_IN_THE_DARK: f64 = 0.006;

/// Whose page it is.
#[derive(Clone, Debug, Default)]
pub struct Brand {
    /// The vendor's name.
    pub name: String,
    /// The `https` address of the logo, the organization's where one is known.
    pub logo_url: Option<String>,
    /// The colour of buttons and links, such as `#0059d6`.
    pub primary_color: Option<String>,
    /// The colour behind the card.
    pub page_background_color: Option<String>,
    /// The organization's display name, where the organization is known.
    pub organization: Option<String>,
}

impl Brand {
    /// The name that people know the page by.
    pub fn title(&self) -> &str {
        self.organization.as_deref().unwrap_or(&self.name)
    }

    /// The sign that stands in for a logo.
    pub fn initial(&self) -> String {
        initial(self.title())
    }

    /// The logo's address, where it is one that a page may show.
    pub fn logo(&self) -> Option<&str> {
        self.logo_url.as_deref().filter(|url| is_picture(url))
    }

    /// The address of the stylesheet of these colours, where there is one.
    pub fn stylesheet(&self) -> Option<String> {
        let digits = |color: &Option<String>| color.as_deref().and_then(Color::parse).map(Color::digits);
        let (primary, background) = (digits(&self.primary_color), digits(&self.page_background_color));
        (primary.is_some() || background.is_some())
            .then(|| assets::brand_stylesheet(primary.as_deref(), background.as_deref()))
    }
}

/// The first letter or digit of a name, to stand in for a logo.
pub fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map_or_else(|| "·".to_owned(), |c| c.to_uppercase().collect())
}

/// Whether an address is one that a page may show a picture from.
pub fn is_picture(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("data:image/")
}

/// The stylesheet of a brand: variables that `pages.css` uses, all of them legible in the light and in the dark.
pub fn css(primary: Option<Color>, background: Option<Color>) -> String {
    let [light, dark] = CARDS.map(|digits| Color::parse(digits).unwrap_or(Color::WHITE));
    let dimmed = background.map(|color| color.dimmed(BRIGHTEST_IN_THE_DARK));
    format!(
        ":root{{{}{}}}@media(prefers-color-scheme:dark){{:root{{{}{}}}}}",
        primary.map(|color| buttons(color, color, light)).unwrap_or_default(),
        background.map(page).unwrap_or_default(),
        primary.map(|color| buttons(color, color.on(dark, STANDS_OUT), dark)).unwrap_or_default(),
        dimmed.map(page).unwrap_or_default(),
    )
}

/// Of a brand's colour: as it is on buttons in the light, where their edge stands out; in the dark the button itself does.
fn buttons(primary: Color, button: Color, card: Color) -> String {
    let ink = button.ink();
    let hover = button.mixed(if ink == Color::WHITE { Color::BLACK } else { Color::WHITE }, 0.12);
    let variables = [
        ("brand", button),
        ("brand-hover", hover),
        ("brand-edge", button.on(card, STANDS_OUT)),
        ("on-brand", ink),
        ("accent", primary.on(card, LEGIBLE)),
    ];
    variables.map(|(name, color)| format!("--{name}:#{};", color.digits())).concat()
}

fn page(background: Color) -> String {
    let ink = background.ink();
    let quiet = background.mixed(ink, 0.72).on(background, LEGIBLE);
    let variables = [("page", background), ("on-page", ink), ("on-page-quiet", quiet)];
    variables.map(|(name, color)| format!("--{name}:#{};", color.digits())).concat()
}

#[cfg(test)]
mod tests {
    use super::{Brand, css};
    use crate::pages::color::Color;

    #[test]
    fn a_stylesheet_holds_colours_and_nothing_that_was_given() {
        let css = css(Color::parse("#ffee00"), Color::parse("fff"));
        assert!(css.contains("--on-brand:#000000;"), "{css}");
        assert!(css.contains("--page:#ffffff;"), "{css}");
        assert!(css.chars().all(|c| c.is_ascii_alphanumeric() || ":;{}#-@()".contains(c)), "{css}");
    }

    #[test]
    fn colours_and_logos_that_are_none_are_not_shown() {
        let hostile = |text: &str| Brand {
            logo_url: Some(text.to_owned()),
            primary_color: Some(text.to_owned()),
            page_background_color: Some(text.to_owned()),
            ..Brand::default()
        };
        for text in ["javascript:alert(1)", "red;}", "//evil.example/x.png", "data:text/html,x", ""] {
            let brand = hostile(text);
            assert_eq!((brand.stylesheet(), brand.logo()), (None, None), "{text}");
        }
        assert_eq!(hostile("https://cdn.example/l.png").logo(), Some("https://cdn.example/l.png"));
        assert!(hostile("#123").stylesheet().unwrap().contains("primary=112233&background=112233"));
    }
}
