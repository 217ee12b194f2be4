//! The desk as visitors meet it: whether it is open, who is free, how long a call takes to come, and when else.
//!
//! Takes what the owner configured, and the requests for a call that wait; returns the `desk.*` signals and the times
//! a call can be had at. Never reads a clock or storage.
//!
//! **How the wait is estimated.** Nobody tells yet when a call begins or ends. So the requests are played through the
//! configured desk: each, in the order it is due, takes the agent who is free first for the configured handling time,
//! inside the opening hours. What is then left until an agent is free is the wait. It is an estimate from the
//! configured figures and the requests of the last day, not a measurement.

use std::collections::BTreeMap;

use bincode::{Decode, Encode};
use rules::{Calendar, CalendarError, Changes, Facts, Signal};

/// Half an hour, in milliseconds: what a time to call is given out in.
const HALF_HOUR_MS: u64 = 30 * 60 * 1000;
/// Open days that times are offered on.
const SLOT_DAYS: usize = 3;
/// Most times one card offers: the desk that never closes, for as many days.
const MAX_SLOTS: usize = 144;
/// Chats one agent holds at once.
const CHATS_PER_AGENT: usize = 4;
/// How far back requests still weigh on the desk, in milliseconds.
pub const LOAD_MS: u64 = 24 * 60 * 60 * 1000;
/// Most requests played through: beyond it the wait is past every threshold anyway.
pub const MAX_LOAD: usize = 500;
/// Largest load in bytes.
pub const MAX_LOAD_BYTES: usize = MAX_LOAD * 32;

/// What a site's owner says of the desk.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct DeskSettings {
    /// Weekly hours, as a rule's schedule writes them: `mon-fri 09:00-18:00; sat 10:00-12:00`.
    pub hours: String,
    /// Days it stays closed, as `2026-12-25`.
    pub holidays: Vec<String>,
    /// Agents who answer during the hours.
    pub agents: u16,
    /// What one call takes of an agent, in milliseconds.
    pub handling_ms: u32,
    /// Longest wait at which a call is still offered for now, in milliseconds; beyond it, for later only.
    pub now_within_ms: u32,
}

impl DeskSettings {
    /// Calls one half hour has room for.
    pub fn places(&self) -> u32 {
        let calls = (HALF_HOUR_MS / u64::from(self.handling_ms.max(1))).max(1);
        u32::from(self.agents).saturating_mul(u32::try_from(calls).unwrap_or(u32::MAX))
    }
}

/// A request for a call that may still wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Waiting {
    /// When it was made, in milliseconds since 1970.
    pub asked_ms: u64,
    /// The half hour it was made for, in seconds since 1970; absent for as soon as possible.
    pub at_s: Option<u64>,
}

impl Waiting {
    fn due_ms(self) -> u64 {
        self.at_s.map_or(self.asked_ms, |at_s| at_s.saturating_mul(1000))
    }
}

/// A site's desk at the moment its load was read.
#[derive(Clone, Debug)]
pub struct Desk {
    settings: DeskSettings,
    calendar: Calendar,
    /// When each agent is free, soonest first.
    free_ms: Vec<u64>,
    /// Calls promised, by the half hour they are promised for.
    booked: BTreeMap<u64, u32>,
}

/// How the desk stands at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Inside the hours.
    pub open: bool,
    /// Free agents.
    pub agents: usize,
    /// Expected wait for a call; absent when none can be had before the desk closes.
    pub wait_ms: Option<u64>,
    /// Free chat places.
    pub chats: usize,
    /// When it opens, or when an agent is free; absent when one is free now.
    pub changes_ms: Option<u64>,
}

/// Why a call cannot be had at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotError {
    /// Not a half hour inside the hours, or one that is over, or too far off.
    NotOffered,
    /// As many calls are promised for it as the desk can make.
    Taken,
}

impl Desk {
    /// The desk under these requests, read at `now_ms`.
    ///
    /// # Errors
    /// When hours, days or the zone cannot be read: settings that were checked never say so.
    pub fn new(
        settings: &DeskSettings,
        zone: &str,
        load: &[Waiting],
        now_ms: u64,
    ) -> Result<Self, CalendarError> {
        let calendar = Calendar::new(zone, &settings.hours, &settings.holidays)?;
        let mut booked = BTreeMap::new();
        for at_s in load.iter().filter_map(|waiting| waiting.at_s) {
            *booked.entry(at_s).or_default() += 1;
        }
        let mut due: Vec<u64> = load.iter().map(|waiting| waiting.due_ms()).collect();
        due.retain(|due_ms| *due_ms <= now_ms);
        due.sort_unstable();
        let mut free_ms = vec![0; usize::from(settings.agents)];
        for due_ms in due.into_iter().filter(|_| settings.agents > 0) {
            let start_ms = due_ms.max(free_ms[0]);
            let start_ms = if calendar.is_open(signed(start_ms)) {
                start_ms
            } else {
                calendar.opens_at(signed(start_ms)).map_or(start_ms, i64::unsigned_abs)
            };
            free_ms[0] = start_ms + u64::from(settings.handling_ms);
            free_ms.sort_unstable();
        }
        Ok(Self { settings: settings.clone(), calendar, free_ms, booked })
    }

    /// How it stands.
    pub fn at(&self, now_ms: u64) -> Standing {
        let open = self.calendar.is_open(signed(now_ms));
        if !open {
            let changes_ms = self.calendar.opens_at(signed(now_ms)).map(i64::unsigned_abs);
            return Standing { open, agents: 0, wait_ms: None, chats: 0, changes_ms };
        }
        let agents = self.free_ms.iter().filter(|free_ms| **free_ms <= now_ms).count();
        let next_ms = self.free_ms.first().map(|free_ms| *free_ms.max(&now_ms));
        Standing {
            open,
            agents,
            wait_ms: next_ms
                .filter(|next_ms| self.stays_open(now_ms, *next_ms))
                .map(|next_ms| next_ms - now_ms),
            chats: agents * CHATS_PER_AGENT,
            changes_ms: next_ms.filter(|_| agents == 0),
        }
    }

    /// Sets the `desk.*` signals.
    pub fn tell(&self, facts: &mut Facts, now_ms: u64) {
        let standing = self.at(now_ms);
        facts.set_flag(Signal::DeskOpen, standing.open);
        facts.set_number(Signal::DeskAgents, standing.agents as f64);
        facts.set_number(Signal::DeskChats, standing.chats as f64);
        if let Some(wait_ms) = standing.wait_ms {
            facts.set_duration_ms(Signal::DeskWait, wait_ms);
        }
    }

    /// Which signals [`Self::tell`] sets.
    pub fn signals() -> Changes {
        Changes::new()
            .with(Signal::DeskOpen)
            .with(Signal::DeskAgents)
            .with(Signal::DeskChats)
            .with(Signal::DeskWait)
    }

    /// Whether a call is offered for now.
    pub fn calls_now(&self, standing: Standing) -> bool {
        standing.wait_ms.is_some_and(|wait_ms| wait_ms <= u64::from(self.settings.now_within_ms))
    }

    /// The half hours a call can be had in later, in seconds since 1970, soonest first: whole ones inside the hours
    /// that have room, on the next three open days.
    pub fn slots(&self, now_ms: u64) -> Vec<u64> {
        if self.settings.agents == 0 {
            return Vec::new();
        }
        let after_ms = signed(self.free_ms.first().map_or(now_ms, |free_ms| *free_ms.max(&now_ms)));
        let half_hours = self.calendar.half_hours(after_ms, SLOT_DAYS).into_iter();
        half_hours
            .map(|at_ms| at_ms.unsigned_abs() / 1000)
            .filter(|at_s| self.has_room(*at_s))
            .take(MAX_SLOTS)
            .collect()
    }

    /// Whether a call can be had in the half hour that begins at `at_s`. One that has begun since it was offered is
    /// still good.
    ///
    /// # Errors
    /// See [`SlotError`].
    pub fn takes(&self, at_s: u64, now_ms: u64) -> Result<(), SlotError> {
        let begun_ms = signed(now_ms.saturating_sub(HALF_HOUR_MS));
        let offered = self.calendar.half_hours(begun_ms, SLOT_DAYS + 1);
        if !offered.iter().any(|slot_ms| slot_ms.unsigned_abs() / 1000 == at_s) || self.settings.agents == 0 {
            return Err(SlotError::NotOffered);
        }
        if self.has_room(at_s) { Ok(()) } else { Err(SlotError::Taken) }
    }

    /// Calls one half hour has room for.
    pub fn places(&self) -> u32 {
        self.settings.places()
    }

    /// Whether it does not close between the two: who waits is not called the next morning.
    fn stays_open(&self, from_ms: u64, until_ms: u64) -> bool {
        /// Fine enough to meet a lunch break.
        const STEP_MS: u64 = 5 * 60 * 1000;
        let mut steps = (from_ms..until_ms).step_by(STEP_MS as usize).chain([until_ms]);
        until_ms - from_ms < LOAD_MS && steps.all(|at_ms| self.calendar.is_open(signed(at_ms)))
    }

    fn has_room(&self, at_s: u64) -> bool {
        self.booked.get(&at_s).is_none_or(|booked| *booked < self.settings.places())
    }
}

fn signed(at_ms: u64) -> i64 {
    i64::try_from(at_ms).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Desk, DeskSettings, SlotError, Waiting};

    /// Friday 2026-12-18, 16:40 in Paris.
    const FRIDAY_MS: u64 = 1_797_608_400_000;
    const MINUTE_MS: u64 = 60_000;
    const FIVE_S: u64 = FRIDAY_MS / 1000 + 20 * 60;

    fn desk(agents: u16, load: &[Waiting]) -> Desk {
        let settings = DeskSettings {
            hours: "mon-fri 09:00-18:00".into(),
            holidays: vec!["2026-12-21".into()],
            agents,
            handling_ms: 4 * 60_000,
            now_within_ms: 10 * 60_000,
        };
        Desk::new(&settings, "Europe/Paris", load, FRIDAY_MS).unwrap()
    }

    fn asked(minutes_ago: u64) -> Waiting {
        Waiting { asked_ms: FRIDAY_MS - minutes_ago * MINUTE_MS, at_s: None }
    }

    #[test]
    fn an_open_desk_with_a_free_agent_does_not_let_wait() {
        let standing = desk(2, &[asked(1)]).at(FRIDAY_MS);
        assert_eq!((standing.open, standing.agents, standing.chats), (true, 1, 4));
        assert_eq!((standing.wait_ms, standing.changes_ms), (Some(0), None));
    }

    #[test]
    fn the_requests_before_are_waited_for() {
        let load = [asked(3), asked(2), asked(1), asked(0)];
        let busy = desk(2, &load);
        let standing = busy.at(FRIDAY_MS);
        // Two are on the line since 3 and 2 minutes; the next two follow them at 16:41 and 16:42.
        assert_eq!((standing.agents, standing.wait_ms), (0, Some(5 * MINUTE_MS)));
        assert_eq!(standing.changes_ms, Some(FRIDAY_MS + 5 * MINUTE_MS));
        assert!(busy.calls_now(standing));
        let overloaded = desk(1, &load);
        assert!(!overloaded.calls_now(overloaded.at(FRIDAY_MS)), "13 minutes are more than 10");
    }

    #[test]
    fn a_closed_desk_says_when_it_opens_and_offers_times() {
        let desk = desk(2, &[]);
        let evening = FRIDAY_MS + 120 * MINUTE_MS;
        let standing = desk.at(evening);
        assert_eq!((standing.open, standing.agents, standing.wait_ms), (false, 0, None));
        // Monday is a holiday: Tuesday, 09:00.
        let tuesday = FRIDAY_MS + (3 * 24 * 60 + 16 * 60 + 20) * MINUTE_MS;
        assert_eq!(standing.changes_ms, Some(tuesday));
        assert_eq!(desk.slots(evening)[0], tuesday / 1000);
        assert_eq!(desk.slots(evening).len(), 3 * 18);
    }

    #[test]
    fn a_wait_past_closing_time_is_none() {
        let load: Vec<Waiting> = (0..30).map(|_| asked(1)).collect();
        let desk = desk(1, &load);
        assert_eq!(desk.at(FRIDAY_MS).wait_ms, None);
        assert!(!desk.calls_now(desk.at(FRIDAY_MS)));
    }

    #[test]
    fn a_half_hour_is_taken_as_often_as_it_has_places() {
        let booking = Waiting { asked_ms: FRIDAY_MS, at_s: Some(FIVE_S) };
        assert_eq!(desk(1, &[]).places(), 7);
        assert_eq!(desk(1, &[booking; 6]).takes(FIVE_S, FRIDAY_MS), Ok(()));
        let full = desk(1, &[booking; 7]);
        assert_eq!(full.takes(FIVE_S, FRIDAY_MS), Err(SlotError::Taken));
        assert!(!full.slots(FRIDAY_MS).contains(&FIVE_S));
        assert_eq!(full.at(FRIDAY_MS).wait_ms, Some(0), "a promise for later does not hold the line now");
    }

    #[test]
    fn only_half_hours_inside_the_hours_are_taken() {
        let desk = desk(1, &[]);
        assert_eq!(desk.takes(FIVE_S, FRIDAY_MS + 25 * MINUTE_MS), Ok(()), "begun since it was offered");
        for at_s in [FIVE_S + 60, FIVE_S + 3600, FIVE_S - 7200, FIVE_S + 400 * 24 * 3600] {
            assert_eq!(desk.takes(at_s, FRIDAY_MS), Err(SlotError::NotOffered), "{at_s}");
        }
    }
}
