use super::{KEPT, SecretError};
use crate::site::Settings;

const FULL: &str = r#"{
    "origins": ["https://shop.example"],
    "languages": ["fr", "en"],
    "timezone": "Europe/Paris",
    "retention_days": 180,
    "contact_retention_days": 30,
    "pressure": { "per": "day", "times": 3, "cooldown": "10m" },
    "identity_secrets": ["0123456789abcdef0123456789abcdef"],
    "friction": true,
    "desk": { "hours": "mon-fri 09:00-18:00", "holidays": ["2026-12-25"], "agents": 2, "handling": "4m" }
}"#;

/// Where the document is wrong.
fn paths(document: &str) -> Vec<String> {
    match Settings::parse(document.as_bytes(), None) {
        Ok(_) => Vec::new(),
        Err(faults) => {
            assert!(
                faults.iter().all(|fault| !fault.wrong.is_empty() && !fault.next.is_empty()),
                "{faults:?}"
            );
            faults.into_iter().map(|fault| fault.path).collect()
        }
    }
}

#[test]
fn origins_are_enough_and_the_rest_has_defaults() {
    let settings =
        Settings::parse(br#"{"origins":["https://shop.example","http://127.0.0.1:8787"]}"#, None).unwrap();
    assert_eq!((&*settings.timezone, settings.retention_days, settings.desk), ("UTC", 390, None));
    assert_eq!(settings.contact_retention_days, 90);
    let full = Settings::parse(FULL.as_bytes(), None).unwrap();
    let desk = full.desk.unwrap();
    assert_eq!((desk.agents, desk.handling_ms, desk.now_within_ms), (2, 240_000, 600_000));
}

#[test]
fn everything_wrong_is_told_at_once_and_where() {
    let document = FULL
        .replace("https://shop.example", "shop.example")
        .replace("\"en\"", "\"englisch!\"")
        .replace("Europe/Paris", "Europe/Lutetia")
        .replace("180", "0")
        .replace("30,", "761,")
        .replace("\"day\"", "\"hour\"")
        .replace("\"0123456789abcdef0123456789abcdef\"", "\"short\"")
        .replace("09:00-18:00", "9h-18h")
        .replace("\"4m\"", "\"soon\"");
    let expected = [
        "origins[0]",
        "languages[1]",
        "timezone",
        "retention_days",
        "contact_retention_days",
        "pressure.per",
        "identity_secrets[0]",
        "desk.hours",
        "desk.handling",
    ];
    assert_eq!(paths(&document), expected);
}

#[test]
fn what_is_not_an_origin_is_refused() {
    for bad in ["shop.example", "https://shop.example/", "https://shop.example/x", "*", "ftp://shop.example"]
    {
        assert_eq!(paths(&format!(r#"{{"origins":["{bad}"]}}"#)), ["origins[0]"]);
    }
    assert_eq!(paths(r#"{"origins":[]}"#), ["origins"]);
}

#[test]
fn an_unknown_key_is_refused_with_its_path() {
    assert_eq!(paths(r#"{"origin":["https://a.example"]}"#), ["origin"]);
    assert_eq!(paths(&FULL.replace("\"agents\"", "\"agent\"")), ["desk.agent"]);
    assert_eq!(paths("[]").len(), 1);
    assert_eq!(paths("").len(), 1);
}

#[test]
fn a_secret_that_is_to_be_kept_is() {
    let present = Settings::parse(FULL.as_bytes(), None).unwrap();
    let kept = FULL.replace("0123456789abcdef0123456789abcdef", KEPT);
    assert_eq!(Settings::parse(kept.as_bytes(), Some(&present)), Ok(present));
    assert_eq!(paths(&kept), ["identity_secrets[0]"]);
}

#[test]
fn settings_that_do_not_speak_of_secrets_leave_them() {
    let present = Settings::parse(FULL.as_bytes(), None).unwrap();
    let silent = br#"{"origins":["https://shop.example"]}"#;
    let after = Settings::parse(silent, Some(&present)).unwrap();
    assert_eq!(after.identity_secrets, present.identity_secrets);
    let none = br#"{"origins":["https://shop.example"],"identity_secrets":[]}"#;
    assert!(Settings::parse(none, Some(&present)).unwrap().identity_secrets.is_empty());
}

#[test]
fn a_secret_added_since_the_settings_were_got_stays_when_they_are_put() {
    let mut present = Settings::parse(FULL.as_bytes(), None).unwrap();
    let got = FULL.replace("0123456789abcdef0123456789abcdef", KEPT);
    present.add_secret(Settings::secret_of(&[1; 32])).unwrap();
    assert_eq!(Settings::parse(got.as_bytes(), Some(&present)), Ok(present));
}

#[test]
fn a_secret_s_successor_goes_before_it_and_both_have_names_that_do_not_tell_them() {
    let mut settings = Settings::default();
    let old = settings.add_secret(Settings::secret_of(&[1; 32])).unwrap();
    let new = settings.add_secret(Settings::secret_of(&[2; 32])).unwrap();
    assert_eq!(settings.secret_names(), [new.clone(), old.clone()]);
    assert!(settings.identity_secrets.iter().all(|secret| !secret.contains(&old)));
    assert_eq!(settings.add_secret(Settings::secret_of(&[1; 32])), Err(SecretError::Known));
    assert_eq!(settings.add_secret("short".into()), Err(SecretError::Length { bytes: 5 }));
    for number in [3, 4] {
        settings.add_secret(Settings::secret_of(&[number; 32])).unwrap();
    }
    assert_eq!(settings.add_secret(Settings::secret_of(&[5; 32])), Err(SecretError::TooMany));
    assert!(settings.remove_secret(&old) && !settings.remove_secret(&old));
    assert_eq!(settings.identity_secrets.len(), 3);
}
