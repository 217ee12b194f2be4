//! A site's settings as JSON.

use rules::Cap;
use serde::{Deserialize, Serialize};

use crate::desk::DeskSettings;
use crate::settings::{CONTACT_RETENTION_DAYS, KEPT, RETENTION_DAYS, SettingsFault};
use crate::site::Settings;

use super::{Code, Detail, ErrorAnswer};

/// Body and answer of `PUT /v1/sites/{site}/settings`. All but `origins` has a default.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SettingsBody {
    /// Origins whose pages may carry the site's tag, such as `https://shop.example`.
    pub origins: Vec<String>,
    /// Languages every visible rule must speak, the one to fall back to first. A rule file's `[site]` overrides them.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Time zone of the desk's hours, and of rules whose file names none.
    #[serde(default = "utc")]
    pub timezone: String,
    /// How long a visitor's profile is kept after the last visit, in days.
    #[serde(default = "retention_days")]
    pub retention_days: u16,
    /// How long a request for contact is kept, in days, with the number or address in it.
    #[serde(default = "contact_retention_days")]
    pub contact_retention_days: u16,
    /// How much one visitor sees of all rules together. A rule file's `[site]` overrides it.
    #[serde(default, deserialize_with = "super::object::optional", skip_serializing_if = "Option::is_none")]
    pub pressure: Option<PressureBody>,
    /// Secrets the site's own server signs its customers' ids with, the newest first; answered as `(kept)`. Absent, those
    /// in force stay.
    #[serde(default)]
    pub identity_secrets: Option<Vec<String>>,
    /// Whether pages report where visitors struggle, even where no rule asks.
    #[serde(default)]
    pub friction: bool,
    /// The desk; without it every `desk.*` signal is unknown.
    #[serde(default, deserialize_with = "super::object::optional", skip_serializing_if = "Option::is_none")]
    pub desk: Option<DeskBody>,
}

/// How much one visitor sees.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PressureBody {
    /// `visit`, `day`, `week`, `month` or `visitor`.
    pub per: String,
    /// At most so often.
    pub times: u32,
    /// Not again for so long, as in `10m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cooldown: Option<String>,
}

/// The desk.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DeskBody {
    /// Weekly hours, as in `mon-fri 09:00-18:00; sat 10:00-12:00`.
    pub hours: String,
    /// Days it stays closed, as in `2026-12-25`.
    #[serde(default)]
    pub holidays: Vec<String>,
    /// Agents who answer during the hours.
    pub agents: u16,
    /// What one call takes of an agent, as in `4m`, the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<String>,
    /// Longest wait at which a call is offered for now; `10m` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now_within: Option<String>,
}

fn utc() -> String {
    "UTC".to_owned()
}

fn retention_days() -> u16 {
    RETENTION_DAYS
}

fn contact_retention_days() -> u16 {
    CONTACT_RETENTION_DAYS
}

impl SettingsBody {
    /// The settings as an answer: every default said, no secret told.
    pub fn of(settings: &Settings) -> Self {
        Self {
            origins: settings.origins.clone(),
            languages: settings.languages.clone(),
            timezone: settings.timezone.clone(),
            retention_days: settings.retention_days,
            contact_retention_days: settings.contact_retention_days,
            pressure: settings.pressure.map(PressureBody::of),
            identity_secrets: Some(settings.identity_secrets.iter().map(|_| KEPT.to_owned()).collect()),
            friction: settings.friction,
            desk: settings.desk.as_ref().map(DeskBody::of),
        }
    }
}

impl PressureBody {
    fn of(cap: Cap) -> Self {
        Self { per: cap.per.name().to_owned(), times: cap.times, cooldown: cap.cooldown_ms.map(duration) }
    }
}

impl DeskBody {
    fn of(desk: &DeskSettings) -> Self {
        Self {
            hours: desk.hours.clone(),
            holidays: desk.holidays.clone(),
            agents: desk.agents,
            handling: Some(duration(desk.handling_ms.into())),
            now_within: Some(duration(desk.now_within_ms.into())),
        }
    }
}

/// The error answer that tells all that is wrong with settings.
pub fn bad_settings(faults: Vec<SettingsFault>) -> ErrorAnswer {
    let said: Vec<String> = faults
        .iter()
        .map(|fault| match fault.path.as_str() {
            "" => fault.wrong.clone(),
            path => format!("`{path}`: {}", fault.wrong),
        })
        .collect();
    let next = faults.first().map(|fault| fault.next.clone()).unwrap_or_default();
    let details = faults.into_iter().map(|fault| Detail {
        path: Some(fault.path),
        message: fault.wrong,
        help: Some(fault.next),
        ..Detail::default()
    });
    ErrorAnswer::new(Code::BadSettings, said.join("\n"), next).with(details.collect())
}

/// `4m`, or `90s` where it is no whole number of minutes.
fn duration(duration_ms: u64) -> String {
    match duration_ms / 1000 {
        seconds if seconds % 60 == 0 => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}
