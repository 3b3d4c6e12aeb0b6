//! What letters say, in English and German.

use super::Letter;

/// The language of a letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// The language of a tag such as `de-AT`; English for one that is not known.
    pub fn of(tag: &str) -> Self {
        match tag.split(['-', '_']).next() {
            Some(primary) if primary.eq_ignore_ascii_case("de") => Self::German,
            _ => Self::English,
        }
    }
}

/// Why someone is written to.
#[derive(Clone, Copy, Debug)]
pub enum Occasion<'a> {
    /// Someone invited them to an organization.
    Invitation {
        /// Who.
        inviter: &'a str,
        /// The organization's name for people.
        organization: &'a str,
        /// Where to accept.
        url: &'a str,
    },
    /// The address is to be verified.
    VerifyEmail {
        /// Where.
        url: &'a str,
    },
    /// The password may be changed.
    ChangePassword {
        /// Where.
        url: &'a str,
    },
}

struct Text {
    subject: String,
    greeting: &'static str,
    reason: String,
    button: &'static str,
    url: String,
    closing: &'static str,
}

/// Writes a letter.
pub(super) fn write(vendor: &str, to: &str, language: Language, occasion: &Occasion<'_>) -> Letter {
    let text = match language {
        Language::English => english(vendor, occasion),
        Language::German => german(vendor, occasion),
    };
    let plain = [text.greeting, &text.reason, &text.url, text.closing, vendor].join("\n\n");
    Letter {
        to: to.to_owned(),
        html: page(&text, vendor),
        subject: one_line(&text.subject),
        text: plain + "\n",
    }
}

fn english(vendor: &str, occasion: &Occasion<'_>) -> Text {
    let greeting = "Hello,";
    match *occasion {
        Occasion::Invitation { inviter, organization, url } => Text {
            subject: format!("{inviter} invites you to {organization}"),
            greeting,
            reason: format!("{inviter} invites you to join {organization} at {vendor}."),
            button: "Accept the invitation",
            url: url.to_owned(),
            closing: "If you did not expect this, you need not do anything.",
        },
        Occasion::VerifyEmail { url } => Text {
            subject: format!("Verify your e-mail address for {vendor}"),
            greeting,
            reason: format!("Please confirm that this is your e-mail address for {vendor}."),
            button: "Verify the address",
            url: url.to_owned(),
            closing: "If you did not ask for this, you need not do anything.",
        },
        Occasion::ChangePassword { url } => Text {
            subject: format!("Change your password for {vendor}"),
            greeting,
            reason: format!("You can choose a new password for {vendor} here. The link works once."),
            button: "Choose a new password",
            url: url.to_owned(),
            closing: "If you did not ask for this, you need not do anything: your password stays as it is.",
        },
    }
}

fn german(vendor: &str, occasion: &Occasion<'_>) -> Text {
    let greeting = "Guten Tag,";
    match *occasion {
        Occasion::Invitation { inviter, organization, url } => Text {
            subject: format!("{inviter} lädt Sie zu {organization} ein"),
            greeting,
            reason: format!("{inviter} lädt Sie ein, bei {vendor} Mitglied von {organization} zu werden."),
            button: "Einladung annehmen",
            url: url.to_owned(),
            closing: "Wenn Sie das nicht erwartet haben, brauchen Sie nichts zu tun.",
        },
        Occasion::VerifyEmail { url } => Text {
            subject: format!("Bestätigen Sie Ihre E-Mail-Adresse für {vendor}"),
            greeting,
            reason: format!("Bitte bestätigen Sie, dass dies Ihre E-Mail-Adresse für {vendor} ist."),
            button: "Adresse bestätigen",
            url: url.to_owned(),
            closing: "Wenn Sie das nicht angefordert haben, brauchen Sie nichts zu tun.",
        },
        Occasion::ChangePassword { url } => Text {
            subject: format!("Ändern Sie Ihr Passwort für {vendor}"),
            greeting,
            reason: format!("Hier können Sie ein neues Passwort für {vendor} wählen. Der Link gilt einmal."),
            button: "Neues Passwort wählen",
            url: url.to_owned(),
            closing: "Wenn Sie das nicht angefordert haben, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.",
        },
    }
}

fn page(text: &Text, vendor: &str) -> String {
    let paragraph = |inner: &str| format!("<p style=\"margin:0 0 16px\">{inner}</p>");
    let button = format!(
        "<a href=\"{}\" style=\"display:inline-block;padding:12px 20px;border-radius:8px;background:#1f4fd8;color:#ffffff;text-decoration:none\">{}</a>",
        escaped(&text.url),
        escaped(text.button)
    );
    let parts = [
        paragraph(&escaped(text.greeting)),
        paragraph(&escaped(&text.reason)),
        paragraph(&button),
        paragraph(&escaped(text.closing)),
        paragraph(&escaped(vendor)),
    ];
    format!(
        "<!doctype html><html><body style=\"font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;color:#1b1b1f;max-width:560px;margin:0 auto;padding:24px\">{}</body></html>",
        parts.concat()
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// Names come from people: a line break in one must not become a header.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_neither_markup_nor_headers() {
        let occasion = Occasion::Invitation {
            inviter: "Eve\r\nBcc: all@example.com",
            organization: "<script>",
            url: "https://app.example/?a=1&b=2",
        };
        for language in [Language::English, Language::German] {
            let letter = write("Acme & Co", "bo@example.com", language, &occasion);
            assert!(!letter.subject.contains(['\r', '\n']), "{}", letter.subject);
            assert!(
                !letter.html.contains("<script>") && letter.html.contains("Acme &amp; Co"),
                "{}",
                letter.html
            );
            assert!(letter.html.contains("?a=1&amp;b=2") && letter.text.contains("?a=1&b=2"));
        }
    }

    #[test]
    fn the_language_is_that_of_the_tag() {
        for (tag, language) in [
            ("de", Language::German),
            ("DE-at", Language::German),
            ("dek", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(Language::of(tag), language, "{tag}");
        }
        let of = |language| {
            write("Acme", "a@b.c", language, &Occasion::ChangePassword { url: "https://u" }).subject
        };
        assert_ne!(of(Language::German), of(Language::English));
    }
}
