//! Writes rule files and facts for benches: the same for the same arguments, on every machine.
//!
//! `generate rules COUNT` writes a rule file, `generate facts COUNT` as many lines of facts about the same shop.
//! Conjunctions of two to six conditions, most of them on paths, drawn from a set of predicates that grows slower
//! than the rules do: as in files that people write, where many rules speak of the same few pages.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

const SECTIONS: [&str; 8] = ["shop", "blog", "docs", "account", "checkout", "offers", "pricing", "help"];
const KINDS: [&str; 10] =
    ["shoes", "coats", "gifts", "bags", "tents", "tips", "news", "start", "wish", "trade"];
const DEVICES: [&str; 3] = ["desktop", "mobile", "tablet"];
const COUNTRIES: [&str; 6] = ["FR", "BE", "DE", "GB", "US", "CH"];
const SOURCES: [&str; 5] = ["google", "bing", "newsletter", "facebook", "none"];
const SEGMENTS: [&str; 8] = ["vip", "loyal", "trial", "b2b", "weekend", "returning", "hesitant", "lapsed"];
const TYPES: [&str; 6] = ["product", "article", "cart", "checkout", "help", "account"];

/// A small generator (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }

    fn path(&mut self) -> String {
        match self.below(8) {
            0 => "/".to_owned(),
            1 => format!("/{}", self.pick(&SECTIONS)),
            _ => {
                let (section, kind) = (self.pick(&SECTIONS), self.pick(&KINDS));
                format!("/{section}/{kind}/item-{}", self.below(40))
            }
        }
    }

    fn path_pattern(&mut self) -> String {
        match self.below(6) {
            0 => self.path(),
            1 | 2 => format!("/{}/**", self.pick(&SECTIONS)),
            _ => format!("/{}/{}/**", self.pick(&SECTIONS), self.pick(&KINDS)),
        }
    }

    fn predicate(&mut self) -> String {
        let path = ["page.path", "page.path", "visit.entry", "page.previous"];
        match self.below(20) {
            0..=11 => format!("{}=\"{}\"", self.pick(&path), self.path_pattern()),
            12 => format!("device.kind=\"{}\"", self.pick(&DEVICES)),
            13 => format!("geo.country=\"{}\"", self.pick(&COUNTRIES)),
            14 => format!("visit.source=\"{}\"", self.pick(&SOURCES)),
            15 => format!("visitor.segments=\"{}\"", self.pick(&SEGMENTS)),
            16 => format!("page.type=\"{}\"", self.pick(&TYPES)),
            17 => format!("cart.total=\">= {}\"", 50 * (1 + self.below(4))),
            18 => format!("visit.pages=\">= {}\"", 2 + self.below(4)),
            _ => match self.below(2) {
                0 => format!("page.dwell=\">= {}s\"", 15 * (1 + self.below(4))),
                _ => format!("page.scroll=\">= {}%\"", 25 * (1 + self.below(3))),
            },
        }
    }

    fn condition(&mut self, predicates: &[String]) -> String {
        let predicate = &predicates[self.below(predicates.len())];
        match (self.below(5), predicate.split_once("=")) {
            (0, Some((name, value))) => format!("{name}={{not={value}}}"),
            _ => predicate.clone(),
        }
    }
}

fn rules(count: usize, out: &mut impl Write) -> std::io::Result<()> {
    let mut random = Random(0x5eed);
    let distinct = 60 + count / 4;
    let mut predicates: Vec<String> = Vec::new();
    while predicates.len() < distinct {
        let predicate = random.predicate();
        if !predicates.contains(&predicate) || predicates.len() > 1000 {
            predicates.push(predicate);
        }
    }
    writeln!(out, "# Written by `cargo run -p rules-cli --example generate -- rules {count}`.")?;
    for index in 0..count {
        // Tried again until the rule does not contradict itself.
        let rule = loop {
            let parts: Vec<String> = (0..2 + random.below(5))
                .map(|_| match random.below(6) {
                    0 => {
                        let (left, right) = (random.condition(&predicates), random.condition(&predicates));
                        format!("{{any=[{{{left}}},{{{right}}}]}}")
                    }
                    _ => format!("{{{}}}", random.condition(&predicates)),
                })
                .collect();
            // Without a space that is not needed, so that the largest file a site may have fits its limit.
            let rule = format!(
                "[[rule]]\nid=\"r{index}\"\nshow=\"tag\"\ntag=\"t\"\nwhen={{all=[{}]}}\n",
                parts.join(",")
            );
            if rules::check("generated", &rule).program.is_some() {
                break rule;
            }
        };
        out.write_all(rule.as_bytes())?;
    }
    Ok(())
}

fn facts(count: usize, out: &mut impl Write) -> std::io::Result<()> {
    let mut random = Random(0xfac75);
    for _ in 0..count {
        let segments: Vec<String> =
            (0..random.below(5)).map(|_| format!("\"{}\"", random.pick(&SEGMENTS))).collect();
        writeln!(
            out,
            "{{\"page.path\":\"{}\",\"visit.entry\":\"{}\",\"page.previous\":\"{}\",\"page.type\":\"{}\",\
             \"device.kind\":\"{}\",\"geo.country\":\"{}\",\"visit.source\":\"{}\",\"visitor.segments\":[{}],\
             \"cart.total\":{},\"visit.pages\":{},\"page.dwell\":{},\"page.scroll\":{}}}",
            random.path(),
            random.path(),
            random.path(),
            random.pick(&TYPES),
            random.pick(&DEVICES),
            random.pick(&COUNTRIES),
            random.pick(&SOURCES),
            segments.join(","),
            random.below(300),
            1 + random.below(12),
            random.below(90),
            random.below(101),
        )?;
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = BufWriter::new(std::io::stdout().lock());
    let count = |text: &String| text.parse::<usize>().ok().filter(|count| *count <= rules::MAX_RULES);
    let written = match arguments.as_slice() {
        [what, number] if what == "rules" => count(number).map(|count| rules(count, &mut out)),
        [what, number] if what == "facts" => count(number).map(|count| facts(count, &mut out)),
        _ => None,
    };
    match written {
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(why)) => {
            eprintln!("generate: {why}");
            ExitCode::from(2)
        }
        None => {
            eprintln!("usage: generate rules|facts COUNT, of {} at most", rules::MAX_RULES);
            ExitCode::from(2)
        }
    }
}
