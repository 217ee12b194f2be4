//! Walks visitors through their visits and asks the rules at each step.
//!
//! A log says when pages were opened, not what was done on them: the time on a page is taken to be the time to the
//! next one, and the other live signals stay at their beginnings. The basket, the desk and the customer are unknown.

use std::collections::{BTreeMap, HashMap, HashSet};

use rules::{
    Consent, Evaluation, Exposure, ExposureKind, Facts, Live, Moment, Outcome, Program, Reason, Signal,
    Verdict, Watch,
};

use crate::replay::log::Hit;

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
}

/// What all rules would have done.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) visits: u64,
    pub(crate) views: u64,
    pub(crate) reach: Vec<Reach>,
}

impl Report {
    /// Replays hits that are in order of visitors and time.
    pub(crate) fn of(program: &Program, hits: &[Hit]) -> Self {
        let mut report = Self { reach: vec![Reach::default(); program.rules().len()], ..Self::default() };
        let mut memory = (Facts::new(), Evaluation::default(), Verdict::default());
        for visitor in hits.chunk_by(|a, b| a.visitor == b.visitor) {
            Walk::new(program, visitor).run(&mut report, &mut memory);
        }
        report
    }
}

/// One visitor's way through the log.
struct Walk<'w> {
    program: &'w Program,
    hits: &'w [Hit],
    visit: u32,
    visit_began: usize,
    /// When each rule was shown, and in which visit.
    shown: Vec<(usize, i64, u32)>,
    seen: HashSet<usize>,
    /// Visits in which a rule held, and in which another beat it: each counts once.
    held: HashMap<usize, u32>,
    beaten: HashMap<(usize, String), u32>,
}

impl<'w> Walk<'w> {
    fn new(program: &'w Program, hits: &'w [Hit]) -> Self {
        let (held, beaten) = (HashMap::new(), HashMap::new());
        Self {
            program,
            hits,
            visit: 0,
            visit_began: 0,
            shown: Vec::new(),
            seen: HashSet::new(),
            held,
            beaten,
        }
    }

    fn run(mut self, report: &mut Report, memory: &mut (Facts, Evaluation, Verdict)) {
        let mut days_away = None;
        for index in 0..self.hits.len() {
            let hit = &self.hits[index];
            let silence = index.checked_sub(1).map(|before| hit.at_ms - self.hits[before].at_ms);
            if silence.is_none_or(|silence| silence > VISIT_GAP_MS) {
                self.visit += 1;
                self.visit_began = index;
                days_away = silence.map(|silence| silence / DAY_MS);
                report.visits += 1;
            }
            if hit.page.is_none() {
                continue;
            }
            report.views += 1;
            let (facts, evaluation, verdict) = memory;
            self.fill(index, days_away, facts);
            self.decide(hit.at_ms, report, facts, evaluation, verdict);
            // Time passes until the next page of the visit.
            let next = self.hits[index + 1..].iter().find(|next| next.page.is_some());
            let dwell_ms = next.map_or(0, |next| next.at_ms - hit.at_ms);
            if dwell_ms > VISIT_GAP_MS {
                continue;
            }
            while let Some(threshold) = first_dwell(&verdict.watch, dwell_ms) {
                facts.set_live(Live { dwell_ms: threshold, ..Live::default() });
                self.decide(hit.at_ms + i64::from(threshold), report, facts, evaluation, verdict);
            }
        }
        for (rule, reach) in report.reach.iter_mut().enumerate() {
            reach.visitors += u64::from(self.seen.contains(&rule));
        }
    }

    fn fill(&self, index: usize, days_away: Option<i64>, facts: &mut Facts) {
        let hit = &self.hits[index];
        let of_visit = &self.hits[self.visit_began.max(self.oldest(index))..=index];
        let (path, query) = address(hit);
        facts.clear();
        facts.set_text(Signal::PagePath, path).set_text(Signal::EventName, "page");
        for (key, value) in query_pairs(query) {
            facts.set_query(&key, &value);
        }
        let pages = || of_visit.iter().filter(|hit| hit.page.is_some());
        if let Some(before) = pages().rev().nth(1) {
            facts.set_text(Signal::PagePrevious, address(before).0);
        }
        let views = self.hits[self.oldest(index)..=index]
            .iter()
            .filter(|other| other.page.is_some() && address(other).0 == path);
        facts
            .set_number(Signal::PageViews, views.count() as f64)
            .set_number(Signal::VisitPages, pages().count() as f64)
            .set_number(Signal::VisitNumber, f64::from(self.visit))
            .set_number(Signal::VisitorVisits, f64::from(self.visit))
            .set_text(Signal::VisitorKind, if self.visit > 1 { "recognized" } else { "anonymous" })
            .set_text(Signal::DeviceKind, if hit.is_mobile { "mobile" } else { "desktop" })
            .set_number(Signal::VisitDuration, (hit.at_ms - of_visit[0].at_ms) as f64)
            .set_number(Signal::VisitorAge, (hit.at_ms - self.hits[0].at_ms) as f64)
            .set_time(self.program.local_time(hit.at_ms));
        if let Some(days) = days_away {
            facts.set_number(Signal::VisitorDaysAway, days as f64);
        }
        self.fill_origin(of_visit, facts);
        for past in &self.hits[self.oldest(index)..=index] {
            let ago_ms = hit.at_ms.abs_diff(past.at_ms);
            if past.page.is_some() {
                facts.visited(address(past).0, ago_ms);
            }
            if let Some(event) = &past.event {
                facts.did(event, ago_ms);
            }
        }
    }

    /// The first step that is still remembered.
    fn oldest(&self, index: usize) -> usize {
        index.saturating_sub(MEMORY)
    }

    /// Where the visit came from: its first page says.
    fn fill_origin(&self, of_visit: &[Hit], facts: &mut Facts) {
        let Some(entry) = of_visit.iter().find(|hit| hit.page.is_some()) else { return };
        let (path, query) = address(entry);
        facts.set_text(Signal::VisitEntry, path);
        let rest = entry.referrer.split_once("://").map_or("", |(_, rest)| rest);
        let (host, target) = rest.split_once('/').unwrap_or((rest, ""));
        facts.set_text(Signal::VisitReferrer, host.strip_prefix("www.").unwrap_or(host));
        for (key, value) in query_pairs(target.split_once('?').map_or("", |(_, query)| query)) {
            if matches!(key.as_str(), "q" | "p" | "query")
                && ["google.", "bing.", "yahoo."].iter().any(|name| host.contains(name))
            {
                facts.set_text(Signal::VisitSearch, &value);
            }
        }
        for (key, value) in query_pairs(query) {
            let signal = match key.as_str() {
                "utm_source" => Signal::VisitSource,
                "utm_medium" => Signal::VisitMedium,
                "utm_campaign" => Signal::VisitCampaign,
                "utm_term" => Signal::VisitTerm,
                _ => continue,
            };
            facts.set_text(signal, &value);
        }
    }

    fn decide(
        &mut self,
        now_ms: i64,
        report: &mut Report,
        facts: &Facts,
        evaluation: &mut Evaluation,
        verdict: &mut Verdict,
    ) {
        let program = self.program;
        let id = |rule: usize| program.rules()[rule].id.as_str();
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

fn address(hit: &Hit) -> (&str, &str) {
    let page = hit.page.as_deref().unwrap_or_default();
    let page = page.split('#').next().unwrap_or_default();
    page.split_once('?').unwrap_or((page, ""))
}

fn query_pairs(query: &str) -> impl Iterator<Item = (String, String)> + '_ {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (decoded(key), decoded(value)))
}

/// Percent-decoding, with `+` for a space, as forms send it.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = |byte: u8| char::from(byte).to_digit(16);
        rest = after;
        match (first, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) if let (Some(high), Some(low)) = (hex(*high), hex(*low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = after;
            }
            (other, _) => bytes.push(*other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
