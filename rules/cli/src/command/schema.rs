//! `schema`: the JSON Schema (draft 7, which editors of TOML read) of rule files, from the signal catalogue.

use rules::{Declaration, FAMILIES, Kind, LABELS, Period, Place, Show, Signal};
use serde_json::{Map, Value, json};

use crate::output::{Failure, Findings, Output};

#[derive(clap::Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(output: &mut Output) -> Result<Findings, Failure> {
    let text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
    output.line(text)?;
    Ok(Findings::None)
}

const DURATION: &str = r"^\s*(\d+(\.\d+)?\s*(ms|s|m|h|d|w)\s*)+$";
/// Less than all: a control group of everyone leaves nobody.
const SHARE: &str = r"^\s*\d{1,2}(\.\d+)?\s*%$";
const HOURS: &str = r"^[\s;]*((([a-zA-Z]{3}(-[a-zA-Z]{3})?)([,\s]+([a-zA-Z]{3}(-[a-zA-Z]{3})?))*)?\s*(\d{1,2}:\d{2}-\d{1,2}:\d{2})?[\s;]*)+$";
/// A path, or the beginning of a pattern; never a query.
const PATH: &str = r"^[/*][^?#]*$";
const LANGUAGE: &str = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$";

fn schema() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Declic rule file",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "site": {
                "type": "object",
                "additionalProperties": false,
                "description": "What holds for the whole site.",
                "properties": {
                    "timezone": described("Time zone of the IANA list.", json!({ "type": "string" })),
                    "languages": described(
                        "Languages every visible rule speaks, the first being the one to fall back to.",
                        json!({ "type": "array", "items": { "type": "string", "pattern": LANGUAGE } }),
                    ),
                    "pressure": described("How much one visitor sees of all rules together.", reference("cap")),
                },
            },
            "customer": {
                "type": "object",
                "description": "Attributes the site signs or imports, and their types.",
                "additionalProperties": { "enum": ["text", "number", "yes/no", "set"] },
            },
            "rule": { "type": "array", "maxItems": rules::MAX_RULES, "items": reference("rule") },
        },
        "definitions": definitions(),
    })
}

fn definitions() -> Value {
    let mut all = json!({
        "rule": rule(),
        "cap": {
            "type": "object",
            "additionalProperties": false,
            "required": ["per", "times"],
            "properties": {
                "per": { "enum": Period::NAMES },
                "times": { "type": "integer", "minimum": 1 },
                "cooldown": described("Not again for so long after the last time.", reference("a_duration")),
            },
        },
        "a_duration": { "type": "string", "pattern": DURATION },
        "content": {
            "type": "object",
            "additionalProperties": false,
            "propertyNames": { "pattern": LANGUAGE },
            "patternProperties": { LANGUAGE: {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "title": described("Heading. `{visit.search}` is filled in; `{visit.search|words}` falls back.", json!({ "type": "string" })),
                    "text": described("Body.", json!({ "type": "string" })),
                    "action": described("Label of the main button.", json!({ "type": "string" })),
                    "link": described("Where the main button leads.", json!({ "type": "string" })),
                    "links": described("Pages that may answer the question without a human.", json!({
                        "type": "array",
                        "maxItems": rules::MAX_LINKS,
                        "items": {
                            "type": "object",
                            "additionalProperties": false,
                            "required": ["label", "link"],
                            "properties": {
                                "label": described("What it is called.", json!({ "type": "string" })),
                                "link": described("Where it leads.", json!({ "type": "string" })),
                            },
                        },
                    })),
                    "labels": labels(),
                },
            } },
        },
        "conditions": conditions(),
        "facts": facts(),
    });
    if let Some(all) = all.as_object_mut() {
        for (name, value) in history() {
            all.insert(name.to_owned(), value);
        }
        for signal in Signal::ALL {
            let values = signal.declaration().values;
            if !values.is_empty() {
                all.insert(signal.name().to_owned(), one_of(signal.name(), values));
            }
        }
        for kind in [
            Kind::Path,
            Kind::Text,
            Kind::Set,
            Kind::Number,
            Kind::Duration,
            Kind::Percent,
            Kind::Flag,
            Kind::Date,
        ] {
            let name = definition_name(kind);
            all.insert(name.to_owned(), condition_on(kind));
        }
    }
    all
}

fn rule() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "show"],
        "properties": {
            "id": described("Unique in the file.", json!({ "type": "string", "pattern": r"^\S{1,100}$" })),
            "name": described("For people.", json!({ "type": "string" })),
            "show": { "enum": Show::NAMES },
            "priority": described("Higher wins; ties go to the earlier rule.", json!({ "type": "integer" })),
            "group": described("At most one rule of a group is on screen.", json!({ "type": "string" })),
            "cap": described("How often one visitor sees it.", reference("cap")),
            "holdout": described("Part of the visitors kept as control group.", json!({ "type": "string", "pattern": SHARE })),
            "consent": described("Whether the visitor must have agreed to be remembered.", json!({ "enum": ["needed", "not_needed"] })),
            "slot": described("`data-declic-slot` that a banner fills.", json!({ "type": "string" })),
            "place": described("Where a banner that fills no slot stands.", json!({ "enum": Place::NAMES })),
            "tag": described("The segment of `show = \"tag\"`.", json!({ "type": "string" })),
            "event": described("The webhook's event of `show = \"notify\"`.", json!({ "type": "string" })),
            "schedule": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "from": described("First day, or moment.", json!({ "type": "string" })),
                    "until": described("Last day, or moment.", json!({ "type": "string" })),
                    "hours": described("Such as `mon-fri 08:00-18:00`.", one_or_many(&json!({ "type": "string", "pattern": HOURS }))),
                    "except": described("Days it stays closed.", one_or_many(&json!({ "type": "string" }))),
                },
            },
            "variants": described("Forms of an A/B test.", json!({
                "type": "object",
                "minProperties": 2,
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": { "weight": { "type": "integer", "minimum": 1 }, "content": reference("content") },
                },
            })),
            "when": described("All of these must hold.", reference("conditions")),
            "unless": described("None of these may hold.", reference("conditions")),
            "content": described("Texts by language.", reference("content")),
            "example": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["given", "expect"],
                    "properties": {
                        "given": reference("facts"),
                        "expect": { "enum": ["show", "hide", "not_yet"] },
                        "at": described("The moment on the site's clock.", json!({ "type": "string" })),
                    },
                },
            },
        },
    })
}

/// The widgets' own labels.
fn labels() -> Value {
    let properties: Map<String, Value> = LABELS
        .iter()
        .map(|label| {
            let meaning = format!("In English: {}", label.english);
            (
                label.name.to_owned(),
                described(&meaning, json!({ "type": "string", "maxLength": rules::MAX_LABEL_CHARS })),
            )
        })
        .collect();
    described(
        "The widget's own labels, in a language it does not speak.",
        json!({ "type": "object", "additionalProperties": false, "properties": properties }),
    )
}

/// `when` and `unless`: signals by their namespaces, the journey, groups.
fn conditions() -> Value {
    let list = |name: &str| json!({ "type": "array", "minItems": 1, "items": reference(name) });
    let value = |declaration: &Declaration| match declaration.values {
        [] => reference(definition_name(declaration.kind)),
        _ => reference(declaration.name),
    };
    let mut properties = namespaces(value, &reference("text"), &json!({}));
    properties.insert("any".to_owned(), described("At least one must hold.", list("conditions")));
    properties.insert("all".to_owned(), json!({ "anyOf": [list("conditions"), reference("conditions")] }));
    properties.insert("not".to_owned(), json!({ "anyOf": [list("conditions"), reference("conditions")] }));
    properties.insert("visited".to_owned(), described("Pages of the journey.", reference("visited")));
    properties.insert("did".to_owned(), described("Events of the journey.", reference("did")));
    properties
        .insert("path_taken".to_owned(), described("Pages seen in this order.", reference("path_taken")));
    tables_of_signals(properties)
}

/// The conditions on the journey.
fn history() -> [(&'static str, Value); 3] {
    let paths = json!({ "type": "string", "pattern": PATH });
    let times = |name: &str, key: &str, what: &Value| {
        let what = one_or_many(what);
        negatable(
            name,
            &json!([what, {
                "type": "object",
                "additionalProperties": false,
                "required": [key],
                "properties": {
                    key: what,
                    "times": { "type": ["string", "integer"] },
                    "within": reference("a_duration"),
                },
            }]),
        )
    };
    let path = json!({ "type": "array", "minItems": 2, "items": paths });
    let taken = json!([path, {
        "type": "object",
        "additionalProperties": false,
        "required": ["path"],
        "properties": { "path": path, "within": reference("a_duration") },
    }]);
    [
        ("visited", times("visited", "path", &paths)),
        ("did", times("did", "event", &json!({ "type": "string", "minLength": 1 }))),
        ("path_taken", negatable("path_taken", &taken)),
    ]
}

/// A table of signals. A name between quotes, dot and all, is one name to a parser and checked by the rules alone.
fn tables_of_signals(properties: Map<String, Value>) -> Value {
    let spaces: Vec<&str> = properties
        .iter()
        .filter(|(_, of)| of["properties"].is_object())
        .map(|(name, _)| name.as_str())
        .collect();
    let quoted = format!(r"^({}|customer)\.", spaces.join("|"));
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "patternProperties": { quoted: {} },
    })
}

/// What an example supposes.
fn facts() -> Value {
    let value = |declaration: &Declaration| match declaration.kind {
        Kind::Number => json!({ "type": "number" }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Percent => json!({ "type": ["string", "number"] }),
        Kind::Set => one_or_many(&json!({ "type": "string" })),
        Kind::Duration => reference("a_duration"),
        _ => json!({ "type": "string" }),
    };
    let mut properties = namespaces(value, &json!({ "type": "string" }), &json!({}));
    for (name, key) in [("visited", "path"), ("did", "event")] {
        let step = json!({ "anyOf": [{ "type": "string" }, {
            "type": "object",
            "additionalProperties": false,
            "required": [key],
            "properties": { key: { "type": "string" }, "ago": reference("a_duration") },
        }] });
        properties.insert(name.to_owned(), described("Oldest first.", one_or_many(&step)));
    }
    tables_of_signals(properties)
}

/// Every signal below its namespace, as dotted keys are to a parser.
fn namespaces(value: impl Fn(&Declaration) -> Value, query: &Value, customer: &Value) -> Map<String, Value> {
    let mut spaces: Map<String, Value> = Map::new();
    for signal in Signal::ALL {
        let declaration = signal.declaration();
        let Some((space, name)) = declaration.name.split_once('.') else { continue };
        let entry = spaces
            .entry(space)
            .or_insert_with(|| json!({ "type": "object", "additionalProperties": false, "properties": {} }));
        entry["properties"][name] = described(&format!("{}.", declaration.meaning), value(declaration));
    }
    let [of_query, of_customer] = &FAMILIES;
    spaces["page"]["properties"]["query"] =
        json!({ "type": "object", "description": of_query.meaning, "additionalProperties": query });
    spaces.insert(
        "customer".to_owned(),
        json!({ "type": "object", "description": of_customer.meaning, "additionalProperties": customer }),
    );
    spaces
}

const fn definition_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Path => "path",
        Kind::Text => "text",
        Kind::Set => "set",
        Kind::Number => "number",
        Kind::Duration => "duration",
        Kind::Percent => "percent",
        Kind::Flag => "flag",
        Kind::Date => "date",
    }
}

fn condition_on(kind: Kind) -> Value {
    let comparison = |quantity: &str| json!({ "type": "string", "pattern": format!(r"^\s*((>=|<=|>|<)\s*{quantity}|{quantity}\s*\.\.\s*{quantity})\s*$") });
    let number = r"-?\d+(\.\d+)?";
    let duration = r"(\d+(\.\d+)?\s*(ms|s|m|h|d|w)\s*)+";
    let name = definition_name(kind);
    let value = match kind {
        Kind::Path => json!({ "type": "string", "pattern": PATH }),
        Kind::Text | Kind::Set => json!({ "type": "string", "minLength": 1 }),
        Kind::Number => json!({ "anyOf": [{ "type": "number" }, comparison(number)] }),
        Kind::Duration => comparison(duration),
        Kind::Percent => comparison(r"\d+(\.\d+)?\s*%"),
        Kind::Date => json!({ "type": "string" }),
        Kind::Flag => return negatable(name, &json!([{ "type": "boolean" }, { "enum": ["yes", "no"] }])),
    };
    negatable(name, &json!([one_or_many(&value)]))
}

/// A signal that takes a few values only, or a pattern of them.
fn one_of(name: &str, values: &[&str]) -> Value {
    negatable(
        name,
        &json!([one_or_many(
            &json!({ "anyOf": [{ "enum": values }, { "type": "string", "pattern": r"\*" }] })
        )]),
    )
}

/// Any of these, or `{ not = … }` around what the definition of this name allows.
fn negatable(name: &str, values: &Value) -> Value {
    json!({ "anyOf": [{ "anyOf": values }, {
        "type": "object",
        "additionalProperties": false,
        "required": ["not"],
        "properties": { "not": reference(name) },
    }] })
}

fn one_or_many(value: &Value) -> Value {
    json!({ "anyOf": [value, { "type": "array", "minItems": 1, "items": value }] })
}

fn reference(definition: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{definition}") })
}

fn described(description: &str, mut value: Value) -> Value {
    // Draft 7 ignores what stands beside a reference.
    if value.get("$ref").is_some() {
        return json!({ "description": description, "allOf": [value] });
    }
    value["description"] = json!(description);
    value
}
