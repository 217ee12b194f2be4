//! Who asks, as far as limits care: a network address or a visitor, reduced to a number under a salt of the day.
//!
//! The salt is random, lives in memory and is replaced every day, so the numbers name nobody afterwards. Of an IPv6
//! address only the network half counts: one customer has all addresses of the other.

use sha2::{Digest, Sha256};
use url::Host;

/// One day, in milliseconds.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// The salt of one day.
#[derive(Clone, Copy)]
pub struct Salt {
    day: u64,
    bytes: [u8; 16],
}

impl Salt {
    /// Takes fresh random bytes for the day of `now_ms`.
    pub fn of(now_ms: u64, bytes: [u8; 16]) -> Self {
        Self { day: now_ms / DAY_MS, bytes }
    }

    /// Whether its day is over.
    pub fn is_over(&self, now_ms: u64) -> bool {
        now_ms / DAY_MS != self.day
    }

    fn number(&self, kind: u8, parts: &[&[u8]]) -> u64 {
        let mut digest = Sha256::new();
        digest.update(self.bytes);
        digest.update([kind]);
        for part in parts {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        let digest = digest.finalize();
        u64::from_le_bytes(std::array::from_fn(|index| digest[index]))
    }
}

/// Where a request comes from: what counts of its address, as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// An IPv4 address, whole.
    V4([u8; 4]),
    /// The network half of an IPv6 address.
    V6([u8; 8]),
}

impl Client {
    /// The client a proxy names in a header such as `CF-Connecting-IP` or `X-Forwarded-For`. Of a list the last counts:
    /// the proxy itself wrote it, the others are hearsay.
    pub fn of_header(value: &str) -> Option<Self> {
        value.rsplit(',').next().and_then(|last| address(last.trim())).map(|(client, _)| client)
    }

    /// The other end of the connection. This machine's own address is a proxy's, which speaks for everyone: absent.
    pub fn of_peer(value: &str) -> Option<Self> {
        address(value).filter(|(_, own)| !own).map(|(client, _)| client)
    }

    /// The client as a number that only this salt makes.
    pub fn number(self, salt: &Salt) -> u64 {
        match self {
            Self::V4(bytes) => salt.number(4, &[&bytes]),
            Self::V6(bytes) => salt.number(6, &[&bytes]),
        }
    }
}

impl Salt {
    /// A visitor of a site as a number, by token, seed or stream.
    pub fn visitor(&self, site: &str, name: &[u8]) -> u64 {
        self.number(1, &[site.as_bytes(), name])
    }
}

/// An address with or without port, and whether it is this machine's own; a mapped IPv4 address as what it maps.
fn address(text: &str) -> Option<(Client, bool)> {
    let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
    let with_port =
        port.bytes().all(|byte| byte.is_ascii_digit()) && (host.ends_with(']') || !host.contains(':'));
    let bare = if with_port { host } else { text }.trim_start_matches('[').trim_end_matches(']');
    let host = if bare.contains(':') { format!("[{bare}]") } else { bare.to_owned() };
    match Host::parse(&host).ok()? {
        Host::Ipv4(address) => Some((Client::V4(address.octets()), address.is_loopback())),
        Host::Ipv6(address) => Some(match address.to_ipv4_mapped() {
            Some(inner) => (Client::V4(inner.octets()), inner.is_loopback()),
            None => {
                let octets = address.octets();
                (Client::V6(std::array::from_fn(|index| octets[index])), address.is_loopback())
            }
        }),
        Host::Domain(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Client, Salt};

    #[test]
    fn a_client_is_one_number_for_a_day() {
        let salt = Salt::of(0, [7; 16]);
        let number = |text: &str| Client::of_header(text).unwrap().number(&salt);
        assert_eq!(number("192.0.2.7"), number("192.0.2.7:4711"));
        assert_eq!(number("192.0.2.7"), number("::ffff:192.0.2.7"));
        assert_eq!(number("10.0.0.1, 192.0.2.7"), number("192.0.2.7"), "the proxy's own word");
        assert_eq!(number("2001:db8::1"), number("2001:db8::ffff:1"), "one network");
        assert_ne!(number("2001:db8::1"), number("2001:db8:0:1::1"));
        assert_ne!(number("192.0.2.7"), number("192.0.2.8"));
        let other = Salt::of(0, [8; 16]);
        assert_ne!(number("192.0.2.7"), Client::of_header("192.0.2.7").unwrap().number(&other));
        assert!(!salt.is_over(86_399_999) && salt.is_over(86_400_000));
    }

    #[test]
    fn a_proxy_on_this_machine_is_no_client() {
        assert_eq!(Client::of_peer("127.0.0.1:50714"), None);
        assert_eq!(Client::of_peer("[::1]:50714"), None);
        assert!(Client::of_peer("192.0.2.7:50714").is_some());
        assert_eq!(Client::of_header("unknown"), None);
    }
}
