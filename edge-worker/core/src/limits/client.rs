//! Who asks, as far as limits care: a network address or a visitor, reduced to a number under a salt of the day.
//!
//! An address is told by the header that the deployment trusts, else by the other end of the connection. Where neither
//! names one client, that is said too, with why: such requests are counted together, and whoever runs the edge is told.
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

/// What the header says that the deployment trusts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header<'h> {
    /// The deployment names none.
    NotConfigured,
    /// The request has none of this name.
    Absent,
    /// What stands in it; several of one name are one list.
    Value(&'h str),
}

/// Why nobody tells whose request it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untold {
    /// The connection is a proxy's, and the deployment does not say in which header it names the client.
    NotConfigured,
    /// The header is not there.
    Absent,
    /// The header holds no network address.
    Unusable,
}

impl Untold {
    /// As the metrics call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotConfigured => "not_configured",
            Self::Absent => "absent",
            Self::Unusable => "unusable",
        }
    }

    /// What is wrong and the next step, for who runs the edge; `header` is the one the deployment names.
    pub fn explain(self, header: &str) -> String {
        let wrong = match self {
            Self::NotConfigured => {
                return "requests come by a proxy, and nothing says in which header it names the client's address: set \
                        `DECLIC_ADDRESS_HEADER`, such as to `X-Forwarded-For`; until then all share the rate `unknown`"
                    .to_owned();
            }
            Self::Absent => "is not there",
            Self::Unusable => "holds no network address",
        };
        format!(
            "`{header}`, which `DECLIC_ADDRESS_HEADER` names, {wrong} in a request that comes by a proxy: have the proxy \
             set it; such requests share the rate `unknown`"
        )
    }
}

impl Client {
    /// Whose request it is. The header counts before the connection's other end, `peer`. A peer on this machine or on a
    /// private network is a proxy, which speaks for everyone.
    ///
    /// # Errors
    /// Why nobody tells.
    pub fn of(header: Header<'_>, peer: Option<&str>) -> Result<Self, Untold> {
        let named = match header {
            Header::NotConfigured => Err(Untold::NotConfigured),
            Header::Absent => Err(Untold::Absent),
            Header::Value(value) => Self::of_header(value).ok_or(Untold::Unusable),
        };
        // Whoever comes around the proxy is counted by where he comes from.
        named.or_else(|untold| peer.and_then(Self::of_peer).ok_or(untold))
    }

    /// The client a proxy names in a header such as `CF-Connecting-IP` or `X-Forwarded-For`. Of a list the last counts:
    /// the proxy itself wrote it, the others are hearsay.
    fn of_header(value: &str) -> Option<Self> {
        value.rsplit(',').next().and_then(|last| address(last.trim()))
    }

    fn of_peer(value: &str) -> Option<Self> {
        address(value).filter(|client| !client.is_near())
    }

    /// Whether it is this machine's, or of a network that is not the public one (RFC 1918, 3927, 4193, 4291, 6598).
    fn is_near(self) -> bool {
        match self {
            Self::V4(bytes) => matches!(
                bytes,
                [10 | 127, ..] | [100, 64..=127, ..] | [169, 254, ..] | [172, 16..=31, ..] | [192, 168, ..]
            ),
            // The loopback address has an empty network half.
            Self::V6(network) => {
                network == [0; 8]
                    || network[0] & 0xfe == 0xfc
                    || (network[0] == 0xfe && network[1] & 0xc0 == 0x80)
            }
        }
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

    /// All whose network address nobody tells, as one number.
    pub fn unknown(&self) -> u64 {
        self.number(0, &[])
    }
}

/// An address with or without port; a mapped IPv4 address as what it maps.
fn address(text: &str) -> Option<Client> {
    let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
    let with_port =
        port.bytes().all(|byte| byte.is_ascii_digit()) && (host.ends_with(']') || !host.contains(':'));
    let bare = if with_port { host } else { text }.trim_start_matches('[').trim_end_matches(']');
    let host = if bare.contains(':') { format!("[{bare}]") } else { bare.to_owned() };
    match Host::parse(&host).ok()? {
        Host::Ipv4(address) => Some(Client::V4(address.octets())),
        Host::Ipv6(address) => Some(match address.to_ipv4_mapped() {
            Some(inner) => Client::V4(inner.octets()),
            None => {
                let octets = address.octets();
                Client::V6(std::array::from_fn(|index| octets[index]))
            }
        }),
        Host::Domain(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Client, Header, Salt, Untold};

    fn named(text: &str) -> Client {
        Client::of(Header::Value(text), None).unwrap()
    }

    #[test]
    fn a_client_is_one_number_for_a_day() {
        let salt = Salt::of(0, [7; 16]);
        let number = |text: &str| named(text).number(&salt);
        assert_eq!(number("192.0.2.7"), number("192.0.2.7:4711"));
        assert_eq!(number("192.0.2.7"), number("::ffff:192.0.2.7"));
        assert_eq!(number("10.0.0.1, 192.0.2.7"), number("192.0.2.7"), "the proxy's own word");
        assert_eq!(number("2001:db8::1"), number("2001:db8::ffff:1"), "one network");
        assert_ne!(number("2001:db8::1"), number("2001:db8:0:1::1"));
        assert_ne!(number("192.0.2.7"), number("192.0.2.8"));
        let other = Salt::of(0, [8; 16]);
        assert_ne!(number("192.0.2.7"), named("192.0.2.7").number(&other));
        assert!(!salt.is_over(86_399_999) && salt.is_over(86_400_000));
    }

    #[test]
    fn a_header_that_names_nobody_leaves_the_connection_to_tell() {
        let peer = Some("192.0.2.9:50714");
        for header in [
            Header::NotConfigured,
            Header::Absent,
            Header::Value(""),
            Header::Value("unknown"),
            Header::Value("192.0.2.7, "),
            Header::Value("192.0.2.7, _hidden"),
        ] {
            assert_eq!(Client::of(header, peer), Ok(Client::V4([192, 0, 2, 9])), "{header:?}");
        }
        assert_eq!(Client::of(Header::Value("192.0.2.7"), peer), Ok(Client::V4([192, 0, 2, 7])));
    }

    #[test]
    fn a_proxy_is_no_client_and_why_nobody_is_named_is_said() {
        for peer in [
            "127.0.0.1:50714",
            "[::1]:50714",
            "10.1.2.3:1",
            "172.17.0.1:1",
            "192.168.1.1:1",
            "169.254.1.1:1",
            "100.64.0.1:1",
            "[fd00::1]:1",
            "[fe80::1]:1",
        ] {
            assert_eq!(Client::of(Header::NotConfigured, Some(peer)), Err(Untold::NotConfigured), "{peer}");
            assert_eq!(Client::of(Header::Absent, Some(peer)), Err(Untold::Absent), "{peer}");
            assert_eq!(Client::of(Header::Value("?"), Some(peer)), Err(Untold::Unusable), "{peer}");
        }
        for peer in ["172.32.0.1:1", "100.128.0.1:1", "[2001:db8::1]:1"] {
            assert!(Client::of(Header::NotConfigured, Some(peer)).is_ok(), "{peer}");
        }
        assert_eq!(Client::of(Header::Absent, None), Err(Untold::Absent), "a connection without an address");
        let private = Client::of(Header::Value("10.1.2.3"), Some("127.0.0.1:1"));
        assert_eq!(private, Ok(Client::V4([10, 1, 2, 3])), "the header's word counts");
    }
}
