//! Why a rule is shown to a visitor at a moment, or is not.
//!
//! One explanation serves the command line, the console, the tag's debug mode and the visitor's own question.

use std::fmt;

use crate::arbitration::{Outcome, Reason, Verdict};
use crate::card::value_for;
use crate::clock::day_text;
use crate::condition::{Condition, Polarity, Test};
use crate::evaluation::Evaluation;
use crate::facts::Facts;
use crate::program::Program;
use crate::quantity::{written, written_interval};
use crate::sentence::{self, clause, say};
use crate::signal::Kind;
use crate::truth::Truth;
use crate::watch::Watch;
use crate::words::Language;

/// One rule, explained.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The rule's id.
    pub rule: String,
    /// Whether its conditions hold.
    pub truth: Truth,
    /// The first line that did not hold, or does not yet; absent for a rule that holds.
    pub obstacle: Option<Obstacle>,
    /// What a rule that is not yet waits for.
    pub waits_for: Vec<Watch>,
    /// What arbitration said of a rule that holds.
    pub outcome: Option<Outcome>,
    /// All of it as one line.
    pub text: String,
}

/// A line that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// Its line in the rule file; 0 for a value that a placeholder needs.
    pub line: u32,
    /// The line as the rule file writes it.
    pub condition: String,
    /// The same as a clause.
    pub clause: String,
    /// What was found; empty when nothing is known.
    pub value: String,
}

impl Program {
    /// Explains one rule to the language's readers.
    pub fn explain(
        &self,
        rule: usize,
        facts: &Facts,
        evaluation: &Evaluation,
        verdict: &Verdict,
        language: &str,
    ) -> Explanation {
        let language = Language::of(language);
        let truth = evaluation.truth(rule);
        let obstacle = self.obstacle(rule, facts, language);
        let outcome = verdict.outcomes.iter().find(|(of, _)| *of == rule).map(|(_, outcome)| *outcome);
        let waits_for: Vec<_> = evaluation.watch_of(rule).collect();
        let obstacle = obstacle.filter(|_| truth != Truth::Yes);
        let waits = if truth == Truth::NotYet { self.waits(rule, facts, language) } else { Vec::new() };
        let text = self.explanation_text(truth, obstacle.as_ref(), &waits, outcome, language);
        Explanation { rule: self.rules()[rule].id.clone(), truth, obstacle, waits_for, outcome, text }
    }

    /// One sentence on why arbitration did not show a rule.
    pub fn reason_text(&self, reason: &Reason, language: &str) -> String {
        self.reason_words(reason, Language::of(language))
    }

    fn obstacle(&self, rule: usize, facts: &Facts, language: Language) -> Option<Obstacle> {
        let whole: &Condition = self.condition(rule);
        let (test, polarity) = whole.first_obstacle(facts, Polarity::Plain)?;
        Some(Obstacle {
            line: test.line,
            condition: written_test(test, polarity),
            clause: clause(test, polarity, language),
            value: value_for(test, facts, language),
        })
    }

    /// All the lines that a rule waits for, each with what was found.
    fn waits(&self, rule: usize, facts: &Facts, language: Language) -> Vec<String> {
        let mut waits = Vec::new();
        self.condition(rule).for_each_awaited(facts, Polarity::Plain, &mut |test, polarity| {
            let condition = written_test(test, polarity);
            let found = found(&value_for(test, facts, language), language);
            waits.push(format!("`{condition}`, {found}"));
        });
        waits
    }

    fn explanation_text(
        &self,
        truth: Truth,
        obstacle: Option<&Obstacle>,
        waits: &[String],
        outcome: Option<Outcome>,
        language: Language,
    ) -> String {
        match (truth, obstacle, outcome) {
            (Truth::Yes, _, Some(Outcome::Lost(reason))) => {
                let reason = self.reason_words(&reason, language);
                say(
                    language,
                    format!("holds, but not shown: {reason}"),
                    format!("remplie, mais non affichée\u{a0}: {reason}"),
                )
            }
            (Truth::Yes, _, Some(Outcome::Done)) => {
                say(language, "holds and is done", "remplie et exécutée").to_owned()
            }
            (Truth::Yes, _, Some(Outcome::Shown)) => {
                say(language, "holds and is shown", "remplie et affichée").to_owned()
            }
            (Truth::Yes, _, None) => say(language, "holds", "remplie").to_owned(),
            (Truth::NotYet, Some(_), _) => {
                let waits = sentence::listed(waits, say(language, "and for", "et"));
                say(
                    language,
                    format!("not yet: waits for {waits}"),
                    format!("pas encore\u{a0}: attend {waits}"),
                )
            }
            (_, Some(Obstacle { line: 0, condition, .. }), _) => say(
                language,
                format!("no: its texts need `{condition}`, which is not known"),
                format!("non\u{a0}: ses textes ont besoin de `{condition}`, valeur inconnue"),
            ),
            (_, Some(obstacle), _) => {
                let (condition, found) = (&obstacle.condition, found(&obstacle.value, language));
                say(
                    language,
                    format!("no: `{condition}` does not hold, {found}"),
                    format!("non\u{a0}: `{condition}` n’est pas remplie, {found}"),
                )
            }
            _ => say(
                language,
                "no: its conditions contradict each other",
                "non\u{a0}: ses conditions se contredisent",
            )
            .to_owned(),
        }
    }

    fn reason_words(&self, reason: &Reason, language: Language) -> String {
        let id = |rule: usize| self.rules().get(rule).map(|rule| rule.id.as_str()).unwrap_or_default();
        let at = |unix_ms: i64| {
            let local = self.local_time(unix_ms);
            format!("{} {:02}:{:02}", day_text(local.day), local.minute / 60, local.minute % 60)
        };
        match reason {
            Reason::OnScreen => {
                say(language, "it is on screen already", "elle est déjà à l’écran").to_owned()
            }
            Reason::Closed { opens_ms: Some(opens) } => {
                let opens = at(*opens);
                say(language, format!("its schedule opens {opens}"), format!("son horaire ouvre le {opens}"))
            }
            Reason::Closed { opens_ms: None } => {
                say(language, "its schedule is over", "son horaire est terminé").to_owned()
            }
            Reason::AskedForLess => say(
                language,
                "the visitor asked to see less of this",
                "le visiteur a demandé à en voir moins",
            )
            .to_owned(),
            Reason::Settled => say(
                language,
                "the visitor closed or accepted it in this visit",
                "le visiteur l’a fermée ou acceptée pendant cette visite",
            )
            .to_owned(),
            Reason::NoConsent => say(
                language,
                "the visitor has not agreed to be remembered",
                "le visiteur n’a pas accepté qu’on se souvienne de lui",
            )
            .to_owned(),
            Reason::HeldOut => {
                say(language, "the visitor is in the control group", "le visiteur est dans le groupe témoin")
                    .to_owned()
            }
            Reason::Capped { per, times } => say(
                language,
                format!("seen {times} times, its cap {}", sentence::per(*per, language)),
                format!("vue {times} fois, son plafond {}", sentence::per(*per, language)),
            ),
            Reason::Cooling { until_ms } => {
                let until = at(*until_ms);
                say(
                    language,
                    format!("seen too recently, again from {until}"),
                    format!("vue trop récemment, de nouveau dès le {until}"),
                )
            }
            Reason::Pressure { per, times } => say(
                language,
                format!("the site shows at most {times} {}", sentence::per(*per, language)),
                format!("le site en montre au plus {times} {}", sentence::per(*per, language)),
            ),
            Reason::GroupTaken { by } => {
                let by = id(*by);
                say(
                    language,
                    format!("`{by}` of the same group comes first"),
                    format!("`{by}` du même groupe passe avant"),
                )
            }
            Reason::Outranked { by } => {
                let by = id(*by);
                say(language, format!("`{by}` has its place"), format!("`{by}` a sa place"))
            }
        }
    }
}

/// What was found, or that nothing was.
fn found(value: &str, language: Language) -> String {
    match value {
        "" => say(language, "it is not known", "valeur inconnue").to_owned(),
        value => say(language, format!("it is {value}"), format!("valeur\u{a0}: {value}")),
    }
}

/// A test as the rule file writes it; what a placeholder needs, as the placeholder.
pub(crate) fn written_test(test: &Test, polarity: Polarity) -> String {
    use crate::condition::Wanted;
    let list = |items: Vec<String>| match <[String; 1]>::try_from(items) {
        Ok([only]) => only,
        Err(items) => format!("[{}]", items.join(", ")),
    };
    let texts =
        |globs: &[crate::glob::Glob]| list(globs.iter().map(|glob| format!("{:?}", glob.source())).collect());
    let within = |within_ms: &Option<u64>| {
        within_ms
            .map(|ms| format!(", within = \"{}\"", written(Kind::Duration, ms as f64)))
            .unwrap_or_default()
    };
    let mut name = test.subject.name();
    let value = match &test.wanted {
        Wanted::Text(globs) => texts(globs),
        Wanted::Flag(flag) => flag.to_string(),
        Wanted::Known => return format!("{{{name}}}"),
        Wanted::Number(intervals) => {
            let kind = test.subject.kind();
            list(intervals.iter().map(|interval| quoted_interval(kind, interval)).collect())
        }
        Wanted::Times { what, times, within_ms } => {
            let key = if test.subject == crate::condition::Subject::Events { "event" } else { "path" };
            let times = quoted_interval(Kind::Number, times);
            format!("{{ {key} = {}, times = {times}{} }}", texts(what), within(within_ms))
        }
        Wanted::Path { steps, within_ms } => {
            name = "path_taken".to_owned();
            let steps =
                steps.iter().map(|step| format!("{:?}", step.source())).collect::<Vec<_>>().join(", ");
            match within_ms {
                None => format!("[{steps}]"),
                Some(_) => format!("{{ path = [{steps}]{} }}", within(within_ms)),
            }
        }
    };
    match polarity {
        Polarity::Plain => format!("{name} = {value}"),
        Polarity::Negated => format!("{name} = {{ not = {value} }}"),
    }
}

fn quoted_interval(kind: Kind, interval: &crate::interval::Interval) -> String {
    let text = written_interval(kind, interval);
    if kind == Kind::Number && interval.low == interval.high { text } else { format!("\"{text}\"") }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.text)
    }
}
