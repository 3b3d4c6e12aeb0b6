//! Networks: ranges of IPv4 and IPv6 addresses (RFC 4632, RFC 4291).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

/// A range of addresses, such as `192.0.2.0/24`, `2001:db8::/32`, or a single address. IPv4 addresses that are written
/// as IPv6 ones (`::ffff:192.0.2.1`) are IPv4 addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ToSchema)]
#[schema(value_type = String, max_length = 64)]
pub struct Network(IpNet);

/// A text that names no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotANetwork {
    /// It is something else.
    #[error("an address or a range of addresses such as 192.0.2.0/24 or 2001:db8::/32")]
    Unreadable,
    /// It has an address inside a network where the network's own should stand.
    #[error("the network {0}, which is what the bits before the prefix length name")]
    BitsBeyondPrefix(Network),
}

impl Network {
    /// Whether the address is one of its own.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

/// IPv4 in IPv6 as what it is.
fn canonical(network: IpNet) -> IpNet {
    if let IpNet::V6(v6) = network
        && let Some(v4) = v6.addr().to_ipv4_mapped()
        && let Some(prefix) = v6.prefix_len().checked_sub(96)
        && let Ok(mapped) = Ipv4Net::new(v4, prefix)
    {
        return mapped.into();
    }
    network
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let network = match text.parse::<IpAddr>() {
            Ok(address) => address.into(),
            Err(_) => text.parse::<IpNet>().map_err(|_| NotANetwork::Unreadable)?,
        };
        let network = canonical(network);
        match network == network.trunc() {
            true => Ok(Self(network)),
            false => Err(NotANetwork::BitsBeyondPrefix(Self(network.trunc()))),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // The words of every type that is expected, which is all that an answer repeats.
        text.parse().map_err(|error| D::Error::custom(format!("expected {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn networks_hold_their_addresses_in_either_writing() {
        for (text, address, holds) in [
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("192.0.2.0/24", "::ffff:192.0.2.9", true),
            ("::ffff:192.0.2.0/120", "192.0.2.9", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("0.0.0.0/0", "203.0.113.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("::/0", "192.0.2.7", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("2001:db8::1", "2001:db8::1", true),
        ] {
            assert_eq!(network(text).contains(address.parse().unwrap()), holds, "{address} in {text}");
        }
    }

    #[test]
    fn networks_are_shown_as_they_are_meant() {
        for (text, shown) in
            [("192.0.2.7", "192.0.2.7/32"), ("2001:DB8:0::/32", "2001:db8::/32"), ("::1", "::1/128")]
        {
            assert_eq!(network(text).to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["", "example.com", "192.0.2.0/33", "192.0.2/24", "::/129", "192.0.2.0/24,192.0.3.0/24"] {
            assert_eq!(text.parse::<Network>(), Err(NotANetwork::Unreadable), "{text}");
        }
        let beyond = NotANetwork::BitsBeyondPrefix(network("10.0.0.0/8"));
        assert_eq!("10.1.2.3/8".parse::<Network>(), Err(beyond));
    }
}
