//! What a site's rules and pages came to, in tables for a terminal.

use serde_json::Value;

use super::client::query;
use super::telling::{items, table, word};
use super::{Client, Told, Words};
use crate::{Error, Result};

/// Pages told where it is not said how many.
const PAGES: usize = 20;

/// `report SITE [--from DAY] [--to DAY] [--pages N]`.
pub(super) fn report(client: &Client, words: &mut Words) -> Result<Told> {
    let mut parameters = Vec::new();
    for (flag, name) in [("--from", "from"), ("--to", "to")] {
        parameters.extend(words.value(flag)?.map(|value| (name, value)));
    }
    let pages = match words.value("--pages")? {
        None => PAGES,
        Some(text) => text.parse().map_err(|_| Error::Usage {
            what: format!("`{text}` is no number of pages\n  next: give one, such as `--pages 50`"),
        })?,
    };
    let site = words.only_site()?;
    let answer = client.get(&format!("/v1/sites/{site}/report{}", query(&parameters)))?;
    Ok(Told::of(answer, |answer| told(answer, pages)))
}

fn told(report: &Value, most: usize) -> String {
    let head = format!(
        "{} to {}; an order counts for an offer made up to {} days before",
        word(&report["from"]),
        word(&report["to"]),
        report["attribution_days"]
    );
    [head, rules(items(&report["rules"])), pages(items(&report["pages"]), most)].join("\n\n")
}

fn rules(rules: &[Value]) -> String {
    if rules.is_empty() {
        return "no rule was put to anybody in these days".to_owned();
    }
    let mut rows = Vec::new();
    for rule in rules {
        rows.push(group(word(&rule["rule"]), "all", &rule["all"]));
        let variants = items(&rule["variants"]).iter();
        rows.extend(variants.map(|variant| group(String::new(), &word(&variant["variant"]), variant)));
        rows.push(control(&rule["control"]));
    }
    let counts = table(
        &[
            "rule",
            "group",
            "visitors",
            "shown",
            "accepted",
            "contacted",
            "dismissed",
            "ordered",
            "rate",
            "revenue",
        ],
        rows,
    );
    let mut verdicts = Vec::new();
    for rule in rules {
        verdicts.push(verdict(word(&rule["rule"]), &rule["all"]));
        let variants = items(&rule["variants"]).iter();
        verdicts.extend(variants.map(|variant| {
            verdict(format!("{}, {}", word(&rule["rule"]), word(&variant["variant"])), variant)
        }));
    }
    format!(
        "{counts}\n\nbeside the control group, with 95 % however often one looks:\n{}",
        verdicts.join("\n")
    )
}

fn group(rule: String, name: &str, counts: &Value) -> Vec<String> {
    let mut row = vec![rule, name.to_owned()];
    let columns = ["offered", "shown", "accepted", "contacted", "dismissed", "converted"];
    row.extend(columns.iter().map(|column| word(&counts[column])));
    row.extend([percent(&counts["conversion_rate"]), money(&counts["revenue"])]);
    row
}

fn control(counts: &Value) -> Vec<String> {
    let none = String::new;
    vec![
        none(),
        "control".to_owned(),
        word(&counts["held_out"]),
        none(),
        none(),
        none(),
        none(),
        word(&counts["converted"]),
        percent(&counts["conversion_rate"]),
        money(&counts["revenue"]),
    ]
}

/// What a group's figures say beside the control group's.
fn verdict(name: String, group: &Value) -> String {
    let mut said = Vec::new();
    if let Some(found) = uplift(&group["conversion_uplift"], 100.0, " points") {
        said.push(format!("orders {found}"));
    }
    if let Some(found) = uplift(&group["revenue_uplift"], 1.0, " a visitor") {
        said.push(format!("revenue {found}"));
    }
    let sample = &group["sample"];
    if sample.is_object() {
        said.push(format!(
            "too few to compare: {} visitors in the smaller group, of {} needed, with {} orders to expect in it",
            sample["smaller_group"],
            sample["needs_units_in_each_group"],
            sample["needs_conversions_expected_in_the_smaller"]
        ));
    }
    if said.is_empty() {
        said.push("no control group to compare with".to_owned());
    }
    format!("  {name}: {}", said.join("; "))
}

fn uplift(uplift: &Value, scale: f64, unit: &str) -> Option<String> {
    let number = |name: &str| uplift[name].as_f64().map(|value| value * scale);
    let (difference, low, high) = (number("difference")?, number("low")?, number("high")?);
    let relative = uplift["relative"].as_f64();
    let relative = relative.map(|part| format!(" ({:+.0} %)", part * 100.0)).unwrap_or_default();
    let differs = if uplift["differs"] == true { "a difference" } else { "may be chance" };
    Some(format!("{difference:+.2}{unit}{relative}, between {low:+.2} and {high:+.2}: {differs}"))
}

fn pages(pages: &[Value], most: usize) -> String {
    if pages.is_empty() {
        return "no page was looked at in these days".to_owned();
    }
    let row = |page: &Value| {
        let mut row = vec![word(&page["path"]), word(&page["views"]), percent(&page["exit_rate"])];
        let columns = ["rage_clicks", "form_errors", "forms_abandoned", "contacts"];
        row.extend(columns.iter().map(|column| word(&page[column])));
        let dwell = &page["dwell"];
        row.push(dwell["typical_s"].as_f64().map(|seconds| format!("{seconds:.0} s")).unwrap_or_default());
        row.push(dwell["against_site"].as_f64().map(|times| format!("{times:.1} ×")).unwrap_or_default());
        row
    };
    let head = [
        "page",
        "views",
        "exits",
        "rage clicks",
        "form errors",
        "forms left",
        "contacts",
        "looked at",
        "of the site's",
    ];
    let text = table(&head, pages.iter().take(most).map(row).collect());
    match pages.len().saturating_sub(most) {
        0 => text,
        more => format!("{text}\n… and {more} more: `--pages {}`", pages.len()),
    }
}

fn percent(part: &Value) -> String {
    part.as_f64().map(|part| format!("{:.1} %", part * 100.0)).unwrap_or_default()
}

fn money(sum: &Value) -> String {
    sum.as_f64().map(|sum| format!("{sum:.2}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::told;

    fn report(all: Value) -> Value {
        let control = json!({ "held_out": 120, "converted": 6, "conversion_rate": 0.05, "revenue": 240.0 });
        let rule = json!({ "rule": "basket-call", "eligible_visits": 1300, "all": all, "control": control });
        let dwell = json!({ "views": 90, "mean_s": 31.0, "typical_s": 24.4, "against_site": 1.64 });
        let page = json!({ "path": "/cart", "views": 100, "exits": 42, "exit_rate": 0.42, "rage_clicks": 3,
            "form_errors": 1, "forms_abandoned": 2, "contacts": 5, "dwell": dwell });
        json!({ "from": "2026-11-01", "to": "2026-11-24", "attribution_days": 7, "rules": [rule], "pages": [page, page] })
    }

    fn group(more: Value) -> Value {
        let mut group = json!({ "offered": 1080, "shown": 1002, "accepted": 80, "contacted": 60, "dismissed": 200,
            "converted": 97, "conversion_rate": 0.0898, "revenue": 4120.5 });
        group.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        group
    }

    #[test]
    fn a_rule_is_told_beside_its_control_group_with_what_that_proves() {
        let uplift = json!({ "difference": 0.0398, "low": -0.011, "high": 0.0906, "relative": 0.796, "differs": false });
        let text = told(&report(group(json!({ "conversion_uplift": uplift }))), 1);
        assert!(text.starts_with("2026-11-01 to 2026-11-24; "), "{text}");
        assert!(
            text.contains("orders +3.98 points (+80 %), between -1.10 and +9.06: may be chance"),
            "{text}"
        );
        let lines: Vec<&str> = text.lines().collect();
        let ends = |word: &str| lines.iter().find_map(|line| Some(line.find(word)? + word.len()));
        assert_eq!(ends("4120.50"), ends("240.00"), "numbers end below each other:\n{text}");
        assert!(text.contains("/cart") && text.contains("42.0 %") && text.contains("1.6 ×"), "{text}");
        assert!(text.ends_with("… and 1 more: `--pages 2`"), "{text}");
    }

    #[test]
    fn a_group_too_small_to_compare_says_what_is_missing() {
        let sample = json!({ "needs_units_in_each_group": 100, "smaller_group": 12, "needs_conversions_expected_in_the_smaller": 10.0 });
        let text = told(&report(group(json!({ "sample": sample }))), 20);
        assert!(
            text.contains("too few to compare: 12 visitors in the smaller group, of 100 needed"),
            "{text}"
        );
        let text = told(&report(group(json!({}))), 20);
        assert!(text.contains("basket-call: no control group to compare with"), "{text}");
    }

    #[test]
    fn days_in_which_nothing_was_counted_say_so() {
        let nothing = json!({ "from": "2026-11-01", "to": "2026-11-24", "attribution_days": 7, "rules": [], "pages": [] });
        let text = told(&nothing, 20);
        assert!(
            text.contains("no rule was put to anybody") && text.contains("no page was looked at"),
            "{text}"
        );
    }
}
