//! A site's settings document: read, completed with defaults, and checked.
//!
//! Takes JSON and the settings in force; returns settings, or everything that is wrong with them at once, each with
//! its path in the document and the next step.

use rules::{Calendar, CalendarError, Cap, Period};
use serde_path_to_error::Track;

use crate::api::object::object;
use crate::api::{DeskBody, PressureBody, SettingsBody};
use crate::desk::DeskSettings;
use crate::intake::shorten;
use crate::site::{Settings, is_origin};
use crate::token::{MIN_SECRET_BYTES, digest_hex};

/// What stands for a secret in an answer, and keeps the one in force when it is sent back.
pub const KEPT: &str = "(kept)";
/// Most origins of one site.
pub(crate) const MAX_ORIGINS: usize = 64;
/// Most languages of one site.
pub(crate) const MAX_LANGUAGES: usize = 32;
/// Most identity secrets of one site: one in use, its successor, and room for a mistake.
pub(crate) const MAX_SECRETS: usize = 4;
/// Longest identity secret, in bytes: any longer is no stronger.
pub(crate) const MAX_SECRET_BYTES: usize = 512;
/// Most holidays: three years of a country that has many.
pub(crate) const MAX_HOLIDAYS: usize = 100;
/// Most agents of one desk.
pub(crate) const MAX_AGENTS: u16 = 500;
/// Longest a profile may be kept, in days: 25 months, the longest any authority recommends for measurement.
pub(crate) const MAX_RETENTION_DAYS: u16 = 760;
/// A profile is kept so long after the last visit where the settings do not say, in days: 13 months.
pub const RETENTION_DAYS: u16 = 390;
/// Longest a request for contact may be kept, in days.
pub(crate) const MAX_CONTACT_RETENTION_DAYS: u16 = MAX_RETENTION_DAYS;
/// A request for contact, with its number or address, is kept so long where the settings do not say, in days: a season, to
/// see what came of the calls.
pub const CONTACT_RETENTION_DAYS: u16 = 90;
/// What a call takes of an agent where the settings do not say, in milliseconds.
const HANDLING_MS: u64 = 4 * 60 * 1000;
/// Longest wait a call is offered for now at where the settings do not say, in milliseconds.
const NOW_WITHIN_MS: u64 = 10 * 60 * 1000;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsFault {
    /// Where, as in `desk.hours` or `origins[1]`; empty for the document itself.
    pub path: String,
    /// What is wrong.
    pub wrong: String,
    /// The next step.
    pub next: String,
}

impl Settings {
    /// The settings in a JSON body. Where it says [`KEPT`] for a secret, that of `present` stays.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn parse(body: &[u8], present: Option<&Self>) -> Result<Self, Vec<SettingsFault>> {
        let (mut reader, mut track) = (serde_json::Deserializer::from_slice(body), Track::new());
        let read = object(serde_path_to_error::Deserializer::new(&mut reader, &mut track));
        let read = read.and_then(|body: SettingsBody| reader.end().map(|()| body));
        let body = read.map_err(|error| {
            let path = match track.path().to_string() {
                path if path == "." => String::new(),
                path => path,
            };
            let next =
                r#"at least {"origins":["https://shop.example"]} is needed; the README lists all settings"#;
            vec![SettingsFault { path, wrong: error.to_string(), next: next.into() }]
        })?;
        let mut check = Check { faults: Vec::new() };
        let settings = check.settings(body, present);
        if check.faults.is_empty() { Ok(settings) } else { Err(check.faults) }
    }
}

/// Why a secret is not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretError {
    /// It is shorter than [`MIN_SECRET_BYTES`] or longer than [`MAX_SECRET_BYTES`].
    Length {
        /// How long it is.
        bytes: usize,
    },
    /// There are [`MAX_SECRETS`] already.
    TooMany,
    /// It is one of the site's already.
    Known,
}

impl SecretError {
    /// What is wrong, and the next step.
    pub fn explain(self) -> (String, &'static str) {
        match self {
            Self::Length { bytes } => (
                format!("the secret has {bytes} bytes, {MIN_SECRET_BYTES} to {MAX_SECRET_BYTES} are taken"),
                "take the output of `openssl rand -hex 32`, or send nothing and be told a new one",
            ),
            Self::TooMany => (
                format!("this site has {MAX_SECRETS} secrets, the most there can be"),
                "remove one that nothing signs with any more",
            ),
            Self::Known => ("this is one of the site's secrets already".into(), "nothing is left to do"),
        }
    }
}

impl Settings {
    /// The identity secret of these random bytes.
    pub fn secret_of(random: &[u8; 32]) -> String {
        base16ct::lower::encode_string(random)
    }

    /// What names each identity secret without telling it: the beginning of its SHA-256.
    pub fn secret_names(&self) -> Vec<String> {
        self.identity_secrets.iter().map(|secret| secret_name(secret)).collect()
    }

    /// Puts a secret in front of the others; gives its name.
    ///
    /// # Errors
    /// When it is not one, or one too many.
    pub fn add_secret(&mut self, secret: String) -> Result<String, SecretError> {
        let bytes = secret.len();
        if !(MIN_SECRET_BYTES..=MAX_SECRET_BYTES).contains(&bytes) {
            return Err(SecretError::Length { bytes });
        }
        let name = secret_name(&secret);
        if self.secret_names().contains(&name) {
            return Err(SecretError::Known);
        }
        if self.identity_secrets.len() >= MAX_SECRETS {
            return Err(SecretError::TooMany);
        }
        self.identity_secrets.insert(0, secret);
        Ok(name)
    }

    /// Takes the secret of this name away; whether there was one.
    pub fn remove_secret(&mut self, name: &str) -> bool {
        let before = self.identity_secrets.len();
        self.identity_secrets.retain(|secret| secret_name(secret) != name);
        self.identity_secrets.len() < before
    }
}

fn secret_name(secret: &str) -> String {
    digest_hex(secret.as_bytes())[..12].to_owned()
}

struct Check {
    faults: Vec<SettingsFault>,
}

impl Check {
    fn fault(&mut self, path: impl Into<String>, wrong: impl Into<String>, next: impl Into<String>) {
        self.faults.push(SettingsFault { path: path.into(), wrong: wrong.into(), next: next.into() });
    }

    fn at_most(&mut self, path: &str, count: usize, most: usize) {
        if count > most {
            self.fault(path, format!("names {count}, at most {most} are taken"), "name fewer");
        }
    }

    fn settings(&mut self, body: SettingsBody, present: Option<&Settings>) -> Settings {
        if body.origins.is_empty() {
            self.fault(
                "origins",
                "is empty, so no page could use this site",
                "name at least one, such as https://shop.example",
            );
        }
        self.at_most("origins", body.origins.len(), MAX_ORIGINS);
        for (index, origin) in body.origins.iter().enumerate().filter(|(_, origin)| !is_origin(origin)) {
            self.fault(
                format!("origins[{index}]"),
                format!("`{}` is not an origin", shorten(origin)),
                "write scheme, host and port only, such as https://shop.example",
            );
        }
        self.at_most("languages", body.languages.len(), MAX_LANGUAGES);
        for (index, language) in body.languages.iter().enumerate() {
            if language.len() > 35 || !rules::is_language(language) {
                let wrong = format!("`{}` is not a language", shorten(language));
                self.fault(
                    format!("languages[{index}]"),
                    wrong,
                    "write a code such as `fr`, `en` or `pt-BR`",
                );
            }
        }
        if let Err(error) = Calendar::new(&body.timezone, "", &[]) {
            self.calendar(error);
        }
        for (path, days, most, usual) in [
            ("retention_days", body.retention_days, MAX_RETENTION_DAYS, RETENTION_DAYS),
            (
                "contact_retention_days",
                body.contact_retention_days,
                MAX_CONTACT_RETENTION_DAYS,
                CONTACT_RETENTION_DAYS,
            ),
        ] {
            if !(1..=most).contains(&days) {
                let wrong = format!("{days} is not a number of days from 1 to {most}");
                self.fault(path, wrong, format!("leave it out for {usual}"));
            }
        }
        let none = Settings::default();
        let present = present.unwrap_or(&none);
        Settings {
            pressure: body.pressure.and_then(|pressure| self.pressure(pressure)),
            identity_secrets: self.identity_secrets(body.identity_secrets, &present.identity_secrets),
            desk: body.desk.map(|desk| self.desk(desk, &body.timezone)),
            origins: body.origins,
            languages: body.languages,
            timezone: body.timezone,
            retention_days: body.retention_days,
            friction: body.friction,
            contact_retention_days: body.contact_retention_days,
        }
    }

    fn calendar(&mut self, error: CalendarError) {
        match error {
            CalendarError::Zone { name } => self.fault(
                "timezone",
                format!("there is no time zone `{}`", shorten(&name)),
                "write a name of the IANA list, such as `Europe/Paris`",
            ),
            CalendarError::Hours { part } => self.fault(
                "desk.hours",
                format!("`{}` is not hours", shorten(&part)),
                "write days and times such as `mon-fri 09:00-18:00; sat 10:00-12:00`",
            ),
            CalendarError::Date { text } => self.fault(
                "desk.holidays",
                format!("`{}` is not a date", shorten(&text)),
                "write `2026-12-25`",
            ),
        }
    }

    fn pressure(&mut self, body: PressureBody) -> Option<Cap> {
        let per = Period::ALL.into_iter().find(|period| period.name() == body.per);
        if per.is_none() {
            let wrong = format!("`{}` is no period", shorten(&body.per));
            self.fault("pressure.per", wrong, format!("write one of {}", Period::NAMES.join(", ")));
        }
        if body.times == 0 {
            let next = "write at least 1; to show nothing, publish rules that are over";
            self.fault("pressure.times", "0 would never show anything", next);
        }
        let cooldown_ms = body.cooldown.map(|text| self.duration("pressure.cooldown", &text));
        Some(Cap { per: per?, times: body.times, cooldown_ms })
    }

    fn identity_secrets(&mut self, given: Option<Vec<String>>, present: &[String]) -> Vec<String> {
        // A document that does not speak of them must not log every customer out.
        let Some(given) = given else { return present.to_vec() };
        // What was got is sent back, and others may have been added meanwhile.
        if !present.is_empty() && !given.is_empty() && given.iter().all(|secret| secret == KEPT) {
            return present.to_vec();
        }
        self.at_most("identity_secrets", given.len(), MAX_SECRETS);
        let secrets = given.into_iter().enumerate().map(|(index, secret)| {
            let path = format!("identity_secrets[{index}]");
            self.secret(&path, secret, present.get(index), "take the output of `openssl rand -hex 32`")
        });
        secrets.collect()
    }

    /// A secret as given, or the present one where it is to be kept.
    fn secret(&mut self, path: &str, given: String, present: Option<&String>, next: &str) -> String {
        match (given.as_str(), present) {
            (KEPT, Some(present)) => return present.clone(),
            (KEPT, None) => self.fault(path, "there is no secret here to keep", next),
            (secret, _) if secret.len() < MIN_SECRET_BYTES => {
                let wrong = format!("has {} bytes, at least {MIN_SECRET_BYTES} are needed", secret.len());
                self.fault(path, wrong, next);
            }
            (secret, _) if secret.len() > MAX_SECRET_BYTES => {
                self.fault(path, format!("is longer than {MAX_SECRET_BYTES} bytes"), next);
            }
            _ => {}
        }
        given
    }

    fn desk(&mut self, body: DeskBody, timezone: &str) -> DeskSettings {
        self.at_most("desk.holidays", body.holidays.len(), MAX_HOLIDAYS);
        // A zone that does not exist was told of already.
        let zone = if Calendar::new(timezone, "", &[]).is_ok() { timezone } else { "UTC" };
        if let Err(error) = Calendar::new(zone, &body.hours, &body.holidays) {
            self.calendar(error);
        }
        if body.agents > MAX_AGENTS {
            let wrong = format!("{} are more than the {MAX_AGENTS} of one desk", body.agents);
            self.fault("desk.agents", wrong, "write how many answer at once");
        }
        let mut within = |path: &str, text: Option<String>, otherwise| {
            let duration_ms = text.map_or(otherwise, |text| self.duration(path, &text));
            u32::try_from(duration_ms).unwrap_or(u32::MAX)
        };
        let handling_ms = within("desk.handling", body.handling, HANDLING_MS);
        let now_within_ms = within("desk.now_within", body.now_within, NOW_WITHIN_MS);
        let (hours, holidays, agents) = (body.hours, body.holidays, body.agents);
        DeskSettings { hours, holidays, agents, handling_ms, now_within_ms }
    }

    /// `90s`, `4m`, `2h` or `3d`, in milliseconds: one second to 30 days.
    fn duration(&mut self, path: &str, text: &str) -> u64 {
        let duration_ms = text.split_at_checked(text.len().saturating_sub(1)).and_then(|(number, unit)| {
            let unit_ms = match unit {
                "s" => 1_000,
                "m" => 60_000,
                "h" => 3_600_000,
                "d" => 86_400_000,
                _ => return None,
            };
            number.parse::<u64>().ok()?.checked_mul(unit_ms)
        });
        match duration_ms.filter(|duration_ms| (1_000..=30 * 86_400_000).contains(duration_ms)) {
            Some(duration_ms) => duration_ms,
            None => {
                let wrong = format!("`{}` is not a duration from a second to 30 days", shorten(text));
                self.fault(path, wrong, "write one such as `90s`, `4m` or `2h`");
                1_000
            }
        }
    }
}

#[cfg(test)]
mod tests;
