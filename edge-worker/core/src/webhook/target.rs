//! Which addresses a webhook may be sent to.
//!
//! An endpoint is an address a stranger could have written: it must not make the edge speak to its own machine or
//! network. Looks at the text alone, at every delivery anew. What a name resolves to is the platform's to check, and both
//! do: workerd's outbound network connects to public addresses only, Cloudflare's has no private ones.

use url::{Host, Url};

/// Longest address, in bytes.
pub(crate) const MAX_BYTES: usize = 2048;
/// Endings of names that mean a private network, or no host of the internet's (RFC 6761, RFC 6762, RFC 7686, RFC 8375,
/// RFC 9476 and ICANN's `internal`; `localdomain` and `svc` by use: resolvers' default, and Kubernetes').
const PRIVATE_NAMES: [&str; 15] = [
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "lan",
    "home",
    "corp",
    "svc",
    "home.arpa",
    "test",
    "invalid",
    "onion",
    "alt",
];

/// How far webhooks of this deployment may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// To the public internet, by https.
    #[default]
    Public,
    /// Anywhere: the deployment is run beside its receivers.
    Anywhere,
}

/// Why an address is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetError {
    /// Not an address, or too long.
    NoAddress,
    /// Neither https nor, where webhooks may go anywhere, http.
    Scheme {
        /// What it is.
        scheme: String,
    },
    /// It carries a user name or a password.
    Credentials,
    /// It leads to this machine or a private network.
    Private {
        /// The host, as it is understood.
        host: String,
    },
}

impl TargetError {
    /// What is wrong, and the next step.
    pub fn explain(&self) -> (String, &'static str) {
        match self {
            Self::NoAddress => (
                "the endpoint is not an address on the web".into(),
                "write such as https://crm.example/hooks",
            ),
            Self::Scheme { scheme } => {
                (format!("the endpoint is reached by `{scheme}`, which is not private"), "use https")
            }
            Self::Credentials => (
                "the endpoint carries a user name or a password".into(),
                "leave them out: the signature says who sends",
            ),
            Self::Private { host } => (
                format!("`{host}` is this machine or a private network"),
                "name a public host, or set `private=allow` in `DECLIC_WEBHOOKS` for this deployment",
            ),
        }
    }
}

/// The address, as it will be asked.
///
/// # Errors
/// When a webhook may not go there.
pub fn check(text: &str, reach: Reach) -> Result<Url, TargetError> {
    let mut url = Url::parse(text).ok().filter(|_| text.len() <= MAX_BYTES).ok_or(TargetError::NoAddress)?;
    match (url.scheme(), reach) {
        ("https", _) | ("http", Reach::Anywhere) => {}
        (scheme, _) => return Err(TargetError::Scheme { scheme: scheme.to_owned() }),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(TargetError::Credentials);
    }
    let host = url.host().ok_or(TargetError::NoAddress)?;
    if reach == Reach::Public && is_private(&host) {
        return Err(TargetError::Private { host: host.to_string() });
    }
    url.set_fragment(None);
    Ok(url)
}

/// `url` has read every notation of an IPv4 address already, as browsers do: `0x7f.1`, `2130706433`, `0177.0.0.1`.
fn is_private(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => is_private_v4(address.octets()),
        Host::Ipv6(address) => is_private_v6(address.segments()),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            let under = |ending: &str| {
                name.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            };
            !name.contains('.') || PRIVATE_NAMES.iter().any(|ending| under(ending))
        }
    }
}

/// Whether an address is none of the public internet's (IANA's special-purpose registry, RFC 6890).
fn is_private_v4(octets: [u8; 4]) -> bool {
    match octets {
        [0 | 10 | 127, ..] | [169, 254, ..] | [192, 168, ..] => true,
        [100, second, ..] => second & 0xc0 == 64,
        [172, second, ..] => second & 0xf0 == 16,
        [192, 0, 0 | 2, _] | [192, 88, 99, _] | [198, 18 | 19, ..] => true,
        [198, 51, 100, _] | [203, 0, 113, _] => true,
        [first, ..] => first >= 224,
    }
}

fn is_private_v6(segments: [u16; 8]) -> bool {
    let inner = |high: u16, low: u16| ((u32::from(high) << 16) | u32::from(low)).to_be_bytes();
    match segments {
        // ::/96, which also holds :: and ::1, and IPv4 in IPv6.
        [0, 0, 0, 0, 0, 0, ..] => true,
        [0, 0, 0, 0, 0, 0xffff, high, low]
        // By translation (RFC 6052) and by 6to4.
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => is_private_v4(inner(high, low)),
        // Discard only, local translation, Teredo and what surrounds it, documentation.
        [0x100, ..] | [0x64, 0xff9b, ..] | [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, ..] => true,
        // Public addresses begin with 001; private, link-local and multicast ones do not.
        [first, ..] => first & 0xe000 != 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::{Reach, TargetError, check};

    #[test]
    fn a_public_https_address_is_taken() {
        for good in [
            "https://crm.example.com/hooks?site=shop",
            "https://crm.example.com:8443/",
            "https://93.184.216.34/",
            "https://[2606:2800:220:1:248:1893:25c8:1946]/",
            "https://localhost.example.com/",
            "https://mylocal.example/",
            "https://svc.private.example/",
            "https://latest.example/",
        ] {
            assert!(check(good, Reach::Public).is_ok(), "{good}");
        }
        let without = check("https://crm.example.com/#part", Reach::Public).unwrap();
        assert_eq!(without.as_str(), "https://crm.example.com/");
    }

    #[test]
    fn this_machine_and_private_networks_are_refused_however_they_are_written() {
        for host in [
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "2130706433",
            "0177.0.0.1",
            "0",
            "0x7f000001",
            "127.0.0.1.",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "203.0.113.5",
            "１２７.0.0.1",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:a9fe:a9fe]",
            "[::127.0.0.1]",
            "[fe80::1]",
            "[fd00::1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[2001:db8::1]",
            "[ff02::1]",
            "localhost",
            "LOCALHOST.",
            "db.localhost",
            "printer.local",
            "vault.internal",
            "router.home.arpa",
            "localhost.localdomain",
            "redis.default.svc",
            "wiki.private",
            "crm.test",
            "crm.invalid.",
            "abc.ONION",
            "intranet",
            "loc%61lhost",
        ] {
            let found = check(&format!("https://{host}/"), Reach::Public);
            assert!(matches!(found, Err(TargetError::Private { .. })), "{host}: {found:?}");
        }
    }

    #[test]
    fn what_is_no_address_for_a_letter_says_why() {
        let fault = |text: &str| check(text, Reach::Public).unwrap_err();
        assert_eq!(fault("crm.example"), TargetError::NoAddress);
        assert_eq!(fault(&format!("https://a.example/{}", "x".repeat(2048))), TargetError::NoAddress);
        assert_eq!(fault("http://crm.example/"), TargetError::Scheme { scheme: "http".into() });
        assert_eq!(fault("file:///etc/passwd"), TargetError::Scheme { scheme: "file".into() });
        assert_eq!(fault("https://user:secret@crm.example/"), TargetError::Credentials);
        assert!(check("http://127.0.0.1:9999/", Reach::Anywhere).is_ok());
        assert!(check("ftp://127.0.0.1/", Reach::Anywhere).is_err());
    }
}
