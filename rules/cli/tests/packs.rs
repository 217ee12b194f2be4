//! The packs a marketer starts from: they check without a warning, and every rule has examples that pass.

use std::path::Path;

#[test]
fn every_rule_of_every_pack_has_examples_that_pass() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs");
    let mut rules = 0;
    for entry in std::fs::read_dir(&folder).expect("the packs are there") {
        let path = entry.expect("an entry").path();
        let name = path.display().to_string();
        let source = std::fs::read_to_string(&path).expect("a readable pack");
        let checked = rules::check(&name, &source);
        let faults: Vec<_> = checked.diagnostics.iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        let program = checked.program.expect("a program");
        for (index, rule) in program.rules().iter().enumerate() {
            let own = || checked.examples.iter().filter(|example| example.rule == index);
            assert!(own().all(rules::Example::passes), "{name}: {}", rule.id);
            let says = |expected| own().any(|example| example.expected == expected);
            assert!(says(rules::Expectation::Show), "{name}: {} has no example of being shown", rule.id);
            assert!(
                says(rules::Expectation::Hide) || says(rules::Expectation::NotYet),
                "{name}: {}",
                rule.id
            );
            for language in ["en", "fr"] {
                let sentence = program.sentence(index, language);
                assert!(sentence.ends_with('.') && !sentence.contains("  "), "{sentence}");
            }
        }
        rules += program.rules().len();
    }
    assert!(rules >= 60, "{rules} rules");
}
