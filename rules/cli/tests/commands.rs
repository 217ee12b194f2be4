//! Exit codes and outputs of the commands.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_declic-rules")).args(arguments).output().expect("declic-rules runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A file of this test's own.
fn file(name: &str, content: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).expect("the file is written");
    path.display().to_string()
}

#[test]
fn check_ends_with_what_it_found() {
    let good = folder("../packs/basket.toml").display().to_string();
    let bad = folder("../tests/faults/many.toml").display().to_string();
    assert_eq!(run(&["check", &good]).status.code(), Some(0));
    let found = run(&["check", &good, &bad]);
    assert_eq!(found.status.code(), Some(1));
    assert!(text(&found.stdout).contains("did you mean `visit.search`?"));
    assert!(!text(&found.stdout).contains('\u{1b}'), "no colour where nobody sees it");
    let missing = run(&["check", "no-such-file.toml"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing.stderr).contains("cannot read `no-such-file.toml`"));
    let json: Value = serde_json::from_slice(&run(&["--json", "check", &bad]).stdout).expect("JSON");
    assert_eq!(json["diagnostics"][0]["line"], 2);
}

#[test]
fn a_file_that_cannot_be_read_does_not_hide_the_others() {
    let bad = folder("../tests/faults/many.toml").display().to_string();
    for command in ["check", "test"] {
        let found = run(&[command, "no-such-file.toml", &bad, "nor-this.toml"]);
        assert_eq!(found.status.code(), Some(2));
        assert!(text(&found.stdout).contains("did you mean `visit.search`?"));
        for name in ["no-such-file.toml", "nor-this.toml"] {
            assert!(text(&found.stderr).contains(name));
        }
    }
    let latin = file("latin.toml", "");
    std::fs::write(&latin, b"# \xe9t\xe9").expect("the file is written");
    let found = run(&["check", &latin]);
    assert_eq!(found.status.code(), Some(2));
    assert!(text(&found.stderr).contains("save it as UTF-8"));
}

#[test]
fn files_of_other_editors_are_read() {
    let source = "\u{feff}[[rule]]\r\nid = 'r'\r\nshow = 'tag'\r\ntag = 't'\r\nwhen = { cart.items = 1 }\r\n";
    let rules = file("crlf.toml", source);
    assert_eq!(run(&["check", &rules]).status.code(), Some(0));
    let facts = file("crlf.ndjson", "\u{feff}{\"cart.items\":1}\r\n\r\n{\"cart.items\":2}\r\n");
    let answer = run(&["eval", &rules, &facts]);
    assert_eq!(answer.status.code(), Some(0));
    assert_eq!(text(&answer.stdout).lines().count(), 2);
    assert_eq!(run(&["bench", &rules, &facts, "--rounds", "1"]).status.code(), Some(0));
    assert_eq!(run(&["explain", &rules, "--facts", &file("one.json", "\u{feff}{}")]).status.code(), Some(0));
    let log = file("crlf.log", "\u{feff}{\"visitor\":\"a\",\"at\":1,\"path\":\"/\"}\r\n");
    assert!(text(&run(&["replay", &rules, &log]).stdout).starts_with("1 line: 1 used"));
}

#[test]
fn a_log_without_one_line_that_can_be_read_is_unusable() {
    let rules = folder("../packs/basket.toml").display().to_string();
    let answer = run(&["replay", &rules, &file("noise.log", "noise\nmore noise\n")]);
    assert_eq!(answer.status.code(), Some(2));
    assert!(text(&answer.stderr).contains("is no log that can be read"));
    assert_eq!(run(&["replay", &rules, &file("empty.log", "")]).status.code(), Some(0));
}

#[test]
fn test_tells_failing_examples() {
    let source = "[[rule]]\nid = 'r'\nshow = 'tag'\ntag = 't'\nwhen = { cart.items = 1 }\n\
                  [[rule.example]]\ngiven = { cart.items = 2 }\nexpect = 'show'\n";
    let output = run(&["test", &file("failing.toml", source)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("this example expects `show`, and the rule says `hide`"));
}

#[test]
fn eval_answers_each_line_and_refuses_unknown_names() {
    let rules = folder("../packs/basket.toml").display().to_string();
    let facts = file(
        "facts.ndjson",
        "{\"page.path\":\"/cart\",\"cart.total\":200,\"desk.wait\":30,\"visited\":[\"/faq/a\"],\"page.dwell\":12.5}\n\
         {\"page.path\":\"/cart\",\"cart.total\":200,\"desk.wait\":30,\"visited\":[{\"path\":\"/faq/a\",\"ago\":60}],\"page.dwell\":45}\n",
    );
    let output = run(&["eval", &rules, &facts]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let lines: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines[0]["not_yet"], serde_json::json!(["basket-call"]));
    assert_eq!(lines[0]["watch"], serde_json::json!([{ "signal": "page.dwell", "at": 45 }]));
    assert_eq!(lines[0]["show"], Value::Null);
    assert_eq!(lines[1]["show"], "basket-call");
    let wrong = run(&["eval", &rules, &file("wrong.ndjson", "{}\n{\"cart.totl\":1}\n")]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains(":2: `cart.totl` is not a signal"), "{}", text(&wrong.stderr));
}

#[test]
fn explain_names_the_first_line_that_failed() {
    let rules = folder("../packs/basket.toml").display().to_string();
    let facts = file("facts.json", "{\"page.path\": \"/cart\",\n \"cart.total\": 90}");
    let output = run(&["explain", &rules, "--facts", &facts, "--rule", "basket-call"]);
    assert!(
        text(&output.stdout)
            .starts_with("basket-call: no: `cart.total = \">= 150\"` does not hold, it is 90\n"),
        "{}",
        text(&output.stdout)
    );
    assert_eq!(run(&["explain", &rules, "--facts", &facts, "--rule", "x"]).status.code(), Some(2));
}

#[test]
fn explain_names_all_that_is_waited_for_and_what_texts_need() {
    let rules = file(
        "waits.toml",
        "[[rule]]\nid = 'waits'\nshow = 'banner'\ncontent.en.title = 't'\nwhen = { page.dwell = '>= 45s', page.scroll = '>= 50%' }\n\
         [[rule]]\nid = 'needs'\nshow = 'banner'\nslot = 's'\ncontent.en.title = '{visit.search}'\nwhen = { page.path = '/' }\n",
    );
    let facts = file("waits.json", "{\"page.path\": \"/\", \"page.dwell\": 10}");
    let output = run(&["explain", &rules, "--facts", &facts]);
    let told = text(&output.stdout);
    for expected in [
        "waits: not yet: waits for `page.dwell = \">= 45s\"`, it is 10 seconds and for `page.scroll = \">= 50%\"`, it is 0%\n",
        "needs: no: its texts need `{visit.search}`, which is not known\n",
    ] {
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn replay_reaches_whom_the_rules_mean() {
    let rules = "[[rule]]\nid = 'call'\nshow = 'callback'\ncap = { per = 'visit', times = 1 }\ncontent.en.title = 't'\n\
                 when = { page.path = '/cart', page.dwell = '>= 45s', visited = '/faq/*' }\n";
    let log = "{\"visitor\":\"a\",\"at\":0,\"path\":\"/faq/x\"}\n{\"visitor\":\"a\",\"at\":10,\"path\":\"/cart\"}\n\
               {\"visitor\":\"a\",\"at\":70,\"path\":\"/\"}\n{\"visitor\":\"a\",\"at\":9000,\"path\":\"/cart\"}\n\
               {\"visitor\":\"a\",\"at\":9100,\"path\":\"/\"}\n{\"visitor\":\"b\",\"at\":5,\"path\":\"/faq/x\"}\n\
               {\"visitor\":\"b\",\"at\":10,\"path\":\"/cart\"}\n{\"visitor\":\"b\",\"at\":20,\"path\":\"/\"}\n";
    let output = run(&["--json", "replay", &file("replay.toml", rules), &file("log.ndjson", log)]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((report["visitors"].as_u64(), report["visits"].as_u64()), (Some(2), Some(3)));
    let call = &report["rules"][0];
    assert_eq!((call["visits"].as_u64(), call["visitors"].as_u64()), (Some(2), Some(1)));
    assert_eq!((call["first"].as_i64(), call["last"].as_i64()), (Some(55), Some(9045)));
}

/// What a replay says of each rule: its id and the visits it reached. The name is for its files: tests run at once.
fn reached(name: &str, rules: &str, log: &str) -> Vec<(String, u64)> {
    let (rules, log) = (file(&format!("{name}.toml"), rules), file(&format!("{name}.ndjson"), log));
    let output = run(&["--json", "replay", &rules, &log]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let told = report["rules"].as_array().expect("a list").iter();
    told.map(|rule| {
        (rule["rule"].as_str().expect("a name").to_owned(), rule["visits"].as_u64().expect("a number"))
    })
    .collect()
}

#[test]
fn replay_decides_on_events_and_on_what_they_carry() {
    let rule = |id: &str, when: &str| {
        format!(
            "[[rule]]\nid = '{id}'\nshow = 'banner'\nslot = '{id}'\ncontent.en.title = 't'\nwhen = {{ {when} }}\n"
        )
    };
    let rules = [
        rule("event", "event.name = 'add_to_cart'"),
        rule("did", "did = 'add_to_cart'"),
        rule("product", "page.type = 'product'"),
        rule("cart", "cart.total = '>= 100', page.path = '/cart'"),
        rule("here", "event.name = 'add_to_cart', page.path = '/p/2'"),
        rule("pages", "visit.pages = '>= 2'"),
    ]
    .concat();
    let log = "{\"visitor\":\"v1\",\"at\":1000,\"path\":\"/p/1\",\"page.type\":\"product\"}\n\
               {\"visitor\":\"v1\",\"at\":1010,\"event\":\"add_to_cart\",\"cart.total\":150}\n\
               {\"visitor\":\"v1\",\"at\":1020,\"path\":\"/cart\"}\n\
               {\"visitor\":\"v2\",\"at\":1000,\"path\":\"/p/2\",\"event\":\"page\"}\n\
               {\"visitor\":\"v2\",\"at\":1005,\"path\":\"/p/2\",\"event\":\"add_to_cart\"}\n\
               {\"visitor\":\"v3\",\"at\":1000,\"path\":\"/p/2\",\"event\":\"add_to_cart\"}\n";
    let told = reached("events", &rules, log);
    let told: Vec<_> = told.iter().map(|(id, visits)| (id.as_str(), *visits)).collect();
    assert_eq!(told, [("event", 3), ("did", 3), ("product", 1), ("cart", 1), ("here", 2), ("pages", 1)]);
}

#[test]
fn an_event_after_the_last_page_tells_how_long_it_was_open() {
    let rules = "[[rule]]\nid = 'stays'\nshow = 'callback'\ncontent.en.title = 't'\n\
                 when = { page.path = '/cart', page.dwell = '>= 40m' }\n";
    let at = |seconds: u32, what: &str| format!("{{\"visitor\":\"v\",\"at\":{seconds},{what}}}\n");
    let opened = at(0, "\"path\":\"/cart\"");
    let once = opened.clone() + &at(1_200, "\"event\":\"note\"");
    assert_eq!(reached("stays-once", rules, &once), [("stays".to_owned(), 0)]);
    // Events go on in the visit, none of them after half an hour of silence.
    let longer = once + &at(2_500, "\"event\":\"note\"");
    assert_eq!(reached("stays-longer", rules, &longer), [("stays".to_owned(), 1)]);
    let silent = opened + &at(2_500, "\"event\":\"note\"");
    assert_eq!(reached("stays-silent", rules, &silent), [("stays".to_owned(), 0)]);
}

#[test]
fn replay_says_what_a_log_cannot_answer() {
    let rules = folder("../packs/basket.toml").display().to_string();
    let log = file(
        "access.log",
        "1.2.3.4 - - [17/May/2015:10:05:43 +0000] \"GET /cart HTTP/1.1\" 200 1 \"-\" \"Mozilla/5.0 (X11; Linux)\"\n",
    );
    let output = run(&["replay", &rules, &log]);
    let told = text(&output.stdout);
    assert!(told.contains("needs what this log does not have: `cart.total`, `desk.wait`\n"), "{told}");
    let output = run(&["--json", "replay", &rules, &log]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["rules"][0]["lacks"], serde_json::json!(["cart.total", "desk.wait"]));
}

#[test]
fn a_segment_that_a_rule_puts_visitors_in_counts_from_the_next_step_on() {
    let rules = "[[rule]]\nid = 'tagged'\nshow = 'tag'\ntag = 'reader'\nwhen = { page.path = '/faq' }\n\
                 [[rule]]\nid = 'reader'\nshow = 'callback'\ncontent.en.title = 't'\nwhen = { visitor.segments = 'reader' }\n";
    let log = "{\"visitor\":\"a\",\"at\":0,\"path\":\"/faq\"}\n{\"visitor\":\"a\",\"at\":10,\"path\":\"/\"}\n\
               {\"visitor\":\"b\",\"at\":0,\"path\":\"/faq\"}\n";
    assert_eq!(reached("tagged", rules, log), [("tagged".to_owned(), 2), ("reader".to_owned(), 1)]);
}

#[test]
fn without_a_moment_schedules_are_open_and_with_one_the_clock_is_known() {
    let source = "[site]\ntimezone = 'Europe/Paris'\n\
                  [[rule]]\nid = 'r'\nshow = 'banner'\ncontent.en.title = 't'\nwhen = { cart.items = 1 }\n\
                  schedule = { from = 2026-11-01, hours = 'mon-fri 09:00-18:00' }\n\
                  [[rule]]\nid = 'night'\nshow = 'tag'\ntag = 't'\nwhen = { time.hour = 2, time.date = 2026-10-25 }\n";
    let rules = file("hours.toml", source);
    let facts = file("hours.ndjson", "{\"cart.items\":1}\n");
    let answer = |rest: &[&str]| -> Value {
        let output = run(&[&["eval", &rules, &facts], rest].concat());
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    assert_eq!(answer(&[])["show"], "r");
    assert_eq!(answer(&["--at", "2026-10-25"])["show"], Value::Null);
    assert_eq!(answer(&["--at", "2026-10-25T02:30:00"])["match"], serde_json::json!(["r", "night"]));
    assert_eq!(answer(&["--at", "2026-11-02T09:00"])["show"], "r");
    let explained = run(&["explain", &rules, "--facts", &facts, "--json"]);
    let first: Value =
        serde_json::from_str(text(&explained.stdout).lines().next().expect("a line")).expect("JSON");
    assert_eq!(first["shown"], true);
    let wrong = run(&["eval", &rules, &facts, "--at", "9223372036854775807"]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let source = "[[rule]]\nid = 'r'\nname = \"a\\u001b[31mb\"\nshow = 'banner'\ncontent.en.title = \"x\\u001b]0;y\\u0007\"\n\
                  when = { page.path = \"/\\u001b[2J\" }\n";
    let rules = file("controls.toml", source);
    let facts = file("controls.json", "{\"page.path\":\"\\u001b[31m\\u0000\"}");
    let bad = file("controls-bad.toml", "[[rule]]\nid = \"\\u001b[31m\"\n\u{1b}[2J = 1\n");
    for arguments in [
        vec!["sentences", &rules],
        vec!["explain", &rules, "--facts", &facts, "--rule", "r"],
        vec!["check", &bad],
        vec!["eval", &bad, &facts],
    ] {
        let output = run(&arguments);
        let all = [text(&output.stdout), text(&output.stderr)].concat();
        assert!(!all.is_empty() && !all.contains(|c: char| c.is_control() && c != '\n'), "{all:?}");
    }
    assert!(text(&run(&["sentences", &rules]).stdout).contains("\\u{1b}[2J"));
}

#[test]
fn machines_are_told_failures_in_json() {
    let bad = folder("../tests/faults/many.toml").display().to_string();
    for arguments in [
        vec!["check", "no-such-file.toml"],
        vec!["eval", &bad, "facts.ndjson"],
        vec!["replay", &bad, "a.log"],
    ] {
        let output = run(&[&["--json"], arguments.as_slice()].concat());
        assert_eq!(output.status.code(), Some(2));
        let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(told["ok"], false);
        assert!(told["error"].is_string());
        assert_eq!(told["diagnostics"].is_array(), arguments[1] == bad);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_a_failure() {
    let full = std::fs::File::options().write(true).open("/dev/full").expect("/dev/full opens");
    let mut command = Command::new(env!("CARGO_BIN_EXE_declic-rules"));
    let output = command.arg("reference").stdout(full).output().expect("declic-rules runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("cannot write the answer"));
}

#[test]
fn facts_that_cannot_be_are_refused_with_a_reason() {
    let rules = folder("../packs/basket.toml").display().to_string();
    for (facts, why) in [
        ("{\"cart.totl\":1}", "did you mean `cart.total`?"),
        ("{\"customer.zzz\":1}", "`customer.zzz` is not declared in the rule file; declare it"),
        ("{\"page.scroll\":101}", "`page.scroll` is a percentage, 0 to 100, and this is 101"),
        ("{\"page.dwell\":-1}", "0 or more"),
        ("{\"time.hour\":24}", "an hour, 0 to 23"),
        (
            "{\"cart.total\":1,\"did\":[{\"event\":\"a:\"}],\"cart.tot\\u0061l\":2}",
            "`cart.total` stands here more than once",
        ),
    ] {
        let output = run(&["eval", &rules, &file("cannot-be.ndjson", facts)]);
        assert_eq!(output.status.code(), Some(2), "{facts}");
        assert!(text(&output.stderr).contains(why), "{}", text(&output.stderr));
    }
}

#[test]
fn one_is_not_many() {
    let rules = folder("../packs/basket.toml").display().to_string();
    let log = file("one.log", "{\"visitor\":\"a\",\"at\":1,\"path\":\"/\"}\n");
    let report = run(&["replay", &rules, &log]);
    assert!(text(&report.stdout).contains("1 visitor, 1 visit, 1 page view\n"), "{}", text(&report.stdout));
}
