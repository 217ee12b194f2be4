//! Every error the API answers.

use super::{hold, table};
use crate::api::Code;

const HEAD: &str = "# Errors

Every error of the API reads `{\"error\":{\"code\":\"…\",\"message\":\"…\",\"next\":\"…\",\"details\":[…]}}`. `code` is one of these and keeps
its meaning; `message` says what is wrong with this very request, `next` what to do. Each is counted in
`declic_refused_total{code=\"…\"}` and stands in the log. This page is made from the code (`core/src/api/code.rs`); a test keeps it so.

";

#[test]
fn the_page_of_errors_is_current() {
    let rows = Code::ALL.iter().map(|code| {
        let (means, next) = code.described();
        [format!("`{}`", code.name()), code.status().to_string(), means.to_owned(), next.to_owned()]
    });
    let text = format!("{HEAD}{}", table(["code", "status", "what it means", "next step"], rows));
    hold("ERRORS.md", &text);
}
