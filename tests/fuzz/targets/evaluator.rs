//! Rules and facts made from the bytes: compiled says what the tree says, an event is an evaluation, and reaching a
//! rule's one threshold flips it while stopping short does not.

#![no_main]

use declic_fuzz::Choices;
use libfuzzer_sys::fuzz_target;
use rules::{Changes, Facts, Live, Program, Signal, Truth, Watch};

const PATTERNS: [&str; 10] = ["/", "/a", "/a/*", "/a/**", "/**/c", "*b*", "v*", "été", "*", "**"];
const NUMBERS: [&str; 6] = [">= 3", "< 20", "10..20", "5", "> 2", "<= 100"];
const TIMES: [&str; 5] = [">= 20s", "< 60s", "10s..2min", "> 500ms", ">= 1h"];

fn line(choices: &mut Choices<'_>) -> String {
    match choices.below(14) {
        0 | 1 => format!("page.path = {:?}", choices.pick(&PATTERNS)),
        2 => format!("visit.entry = [{:?}, {:?}]", choices.pick(&PATTERNS), choices.pick(&PATTERNS)),
        3 => format!("visit.search = {:?}", choices.pick(&PATTERNS)),
        4 => format!("visitor.segments = {:?}", choices.pick(&["vip", "a", "v*"])),
        5 => format!("cart.total = {:?}", choices.pick(&NUMBERS)),
        6 => format!("page.dwell = {:?}", choices.pick(&TIMES)),
        7 => format!("page.idle = {:?}", choices.pick(&TIMES)),
        8 => format!("page.scroll = {:?}", choices.pick(&[">= 25%", "< 80%", "10%..50%"])),
        9 => format!("page.exit_intent = {}", choices.pick(&[true, false])),
        10 => format!("visited = {:?}", choices.pick(&PATTERNS)),
        11 => format!(
            "visited = {{ path = {:?}, times = {:?}, within = \"90min\" }}",
            choices.pick(&PATTERNS),
            choices.pick(&NUMBERS)
        ),
        12 => format!("page.query.a = {:?}", choices.pick(&PATTERNS)),
        _ => format!("did = {:?}", choices.pick(&["a", "vip"])),
    }
}

fn condition(choices: &mut Choices<'_>, depth: usize) -> String {
    let word = match choices.below(6) {
        0 if depth < 4 => "any",
        1 if depth < 4 => "all",
        2 if depth < 4 => return format!("not = {{ {} }}", condition(choices, depth + 1)),
        _ => return line(choices),
    };
    let parts: Vec<String> =
        (0..1 + choices.below(3)).map(|_| format!("{{ {} }}", condition(choices, depth + 1))).collect();
    format!("{word} = [{}]", parts.join(", "))
}

/// What does not check, since it contradicts itself or a number does not suit, is left out.
fn program(choices: &mut Choices<'_>) -> Option<Program> {
    let mut file = String::new();
    for id in 0..1 + choices.below(8) {
        let rule = format!(
            "[[rule]]\nid = \"r{id}\"\nshow = \"tag\"\ntag = \"t\"\nwhen = {{ all = [{{ {} }}, {{ {} }}] }}\n",
            condition(choices, 1),
            condition(choices, 1)
        );
        if rules::check("one.toml", &rule).program.is_some() {
            file.push_str(&rule);
        }
    }
    rules::check("all.toml", &file).program
}

fuzz_target!(|bytes: &[u8]| {
    let mut choices = Choices::new(bytes);
    let Some(program) = program(&mut choices) else { return };
    let mut facts = choices.facts();
    let mut evaluation = program.evaluate(&facts);
    hold(&program, &facts);
    for _ in 0..choices.below(5) {
        let mut changes = Changes::new();
        for _ in 0..1 + choices.below(3) {
            changes = changes.with(choices.set(&mut facts));
        }
        if choices.below(3) == 0 {
            facts.visited("/a/b", 0);
            changes = changes.with_journey();
        }
        program.reevaluate(&facts, &changes, &mut evaluation);
        assert_eq!(evaluation, program.evaluate(&facts));
        hold(&program, &facts);
    }
});

fn hold(program: &Program, facts: &Facts) {
    let evaluation = program.evaluate(facts);
    for (rule, declared) in program.rules().iter().enumerate() {
        let truth = evaluation.truth(rule);
        let tree = declared.condition.whole();
        assert_eq!(truth, tree.truth(facts), "{tree:?} of {facts:?}");
        let watches: Vec<Watch> = evaluation.watch_of(rule).collect();
        assert_eq!(truth == Truth::NotYet, !watches.is_empty());
        if let [watch] = watches.as_slice() {
            let live = facts.live();
            assert_eq!(
                at(program, facts, rule, reached(live, *watch, 0)),
                Truth::Yes,
                "{tree:?} at {watch:?}"
            );
            let short = reached(live, *watch, 1);
            if short != live && !matches!(watch, Watch::ExitIntent) {
                assert_eq!(at(program, facts, rule, short), Truth::NotYet, "{tree:?} short of {watch:?}");
            }
        }
    }
}

fn reached(mut live: Live, watch: Watch, short: u32) -> Live {
    match watch {
        Watch::DwellMs(ms) => live.dwell_ms = ms - short,
        Watch::IdleMs(ms) => live.idle_ms = ms - short,
        Watch::ScrollPercent(percent) => live.scroll_percent = percent - short as u8,
        Watch::ExitIntent => live.exit_intent = true,
    }
    live
}

fn at(program: &Program, facts: &Facts, rule: usize, live: Live) -> Truth {
    let mut facts = facts.clone();
    facts.set_number(Signal::PageDwell, 0.0).set_live(live);
    program.evaluate(&facts).truth(rule)
}
