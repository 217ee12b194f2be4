//! The page's two forms; its words come from elsewhere.

use super::words::sections;
use super::{Language, Row, Section, Words, words};
use crate::site::Settings;

/// The page's looks: no script, nothing from elsewhere; its hash stands in the page's policy.
pub const STYLE: &str = include_str!("page.css");

const TITLE: Words = words("What is kept of you, and why", "Ce qui est gardé de vous, et pourquoi");
const LEAD: Words = words(
    "This site uses Declic to offer help at the right moment. This page is made from the program itself: it lists every field that is stored.",
    "Ce site utilise Declic pour proposer de l’aide au bon moment. Cette page est tirée du programme lui-même : elle énumère chaque champ enregistré.",
);
const EXACTLY: Words = words("exactly", "précisément");
const WHY: Words = words("why", "pourquoi");
const UNTIL: Words = words("how long", "combien de temps");

/// The page for the visitors of a site, in one language, with a link to the other.
pub fn html(site: &str, settings: &Settings, language: Language) -> String {
    let text = |words: &Words| escaped(&words.in_language(language));
    let (code, other, other_name) = match language {
        Language::English => ("en", "fr", "Français"),
        Language::French => ("fr", "en", "English"),
    };
    let body: String = sections(settings).iter().map(|section| section_html(section, &text)).collect();
    let (title, lead, site) = (text(&TITLE), text(&LEAD), escaped(site));
    format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<header>\n<nav><a href=\"?site={site}&amp;lang={other}\" lang=\"{other}\" hreflang=\"{other}\">{other_name}</a></nav>\n\
         <h1>{title}</h1>\n<p>{lead}</p>\n</header>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

fn section_html(section: &Section, text: &dyn Fn(&Words) -> String) -> String {
    let rows: String = section.rows.iter().map(|row| row_html(row, text)).collect();
    let rows = if rows.is_empty() { rows } else { format!("<div class=\"rows\">\n{rows}</div>\n") };
    format!(
        "<section>\n<h2>{}</h2>\n<p>{}</p>\n{rows}</section>\n",
        text(&section.title),
        text(&section.intro)
    )
}

fn row_html(row: &Row, text: &dyn Fn(&Words) -> String) -> String {
    let name = text(&row.name);
    if row.exactly.is_empty() {
        return format!("<article>\n<h3>{name}</h3>\n<p>{}</p>\n</article>\n", text(&row.why));
    }
    let fields: String = row.exactly.iter().map(|field| format!("<li>{}</li>", text(field))).collect();
    format!(
        "<article>\n<h3>{name}</h3>\n<dl>\n<dt>{}</dt><dd><ul>{fields}</ul></dd>\n<dt>{}</dt><dd>{}</dd>\n\
         <dt>{}</dt><dd>{}</dd>\n</dl>\n</article>\n",
        text(&EXACTLY),
        text(&WHY),
        text(&row.why),
        text(&UNTIL),
        text(&row.until),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The page in English, for a site that leaves every setting as it is.
pub fn markdown() -> String {
    let text = |words: &Words| words.in_language(Language::English);
    let line = |row: &Row| {
        let fields: Vec<String> = row.exactly.iter().map(text).collect();
        format!(
            "| {} | {} | {} | {} |\n",
            text(&row.name),
            fields.join("; "),
            text(&row.why),
            text(&row.until)
        )
    };
    let said = |row: &Row| format!("- **{}**: {}\n", text(&row.name), text(&row.why));
    let section = |section: &Section| {
        let table = section.rows.iter().any(|row| !row.exactly.is_empty());
        let rows: String = section.rows.iter().map(|row| if table { line(row) } else { said(row) }).collect();
        let head =
            if table { "| what | exactly | why | how long |\n| --- | --- | --- | --- |\n" } else { "" };
        let gap = if rows.is_empty() { "" } else { "\n" };
        format!("\n## {}\n\n{}\n{gap}{head}{rows}", text(&section.title), text(&section.intro))
    };
    let body: String = sections(&Settings::default()).iter().map(section).collect();
    format!(
        "<!-- Made from edge-worker/core/src/privacy by its tests; UPDATE_GOLDEN=1 writes it anew. -->\n\n# {}\n\n{}\n{body}",
        text(&TITLE),
        text(&LEAD)
    )
}
