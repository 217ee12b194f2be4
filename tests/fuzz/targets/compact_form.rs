//! Whatever the bytes: refused, or a program that decides and survives its own bytes.

#![no_main]

use declic_fuzz::Choices;
use libfuzzer_sys::fuzz_target;
use rules::{Moment, Program};

fuzz_target!(|bytes: &[u8]| {
    // The mark and the version are given, so that what is tried is what lies behind them.
    let mut whole = b"DR\x01".to_vec();
    whole.extend_from_slice(bytes);
    let Ok(program) = Program::from_bytes(&whole) else { return };
    let copy = Program::from_bytes(&program.to_bytes()).expect("its own bytes");
    assert_eq!(copy.rules().len(), program.rules().len());
    let mut choices = Choices::new(bytes);
    let facts = choices.facts();
    let evaluation = program.evaluate(&facts);
    let now_ms = choices.pick(&[0, i64::MIN, i64::MAX, 1_793_697_600_000]);
    let verdict = program.arbitrate(&evaluation, &Moment { now_ms, visitor: b"v", ..Moment::default() });
    for rule in 0..program.rules().len().min(20) {
        for language in ["fr", "en"] {
            program.card(rule, &facts, language, b"v");
            program.sentence(rule, language);
            program.explain(rule, &facts, &evaluation, &verdict, language);
        }
    }
});
