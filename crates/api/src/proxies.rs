//! Proxies that the operator trusts to say for whom they ask.

use std::net::IpAddr;

use actix_web::http::header::HeaderMap;
use guildhall_domain::network::Network;

/// The header in which proxies add, at its end, the address that they were asked from.
const FORWARDED: &str = "x-forwarded-for";

/// The networks of proxies that are believed. Nobody else is: anyone can write a header.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(pub Vec<Network>);

impl TrustedProxies {
    /// The address of the client: the peer's, or, where the peer is a trusted proxy, the rightmost address of
    /// `X-Forwarded-For` that is none of a trusted proxy. Where there is none, or something else stands in its place, it is
    /// the peer's.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return peer;
        }
        // Lines are in the order of the proxies, and so are the addresses within a line.
        let lines: Vec<_> = headers.get_all(FORWARDED).collect();
        for line in lines.into_iter().rev() {
            let Ok(line) = line.to_str() else { return peer };
            for text in line.rsplit(',') {
                match address(text) {
                    Some(address) if self.trusts(address) => {}
                    Some(address) => return address,
                    None => return peer,
                }
            }
        }
        peer
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

/// An address, with or without a port as some proxies write it.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let alone = text.parse().ok();
    let address = alone.or_else(|| Some(text.parse::<std::net::SocketAddr>().ok()?.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    /// Whom a request from 10.0.0.1 is for, when 10.0.0.0/8 is trusted.
    fn client(lines: &[&[u8]]) -> String {
        from("10.0.0.1", lines)
    }

    fn from(peer: &str, lines: &[&[u8]]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            let value = HeaderValue::from_bytes(line).unwrap();
            headers.append(HeaderName::from_static(FORWARDED), value);
        }
        let proxies = TrustedProxies(vec!["10.0.0.0/8".parse().unwrap(), "2001:db8::/32".parse().unwrap()]);
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn the_rightmost_address_that_is_no_proxy_is_the_client() {
        assert_eq!(client(&[b"192.0.2.1"]), "192.0.2.1");
        assert_eq!(client(&[b"192.0.2.1, 10.0.0.2"]), "192.0.2.1");
        assert_eq!(client(&[b"192.0.2.1", b"198.51.100.1 , 10.0.0.2"]), "198.51.100.1");
        assert_eq!(client(&[b"192.0.2.1", b"10.0.0.2"]), "192.0.2.1");
        assert_eq!(client(&[b"::ffff:192.0.2.1, ::ffff:10.0.0.9"]), "192.0.2.1");
        assert_eq!(client(&[b"2001:db9::1, 2001:db8::7"]), "2001:db9::1");
        assert_eq!(client(&[b"192.0.2.1:4711"]), "192.0.2.1");
        assert_eq!(client(&[b"[2001:db9::1]:4711"]), "2001:db9::1");
        assert_eq!(from("::ffff:10.0.0.1", &[b"192.0.2.1"]), "192.0.2.1");
    }

    #[test]
    fn what_a_client_adds_itself_is_not_believed() {
        assert_eq!(client(&[b"127.0.0.1, 192.0.2.1"]), "192.0.2.1");
        assert_eq!(client(&[b"10.0.0.7", b"192.0.2.1"]), "192.0.2.1");
        assert_eq!(from("192.0.2.9", &[b"10.0.0.7"]), "192.0.2.9");
        assert_eq!(from("::ffff:192.0.2.9", &[b"198.51.100.1"]), "192.0.2.9");
    }

    #[test]
    fn garbage_is_the_peer() {
        for garbage in [
            &b""[..],
            b",",
            b"unknown",
            b"192.0.2.1,",
            b"192.0.2.1, \xff",
            b"192.0.2.1, 10.0.0.2, _hidden",
            b"10.0.0.2, 10.0.0.3",
            b"192.0.2.256",
            b"192.0.2.1:port",
            b"for=192.0.2.1",
        ] {
            assert_eq!(client(&[garbage]), "10.0.0.1", "{}", String::from_utf8_lossy(garbage));
        }
        assert_eq!(client(&[]), "10.0.0.1");
    }
}
