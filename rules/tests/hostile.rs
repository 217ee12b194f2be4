//! A short fuzz: whatever the bytes, the parser, the compact form and the evaluator answer.
//!
//! Mutates files and programs that are right, since noise alone never gets past the first byte. `DECLIC_FUZZ` sets
//! how many inputs are tried.

use rules::{Evaluation, Facts, Live, Moment, Program, Signal, check};

const SEEDS: [&str; 4] = [
    include_str!("design.toml"),
    include_str!("faults/many.toml"),
    include_str!("../packs/vip.toml"),
    include_str!("../packs/quote.toml"),
];

/// Pieces that mean something to the language.
const PIECES: [&str; 24] = [
    "[[rule]]",
    "\n",
    "\"",
    "'''",
    "{",
    "}",
    "[",
    "]",
    "= ",
    ".",
    ",",
    "not",
    "any = [",
    ">= ",
    "..",
    "1e999",
    "-0",
    "99999999999999999999",
    "**",
    "\\",
    "{visit.search|",
    "é",
    "\u{0}",
    "2026-13-45",
];

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }
}

fn inputs() -> u64 {
    std::env::var("DECLIC_FUZZ").ok().and_then(|count| count.parse().ok()).unwrap_or(300)
}

/// Asks everything there is to ask of a program.
fn exercise(program: &Program, random: &mut Random) {
    let mut facts = Facts::new();
    let texts = ["", "/", "/cart", "vip", "é*", "\u{0}", "/a/b/c/d"];
    for signal in Signal::ALL {
        match random.below(4) {
            0 => facts.set_text(*signal, texts[random.below(texts.len())]),
            1 => facts
                .set_number(*signal, [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300, 60_000.0][random.below(6)]),
            2 => facts.set_flag(*signal, random.below(2) == 0),
            _ => facts.set_members(*signal, texts),
        };
    }
    facts.visited("/faq/x", u64::MAX).did("", 0);
    let mut evaluation = Evaluation::default();
    for dwell_ms in [0, 45_000, u32::MAX] {
        facts.set_live(Live { dwell_ms, idle_ms: u32::MAX, scroll_percent: 255, exit_intent: dwell_ms > 0 });
        program.evaluate_into(&facts, &mut evaluation);
        for now_ms in [0, i64::MIN, i64::MAX, 1_793_697_600_000] {
            let exposure = rules::Exposure {
                rule: "basket-call",
                visit: 0,
                times: u32::MAX,
                last_ms: i64::MAX,
                kind: Default::default(),
            };
            let exposures = [exposure; 2];
            let moment = Moment { now_ms, visitor: b"v", exposures: &exposures, ..Moment::default() };
            let verdict = program.arbitrate(&evaluation, &moment);
            for rule in 0..program.rules().len() {
                for language in ["fr", "en", "xx", ""] {
                    program.card(rule, &facts, language, b"v");
                    program.sentence(rule, language);
                    program.explain(rule, &facts, &evaluation, &verdict, language);
                }
            }
        }
        facts.set_time(program.local_time(i64::MAX));
    }
    program.waits_for_desk(&facts, &evaluation);
}

#[test]
fn damaged_rule_files_are_answered_with_diagnostics() {
    let mut random = Random(0xf122);
    for _ in 0..inputs() {
        let mut text = SEEDS[random.below(SEEDS.len())].to_owned();
        for _ in 0..1 + random.below(4) {
            let mut from = random.below(text.len());
            while !text.is_char_boundary(from) {
                from -= 1;
            }
            let mut to = (from + random.below(12)).min(text.len());
            while !text.is_char_boundary(to) {
                to += 1;
            }
            let piece = if random.below(3) == 0 { "" } else { PIECES[random.below(PIECES.len())] };
            text.replace_range(from..to, piece);
        }
        let checked = check("fuzz.toml", &text);
        assert!(checked.program.is_some() || !checked.diagnostics.is_empty(), "{text}");
        for diagnostic in &checked.diagnostics {
            assert!(diagnostic.line >= 1 && !diagnostic.to_string().is_empty());
        }
        if let Some(program) = checked.program {
            exercise(&program, &mut random);
        }
    }
}

#[test]
fn damaged_programs_are_refused_or_harmless() {
    let mut random = Random(0xb17e5);
    let programs: Vec<Vec<u8>> = SEEDS
        .iter()
        .filter_map(|seed| check("seed.toml", seed).program)
        .map(|program| program.to_bytes())
        .collect();
    assert!(programs.len() >= 3);
    for _ in 0..inputs() * 5 {
        let mut bytes = programs[random.below(programs.len())].clone();
        for _ in 0..1 + random.below(3) {
            let at = random.below(bytes.len());
            match random.below(3) {
                0 => bytes[at] = random.below(256) as u8,
                1 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, random.below(256) as u8),
            }
        }
        if let Ok(program) = Program::from_bytes(&bytes) {
            exercise(&program, &mut random);
        }
    }
}
