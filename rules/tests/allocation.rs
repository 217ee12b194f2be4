//! A decision in memory that is warm allocates nothing: facts, evaluation, an event, arbitration.

// Counting means standing in for the allocator, which is unsafe by its signature.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use rules::{
    Changes, Consent, Evaluation, Exposure, ExposureKind, Facts, Live, Moment, Program, Signal, Verdict,
    check,
};

struct Counting;

thread_local! {
    /// Of this thread alone: the test harness has others.
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
}

// SAFETY: every call is handed on to the system's allocator as it came. The counter is a constant thread-local
// without a destructor, so that reaching it neither allocates nor fails.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn allocations(of: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    of();
    ALLOCATIONS.get() - before
}

/// The memory that is used again from one decision to the next.
#[derive(Default)]
struct Warm {
    facts: Facts,
    evaluation: Evaluation,
    verdict: Verdict,
}

const PATHS: [&str; 4] = ["/", "/shop/shoes/item-3", "/faq/delivery/how-long-does-it-take", "/cart"];

impl Warm {
    /// One of the visitors: different ones have different facts, all of every kind.
    fn decide(&mut self, program: &Program, visitor: usize) {
        let path = |step: usize| PATHS[(visitor + step) % PATHS.len()];
        let Self { facts, evaluation, verdict } = self;
        facts.clear();
        facts.set_text(Signal::PagePath, path(0)).set_text(Signal::VisitEntry, path(1));
        facts.set_text(Signal::PagePrevious, path(2)).set_text(Signal::VisitSearch, "Chaussures d'ÉTÉ");
        facts.set_text(Signal::DeviceKind, "mobile").set_text(Signal::GeoCountry, "FR");
        facts.set_number(Signal::CartTotal, 40.0 * visitor as f64).set_number(Signal::VisitPages, 7.0);
        facts.set_members(Signal::VisitorSegments, ["vip", "trial"]);
        facts.set_query("utm_source", "letter").set_customer_number("score", visitor as f64);
        for step in 0..12 {
            facts.visited(path(step), 1_000 * (12 - step as u64)).did("search", 500);
        }
        facts.set_time(program.local_time(1_793_697_600_000));
        facts.set_live(Live { dwell_ms: 10_000 * visitor as u32, ..Live::default() });
        program.evaluate_into(facts, evaluation);

        facts.set_text(Signal::PagePath, path(3)).set_number(Signal::VisitPages, 8.0);
        let changes = Changes::new().with(Signal::PagePath).with(Signal::VisitPages);
        program.reevaluate(facts, &changes, evaluation);

        let exposures = [Exposure {
            rule: program.rules().first().map_or("", |rule| rule.id.as_str()),
            visit: 1,
            times: 1,
            last_ms: 1_793_697_000_000,
            kind: ExposureKind::Shown,
        }];
        let moment = Moment {
            now_ms: 1_793_697_600_000,
            visitor: b"0123456789abcdef",
            consent: Consent::Granted,
            visit: 2,
            exposures: &exposures,
            ..Moment::default()
        };
        program.arbitrate_into(evaluation, &moment, verdict);
    }
}

#[test]
fn the_allocator_counts() {
    assert!(allocations(|| drop(std::hint::black_box(vec![0_u8; 100]))) > 0);
}

#[test]
fn a_decision_in_warm_memory_allocates_nothing() {
    let packs = ["basket", "checkout", "desk", "campaigns", "quote", "geo", "lapsed", "vip"];
    let read = |path: String| {
        std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR")))
            .expect("a file of the crate")
    };
    let files = packs.iter().map(|pack| format!("packs/{pack}.toml"));
    for file in files.chain(["benches/shop-200.toml".to_owned(), "tests/design.toml".to_owned()]) {
        let program = check(&file, &read(file.clone())).program.expect("it checks");
        let mut warm = Warm::default();
        (0..8).for_each(|visitor| warm.decide(&program, visitor));
        let count = allocations(|| (0..8).for_each(|visitor| warm.decide(&program, visitor)));
        assert_eq!(count, 0, "allocations with `{file}`");
    }
}
