//! Finds which of many patterns a text matches.
//!
//! Literals are found by hash, prefixes by their place in alphabetical order, and only what is left is tried one by
//! one.

use xxhash_rust::xxh3::xxh3_64;

use crate::glob::{Glob, Shape};

/// So few literals are compared sooner than a text is hashed.
const FEW: usize = 4;

#[derive(Clone, Debug, Default)]
pub(super) struct TextIndex {
    /// Sorted, each text once.
    literals: Vec<(Box<str>, Owners)>,
    /// A power of two long; a literal's place plus one, 0 for none. Empty where there are few.
    table: Vec<u32>,
    /// Sorted, each prefix once.
    prefixes: Vec<Prefix>,
    others: Vec<(Glob, u32)>,
}

/// The numbers that a pattern stands for: nearly always one or two.
type Owners = Vec<u32>;

#[derive(Clone, Debug)]
struct Prefix {
    text: Box<str>,
    /// The longest other prefix that this one begins with.
    parent: Option<u32>,
    owners: Owners,
}

impl TextIndex {
    /// Indexes patterns, each with the number to report.
    pub(super) fn new(patterns: &[(&Glob, u32)]) -> Self {
        let mut index = Self::default();
        let mut literals: Vec<(&str, u32)> = Vec::new();
        let mut prefixes: Vec<(&str, u32)> = Vec::new();
        for (glob, owner) in patterns {
            match glob.shape() {
                Shape::Literal(text) => literals.push((text, *owner)),
                Shape::Prefix(text) => prefixes.push((text, *owner)),
                Shape::General { .. } => index.others.push(((*glob).clone(), *owner)),
            }
        }
        for (text, owners) in grouped(literals) {
            index.literals.push((text, owners));
        }
        for (text, owners) in grouped(prefixes) {
            // In alphabetical order everything between a prefix and its extensions begins with it, so the parent
            // is the one before or an ancestor of that one.
            let mut parent = index.prefixes.len().checked_sub(1);
            while let Some(place) = parent
                && !text.starts_with(&*index.prefixes[place].text)
            {
                parent = index.prefixes[place].parent.map(|parent| parent as usize);
            }
            index.prefixes.push(Prefix { text, parent: parent.map(|place| place as u32), owners });
        }
        if index.literals.len() > FEW {
            let size = (index.literals.len() * 2).next_power_of_two();
            index.table = vec![0; size];
            for (place, (text, _)) in index.literals.iter().enumerate() {
                let mut slot = xxh3_64(text.as_bytes()) as usize & (size - 1);
                while index.table[slot] != 0 {
                    slot = (slot + 1) & (size - 1);
                }
                index.table[slot] = place as u32 + 1;
            }
        }
        index
    }

    /// Reports the number of every pattern that matches. A number with several matching patterns may come twice.
    pub(super) fn for_each_match(&self, text: &str, mut report: impl FnMut(u32)) {
        if let Some(owners) = self.literal(text) {
            owners.iter().for_each(|owner| report(*owner));
        }
        if !self.prefixes.is_empty() {
            let after = self.prefixes.partition_point(|prefix| &*prefix.text <= text);
            let mut place = after.checked_sub(1);
            let mut begins = false;
            while let Some(index) = place {
                let prefix = &self.prefixes[index];
                // Once one is a prefix of the text, so are those that it begins with.
                begins = begins || text.as_bytes().starts_with(prefix.text.as_bytes());
                if begins {
                    prefix.owners.iter().for_each(|owner| report(*owner));
                }
                place = prefix.parent.map(|parent| parent as usize);
            }
        }
        for (glob, owner) in &self.others {
            if glob.matches_folded(text) {
                report(*owner);
            }
        }
    }

    fn literal(&self, text: &str) -> Option<&[u32]> {
        if self.table.is_empty() {
            return self
                .literals
                .iter()
                .find(|(known, _)| &**known == text)
                .map(|(_, owners)| owners.as_slice());
        }
        let mask = self.table.len() - 1;
        let mut slot = xxh3_64(text.as_bytes()) as usize & mask;
        loop {
            let place = self.table[slot].checked_sub(1)?;
            let (known, owners) = &self.literals[place as usize];
            if &**known == text {
                return Some(owners);
            }
            slot = (slot + 1) & mask;
        }
    }
}

fn grouped(mut pairs: Vec<(&str, u32)>) -> Vec<(Box<str>, Owners)> {
    pairs.sort_unstable();
    pairs.dedup();
    let mut groups: Vec<(Box<str>, Owners)> = Vec::new();
    for (text, owner) in pairs {
        match groups.last_mut() {
            Some((last, owners)) if **last == *text => owners.push(owner),
            _ => groups.push((text.into(), vec![owner])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::TextIndex;
    use crate::glob::{Glob, Style};

    #[test]
    fn an_index_finds_what_each_pattern_finds() {
        let patterns = [
            "/", "/a", "/a/**", "/a/b**", "/a/b/c", "/ab**", "/b", "/c", "/d", "/e", "**", "/a/*", "/*/c",
            "/a/b/**",
        ];
        let globs: Vec<_> = patterns.iter().map(|text| Glob::new(text, Style::Path).expect("good")).collect();
        let numbered: Vec<_> = globs.iter().zip(0..).collect();
        let index = TextIndex::new(&numbered);
        for text in ["/", "/a", "/a/", "/a/b", "/a/b/c", "/a/b/cd", "/abc", "/e", "/x/c", "", "zz", "/a/bé"]
        {
            let mut found = Vec::new();
            index.for_each_match(text, |owner| found.push(owner));
            found.sort_unstable();
            let expected: Vec<u32> =
                numbered.iter().filter(|(glob, _)| glob.matches(text)).map(|(_, owner)| *owner).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
