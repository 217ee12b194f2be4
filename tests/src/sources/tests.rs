use std::path::{Path, PathBuf};

use super::Source;

#[track_caller]
fn check(code: &str, outside: &[&str]) {
    let (source, _) = Source::read(Path::new("src/part.rs"), code);
    assert_eq!(source.outside(), outside, "{code}");
}

#[track_caller]
fn caught(code: &str) {
    let (source, _) = Source::read(Path::new("src/part.rs"), code);
    assert!(!source.outside().is_empty(), "not caught: {code}");
}

#[test]
fn what_only_computes_passes() {
    check(
        "//! Says std::fs in a comment.\n\
         use std::{collections::{BTreeMap, HashMap}, fmt::{self, Write as _}};\n\
         use core::cmp::*;\n\
         /// Not std::net either.\n\
         #[derive(std::fmt::Debug)]\n\
         pub struct Moment { now: u64 }\n\
         fn f(now: u64) -> Moment { let text = \"std::fs::read\"; std::mem::drop(text); Moment { now } }",
        &[],
    );
}

#[test]
fn an_import_is_caught_however_it_is_written() {
    for import in [
        "use std::fs;",
        "use std::{fs, net};",
        "use std::{fmt, io::{self, Write}};",
        "use std::{{fs}};",
        "use {std::fmt, std::net};",
        "use std::fs as paper;",
        "use std::{fs as paper};",
        "use std as library;",
        "use std::{self as library};",
        "use {std as library};",
        "use std::*;",
        "use ::std::fs;",
        "use r#std::fs;",
        "use std::r#fs;",
        "use core::net;",
        "pub use std;",
        "extern crate std as library;",
        "fn f() { use std::time::Instant; }",
        "mod inner { pub(super) use std::env; }",
        "use std::hash::RandomState as Dice;",
        "use std::collections::hash_map::*; type Dice = RandomState;",
    ] {
        caught(import);
    }
}

#[test]
fn a_path_is_caught_wherever_it_stands() {
    for code in [
        "fn f() { std::fs::read(\"x\"); }",
        "fn f() { return ::std::fs::read(\"x\"); }",
        "fn f() -> std::time::Instant { todo!() }",
        "fn f() { <std::fs::File>::open(\"x\"); }",
        "fn f(_: Option<std::net::TcpStream>) {}",
        "const F: fn() = || { let _ = std::env::args; };",
        "fn f() { let ask = jiff::Timestamp::now; }",
        "fn f() { jiff::tz::TimeZone::system(); }",
        "impl std::io::Write for X {}",
    ] {
        caught(code);
    }
}

#[test]
fn a_macro_hides_nothing() {
    for code in [
        "fn f() { println!(); }",
        "fn f() { std::println!(); }",
        "fn f() { dbg![1]; }",
        "fn f() { vec![std::fs::read(\"x\")]; }",
        "fn f() { assert!(matches!(std::env::var(\"x\"), Ok(_))); }",
        "macro_rules! m { () => { use std::{fs, net}; } }",
        "macro_rules! m { ($part:ident) => { std::$part::read(\"x\") } }",
        "macro_rules! m { ($library:ident) => { $library::fs::read(\"x\") } } fn f() { m!(std); }",
        "include!(\"../elsewhere.rs\");",
    ] {
        caught(code);
    }
}

#[test]
fn foreign_code_is_caught() {
    caught("unsafe extern \"C\" { fn time(into: *mut i64) -> i64; }");
    caught("#[path = \"../elsewhere.rs\"] mod elsewhere;");
    caught("#[cfg_attr(all(), path = \"../elsewhere.rs\")] mod elsewhere;");
}

#[test]
fn only_what_tests_alone_compile_is_left_out() {
    check("#[cfg(test)]\nmod tests { use std::fs; }\nuse std::net;", &["3: std::net"]);
    check("fn f() {\n #[cfg(test)]\n std::fs::read(\"x\");\n std::env::args();\n}", &["4: std::env"]);
    check(
        "impl X { #[cfg(test)] fn f() { std::env::args(); }\n fn g() { std::env::args(); } }",
        &["2: std::env"],
    );
    check("mod inner { #[cfg(test)] use std::fs; }", &[]);
    caught("#[cfg(not(test))] use std::fs;");
    caught("#[cfg(any(test, unix))] use std::fs;");
    caught("#[derive(Debug)] struct X { #[cfg(test)] a: u8, b: std::fs::File }");
}

#[test]
fn a_file_is_the_tests_own_only_when_it_is_declared_so() {
    let declared = |path: &str, code: &str| Source::read(Path::new(path), code).1;
    let code = "mod plain; #[cfg(test)] mod tests; mod inner { #[cfg(test)] mod tests; }";
    assert_eq!(declared("src/part.rs", code), ["src/part/tests", "src/part/inner/tests"].map(PathBuf::from));
    assert_eq!(declared("src/lib.rs", "mod tests; #[cfg(test)] mod oracle;"), [PathBuf::from("src/oracle")]);
}

#[test]
fn a_word_is_found_but_in_comments_and_texts() {
    let names = |code: &str| Source::read(Path::new("src/part.rs"), code).0.names("Serialize");
    assert!(names("#[derive(serde::Serialize)] struct X;"));
    assert!(names("use serde::Serialize as Say;"));
    assert!(!names("/// Serialize\nconst X: &str = \"Serialize\";"));
}
