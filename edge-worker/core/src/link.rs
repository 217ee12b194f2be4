//! Signed links: a word in a page's address that lets one browser see more, for a while.
//!
//! A link's key reads `<expiry>.<mac>`, the expiry in seconds since 1970. It names a site and a purpose, so that
//! neither another site's nor another purpose's key opens anything. Takes the secrets and the clock as arguments.

use crate::token::Keyring;

/// Longest life of a link, in seconds: 30 days. A link is passed on; what it opens should close by itself.
pub const MAX_LIFE_S: u64 = 30 * 24 * 60 * 60;
/// Life of a link that says nothing, in seconds: a working day and the night behind it.
pub const DEFAULT_LIFE_S: u64 = 24 * 60 * 60;

/// The parameter of a page's address that carries a debug link's key.
pub const DEBUG_PARAMETER: &str = "declic_debug";

const DEBUG: &[u8] = b"debug-link";

/// The key of a link that lets a page ask what every rule says, until `expires_s`.
pub fn debug_key(keyring: &Keyring, site: &str, expires_s: u64) -> String {
    keyring.vouch(DEBUG, site, &expires_s.to_string())
}

/// Whether a page may ask what every rule says.
pub fn opens_debug(keyring: &Keyring, site: &str, key: &str, now_s: u64) -> bool {
    let expiry = keyring.vouched(DEBUG, site, key).and_then(|claim| claim.parse::<u64>().ok());
    expiry.is_some_and(|expires_s| now_s < expires_s)
}

#[cfg(test)]
mod tests {
    use super::{debug_key, opens_debug};
    use crate::token::Keyring;

    fn keyring() -> Keyring {
        Keyring::parse("a-secret-that-is-long-enough-to-sign").unwrap()
    }

    #[test]
    fn a_link_opens_its_own_site_until_it_runs_out() {
        let key = debug_key(&keyring(), "shop", 1_000);
        assert!(opens_debug(&keyring(), "shop", &key, 999));
        assert!(!opens_debug(&keyring(), "shop", &key, 1_000));
        assert!(!opens_debug(&keyring(), "bank", &key, 999));
    }

    #[test]
    fn a_changed_link_opens_nothing() {
        let key = debug_key(&keyring(), "shop", 1_000);
        for forged in
            [key.replacen('1', "9", 1), format!("9{key}"), key[..key.len() - 1].into(), "1000.".into()]
        {
            assert!(!opens_debug(&keyring(), "shop", &forged, 999), "{forged}");
        }
    }
}
