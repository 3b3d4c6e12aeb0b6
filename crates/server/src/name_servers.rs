//! The way to name servers: those of the settings, or those that the system is configured with.

use std::net::SocketAddr;
use std::time::Duration;

use guildhall_app::txt_records::{Lookup, NoAnswer, TxtRecords};
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData};
use hickory_resolver::{Resolver, TokioResolver};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many records at a name are looked at: more than any honest name has.
const MOST_RECORDS: usize = 100;

/// One name server, or those of the system, whose configuration is read at each lookup: these are few, and the network that
/// the machine is in may change.
#[derive(Clone, Copy, Debug)]
pub struct NameServers(pub Option<SocketAddr>);

impl TxtRecords for NameServers {
    fn at<'a>(&'a self, name: &'a str) -> Lookup<'a> {
        Box::pin(async move {
            let answer = tokio::time::timeout(PATIENCE, self.ask(name)).await;
            match answer.map_err(|_| NoAnswer("it took too long".to_owned()))? {
                Err(error) if error.is_no_records_found() => Ok(Vec::new()),
                answer => answer.map_err(|error| NoAnswer(error.to_string())),
            }
        })
    }
}

impl NameServers {
    async fn ask(&self, name: &str) -> Result<Vec<String>, NetError> {
        let mut name = Name::from_ascii(name)?;
        // Otherwise the domains that the system searches would be tried as well.
        name.set_fqdn(true);
        let answer = self.resolver()?.txt_lookup(name).await?;
        let texts = answer.answers().iter().filter_map(|record| match &record.data {
            RData::TXT(txt) => Some(txt.to_string()),
            _ => None,
        });
        Ok(texts.take(MOST_RECORDS).collect())
    }

    fn resolver(&self) -> Result<TokioResolver, NetError> {
        let mut builder = match self.0 {
            Some(address) => Resolver::builder_with_config(only(address), TokioRuntimeProvider::default()),
            None => TokioResolver::builder_tokio()?,
        };
        of_one_lookup(builder.options_mut());
        builder.build()
    }
}

fn only(address: SocketAddr) -> ResolverConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
    let at_port = connections.map(|mut connection| {
        connection.port = address.port();
        connection
    });
    let server = NameServerConfig::new(address.ip(), true, at_port.into());
    ResolverConfig::from_parts(None, Vec::new(), vec![server])
}

/// Nothing is remembered: a record that was just made is to be found.
fn of_one_lookup(options: &mut ResolverOpts) {
    options.cache_size = 0;
    options.timeout = Duration::from_secs(2);
    options.attempts = 2;
    options.use_hosts_file = ResolveHosts::Never;
}
