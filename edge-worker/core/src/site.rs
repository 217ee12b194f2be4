//! A site as the edge knows it: its settings, and the rule set in force.
//!
//! Owns what a worker caches per site and how an origin is checked against it. Never reads storage: the `Site`
//! object does, and hands the pieces in.

use bincode::{Decode, Encode};
use url::Url;

use crate::api::SettingsBody;
use crate::intake::{Refusal, shorten};
use crate::token::MIN_SECRET_BYTES;

/// Longest site key, in bytes.
pub const MAX_KEY_BYTES: usize = 64;
/// Largest settings, in bytes, as sent and as stored.
pub const MAX_SETTINGS_BYTES: usize = 64 * 1024;
/// Most origins of one site.
const MAX_ORIGINS: usize = 64;
/// Most identity secrets of one site: one in use, its successor, and room for a mistake.
const MAX_SECRETS: usize = 4;

/// What a site's owner sets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Settings {
    /// Origins whose pages may carry this site's tag, such as `https://shop.example`.
    pub origins: Vec<String>,
    /// Secrets the site's own server signs its customers' ids with, the newest first; empty when it signs none.
    pub identity_secrets: Vec<String>,
    /// Whether pages report where visitors struggle, even where no rule asks.
    pub friction: bool,
}

/// What is wrong with settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsError {
    /// Not JSON of the right shape; the text says where.
    Shape(String),
    /// No origin at all: no page could carry the tag.
    NoOrigin,
    /// More than [`MAX_ORIGINS`].
    TooManyOrigins {
        /// How many.
        count: usize,
    },
    /// An identity secret is shorter than [`MIN_SECRET_BYTES`].
    WeakSecret {
        /// How long it is.
        bytes: usize,
    },
    /// More than [`MAX_SECRETS`].
    TooManySecrets {
        /// How many.
        count: usize,
    },
    /// Not an origin.
    BadOrigin {
        /// The text given.
        origin: String,
    },
}

impl SettingsError {
    /// What is wrong, and the next step.
    pub fn explain(&self) -> (String, String) {
        match self {
            Self::Shape(why) => (
                format!("the settings are not valid: {why}"),
                r#"send {"origins":["https://shop.example"]}"#.into(),
            ),
            Self::NoOrigin => (
                "`origins` is empty, so no page could use this site".into(),
                "name at least one origin, such as https://shop.example".into(),
            ),
            Self::TooManyOrigins { count } => {
                (format!("`origins` names {count}, at most {MAX_ORIGINS} are taken"), "name fewer".into())
            }
            Self::WeakSecret { bytes } => (
                format!("an identity secret has {bytes} bytes, at least {MIN_SECRET_BYTES} are needed"),
                "take the output of `openssl rand -hex 32`".into(),
            ),
            Self::TooManySecrets { count } => (
                format!("`identity_secrets` names {count}, at most {MAX_SECRETS} are taken"),
                "keep the one in use and its successor".into(),
            ),
            Self::BadOrigin { origin } => (
                format!("`{}` is not an origin", shorten(origin)),
                "write scheme, host and port only, such as https://shop.example".into(),
            ),
        }
    }
}

impl Settings {
    /// The settings in a JSON body.
    ///
    /// # Errors
    /// When the body has another shape or names something that is not an origin.
    pub fn parse(body: &[u8]) -> Result<Self, SettingsError> {
        let SettingsBody { origins, identity_secrets, friction } =
            serde_json::from_slice(body).map_err(|error| SettingsError::Shape(error.to_string()))?;
        match origins.len() {
            0 => return Err(SettingsError::NoOrigin),
            count if count > MAX_ORIGINS => return Err(SettingsError::TooManyOrigins { count }),
            _ => {}
        }
        if let Some(origin) = origins.iter().find(|origin| !is_origin(origin)) {
            return Err(SettingsError::BadOrigin { origin: origin.clone() });
        }
        match identity_secrets.iter().map(String::len).min() {
            Some(bytes) if bytes < MIN_SECRET_BYTES => Err(SettingsError::WeakSecret { bytes }),
            _ if identity_secrets.len() > MAX_SECRETS => {
                Err(SettingsError::TooManySecrets { count: identity_secrets.len() })
            }
            _ => Ok(Self { origins, identity_secrets, friction }),
        }
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

    /// The hosts of the origins, without `www.`: coming from one of them is no referral.
    pub fn hosts(&self) -> Vec<String> {
        let host = |origin: &String| Url::parse(origin).ok()?.host_str().map(str::to_owned);
        let hosts = self.origins.iter().filter_map(host);
        hosts.map(|host| host.strip_prefix("www.").map_or(host.clone(), str::to_owned)).collect()
    }
}

/// A site as its object hands it to the isolates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct StoredSite {
    /// What the owner set.
    pub settings: Settings,
    /// The compiled rules in force; empty before the first are published.
    pub program: Vec<u8>,
}

/// Whether a text may be a site's key: it stands in addresses and in names of objects.
pub fn is_key(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=MAX_KEY_BYTES).contains(&text.len()) && text.bytes().all(plain)
}

fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http") && url.origin().ascii_serialization() == text
    })
}

#[cfg(test)]
mod tests {
    use super::{Settings, SettingsError, is_key};
    use crate::intake::Refusal;

    #[test]
    fn settings_name_real_origins() {
        let parse = |body: &str| Settings::parse(body.as_bytes());
        assert!(parse(r#"{"origins":["https://shop.example","http://127.0.0.1:8787"]}"#).is_ok());
        assert_eq!(parse(r#"{"origins":[]}"#), Err(SettingsError::NoOrigin));
        for bad in
            ["shop.example", "https://shop.example/", "https://shop.example/x", "*", "ftp://shop.example"]
        {
            let body = format!(r#"{{"origins":["{bad}"]}}"#);
            assert_eq!(parse(&body), Err(SettingsError::BadOrigin { origin: bad.into() }));
        }
        let secret = |text: &str| {
            parse(&format!(r#"{{"origins":["https://a.example"],"identity_secrets":["{text}"]}}"#))
        };
        assert!(secret(&"x".repeat(32)).is_ok());
        assert_eq!(secret("short"), Err(SettingsError::WeakSecret { bytes: 5 }));
        assert!(matches!(parse(r#"{"origin":["https://a.example"]}"#), Err(SettingsError::Shape(_))));
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
