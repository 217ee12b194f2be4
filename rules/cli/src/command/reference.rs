//! `reference`: the page of all signals, from the catalogue.

use std::fmt::Write;

use rules::{Declaration, FAMILIES, LABELS, Signal};

use crate::output::{Failure, Findings, Output};

#[derive(clap::Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(output: &mut Output) -> Result<Findings, Failure> {
    output.line(page().trim_end())?;
    Ok(Findings::None)
}

fn page() -> String {
    let mut page = String::from(
        "# Signals\n\n\
         Everything a rule can read. This page is written by `declic-rules reference` from the catalogue in\n\
         `rules/src/signal/catalogue.rs`; change it there.\n\n\
         *Live* signals change in the browser without an event: short of its threshold, a condition on one is *not yet*.\n\
         Any other value that is not known makes its condition *no*, and the `not` of it *yes*.\n\n\
         | signal | type | supplied by | meaning |\n| --- | --- | --- | --- |\n",
    );
    for signal in Signal::ALL {
        row(&mut page, signal.declaration(), signal.is_live());
    }
    for family in &FAMILIES {
        row(&mut page, family, false);
    }
    page.push_str(
        "\n## Values\n\n\
         | type | in a condition | in facts (JSON) |\n| --- | --- | --- |\n\
         | text | `\"cart\"`, `\"/faq/*\"`, `[\"a\", \"b\"]` | `\"cart\"` |\n\
         | number | `3`, `\">= 150\"`, `\"10..20\"` (both ends included), `[1, 2]` | `150` |\n\
         | duration | `\">= 45s\"`, `\"< 2d\"`, `\"1m..5m\"`; units `ms s m h d w` | seconds |\n\
         | percent | `\">= 50%\"` | points of a hundred |\n\
         | yes/no | `true`, `false` | `true`, `false` |\n\
         | date | `2026-11-01`, `\">= 2026-11-01\"` | `\"2026-11-01\"` |\n\
         | set | as text: asks whether the set has it | an array of texts |\n\n\
         `{ not = … }` around a value negates it. In a path `*` is any run without `/` and `**` any run; in other texts\n\
         `*` is any run. `\\*` is a star. Where the table says *any case*, capital and small letters are the same.\n",
    );
    page.push_str(
        "\n## Labels\n\n\
         What the widgets say by themselves, in English and French. For another language, or other words, a rule's content\n\
         brings them: `labels = { close = \"Schließen\" }` below `[rule.content.de]`.\n\n\
         | label | in English |\n| --- | --- |\n",
    );
    for label in LABELS {
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| `{}` | {} |", label.name, label.english);
    }
    page
}

fn row(page: &mut String, declaration: &Declaration, is_live: bool) {
    let mut kind = declaration.kind.name().to_owned();
    if is_live {
        kind.push_str(", live");
    }
    if declaration.any_case {
        kind.push_str(", any case");
    }
    let mut meaning = declaration.meaning.to_owned();
    if !declaration.values.is_empty() {
        let values: Vec<_> = declaration.values.iter().map(|value| format!("`{value}`")).collect();
        let _ = write!(meaning, ": {}", values.join(", "));
    }
    // Writing to a string cannot fail.
    let _ =
        writeln!(page, "| `{}` | {kind} | {} | {meaning} |", declaration.name, declaration.supplier.name());
}
