//! Checks of a whole rule, or of rules against each other: what reads well line by line and still cannot work.

use std::collections::HashMap;

use crate::condition::{Condition, Polarity, Test, Wanted};
use crate::diagnostic::{Code, Report};
use crate::file::Read;
use crate::glob::{Glob, Shape};
use crate::interval::Interval;
use crate::rule::{ConsentNeed, Rule, RuleCondition};

/// Reports ids that two rules have.
pub(crate) fn duplicates(report: &mut Report<'_>, rules: &[Read]) {
    let mut first: HashMap<&str, u32> = HashMap::new();
    for read in rules {
        match first.get(read.rule.id.as_str()) {
            Some(line) => {
                report
                    .error(
                        Code::Duplicate,
                        read.id_span.clone(),
                        format!("the rule of line {line} is `{}` too", read.rule.id),
                    )
                    .help("give one of them another id");
            }
            None => {
                first.insert(&read.rule.id, read.rule.line);
            }
        }
    }
}

/// Warns of rules that another of their group always comes before.
pub(crate) fn unreachable(report: &mut Report<'_>, rules: &[Read]) {
    /// Lines compared in one file: a group is small, and a hostile file must not cost minutes.
    const MAX_COMPARISONS: usize = 3_000_000;
    let mut groups: HashMap<&str, Vec<&Read>> = HashMap::new();
    for read in rules {
        if let Some(group) = &read.rule.group {
            groups.entry(group).or_default().push(read);
        }
    }
    let mut comparisons = 0;
    let mut found = Vec::new();
    for members in groups.values_mut() {
        // Stable: of equal priorities the earlier in the file comes first.
        members.sort_by_key(|read| std::cmp::Reverse(read.rule.priority));
        let lines: Vec<usize> = members.iter().map(|read| lines(&read.rule)).collect();
        let mut of_earlier = 0;
        for (rank, later) in members.iter().enumerate() {
            comparisons += of_earlier * lines[rank];
            of_earlier += lines[rank];
            if comparisons > MAX_COMPARISONS {
                break;
            }
            if let Some(earlier) =
                members[..rank].iter().find(|earlier| always_before(&earlier.rule, &later.rule))
            {
                found.push((later.id_span.clone(), later.rule.id.clone(), earlier.rule.id.clone()));
            }
        }
    }
    for (span, later, earlier) in found {
        report
            .warning(
                Code::Unreachable,
                span,
                format!("`{later}` is never shown: `{earlier}` of the same group always is"),
            )
            .help(format!("give `{later}` a higher priority, or `{earlier}` another condition"));
    }
}

fn lines(rule: &Rule) -> usize {
    let mut lines = 1;
    rule.condition.whole().for_each_test(&mut |_, _| lines += 1);
    lines
}

/// Whether the earlier rule holds and is shown whenever the later one holds.
fn always_before(earlier: &Rule, later: &Rule) -> bool {
    let steady = earlier.cap.is_none()
        && earlier.holdout == 0.0
        && earlier.schedule.is_none()
        && earlier.consent == ConsentNeed::NotNeeded;
    steady && asks_no_more(&earlier.condition, &later.condition)
}

/// Whether the earlier condition holds whenever the later one does, as far as their lines tell.
pub(crate) fn asks_no_more(earlier: &RuleCondition, later: &RuleCondition) -> bool {
    let whole = || later.when.iter().chain(&later.implied);
    let refused = |condition: &Condition| {
        later.unless.iter().any(|part| implies(condition, part))
            || whole().any(|part| matches!(part, Condition::Not(inner) if implies(condition, inner)))
    };
    let needed = |condition: &Condition| {
        whole().any(|part| implies(part, condition))
            || matches!(condition, Condition::Not(inner) if refused(inner))
    };
    earlier.when.iter().chain(&earlier.implied).all(needed) && earlier.unless.iter().all(refused)
}

/// Whether the second holds whenever the first does, as far as their lines tell.
fn implies(given: &Condition, wanted: &Condition) -> bool {
    if same(given, wanted) {
        return true;
    }
    match (given, wanted) {
        (Condition::Any(given), _) => given.iter().all(|part| implies(part, wanted)),
        (_, Condition::All(wanted)) => wanted.iter().all(|part| implies(given, part)),
        (Condition::All(given), _) if given.iter().any(|part| implies(part, wanted)) => true,
        (_, Condition::Any(wanted)) => wanted.iter().any(|part| implies(given, part)),
        (Condition::Not(given), Condition::Not(wanted)) => implies(wanted, given),
        (Condition::Test(given), Condition::Test(wanted)) => narrower(given, wanted),
        _ => false,
    }
}

/// Whether everything that the first line takes is taken by the second.
fn narrower(given: &Test, wanted: &Test) -> bool {
    if given.subject != wanted.subject {
        return false;
    }
    match (&given.wanted, &wanted.wanted) {
        (Wanted::Number(given), Wanted::Number(wanted)) => {
            given.iter().all(|given| wanted.iter().any(|wanted| covers(wanted, given)))
        }
        (Wanted::Text(given), Wanted::Text(wanted)) => all_taken(given, wanted),
        (Wanted::Flag(given), Wanted::Flag(wanted)) => given == wanted,
        (Wanted::Text(_) | Wanted::Number(_) | Wanted::Flag(_) | Wanted::Known, Wanted::Known) => {
            !given.subject.is_live()
        }
        (
            Wanted::Times { what: given, times: more, within_ms: shorter },
            Wanted::Times { what: wanted, times: fewer, within_ms: longer },
        ) => {
            // Fewer of a wider pattern would not follow: only "at least" goes from one to the other.
            let is_longer = longer.is_none_or(|longer| shorter.is_some_and(|shorter| shorter <= longer));
            let at_least = fewer.high == f64::INFINITY && covers(fewer, more);
            is_longer && at_least && all_taken(given, wanted)
        }
        _ => false,
    }
}

/// Whether each text that some pattern of the first list takes is taken by one of the second.
fn all_taken(given: &[Glob], wanted: &[Glob]) -> bool {
    given.iter().all(|given| wanted.iter().any(|wanted| takes_all(wanted, given)))
}

/// Whether no text is taken by both, as far as their beginnings tell.
fn apart(left: &Glob, right: &Glob) -> bool {
    match (left.shape(), right.shape()) {
        (Shape::Literal(text), _) => !right.matches(text),
        (_, Shape::Literal(text)) => !left.matches(text),
        (
            Shape::Prefix(left) | Shape::General { prefix: left, .. },
            Shape::Prefix(right) | Shape::General { prefix: right, .. },
        ) => !left.starts_with(right.as_str()) && !right.starts_with(left.as_str()),
    }
}

fn takes_all(wanted: &Glob, given: &Glob) -> bool {
    match (wanted.shape(), given.shape()) {
        (_, Shape::Literal(text)) => wanted.matches(text),
        (Shape::Prefix(wanted), Shape::Prefix(given)) => given.starts_with(wanted.as_str()),
        (Shape::Prefix(wanted), Shape::General { prefix, .. }) => prefix.starts_with(wanted.as_str()),
        _ => wanted == given,
    }
}

/// Whether two conditions are the same but for their lines.
fn same(left: &Condition, right: &Condition) -> bool {
    match (left, right) {
        (Condition::Test(left), Condition::Test(right)) => {
            left.subject == right.subject && left.wanted == right.wanted
        }
        (Condition::Not(left), Condition::Not(right)) => same(left, right),
        (Condition::All(left), Condition::All(right)) | (Condition::Any(left), Condition::Any(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        _ => false,
    }
}

/// A line, and whether it counts as it is or negated.
pub(crate) type Asked<'c> = (&'c Test, Polarity);

/// Two lines that cannot hold together, among those that all have to.
pub(crate) fn contradiction(condition: &RuleCondition) -> Option<(Asked<'_>, Asked<'_>)> {
    let mut required: Vec<Asked<'_>> = Vec::new();
    for part in &condition.when {
        collect(part, Polarity::Plain, &mut required);
    }
    for part in &condition.unless {
        collect(part, Polarity::Negated, &mut required);
    }
    let alone = required.iter().enumerate().find_map(|(index, second)| clash(&required[..index], &[*second]));
    if alone.is_some() {
        return alone;
    }
    let mut choices: Vec<(&[Condition], Polarity)> = Vec::new();
    for part in &condition.when {
        collect_choices(part, Polarity::Plain, &mut choices);
    }
    for part in &condition.unless {
        collect_choices(part, Polarity::Negated, &mut choices);
    }
    choices.iter().find_map(|(branches, polarity)| {
        let mut clashes = branches.iter().map(|branch| {
            let mut asked = Vec::new();
            collect(branch, *polarity, &mut asked);
            clash(&required, &asked)
        });
        // All of them have to clash; the first one is told.
        let first = clashes.next()??;
        clashes.all(|clash| clash.is_some()).then_some(first)
    })
}

fn clash<'c>(required: &[Asked<'c>], asked: &[Asked<'c>]) -> Option<(Asked<'c>, Asked<'c>)> {
    asked.iter().find_map(|second| {
        let first = required.iter().find(|first| exclude(first, second))?;
        Some((*first, *second))
    })
}

/// The groups of which one branch has to hold.
fn collect_choices<'c>(
    condition: &'c Condition,
    polarity: Polarity,
    choices: &mut Vec<(&'c [Condition], Polarity)>,
) {
    match (condition, polarity) {
        (Condition::Test(_), _) => {}
        (Condition::Not(inner), _) => collect_choices(inner, polarity.flipped(), choices),
        (Condition::All(parts), Polarity::Plain) | (Condition::Any(parts), Polarity::Negated) => {
            parts.iter().for_each(|part| collect_choices(part, polarity, choices));
        }
        (Condition::Any(parts), Polarity::Plain) | (Condition::All(parts), Polarity::Negated) => {
            choices.push((parts, polarity));
        }
    }
}

fn collect<'c>(condition: &'c Condition, polarity: Polarity, required: &mut Vec<Asked<'c>>) {
    match (condition, polarity) {
        (Condition::Test(test), _) => required.push((test, polarity)),
        (Condition::Not(inner), _) => collect(inner, polarity.flipped(), required),
        (Condition::All(parts), Polarity::Plain) | (Condition::Any(parts), Polarity::Negated) => {
            parts.iter().for_each(|part| collect(part, polarity, required));
        }
        _ => {}
    }
}

fn exclude((left, left_polarity): &(&Test, Polarity), (right, right_polarity): &(&Test, Polarity)) -> bool {
    if left.subject != right.subject {
        return false;
    }
    match (&left.wanted, &right.wanted) {
        (Wanted::Number(a), Wanted::Number(b))
            if (*left_polarity, *right_polarity) == (Polarity::Plain, Polarity::Plain) =>
        {
            a.iter().all(|a| b.iter().all(|b| a.and(b).is_empty()))
        }
        (Wanted::Number(a), Wanted::Number(b)) if left_polarity != right_polarity => {
            let (plain, negated) = if *left_polarity == Polarity::Plain { (a, b) } else { (b, a) };
            plain.iter().all(|plain| negated.iter().any(|negated| covers(negated, plain)))
        }
        (Wanted::Flag(a), Wanted::Flag(b)) => {
            (a == b) == (left_polarity != right_polarity)
                && (*left_polarity, *right_polarity) != (Polarity::Negated, Polarity::Negated)
        }
        (Wanted::Text(a), Wanted::Text(b))
            if (*left_polarity, *right_polarity) == (Polarity::Plain, Polarity::Plain)
                && left.subject.kind() != crate::signal::Kind::Set =>
        {
            a.iter().all(|a| b.iter().all(|b| apart(a, b)))
        }
        (Wanted::Text(a), Wanted::Text(b)) if left_polarity != right_polarity => {
            let (plain, negated) = if *left_polarity == Polarity::Plain { (a, b) } else { (b, a) };
            all_taken(plain, negated)
        }
        _ => false,
    }
}

fn covers(outer: &Interval, inner: &Interval) -> bool {
    outer.and(inner) == *inner
}
