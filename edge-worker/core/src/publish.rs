//! Publishing a rule file: checked first; one that does not check changes nothing.
//!
//! Also warns of what the language allows and this site's settings leave without a value, so that no rule is silently
//! without effect.

use rules::{Diagnostic, Facts, Program, Severity, check_for};

use crate::api::{Code, Detail, ErrorAnswer};
use crate::json_rules;
pub use crate::negotiation::Form;
use crate::site::Settings;

/// Largest rule file, in bytes; the checker's own limit.
pub const MAX_SOURCE_BYTES: usize = rules::MAX_FILE_BYTES;

/// Largest rule set kept, source and compact form together, in bytes: a row on Cloudflare holds 2 MB.
pub const MAX_STORED_BYTES: usize = 1_900_000;

/// How the diagnostics name the file: a request has no file name.
const FILE_NAME: &str = "rules.toml";

/// The next step when a file does not check.
const NEXT: &str = "correct it and publish again; the rules in force have not changed";

/// A rule file that checks.
#[derive(Debug)]
pub struct Publication {
    /// The file as it came.
    pub source: String,
    /// Its compact form.
    pub program: Vec<u8>,
    /// How many rules it holds.
    pub rules: usize,
    /// What the checker warns of, and what can never hold under the site's settings.
    pub warnings: Vec<String>,
}

/// Checks a rule file for publication at a site with these settings.
///
/// # Errors
/// The answer to send when it does not check: all its errors at once, as the command line prints them, and each by
/// itself.
pub fn publish(settings: &Settings, form: Form, body: &[u8]) -> Result<Publication, ErrorAnswer> {
    let (source, paths) = match form {
        Form::Toml => (text(body)?.to_owned(), Vec::new()),
        Form::Json => {
            let written = json_rules::write(body).map_err(|(path, wrong)| {
                let message = if path.is_empty() { wrong.clone() } else { format!("`{path}` {wrong}") };
                let detail = Detail { path: Some(path), message: wrong, ..Detail::default() };
                ErrorAnswer::new(Code::BadRules, message, NEXT).with(vec![detail])
            })?;
            (written.source, written.paths)
        }
    };
    let checked = check_for(&settings.rules_site(), FILE_NAME, &source);
    let (errors, warnings): (Vec<_>, Vec<_>) =
        checked.diagnostics.iter().partition(|diagnostic| diagnostic.severity == Severity::Error);
    let Some(program) = checked.program else {
        let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
        let details = errors.into_iter().map(|diagnostic| detail(diagnostic, &paths)).collect();
        return Err(ErrorAnswer::new(Code::BadRules, said.join("\n\n"), NEXT).with(details));
    };
    let mut warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    warnings.extend(unsupplied(settings, &program));
    let rules = program.rules().len();
    let program = program.to_bytes();
    let bytes = source.len() + program.len();
    if bytes > MAX_STORED_BYTES {
        let message = format!(
            "the rule file and its compact form take {bytes} bytes, at most {MAX_STORED_BYTES} are kept"
        );
        return Err(ErrorAnswer::new(
            Code::BadRules,
            message,
            "shorten the texts, or split the rules over several sites",
        ));
    }
    Ok(Publication { source, program, rules, warnings })
}

fn text(body: &[u8]) -> Result<&str, ErrorAnswer> {
    std::str::from_utf8(body).map_err(|error| {
        let at = error.valid_up_to();
        let message = format!("byte {at} of the rule file is not UTF-8");
        ErrorAnswer::new(Code::BadRules, message, "save the file as UTF-8")
    })
}

/// A diagnostic by itself; `paths` say where the lines of a file that came as JSON come from.
fn detail(diagnostic: &Diagnostic, paths: &[String]) -> Detail {
    Detail {
        path: paths.get(diagnostic.line.saturating_sub(1)).cloned(),
        line: Some(diagnostic.line).filter(|_| paths.is_empty()),
        column: Some(diagnostic.column).filter(|_| paths.is_empty()),
        width: Some(diagnostic.width).filter(|_| paths.is_empty()),
        kind: Some(diagnostic.code.name()),
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
    }
}

/// Conditions on what nothing supplies under these settings.
fn unsupplied<'p>(settings: &'p Settings, program: &'p Program) -> impl Iterator<Item = String> + 'p {
    let silent_desk = settings.desk.is_none();
    let signs_nobody = settings.identity_secrets.is_empty();
    program.rules().iter().enumerate().flat_map(move |(index, rule)| {
        let readings = program.readings(index, &Facts::new(), "en").into_iter().map(|(name, _)| name);
        let unknown = readings.filter_map(|name| {
            let why = match &*name {
                name if name.starts_with("customer.") && signs_nobody => {
                    "and the site has no identity secret to sign its customers in with"
                }
                name if name.starts_with("desk.") && silent_desk => "and the settings have no `desk`",
                _ => return None,
            };
            Some(format!("rule `{}` reads `{name}`, {why}: the condition never holds", rule.id))
        });
        unknown.collect::<Vec<_>>()
    })
}

#[cfg(test)]
mod tests {
    use super::{Form, Publication, publish};
    use crate::api::{Code, ErrorAnswer};
    use crate::site::Settings;

    const GOOD: &str = r#"
        [[rule]]
        id = "hello"
        show = "banner"
        when = { page.path = "/" }
        content.en.title = "Hello"
    "#;

    fn toml(source: &str) -> Result<Publication, ErrorAnswer> {
        publish(&Settings::default(), Form::Toml, source.as_bytes())
    }

    #[test]
    fn a_file_that_checks_compiles() {
        let publication = toml(GOOD).unwrap();
        assert_eq!((publication.rules, publication.warnings.len()), (1, 0), "{:?}", publication.warnings);
        assert!(rules::Program::from_bytes(&publication.program).is_ok());
    }

    #[test]
    fn a_file_that_does_not_check_says_everything_at_once() {
        let body = GOOD.replace("page.path", "page.pth").replace("banner", "baner");
        let answer = toml(&body).unwrap_err();
        let message = answer.error.message;
        assert!(message.contains("page.path") && message.contains("banner"), "{message}");
        assert_eq!(
            publish(&Settings::default(), Form::Toml, b"\xff").unwrap_err().error.code,
            Code::BadRules
        );
    }

    #[test]
    fn a_file_without_a_rule_takes_none_away() {
        for empty in ["", "[site]\ntimezone = \"UTC\"\n", "# [[rule]]\n"] {
            let error = toml(empty).unwrap_err().error;
            assert!(error.message.contains("this file has no rule"), "{empty}: {}", error.message);
        }
        let over = format!("{GOOD}\nschedule = {{ until = 2000-01-01 }}");
        assert_eq!(toml(&over).unwrap().rules, 1, "what the help says is taken");
    }

    #[test]
    fn a_condition_that_can_never_hold_here_is_warned_of() {
        let body = GOOD.replace("page.path = \"/\"", "desk.wait = \"<= 2m\"");
        let warnings = toml(&body).unwrap().warnings;
        assert!(warnings.iter().any(|warning| warning.contains("`desk.wait`")), "{warnings:?}");
    }

    #[test]
    fn what_is_said_of_customers_is_known_where_the_site_can_sign_them_in() {
        let body = format!("[customer]\nplan = \"text\"\n{GOOD}");
        let body = body.replace("page.path = \"/\"", "customer.plan = \"gold\"");
        let mut settings = Settings::default();
        let warnings = |settings: &Settings| publish(settings, Form::Toml, body.as_bytes()).unwrap().warnings;
        assert!(warnings(&settings)[0].contains("`customer.plan`"), "{:?}", warnings(&settings));
        settings.identity_secrets.push("0123456789abcdef0123456789abcdef".into());
        assert_eq!(warnings(&settings), Vec::<String>::new());
    }

    #[test]
    fn with_a_desk_its_signals_are_known() {
        let desk = br#"{"origins":["https://a.example"],"desk":{"hours":"mon-fri 09:00-18:00","agents":2}}"#;
        let settings = Settings::parse(desk, None).unwrap();
        let body = GOOD.replace("page.path = \"/\"", "desk.wait = \"<= 2m\"");
        assert!(publish(&settings, Form::Toml, body.as_bytes()).unwrap().warnings.is_empty());
    }

    #[test]
    fn the_site_s_settings_hold_where_the_file_says_nothing() {
        let settings = Settings { timezone: "Europe/Paris".into(), ..Settings::default() };
        let timezone = |body: &str| {
            let publication = publish(&settings, Form::Toml, body.as_bytes()).unwrap();
            rules::Program::from_bytes(&publication.program).unwrap().site().timezone.clone()
        };
        assert_eq!(timezone(GOOD), "Europe/Paris");
        assert_eq!(timezone(&format!("[site]\ntimezone = \"UTC\"\n{GOOD}")), "UTC");
    }

    #[test]
    fn a_fault_is_told_where_its_writer_looks() {
        let error = toml(&GOOD.replace("banner", "baner")).unwrap_err().error;
        let detail = &error.details[0];
        assert_eq!((detail.line, detail.kind, &detail.path), (Some(4), Some("bad-value"), &None));
        let json = br#"{"rule":[{"id":"hello","show":"baner","when":{"page.path":"/"}}]}"#;
        let error = publish(&Settings::default(), Form::Json, json).unwrap_err().error;
        assert_eq!(error.details[0].path.as_deref(), Some("rule[0].show"));
    }
}
