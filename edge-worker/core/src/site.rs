//! A site as the edge knows it: its settings, and the rule set in force.
//!
//! Owns what a worker caches per site and how an origin is checked against it. Never reads storage: the `Site`
//! object does, and hands the pieces in.

use bincode::{Decode, Encode};
use rules::Cap;
use url::Url;
use wire::DecodeError;
use wire::codec::{pack, unpack};

use crate::desk::DeskSettings;
use crate::intake::{Refusal, shorten};
use crate::keys::StoredKey;
use crate::settings::{CONTACT_RETENTION_DAYS, RETENTION_DAYS};

/// Longest site key, in bytes.
pub const MAX_KEY_BYTES: usize = 64;
/// Largest settings, in bytes, as sent and as stored.
pub const MAX_SETTINGS_BYTES: usize = 64 * 1024;

/// What a site's owner sets.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Settings {
    /// Origins whose pages may carry this site's tag, such as `https://shop.example`.
    pub origins: Vec<String>,
    /// Languages every visible rule must speak, where the rule file does not say.
    pub languages: Vec<String>,
    /// Time zone of the desk, and of rules whose file names none.
    pub timezone: String,
    /// How long a visitor's profile is kept after the last visit, in days.
    pub retention_days: u16,
    /// How much one visitor sees of all rules together, where the rule file does not say.
    pub pressure: Option<Cap>,
    /// Secrets the site's own server signs its customers' ids with, the newest first; empty when it signs none.
    pub identity_secrets: Vec<String>,
    /// Whether pages report where visitors struggle, even where no rule asks.
    pub friction: bool,
    /// The desk, where there is one.
    pub desk: Option<DeskSettings>,
    /// How long a request for contact is kept, in days.
    pub contact_retention_days: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            languages: Vec::new(),
            timezone: "UTC".to_owned(),
            retention_days: RETENTION_DAYS,
            pressure: None,
            identity_secrets: Vec::new(),
            friction: false,
            desk: None,
            contact_retention_days: CONTACT_RETENTION_DAYS,
        }
    }
}

impl Settings {
    /// The settings in a row.
    ///
    /// # Errors
    /// When it is damaged, or of a version that is not known.
    pub fn from_stored(bytes: &[u8]) -> Result<Self, DecodeError> {
        unpack(bytes, MAX_SETTINGS_BYTES).or_else(|error| {
            // A row of before requests for contact expired ends without saying when: they do as by default.
            let completed = [bytes, &pack(&CONTACT_RETENTION_DAYS)].concat();
            unpack(&completed, MAX_SETTINGS_BYTES).map_err(|_| error)
        })
    }

    /// Whether a page of `origin` may speak for this site.
    ///
    /// # Errors
    /// [`Refusal::WrongOrigin`] when it may not, or when the header is missing.
    pub fn allow(&self, origin: Option<&str>) -> Result<(), Refusal> {
        match origin {
            Some(origin) if self.origins.iter().any(|allowed| allowed == origin) => Ok(()),
            other => Err(Refusal::WrongOrigin { origin: shorten(other.unwrap_or("(none)")) }),
        }
    }

    /// What holds for the site's rules unless their file says otherwise.
    pub fn rules_site(&self) -> rules::Site {
        rules::Site {
            pressure: self.pressure,
            timezone: self.timezone.clone(),
            languages: self.languages.clone(),
        }
    }

    /// The hosts of the origins, without `www.`: coming from one of them is no referral.
    pub fn hosts(&self) -> Vec<String> {
        let host = |origin: &String| Url::parse(origin).ok()?.host_str().map(str::to_owned);
        let hosts = self.origins.iter().filter_map(host);
        hosts.map(|host| host.strip_prefix("www.").map_or(host.clone(), str::to_owned)).collect()
    }
}

/// A site as its object hands it to the isolates.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct StoredSite {
    /// What the owner set.
    pub settings: Settings,
    /// The compiled rules in force; empty before the first are published.
    pub program: Vec<u8>,
    /// The keys of the people who run it.
    pub keys: Vec<StoredKey>,
}

/// Whether a text may be a site's key: it stands in addresses and in names of objects.
pub fn is_key(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=MAX_KEY_BYTES).contains(&text.len()) && text.bytes().all(plain)
}

/// Whether a text is scheme, host and port of web pages, and nothing else.
pub fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http") && url.origin().ascii_serialization() == text
    })
}

#[cfg(test)]
mod tests {
    use wire::codec::pack;

    use super::{Settings, is_key};
    use crate::intake::Refusal;
    use crate::settings::CONTACT_RETENTION_DAYS;

    #[test]
    fn a_row_of_before_contacts_expired_is_read_as_by_default() {
        let settings = Settings { contact_retention_days: 7, friction: true, ..Settings::default() };
        let row = pack(&settings);
        assert_eq!(Settings::from_stored(&row), Ok(settings.clone()));
        let earlier = Settings::from_stored(&row[..row.len() - 1]);
        assert_eq!(earlier, Ok(Settings { contact_retention_days: CONTACT_RETENTION_DAYS, ..settings }));
        assert!(Settings::from_stored(&row[..row.len() - 2]).is_err());
    }

    #[test]
    fn only_its_own_origins_speak_for_a_site() {
        let settings = Settings { origins: vec!["https://www.shop.example".into()], ..Settings::default() };
        assert_eq!(settings.allow(Some("https://www.shop.example")), Ok(()));
        assert_eq!(settings.hosts(), ["shop.example"]);
        for other in
            [Some("https://evil.example"), Some("https://www.shop.example.evil.example"), Some("null"), None]
        {
            assert!(matches!(settings.allow(other), Err(Refusal::WrongOrigin { .. })), "{other:?}");
        }
    }

    #[test]
    fn a_site_key_is_plain() {
        assert!(is_key("shop-2"));
        for bad in ["", "Shop", "a/b", "../x", &"x".repeat(65)] {
            assert!(!is_key(bad), "{bad}");
        }
    }
}
