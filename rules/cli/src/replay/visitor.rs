//! Walks visitors through their visits and asks the rules at each step.
//!
//! A log says when pages were opened and what happened on them, not for how long they were looked at: the time on a
//! page is taken to go on until the visitor is next heard of in the same visit. What a line carries beside that, such
//! as a basket, counts from then on. All else is unknown, and the report says which rules ask for it.

use std::collections::{BTreeMap, HashMap, HashSet};

use rules::{
    Consent, Evaluation, Exposure, ExposureKind, Facts, Moment, Outcome, Program, Reason, Show, Signal,
    Verdict, Watch,
};
use serde_json::Value;

use crate::facts;
use crate::replay::lacks::Lacks;
use crate::replay::log::Hit;
use crate::replay::origin::{address, fill_origin, query_pairs};

/// 30 minutes of silence end a visit.
const VISIT_GAP_MS: i64 = 30 * 60 * 1000;
const DAY_MS: i64 = 86_400_000;

/// Steps and exposures remembered of one visitor: a whole office behind one address must not cost hours.
const MEMORY: usize = 1_000;

/// What a rule would have done.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reach {
    pub(crate) visits: u64,
    pub(crate) visitors: u64,
    /// Visits in which its conditions held.
    pub(crate) held: u64,
    pub(crate) first_ms: Option<i64>,
    pub(crate) last_ms: Option<i64>,
    /// Why it was not shown although it held: the reason's kind or the rule that was, and how many visits.
    pub(crate) beaten: BTreeMap<String, u64>,
    /// What it reads and no line of the log tells.
    pub(crate) lacks: Vec<String>,
}

/// What all rules would have done.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) visits: u64,
    pub(crate) views: u64,
    pub(crate) reach: Vec<Reach>,
}

/// What is used for one decision after another.
#[derive(Default)]
struct Memory {
    facts: Facts,
    evaluation: Evaluation,
    verdict: Verdict,
}

impl Report {
    /// Replays hits that are in order of visitors and time.
    pub(crate) fn of(program: &Program, hits: &[Hit]) -> Self {
        let mut report = Self { reach: vec![Reach::default(); program.rules().len()], ..Self::default() };
        let mut memory = Memory::default();
        let mut lacks = Lacks::of(program);
        for visitor in hits.chunk_by(|a, b| a.visitor == b.visitor) {
            Walk::new(program, visitor, &mut lacks).run(&mut report, &mut memory);
        }
        for (rule, reach) in report.reach.iter_mut().enumerate() {
            reach.lacks = lacks.names(&program.rules()[rule]);
        }
        report
    }
}

/// One visitor's way through the log.
struct Walk<'w> {
    program: &'w Program,
    hits: &'w [Hit],
    lacks: &'w mut Lacks,
    visit: u32,
    visit_began: usize,
    /// The hits that opened a page, and the one that opened the present page.
    opened: Vec<bool>,
    page: Option<usize>,
    /// What lines have said beside pages and events.
    carried: BTreeMap<&'w str, &'w Value>,
    segments: Vec<&'w str>,
    /// When each rule was shown, and in which visit.
    shown: Vec<(usize, i64, u32)>,
    seen: HashSet<usize>,
    /// Visits in which a rule held, and in which another beat it: each counts once.
    held: HashMap<usize, u32>,
    beaten: HashMap<(usize, String), u32>,
}

impl<'w> Walk<'w> {
    fn new(program: &'w Program, hits: &'w [Hit], lacks: &'w mut Lacks) -> Self {
        Self {
            program,
            hits,
            lacks,
            visit: 0,
            visit_began: 0,
            opened: Vec::with_capacity(hits.len()),
            page: None,
            carried: BTreeMap::new(),
            segments: Vec::new(),
            shown: Vec::new(),
            seen: HashSet::new(),
            held: HashMap::new(),
            beaten: HashMap::new(),
        }
    }

    fn run(mut self, report: &mut Report, memory: &mut Memory) {
        let mut days_away = None;
        for index in 0..self.hits.len() {
            let hit = &self.hits[index];
            let silence = index.checked_sub(1).map(|before| hit.at_ms - self.hits[before].at_ms);
            if silence.is_none_or(|silence| silence > VISIT_GAP_MS) {
                self.visit += 1;
                self.visit_began = index;
                self.page = None;
                self.forget(&["visit.", "page.", "form.", "clicks.", "event."]);
                days_away = silence.map(|silence| silence / DAY_MS);
                report.visits += 1;
            }
            let opens = self.opens(hit);
            self.opened.push(opens);
            if opens {
                self.page = Some(index);
                self.forget(&["page.", "form.", "clicks."]);
                report.views += 1;
            }
            self.carried.extend(hit.carried.iter().map(|(name, value)| (name.as_str(), value)));
            self.fill(index, days_away, &mut memory.facts);
            self.decide(hit.at_ms, report, memory);
            self.stay(index, report, memory);
        }
        for (rule, reach) in report.reach.iter_mut().enumerate() {
            reach.visitors += u64::from(self.seen.contains(&rule));
        }
    }

    /// Whether a page is opened: an event on the page that is open already opens none.
    fn opens(&self, hit: &Hit) -> bool {
        let is_view = hit.event.as_deref().is_none_or(|event| event == "page");
        let is_open = || self.page.is_some_and(|page| address(&self.hits[page]).0 == address(hit).0);
        hit.page.is_some() && (is_view || !is_open())
    }

    fn forget(&mut self, spaces: &[&str]) {
        self.carried.retain(|name, _| !spaces.iter().any(|space| name.starts_with(space)));
    }

    /// Time passes on the page until the visitor is next heard of in this visit.
    fn stay(&mut self, index: usize, report: &mut Report, memory: &mut Memory) {
        let (Some(page), Some(next)) = (self.page, self.hits.get(index + 1)) else { return };
        if next.at_ms - self.hits[index].at_ms > VISIT_GAP_MS {
            return;
        }
        let opened_ms = self.hits[page].at_ms;
        while let Some(threshold) = first_dwell(&memory.verdict.watch, next.at_ms - opened_ms) {
            memory.facts.set_duration_ms(Signal::PageDwell, u64::from(threshold));
            memory.facts.set_text(Signal::EventName, "live");
            self.decide(opened_ms + i64::from(threshold), report, memory);
        }
    }

    fn fill(&self, index: usize, days_away: Option<i64>, facts: &mut Facts) {
        let hit = &self.hits[index];
        let oldest = self.oldest(index);
        let began = self.visit_began.max(oldest);
        facts.clear();
        facts.set_text(Signal::EventName, hit.event.as_deref().unwrap_or("page"));
        let pages_from = |from: usize| (from..=index).filter(|at| self.opened[*at]);
        if let Some(page) = self.page {
            let (path, query) = address(&self.hits[page]);
            facts.set_text(Signal::PagePath, path);
            facts.set_duration_ms(Signal::PageDwell, hit.at_ms.abs_diff(self.hits[page].at_ms));
            for (key, value) in query_pairs(query) {
                facts.set_query(&key, &value);
            }
            let views = pages_from(oldest).filter(|at| address(&self.hits[*at]).0 == path);
            facts.set_number(Signal::PageViews, views.count() as f64);
            if let Some(before) = pages_from(began).rev().nth(1) {
                facts.set_text(Signal::PagePrevious, address(&self.hits[before]).0);
            }
        }
        facts
            .set_number(Signal::VisitPages, pages_from(began).count() as f64)
            .set_number(Signal::VisitNumber, f64::from(self.visit))
            .set_number(Signal::VisitorVisits, f64::from(self.visit))
            .set_text(Signal::VisitorKind, if self.visit > 1 { "recognized" } else { "anonymous" })
            .set_number(Signal::VisitDuration, (hit.at_ms - self.hits[began].at_ms) as f64)
            .set_number(Signal::VisitorAge, (hit.at_ms - self.hits[0].at_ms) as f64)
            .set_members(Signal::VisitorSegments, self.segments.iter().copied())
            .set_time(self.program.local_time(hit.at_ms));
        if let Some(is_mobile) = hit.is_mobile {
            facts.set_text(Signal::DeviceKind, if is_mobile { "mobile" } else { "desktop" });
        }
        if let Some(days) = days_away {
            facts.set_number(Signal::VisitorDaysAway, days as f64);
        }
        if let Some(entry) = pages_from(began).next() {
            fill_origin(&self.hits[entry], facts);
        }
        for at in oldest..=index {
            let past = &self.hits[at];
            let ago_ms = hit.at_ms.abs_diff(past.at_ms);
            if self.opened[at] {
                facts.visited(address(past).0, ago_ms);
            }
            if let Some(event) = past.event.as_deref().filter(|event| *event != "page") {
                facts.did(event, ago_ms);
            }
        }
        for (name, value) in &self.carried {
            // INVARIANT: reading the log has tried each of them.
            let _ = facts::set(name, value, facts);
        }
    }

    /// The first step that is still remembered.
    fn oldest(&self, index: usize) -> usize {
        index.saturating_sub(MEMORY)
    }

    fn decide(&mut self, now_ms: i64, report: &mut Report, memory: &mut Memory) {
        let Memory { facts, evaluation, verdict } = memory;
        let program = self.program;
        let id = |rule: usize| program.rules()[rule].id.as_str();
        self.lacks.note(facts);
        program.evaluate_into(facts, evaluation);
        let forgotten = self.shown.len().saturating_sub(MEMORY);
        self.shown.drain(..forgotten);
        let exposures: Vec<Exposure<'_>> = self
            .shown
            .iter()
            .map(|(rule, last_ms, visit)| Exposure {
                rule: id(*rule),
                visit: *visit,
                times: 1,
                last_ms: *last_ms,
                kind: ExposureKind::Shown,
            })
            .collect();
        let visitor = self.hits[0].visitor.to_le_bytes();
        let moment = Moment {
            now_ms,
            visitor: &visitor,
            consent: Consent::Granted,
            visit: self.visit,
            exposures: &exposures,
            ..Moment::default()
        };
        program.arbitrate_into(evaluation, &moment, verdict);
        for (rule, outcome) in &verdict.outcomes {
            let reach = &mut report.reach[*rule];
            if self.held.insert(*rule, self.visit) != Some(self.visit) {
                reach.held += 1;
            }
            match outcome {
                Outcome::Shown | Outcome::Done => {
                    if !self.shown.iter().any(|(of, _, visit)| of == rule && *visit == self.visit) {
                        reach.visits += 1;
                    }
                    reach.first_ms = Some(reach.first_ms.map_or(now_ms, |first| first.min(now_ms)));
                    reach.last_ms = Some(reach.last_ms.map_or(now_ms, |last| last.max(now_ms)));
                    self.shown.push((*rule, now_ms, self.visit));
                    self.seen.insert(*rule);
                    if let Show::Tag { segment } = &program.rules()[*rule].show
                        && !self.segments.contains(&segment.as_str())
                    {
                        // It counts from the next step on.
                        self.segments.push(segment);
                    }
                }
                Outcome::Lost(reason) => {
                    let by = match reason {
                        Reason::GroupTaken { by } | Reason::Outranked { by } => id(*by).to_owned(),
                        Reason::Closed { .. } => "its schedule".to_owned(),
                        Reason::HeldOut => "its control group".to_owned(),
                        Reason::Pressure { .. } => "the site's pressure".to_owned(),
                        // Its own earlier exposures: nothing beat it.
                        _ => continue,
                    };
                    if self.beaten.insert((*rule, by.clone()), self.visit) != Some(self.visit) {
                        *reach.beaten.entry(by).or_default() += 1;
                    }
                }
            }
        }
    }
}

fn first_dwell(watch: &[Watch], limit_ms: i64) -> Option<u32> {
    watch.iter().find_map(|watch| match watch {
        Watch::DwellMs(ms) if i64::from(*ms) <= limit_ms => Some(*ms),
        _ => None,
    })
}
