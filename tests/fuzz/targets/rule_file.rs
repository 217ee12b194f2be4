//! Whatever the text: diagnostics that point into it, or a program that survives its own bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rules::{Program, Severity};

fuzz_target!(|text: &str| {
    let checked = rules::check("fuzz.toml", text);
    let errors = checked.diagnostics.iter().any(|found| found.severity == Severity::Error);
    assert_eq!(checked.program.is_none(), errors);
    let lines = text.lines().count().max(1) + 1;
    for diagnostic in &checked.diagnostics {
        assert!((1..=lines).contains(&diagnostic.line), "line {} of {lines}", diagnostic.line);
        assert!(diagnostic.column >= 1);
        assert!(text.get(diagnostic.span.clone()).is_some(), "{:?}", diagnostic.span);
        assert!(!diagnostic.to_string().is_empty());
    }
    let Some(program) = checked.program else { return };
    let copy = Program::from_bytes(&program.to_bytes()).expect("its own bytes");
    assert_eq!(copy.rules(), program.rules());
    for rule in 0..program.rules().len() {
        for language in ["en", "fr"] {
            assert!(!program.sentence(rule, language).is_empty());
        }
    }
    for example in &checked.examples {
        std::hint::black_box(example);
    }
});
