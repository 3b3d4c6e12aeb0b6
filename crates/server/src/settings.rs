//! Settings: from flags, `GUILDHALL_…` variables and `guildhall.toml`, in that order. Design section 12.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use guildhall_api::proxies::TrustedProxies;
use guildhall_app::triggers::PrivateNetworks;
use guildhall_tokens::secret::Secret;
use guildhall_tokens::vault::MasterKey;
use serde::Deserialize;
use url::Url;

use crate::error::Error;
use crate::mail::MailSettings;

/// The variables that the server reads.
const VARIABLES: &[&str] = &[
    "GUILDHALL_BOOTSTRAP_CLIENT_ID",
    "GUILDHALL_BOOTSTRAP_CLIENT_SECRET",
    "GUILDHALL_CACHE",
    "GUILDHALL_CONFIG",
    "GUILDHALL_DATABASE_URL",
    "GUILDHALL_ENCRYPTION_KEY",
    "GUILDHALL_ENCRYPTION_KEY_FILE",
    "GUILDHALL_LISTEN",
    "GUILDHALL_LOG",
    "GUILDHALL_MAIL",
    "GUILDHALL_MAIL_SENDER",
    "GUILDHALL_NAME_SERVER",
    "GUILDHALL_PUBLIC_URL",
    "GUILDHALL_TLS_CERT",
    "GUILDHALL_TLS_KEY",
    "GUILDHALL_TLS_LISTEN",
    "GUILDHALL_TRUSTED_PROXIES",
    "GUILDHALL_WORKERS",
];

/// The settings as flags and variables.
#[derive(Args, Clone, Debug, Default)]
pub struct Flags {
    /// A file of settings, named like the flags with `_` for `-` [default: guildhall.toml, where there is one]
    #[arg(long, env = "GUILDHALL_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(flatten)]
    values: Values,
}

/// Each setting, where it is given.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Values {
    /// The address for plain HTTP [default: 127.0.0.1:8080]
    #[arg(long, env = "GUILDHALL_LISTEN", global = true)]
    listen: Option<String>,
    /// The database: sqlite://FILE?mode=rwc or postgres://USER:PASSWORD@HOST/DATABASE
    /// [default: sqlite://guildhall.db?mode=rwc]
    #[arg(long, env = "GUILDHALL_DATABASE_URL", global = true, hide_env_values = true)]
    database_url: Option<String>,
    /// The address that clients use; tokens name it as their issuer [default: http://localhost:PORT/]
    #[arg(long, env = "GUILDHALL_PUBLIC_URL", global = true)]
    public_url: Option<String>,
    /// The address for TLS, beside plain HTTP
    #[arg(long, env = "GUILDHALL_TLS_LISTEN", global = true)]
    tls_listen: Option<String>,
    /// The certificate chain for TLS, as PEM
    #[arg(long, env = "GUILDHALL_TLS_CERT", global = true)]
    tls_cert: Option<PathBuf>,
    /// The private key for TLS, as PEM
    #[arg(long, env = "GUILDHALL_TLS_KEY", global = true)]
    tls_key: Option<PathBuf>,
    /// The file with the key that signing keys are encrypted with: 32 random bytes in base64
    /// [default: guildhall.key beside the SQLite file, made on first start]
    #[arg(long, env = "GUILDHALL_ENCRYPTION_KEY_FILE", global = true)]
    encryption_key_file: Option<PathBuf>,
    /// Threads that answer requests [default: one per core]
    #[arg(long, env = "GUILDHALL_WORKERS", global = true)]
    workers: Option<usize>,
    /// Networks of proxies whose X-Forwarded-For is believed, separated by commas [default: none]
    #[arg(long, env = "GUILDHALL_TRUSTED_PROXIES", global = true, value_delimiter = ',')]
    trusted_proxies: Option<Vec<String>>,
    /// What is logged: error, warn, info, debug, trace, or a filter such as guildhall_app=debug,info [default: info]
    #[arg(long, env = "GUILDHALL_LOG", global = true)]
    log: Option<String>,
    /// Where mail goes: smtp://USER:PASSWORD@HOST:587?tls=required, smtps://…, file:///FOLDER or console
    /// [default: console]
    #[arg(long, env = "GUILDHALL_MAIL", global = true, hide_env_values = true)]
    mail: Option<String>,
    /// From whom mail is [default: Guildhall <no-reply@localhost>]
    #[arg(long, env = "GUILDHALL_MAIL_SENDER", global = true)]
    mail_sender: Option<String>,
    /// The name server that is asked for the records that prove whose a domain is: an address with a port, such as
    /// 192.0.2.53:53 [default: those of the system]
    #[arg(long, env = "GUILDHALL_NAME_SERVER", global = true)]
    name_server: Option<SocketAddr>,
    /// Whether rights, clients and keys are kept in memory between requests [default: true]
    #[arg(long, env = "GUILDHALL_CACHE", global = true)]
    cache: Option<bool>,
}

/// The settings of a server.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address for plain HTTP.
    pub listen: String,
    /// The database.
    pub database_url: String,
    /// The address that clients use, with the closing slash; derived from the port when absent.
    pub public_url: Option<String>,
    /// TLS beside plain HTTP.
    pub tls: Option<Tls>,
    /// Where the encryption key comes from.
    pub encryption_key: KeySource,
    /// Threads that answer requests; one per core when absent.
    pub workers: Option<usize>,
    /// What is logged.
    pub log: String,
    /// Whether rights, clients and keys are kept in memory between requests.
    pub cache: bool,
    /// Where mail goes, and from whom.
    pub mail: MailSettings,
    /// The name server; those of the system when absent.
    pub name_server: Option<SocketAddr>,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// What runs the vendors' Actions.
    pub actions: ActionSettings,
    /// The first machine client of an empty database.
    pub bootstrap: Bootstrap,
}

/// What runs the vendors' Actions. No flag leads here: only tests need other than the default.
#[derive(Clone, Debug)]
pub struct ActionSettings {
    /// The program whose command `action-worker` runs them; this one when absent.
    pub program: Option<PathBuf>,
    /// Whether scripts may reach private networks, where the tenant lists the host.
    pub networks: PrivateNetworks,
}

impl Default for ActionSettings {
    fn default() -> Self {
        Self { program: None, networks: PrivateNetworks::Refused }
    }
}

/// A TLS listener.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The address.
    pub listen: String,
    /// The certificate chain, as PEM.
    pub cert: PathBuf,
    /// The private key, as PEM.
    pub key: PathBuf,
}

/// Where the encryption key comes from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// The variable `GUILDHALL_ENCRYPTION_KEY`.
    Given(Secret),
    /// A file that must be there.
    File(PathBuf),
    /// A file that is made where it is not there.
    Made(PathBuf),
}

/// The first machine client of an empty database.
#[derive(Clone, Debug, Default)]
pub struct Bootstrap {
    /// Its id; made when absent.
    pub client_id: Option<String>,
    /// Its secret; made when absent.
    pub client_secret: Option<Secret>,
}

impl Flags {
    /// The settings, checked.
    ///
    /// # Errors
    /// [`Error::Setting`] naming the setting and what to do, [`Error::File`].
    pub fn settings(self) -> Result<Settings, Error> {
        refuse_unknown_variables()?;
        let file = read_file(self.config.as_deref())?;
        let given = self.values;
        let listen = given.listen.or(file.listen).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let database_url = given
            .database_url
            .or(file.database_url)
            .unwrap_or_else(|| "sqlite://guildhall.db?mode=rwc".to_owned());
        let public_url = given.public_url.or(file.public_url).map(|text| public_url(&text)).transpose()?;
        let tls = tls(
            given.tls_listen.or(file.tls_listen),
            given.tls_cert.or(file.tls_cert),
            given.tls_key.or(file.tls_key),
        )?;
        let encryption_key =
            key_source(given.encryption_key_file.or(file.encryption_key_file), &database_url)?;
        Ok(Settings {
            listen,
            database_url,
            public_url,
            tls,
            encryption_key,
            workers: given.workers.or(file.workers),
            log: given.log.or(file.log).unwrap_or_else(|| "info".to_owned()),
            cache: given.cache.or(file.cache).unwrap_or(true),
            mail: MailSettings::read(
                given.mail.or(file.mail).as_deref(),
                given.mail_sender.or(file.mail_sender),
            )?,
            name_server: given.name_server.or(file.name_server),
            actions: ActionSettings::default(),
            trusted_proxies: trusted_proxies(given.trusted_proxies.or(file.trusted_proxies))?,
            bootstrap: Bootstrap {
                client_id: variable("GUILDHALL_BOOTSTRAP_CLIENT_ID"),
                client_secret: bootstrap_secret()?,
            },
        })
    }
}

fn trusted_proxies(networks: Option<Vec<String>>) -> Result<TrustedProxies, Error> {
    let given = networks.unwrap_or_default().into_iter().filter(|network| !network.trim().is_empty());
    let read = |network: String| {
        network
            .trim()
            .parse()
            .map_err(|error| Error::Setting(format!("the trusted proxy {network} must be {error}")))
    };
    Ok(TrustedProxies(given.map(read).collect::<Result<_, Error>>()?))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A misspelt variable would otherwise be a setting that silently does nothing.
fn refuse_unknown_variables() -> Result<(), Error> {
    let unknown = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).find(|name| {
        name.starts_with("GUILDHALL_")
            && !name.starts_with("GUILDHALL_TEST_")
            && !VARIABLES.contains(&name.as_str())
    });
    match unknown {
        None => Ok(()),
        Some(name) => {
            Err(Error::Setting(format!("unknown variable {name}. Known ones: {}", VARIABLES.join(", "))))
        }
    }
}

fn bootstrap_secret() -> Result<Option<Secret>, Error> {
    match variable("GUILDHALL_BOOTSTRAP_CLIENT_SECRET") {
        Some(secret) if secret.len() < 32 => Err(Error::Setting(
            "GUILDHALL_BOOTSTRAP_CLIENT_SECRET must have at least 32 characters, for instance from: openssl rand -base64 48".to_owned(),
        )),
        secret => Ok(secret.map(Secret::from)),
    }
}

fn read_file(named: Option<&Path>) -> Result<Values, Error> {
    let path = named.unwrap_or(Path::new("guildhall.toml"));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => {
            return Ok(Values::default());
        }
        Err(error) => {
            return Err(Error::File { path: path.display().to_string(), error });
        }
    };
    toml::from_str(&text).map_err(|error| Error::Setting(format!("{}: {error}", path.display())))
}

/// An issuer: http or https, a host, no path, query or fragment, with the closing slash.
///
/// # Errors
/// [`Error::Setting`].
pub fn public_url(text: &str) -> Result<String, Error> {
    let wrong = || {
        Error::Setting(format!(
            "the public URL {text} must be http:// or https://, a host, and at most a port, such as https://auth.example.com/"
        ))
    };
    let url = Url::parse(text).map_err(|_| wrong())?;
    let bare =
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    match bare && url.host_str().is_some() && matches!(url.scheme(), "http" | "https") {
        true => Ok(url.to_string()),
        false => Err(wrong()),
    }
}

fn tls(listen: Option<String>, cert: Option<PathBuf>, key: Option<PathBuf>) -> Result<Option<Tls>, Error> {
    match (listen, cert, key) {
        (None, None, None) => Ok(None),
        (Some(listen), Some(cert), Some(key)) => Ok(Some(Tls { listen, cert, key })),
        _ => Err(Error::Setting("TLS needs all of --tls-listen, --tls-cert and --tls-key".to_owned())),
    }
}

fn key_source(file: Option<PathBuf>, database_url: &str) -> Result<KeySource, Error> {
    if let Some(key) = variable("GUILDHALL_ENCRYPTION_KEY") {
        return Ok(KeySource::Given(Secret::from(key)));
    }
    if let Some(file) = file {
        return Ok(KeySource::File(file));
    }
    let Some(rest) = database_url.strip_prefix("sqlite:") else {
        return Err(Error::Setting(
            "PostgreSQL needs an encryption key: set GUILDHALL_ENCRYPTION_KEY or --encryption-key-file. Make one with: openssl rand -base64 32".to_owned(),
        ));
    };
    let path = rest.trim_start_matches("//").split('?').next().unwrap_or_default();
    Ok(KeySource::Made(Path::new(path).with_file_name("guildhall.key")))
}

impl KeySource {
    /// Reads the key, or makes it.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Setting`] when it is not 32 bytes in base64.
    pub fn read(&self) -> Result<MasterKey, Error> {
        let (text, whence) = match self {
            Self::Given(secret) => (secret.expose().to_owned(), "GUILDHALL_ENCRYPTION_KEY".to_owned()),
            Self::File(path) => (read_key(path)?, path.display().to_string()),
            Self::Made(path) => match read_key(path) {
                Err(Error::File { error, .. }) if error.kind() == std::io::ErrorKind::NotFound => {
                    return make_key(path);
                }
                text => (text?, path.display().to_string()),
            },
        };
        MasterKey::from_base64(text.trim()).map_err(|error| {
            Error::Setting(format!("{whence}: {error}. Make one with: openssl rand -base64 32"))
        })
    }
}

fn read_key(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|error| Error::File { path: path.display().to_string(), error })
}

fn make_key(path: &Path) -> Result<MasterKey, Error> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;

    let key = MasterKey::generate();
    let wrong = |error| Error::File { path: path.display().to_string(), error };
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(wrong)?;
    writeln!(file, "{}", key.to_base64().as_str()).and_then(|()| file.sync_all()).map_err(wrong)?;
    Ok(key)
}
