//! Signed links: a word in a page's address that lets one browser see more, for a while.
//!
//! A link's key reads `<expiry>.<mac>`, the expiry in seconds since 1970. It names a site and a purpose, so that
//! neither another site's nor another purpose's key opens anything. Takes the secrets and the clock as arguments.

use url::form_urlencoded;

use crate::token::Keyring;

/// Longest life of a link, in seconds: 30 days. A link is passed on; what it opens should close by itself.
pub const MAX_LIFE_S: u64 = 30 * 24 * 60 * 60;
/// Life of a link that says nothing, in seconds: a working day and the night behind it.
pub const DEFAULT_LIFE_S: u64 = 24 * 60 * 60;

/// The parameter of a page's address that carries a debug link's key.
pub const DEBUG_PARAMETER: &str = "declic_debug";

/// The parameter of a page's address that carries a preview link's key.
pub const PREVIEW_PARAMETER: &str = "declic_preview";

const DEBUG: &[u8] = b"debug-link";
const PREVIEW: &[u8] = b"preview-link";

/// The key of a link that lets a page ask what every rule says, until `expires_s`.
pub fn debug_key(keyring: &Keyring, site: &str, expires_s: u64) -> String {
    keyring.vouch(DEBUG, site, &expires_s.to_string())
}

/// Whether a page may ask what every rule says.
pub fn opens_debug(keyring: &Keyring, site: &str, key: &str, now_s: u64) -> bool {
    let expiry = keyring.vouched(DEBUG, site, key).and_then(|claim| claim.parse::<u64>().ok());
    expiry.is_some_and(|expires_s| now_s < expires_s)
}

/// What a preview link shows, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The version of the rules.
    pub version: u32,
    /// In seconds since 1970.
    pub expires_s: u64,
}

/// The key of a link that lets one browser see a version of the rules that is not in force.
pub fn preview_key(keyring: &Keyring, site: &str, preview: Preview) -> String {
    keyring.vouch(PREVIEW, site, &format!("{}-{}", preview.version, preview.expires_s))
}

/// What the link in a page's address shows, when it has one that opens.
pub fn preview_of(keyring: &Keyring, site: &str, query: &str, now_s: u64) -> Option<Preview> {
    // Most addresses have none, and are not read for it.
    if !query.contains(PREVIEW_PARAMETER) {
        return None;
    }
    let (_, key) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == PREVIEW_PARAMETER)?;
    let (version, expires_s) = keyring.vouched(PREVIEW, site, &key)?.split_once('-')?;
    let preview = Preview { version: version.parse().ok()?, expires_s: expires_s.parse().ok()? };
    (now_s < preview.expires_s).then_some(preview)
}

#[cfg(test)]
mod tests {
    use super::{Preview, debug_key, opens_debug, preview_key, preview_of};
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

    #[test]
    fn a_preview_is_found_in_a_page_s_address() {
        let preview = Preview { version: 4, expires_s: 1_000 };
        let key = preview_key(&keyring(), "shop", preview);
        let query = format!("utm_source=mail&declic_preview={key}");
        assert_eq!(preview_of(&keyring(), "shop", &query, 999), Some(preview));
        assert_eq!(preview_of(&keyring(), "shop", &query, 1_000), None);
        assert_eq!(preview_of(&keyring(), "bank", &query, 999), None);
        let debug = format!("declic_preview={}", debug_key(&keyring(), "shop", 9_999));
        assert_eq!(preview_of(&keyring(), "shop", &debug, 999), None, "each link opens one thing");
        assert_eq!(preview_of(&keyring(), "shop", "declic_preview=5-9999.AAAA", 999), None);
    }
}
