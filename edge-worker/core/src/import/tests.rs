use super::{Bundle, Imported, MAX_LINE_BYTES, MAX_LINES, Reader};
use crate::profile::Profile;

/// The ids taken, and the line and name of each fault.
fn read(text: &str) -> (Vec<String>, Vec<(usize, &'static str)>) {
    let mut reader = Reader::default();
    let mut taken = reader.read(text.as_bytes());
    taken.extend(reader.finish());
    let ids = taken.into_iter().map(|imported| imported.customer.id).collect();
    let errors = reader.answer().errors;
    (ids, errors.into_iter().map(|fault| (fault.line.unwrap(), fault.kind.unwrap())).collect())
}

#[test]
fn a_wrong_line_costs_itself_alone_and_is_told_with_its_number() {
    let text = r#"{"id":"1","customer":{"plan":"gold"}}
not json
{"customer":{"plan":"gold"}}

[1]
{"id":2}
{"id":"3","plan":"gold"}
{"id":"4","customer":"gold"}
{"id":"5","customer":{"plan":{}}}
{"id":"6","segments":"vip"}
{"id":"7","segments":["vip"]}"#;
    let (taken, faults) = read(text);
    assert_eq!(taken, ["1", "2", "7"]);
    let expected = [
        (2, "not_json"),
        (3, "no_id"),
        (5, "not_an_object"),
        (7, "unknown_key"),
        (8, "not_attributes"),
        (9, "attributes"),
        (10, "not_segments"),
    ];
    assert_eq!(faults, expected);
}

#[test]
fn every_fault_says_what_to_do() {
    let mut reader = Reader::default();
    reader.read(b"{\"id\":\"5\",\"customer\":{\"plan\":{}}}\n");
    let answer = reader.answer();
    assert_eq!((answer.lines, answer.taken, answer.refused, answer.untold), (1, 0, 1, 0));
    let fault = &answer.errors[0];
    assert!(fault.message.contains("`plan`"), "{fault:?}");
    assert!(fault.help.as_ref().unwrap().contains("null"), "{fault:?}");
}

#[test]
fn lines_are_the_same_wherever_the_bytes_are_cut() {
    let text =
        format!("{{\"id\":\"1\"}}\r\n{}\n{{\"id\":\"é\"}}\n{{\"id\":\"3\"}}", "x".repeat(MAX_LINE_BYTES + 1));
    for size in [1, 2, 3, 7, 1000, 100_000] {
        let mut reader = Reader::default();
        let mut taken: Vec<Imported> = Vec::new();
        text.as_bytes().chunks(size).for_each(|chunk| taken.extend(reader.read(chunk)));
        taken.extend(reader.finish());
        let ids: Vec<&str> = taken.iter().map(|imported| &*imported.customer.id).collect();
        assert_eq!(ids, ["1", "é", "3"], "in pieces of {size}");
        let answer = reader.answer();
        assert_eq!((answer.errors[0].line, answer.errors[0].kind), (Some(2), Some("line_too_long")));
    }
}

#[test]
fn a_byte_order_mark_is_passed_over_once_and_at_the_very_start() {
    let (mark, line) = ("\u{feff}", r#"{"id":"1"}"#);
    assert_eq!(read(&format!("{mark}{line}\n{line}")), (vec!["1".into(), "1".into()], vec![]));
    assert_eq!(read(mark), (vec![], vec![]));
    assert_eq!(read(&format!("{mark}{mark}{line}")), (vec![], vec![(1, "not_json")]));
    assert_eq!(read(&format!("{line}\n{mark}{line}")), (vec!["1".into()], vec![(2, "not_json")]));
    assert_eq!(read(&format!("\n{mark}{line}")), (vec![], vec![(2, "not_json")]));
    let mut reader = Reader::default();
    let taken = format!("{mark}{line}\n").bytes().flat_map(|byte| reader.read(&[byte])).count();
    assert_eq!(taken, 1, "wherever the bytes are cut");
}

#[test]
fn what_is_too_much_is_counted_and_not_taken() {
    let text = "{\"id\":\"1\"}\n".repeat(MAX_LINES) + &"x\n".repeat(500);
    let mut reader = Reader::default();
    assert_eq!(reader.read(text.as_bytes()).len(), MAX_LINES);
    let answer = reader.answer();
    assert_eq!(
        (answer.taken, answer.refused, answer.errors.len(), answer.untold),
        (MAX_LINES, 500, 100, 400)
    );
    assert_eq!(answer.errors[0].kind, Some("too_many_lines"));
}

#[test]
fn an_import_says_who_a_customer_is_and_makes_no_visitor_known() {
    let mut reader = Reader::default();
    let line = b"{\"id\":\"42\",\"customer\":{\"plan\":\"gold\",\"vip\":true},\"segments\":[\"loyal\"]}\n";
    let imported = reader.read(line).remove(0);
    let bundle = Bundle(vec![([1; 16], imported.clone())]);
    assert_eq!(Bundle::from_bytes(&bundle.to_bytes()), Ok(bundle));
    let mut profile = Profile::default();
    profile.imported(imported.customer, &imported.segments);
    let again = reader.read(b"{\"id\":\"42\",\"customer\":{\"vip\":null}}\n").remove(0);
    profile.imported(again.customer, &again.segments);
    let customer = profile.customer.unwrap();
    assert_eq!((customer.id.as_str(), customer.signed_ms, customer.attributes.len()), ("42", 0, 1));
    assert_eq!(profile.segments, ["loyal"]);
}
