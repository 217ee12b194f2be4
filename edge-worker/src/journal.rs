//! Writes the log's lines to the console.

use std::cell::Cell;

use edge_core::journal::{self, BadLevel, Entry, Level};
use worker::{Date, Env};

use crate::environment::text;

thread_local! {
    static LEVEL: Cell<Option<Level>> = const { Cell::new(None) };
    static NUMBER: Cell<u32> = const { Cell::new(0) };
}

/// Writes the request's line, when the level wants it.
pub(crate) fn request(env: &Env, entry: Entry<'_>) {
    let number = NUMBER.get();
    NUMBER.set(number.wrapping_add(1));
    if level(env).wants(entry.status, number) {
        worker::console_log!("{}", entry.to_json());
    }
}

/// Writes a fault's line. `what` names no visitor.
pub(crate) fn fault(what: &str) {
    worker::console_error!("{}", journal::fault(Date::now().as_millis(), what));
}

fn level(env: &Env) -> Level {
    if let Some(level) = LEVEL.get() {
        return level;
    }
    let level = Level::parse(&text(env, "DECLIC_LOG")).unwrap_or_else(|BadLevel { text }| {
        fault(&format!(
            "`DECLIC_LOG` is `{text}`: write off, faults, refusals, all or 1/100; refusals are logged"
        ));
        Level::Refusals
    });
    LEVEL.set(Some(level));
    level
}
