//! The addresses of the API: which there are, which methods each takes, and with which parameters.
//!
//! The one table of them. A request is held to it before anyone asks whose it is: what it does not name is not there, a
//! method it does not name is not taken, and neither is a parameter. The description in `openapi.json` is made of it.
//! Never answers: that is the worker's.

mod query;
mod table;

use crate::api::explain::wrong;
use crate::intake::Refusal;

pub use query::decoded;
pub use table::ROUTES;

/// One request of the API.
#[derive(Debug)]
pub struct Route {
    /// In capitals. What is got can be asked for by HEAD, too.
    pub method: &'static str,
    /// With `{…}` for a part that names something.
    pub path: &'static str,
    /// What may stand behind the question mark, each with its meaning.
    pub parameters: &'static [(&'static str, &'static str)],
}

/// Where a browser asks, before it sends what a form could not, whether a page may.
const PREFLIGHTED: [&str; 2] = ["/v1/events", "/v1/contacts"];
/// Below these all addresses are the API's; elsewhere there are files, and pages for people.
const API: [&str; 2] = ["v1", "metrics"];

/// Why a request leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Astray {
    /// To no address there is.
    Nowhere,
    /// To one that does not take its method.
    Method {
        /// Those it takes, as `Allow` names them.
        allow: String,
    },
}

/// Whether this path is the API's, and not a file's or a page's.
pub fn is_api(path: &str) -> bool {
    path.split('/').nth(1).is_some_and(|first| API.contains(&first))
}

/// The route of a method and a path; none for a browser's question beforehand.
///
/// # Errors
/// When the address is none, or takes other methods.
pub fn find(method: &str, path: &str) -> Result<Option<&'static Route>, Astray> {
    // Where two patterns fit, the one that names more is meant: `…/webhooks/dead` is no endpoint.
    let fitting = ROUTES.iter().filter(|route| fits(route.path, path));
    let meant = fitting.map(|route| route.path).min_by_key(|pattern| pattern.matches('{').count());
    let Some(meant) = meant else { return Err(Astray::Nowhere) };
    let there = || ROUTES.iter().filter(|route| route.path == meant);
    if method == "OPTIONS" && PREFLIGHTED.contains(&meant) {
        return Ok(None);
    }
    let asked = if method == "HEAD" { "GET" } else { method };
    match there().find(|route| route.method == asked) {
        Some(route) => Ok(Some(route)),
        None => Err(Astray::Method { allow: allow(there(), meant) }),
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    let fit = pattern.split('/').all(|wanted| {
        parts.next().is_some_and(|part| part == wanted || (wanted.starts_with('{') && !part.is_empty()))
    });
    fit && parts.next().is_none()
}

fn allow<'r>(there: impl Iterator<Item = &'r Route>, path: &str) -> String {
    let mut methods: Vec<&str> = Vec::new();
    for route in there {
        methods.push(route.method);
        methods.extend((route.method == "GET").then_some("HEAD"));
    }
    methods.extend(PREFLIGHTED.contains(&path).then_some("OPTIONS"));
    methods.join(", ")
}

impl Route {
    /// Lets pass the parameters this route takes, each once and readable.
    ///
    /// # Errors
    /// A [`Refusal`] that names the first that is not, and those there are.
    pub fn check(&self, query: &str) -> Result<(), Refusal> {
        let mut seen: Vec<String> = Vec::new();
        for (name, _) in query::pairs(query)? {
            if !self.parameters.iter().any(|(known, _)| *known == name) {
                let known = self.parameters.iter().map(|(known, _)| *known).collect();
                return Err(Refusal::UnknownParameter { name: crate::intake::shorten(&name), known });
            }
            if seen.contains(&name) {
                return Err(wrong(&name, "given once"));
            }
            seen.push(name);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
