//! What time alone can bring about for a visitor who is not there.
//!
//! While nobody is there no page is open: what only a page, an event or a request tells is unknown. So of all rules only
//! those can come to hold that show nothing, ask nothing of a page, and ask something of time. Takes a program; returns
//! these rules as a program of their own, and the lapses of time their conditions turn at. Never reads a clock.

use crate::condition::{Condition, Polarity, Subject, Test, Wanted};
use crate::interval::Interval;
use crate::program::Program;
use crate::rule::Rule;
use crate::signal::{Signal, Supplier};

/// A lapse of time at which a condition may turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// So many whole days without the visitor.
    DaysAway(u64),
    /// So many milliseconds since he was first seen.
    Age(u64),
    /// So many milliseconds since his last order.
    Recency(u64),
    /// So many milliseconds since a page or an event of his journey.
    Past(u64),
}

impl Program {
    /// The rules that can come to hold while the visitor is away; none where no rule can, as at most sites.
    pub fn while_away(&self) -> Option<Self> {
        let rules: Vec<Rule> = self.rules().iter().filter(|rule| holds_unattended(rule)).cloned().collect();
        // Rules of a sound program make a sound program.
        if rules.is_empty() { None } else { Self::new(self.site().clone(), rules).ok() }
    }

    /// The lapses of time at which conditions of its rules may turn, each once, in order.
    pub fn turns(&self) -> Vec<Turn> {
        let mut turns = Vec::new();
        for rule in 0..self.rules().len() {
            self.condition(rule).for_each_test(&mut |test, _| turns.extend(turns_of(test)));
        }
        turns.sort_unstable();
        turns.dedup();
        turns
    }
}

/// Whether a rule shows nothing, can hold without a page, and may turn with time alone.
fn holds_unattended(rule: &Rule) -> bool {
    if rule.show.is_visible() {
        return false;
    }
    let condition = rule.condition.whole();
    let (mut live, mut timed) = (false, rule.schedule.is_some());
    condition.for_each_test(&mut |test, _| {
        live |= test.subject.is_live();
        timed |= is_timed(test);
    });
    // A live signal begins at zero where there is no page: what asks for one asks for a page.
    timed && !live && can_hold(&condition, Polarity::Plain)
}

/// Whether a condition can hold when nothing that needs a page is known.
fn can_hold(condition: &Condition, polarity: Polarity) -> bool {
    match (condition, polarity) {
        (Condition::Test(test), _) => polarity == Polarity::Negated || !needs_page(&test.subject),
        (Condition::Not(inner), _) => can_hold(inner, polarity.flipped()),
        (Condition::All(parts), Polarity::Plain) | (Condition::Any(parts), Polarity::Negated) => {
            parts.iter().all(|part| can_hold(part, polarity))
        }
        (Condition::Any(parts), Polarity::Plain) | (Condition::All(parts), Polarity::Negated) => {
            parts.iter().any(|part| can_hold(part, polarity))
        }
    }
}

/// Whether only a page, an event or a request tells it. The basket is remembered.
fn needs_page(subject: &Subject) -> bool {
    match subject {
        Subject::Query(_) => true,
        Subject::Customer(..) | Subject::Pages | Subject::Events => false,
        Subject::Signal(signal) => match signal {
            Signal::CartTotal | Signal::CartItems | Signal::CartCurrency => false,
            Signal::PagePrevious
            | Signal::PageViews
            | Signal::DeviceKind
            | Signal::DeviceBrowser
            | Signal::DeviceOs
            | Signal::DeviceLanguage => true,
            other => matches!(other.declaration().supplier, Supplier::Tag | Supplier::Network),
        },
    }
}

/// Whether a condition may turn with time alone.
fn is_timed(test: &Test) -> bool {
    match &test.subject {
        Subject::Signal(signal) => match signal {
            Signal::VisitorDaysAway
            | Signal::VisitorAge
            | Signal::OrdersRecency
            | Signal::CartAbandoned
            | Signal::TimeHour
            | Signal::TimeWeekday
            | Signal::TimeDate => true,
            other => other.declaration().supplier == Supplier::Desk,
        },
        _ => matches!(
            test.wanted,
            Wanted::Times { within_ms: Some(_), .. } | Wanted::Path { within_ms: Some(_), .. }
        ),
    }
}

fn turns_of(test: &Test) -> Vec<Turn> {
    let turn = match (&test.subject, &test.wanted) {
        (_, Wanted::Times { within_ms: Some(ms), .. } | Wanted::Path { within_ms: Some(ms), .. }) => {
            // It still counts in that very millisecond.
            return vec![Turn::Past(ms.saturating_add(1))];
        }
        (Subject::Signal(Signal::VisitorDaysAway), _) => Turn::DaysAway,
        (Subject::Signal(Signal::VisitorAge), _) => Turn::Age,
        (Subject::Signal(Signal::OrdersRecency), _) => Turn::Recency,
        _ => return Vec::new(),
    };
    let Wanted::Number(intervals) = &test.wanted else {
        return Vec::new();
    };
    intervals.iter().flat_map(Interval::edges).map(turn).collect()
}

#[cfg(test)]
mod tests {
    use super::Turn;
    use crate::check;

    const DAY_MS: u64 = 86_400_000;

    /// The rules of those written as `show: conditions` that can come to hold while nobody is there, and their turns.
    fn away(rules: &[&str]) -> (Vec<String>, Vec<Turn>) {
        let rule = |(index, rule): (usize, &&str)| {
            let (show, when) = rule.split_once(": ").expect("`show: conditions`");
            let of = match show {
                "notify" => "event = 'x'",
                "tag" => "tag = 'x'",
                _ => "content.en.title = 'x'",
            };
            format!("[[rule]]\nid = 'r{index}'\nshow = '{show}'\n{of}\n{when}\n")
        };
        let source: String = rules.iter().enumerate().map(rule).collect();
        let checked = check("rules.toml", &source);
        let program = checked.program.unwrap_or_else(|| panic!("{:?}", checked.diagnostics));
        program.while_away().map_or_else(Default::default, |away| {
            (away.rules().iter().map(|rule| rule.id.clone()).collect(), away.turns())
        })
    }

    #[test]
    fn rules_that_show_nothing_and_ask_for_time_can_hold_while_nobody_is_there() {
        let (rules, turns) = away(&[
            "notify: when = { visitor.days_away = '>= 30' }",
            "tag: when = { cart.abandoned = true }",
            "notify: when = { orders.recency = '> 2d' }",
            "notify: when = { visited = { path = '/p/*', times = '>= 5', within = '7d' } }",
            "notify: when = { cart.total = '>= 100', desk.open = true }",
            "notify: schedule = { hours = 'mon-fri 08:00-18:00' }\nwhen = { orders.count = '>= 1' }",
            "tag: when = { visitor.age = '1d..2d' }\nunless = { page.type = 'cart' }",
        ]);
        assert_eq!(rules, ["r0", "r1", "r2", "r3", "r4", "r5", "r6"]);
        assert_eq!(
            turns,
            [
                Turn::DaysAway(30),
                Turn::Age(DAY_MS),
                Turn::Age(2 * DAY_MS + 1),
                Turn::Recency(2 * DAY_MS + 1),
                Turn::Past(7 * DAY_MS + 1)
            ]
        );
    }

    #[test]
    fn what_is_seen_needs_a_page_or_never_turns_stays_with_the_visits() {
        let (rules, _) = away(&[
            "banner: when = { visitor.days_away = '>= 30' }",
            "notify: when = { page.path = '/p/*', visitor.days_away = '>= 30' }",
            "notify: when = { page.dwell = '>= 45s', desk.open = true }",
            "tag: when = { device.kind = 'desktop', visitor.days_away = '>= 1' }",
            "tag: when = { visitor.visits = '>= 5' }",
        ]);
        assert_eq!(rules, Vec::<String>::new());
    }
}
