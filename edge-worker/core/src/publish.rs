//! Publishing a rule file: checked first; one that does not check changes nothing.
//!
//! Also warns of what the language allows and this edge does not do yet, so that no rule is silently without effect.

use rules::{Facts, Program, Severity, Show, check};

use crate::api::ErrorAnswer;

/// Largest rule file, in bytes; the checker's own limit.
pub const MAX_SOURCE_BYTES: usize = rules::MAX_FILE_BYTES;

/// Largest rule set kept, source and compact form together, in bytes: a row on Cloudflare holds 2 MB.
pub const MAX_STORED_BYTES: usize = 1_900_000;

/// How the diagnostics name the file: a request has no file name.
const FILE_NAME: &str = "rules.toml";

/// Signals that nothing supplies yet: a condition on one never holds.
const NOT_SUPPLIED: [&str; 2] = ["desk.", "customer."];

/// A rule file that checks.
#[derive(Debug)]
pub struct Publication {
    /// The file as it came.
    pub source: String,
    /// Its compact form.
    pub program: Vec<u8>,
    /// How many rules it holds.
    pub rules: usize,
    /// What the checker warns of, and what this edge does not do yet.
    pub warnings: Vec<String>,
}

/// Checks a rule file for publication.
///
/// # Errors
/// The answer to send when it is not UTF-8 or does not check: all its errors at once, as the command line prints them.
pub fn publish(body: &[u8]) -> Result<Publication, ErrorAnswer> {
    let source = std::str::from_utf8(body).map_err(|error| {
        let at = error.valid_up_to();
        ErrorAnswer::new(
            "bad_rules",
            format!("byte {at} of the rule file is not UTF-8"),
            "save the file as UTF-8",
        )
    })?;
    let checked = check(FILE_NAME, source);
    let (errors, warnings): (Vec<_>, Vec<_>) =
        checked.diagnostics.iter().partition(|diagnostic| diagnostic.severity == Severity::Error);
    let Some(program) = checked.program else {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        let next = "correct it and publish again; the rules in force have not changed";
        return Err(ErrorAnswer::new("bad_rules", errors.join("\n\n"), next));
    };
    let mut warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    warnings.extend(unsupported(&program));
    let rules = program.rules().len();
    let program = program.to_bytes();
    let bytes = source.len() + program.len();
    if bytes > MAX_STORED_BYTES {
        let message = format!(
            "the rule file and its compact form take {bytes} bytes, at most {MAX_STORED_BYTES} are kept"
        );
        return Err(ErrorAnswer::new(
            "bad_rules",
            message,
            "shorten the texts, or split the rules over several sites",
        ));
    }
    Ok(Publication { source: source.to_owned(), program, rules, warnings })
}

fn unsupported(program: &Program) -> impl Iterator<Item = String> + '_ {
    program.rules().iter().enumerate().flat_map(|(index, rule)| {
        let readings = program.readings(index, &Facts::new(), "en").into_iter().map(|(name, _)| name);
        let unknown = readings.filter(|name| NOT_SUPPLIED.iter().any(|family| name.starts_with(family)));
        let unknown = unknown.map(|name| {
            format!(
                "rule `{}` reads `{name}`, which this edge does not know yet: the condition never holds",
                rule.id
            )
        });
        let silent = match rule.show {
            Show::Notify { .. } => Some("sends a webhook, which this edge does not do yet"),
            Show::Survey => Some("shows a survey, which the widgets do not have yet"),
            Show::Callback | Show::Banner | Show::Chat | Show::Tag { .. } => None,
        };
        unknown
            .chain(silent.map(|what| format!("rule `{}` {what}: it has no effect", rule.id)))
            .collect::<Vec<_>>()
    })
}

#[cfg(test)]
mod tests {
    use super::publish;

    const GOOD: &str = r#"
        [[rule]]
        id = "hello"
        show = "banner"
        when = { page.path = "/" }
        content.en.title = "Hello"
    "#;

    #[test]
    fn a_file_that_checks_compiles() {
        let publication = publish(GOOD.as_bytes()).unwrap();
        assert_eq!((publication.rules, publication.warnings.len()), (1, 0), "{:?}", publication.warnings);
        assert!(rules::Program::from_bytes(&publication.program).is_ok());
    }

    #[test]
    fn a_file_that_does_not_check_says_everything_at_once() {
        let body = GOOD.replace("page.path", "page.pth").replace("banner", "baner");
        let answer = publish(body.as_bytes()).unwrap_err();
        let message = answer.error.message;
        assert!(message.contains("page.path") && message.contains("banner"), "{message}");
        assert_eq!(publish(b"\xff").unwrap_err().error.code, "bad_rules");
    }

    #[test]
    fn a_file_without_a_rule_takes_none_away() {
        for empty in ["", "[site]\ntimezone = \"UTC\"\n", "# [[rule]]\n"] {
            let error = publish(empty.as_bytes()).unwrap_err().error;
            assert!(error.message.contains("this file has no rule"), "{empty}: {}", error.message);
        }
        let over = format!("{GOOD}\nschedule = {{ until = 2000-01-01 }}");
        assert_eq!(publish(over.as_bytes()).unwrap().rules, 1, "what the help says is taken");
    }

    #[test]
    fn a_condition_that_can_never_hold_here_is_warned_of() {
        let body = GOOD.replace("page.path = \"/\"", "desk.wait = \"<= 2m\"");
        let warnings = publish(body.as_bytes()).unwrap().warnings;
        assert!(warnings.iter().any(|warning| warning.contains("`desk.wait`")), "{warnings:?}");
    }
}
