//! How letters leave: by SMTP, into a folder, or to the console.

use std::path::PathBuf;
use std::time::Duration;

use guildhall_app::App;
use guildhall_app::mail::{self, Letter};
use lettre::message::{Mailbox, MultiPart};
use lettre::{AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::error::Error;

/// How often the outbox is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// How long one letter may take to send; shorter than the time for which it is taken.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where letters go, and from whom.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The way.
    pub way: Way,
    /// The sender.
    pub sender: String,
}

/// The way that letters go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the console, for development.
    Console,
    /// Into a folder, one file per letter.
    Folder(PathBuf),
    /// By SMTP: `smtp://` or `smtps://`, with user and password where there are any.
    Smtp(String),
    /// Nowhere: they stay in the outbox.
    Nowhere,
}

impl MailSettings {
    /// Reads the settings.
    ///
    /// # Errors
    /// [`Error::Setting`].
    pub fn read(mail: Option<&str>, sender: Option<String>) -> Result<Self, Error> {
        let way = match mail {
            None | Some("console") => Way::Console,
            Some(url) if url.starts_with("smtp://") || url.starts_with("smtps://") => {
                Way::Smtp(url.to_owned())
            }
            Some(url) => match url.strip_prefix("file://") {
                Some(folder) if !folder.is_empty() => Way::Folder(PathBuf::from(folder)),
                _ => {
                    return Err(Error::Setting(
                        "mail goes to smtp://…, smtps://…, file:///FOLDER or console".to_owned(),
                    ));
                }
            },
        };
        let settings =
            Self { way, sender: sender.unwrap_or_else(|| "Guildhall <no-reply@localhost>".to_owned()) };
        settings.sender()?;
        settings.transport()?;
        Ok(settings)
    }

    fn sender(&self) -> Result<Mailbox, Error> {
        self.sender
            .parse()
            .map_err(|error| Error::Setting(format!("the mail sender {}: {error}", self.sender)))
    }

    fn transport(&self) -> Result<Transport, Error> {
        Ok(match &self.way {
            Way::Console => Transport::Console,
            Way::Nowhere => Transport::Nowhere,
            Way::Folder(folder) => {
                std::fs::create_dir_all(folder)
                    .map_err(|error| Error::File { path: folder.display().to_string(), error })?;
                Transport::Folder(AsyncFileTransport::new(folder))
            }
            Way::Smtp(url) => {
                let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .map_err(|error| Error::Setting(format!("the mail server cannot be used: {error}")))?;
                Transport::Smtp(Box::new(builder.timeout(Some(PATIENCE)).build()))
            }
        })
    }
}

enum Transport {
    Console,
    Nowhere,
    Folder(AsyncFileTransport<Tokio1Executor>),
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
}

impl Transport {
    async fn send(&self, sender: &Mailbox, letter: &Letter) -> Result<(), String> {
        let to: Mailbox = letter.to.parse().map_err(|error| format!("{error}"))?;
        let message = Message::builder()
            .from(sender.clone())
            .to(to)
            .subject(&letter.subject)
            .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
            .map_err(|error| error.to_string())?;
        match self {
            Self::Console => {
                tracing::info!(to = letter.to, subject = letter.subject, "mail\n{}", letter.text);
                Ok(())
            }
            Self::Nowhere => Ok(()),
            Self::Folder(folder) => folder.send(message).await.map(|_| ()).map_err(|error| error.to_string()),
            Self::Smtp(server) => server.send(message).await.map(|_| ()).map_err(|error| error.to_string()),
        }
    }
}

/// Sends what is in the outbox, as long as the server runs.
pub async fn run(app: App, settings: MailSettings) {
    let (sender, transport) = match (settings.sender(), settings.transport()) {
        (Ok(sender), Ok(transport)) => (sender, transport),
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!(%error, "mail is not sent");
            return;
        }
    };
    if matches!(transport, Transport::Nowhere) {
        return;
    }
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let taken = match mail::take_due(&app).await {
            Ok(taken) => taken,
            Err(error) => {
                tracing::warn!(%error, "the outbox cannot be read");
                continue;
            }
        };
        for letter in taken {
            let noted = match transport.send(&sender, &letter.letter).await {
                Ok(()) => mail::sent(&app, &letter).await,
                Err(reason) => {
                    tracing::warn!(reason, to = letter.letter.to, "a letter could not be sent");
                    mail::not_sent(&app, &letter).await.map(|given_up| {
                        if given_up {
                            tracing::error!(to = letter.letter.to, "a letter was given up");
                        }
                    })
                }
            };
            if let Err(error) = noted {
                tracing::warn!(%error, "what became of a letter cannot be noted");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn mail_goes_where_the_setting_says() {
        let way = |text: Option<&str>| MailSettings::read(text, None).map(|settings| settings.way).ok();
        assert_eq!((way(None), way(Some("console"))), (Some(Way::Console), Some(Way::Console)));
        assert_eq!(
            way(Some("smtp://u:p@mail.example:587?tls=required")),
            Some(Way::Smtp("smtp://u:p@mail.example:587?tls=required".to_owned()))
        );
        for wrong in ["", "mail.example", "file://", "http://mail.example"] {
            assert_eq!(way(Some(wrong)), None, "{wrong}");
        }
        assert!(MailSettings::read(None, Some("nobody".to_owned())).is_err());
    }

    #[tokio::test]
    async fn a_letter_becomes_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("file://{}", folder.path().display());
        let settings = MailSettings::read(Some(&url), Some("Acme <hello@acme.example>".to_owned())).unwrap();
        let letter = Letter {
            to: "ada@example.com".to_owned(),
            subject: "Grüße".to_owned(),
            text: "Hello".to_owned(),
            html: "<p>Hello</p>".to_owned(),
        };
        settings.transport().unwrap().send(&settings.sender().unwrap(), &letter).await.unwrap();
        let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap();
        assert!(text.contains("To: ada@example.com") && text.contains("Hello"), "{text}");
    }
}
