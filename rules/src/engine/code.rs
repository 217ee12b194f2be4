//! What each rule asks of the marks, as one run of numbers.
//!
//! A literal is a predicate's number times two, plus one when it is negated. A rule is a count and that many
//! literals, which all must hold, then groups of a count and literals, of which one must hold; what is nested
//! deeper is a tree beside the run. Predicates on live signals come in both polarities and are never negated here.

/// A condition over predicates, each `not` pushed down to them.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    Literal(u32),
    All(Vec<Tree>),
    Any(Vec<Tree>),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Code {
    /// Where each rule's run begins; one more for the end.
    starts: Vec<u32>,
    run: Vec<u32>,
    /// What does not fit a run, by rule.
    deep: Vec<Vec<Tree>>,
}

/// The number of a literal.
pub(super) const fn literal(predicate: u32, negated: bool) -> u32 {
    predicate * 2 + negated as u32
}

fn holds(literal: u32, marks: &[u8], mask: u8) -> bool {
    // A negated literal turns both marks.
    let turned = if literal & 1 == 1 { super::YES } else { 0 };
    (marks[literal as usize / 2] ^ turned) & mask != 0
}

impl Tree {
    pub(super) fn passes(&self, marks: &[u8], mask: u8) -> bool {
        match self {
            Self::Literal(literal) => holds(*literal, marks, mask),
            Self::All(parts) => parts.iter().all(|part| part.passes(marks, mask)),
            Self::Any(parts) => parts.iter().any(|part| part.passes(marks, mask)),
        }
    }

    pub(super) fn for_each(&self, visit: &mut impl FnMut(u32)) {
        match self {
            Self::Literal(literal) => visit(*literal),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.for_each(visit)),
        }
    }
}

impl Code {
    /// Appends a rule whose clauses all must hold, in the order in which they are to be tried.
    pub(super) fn push(&mut self, clauses: &[Tree]) {
        self.starts.push(self.run.len() as u32);
        let single = |clause: &&Tree| matches!(clause, Tree::Literal(_));
        self.run.push(clauses.iter().filter(single).count() as u32);
        for clause in clauses {
            if let Tree::Literal(literal) = clause {
                self.run.push(*literal);
            }
        }
        let mut deep = Vec::new();
        for clause in clauses {
            match clause {
                Tree::Literal(_) => {}
                Tree::Any(parts) if parts.iter().all(|part| matches!(part, Tree::Literal(_))) => {
                    self.run.push(parts.len() as u32);
                    clause.for_each(&mut |literal| self.run.push(literal));
                }
                other => deep.push(other.clone()),
            }
        }
        self.deep.push(deep);
    }

    /// Whether a rule passes by the marks of a mask.
    pub(super) fn passes(&self, rule: usize, marks: &[u8], mask: u8) -> bool {
        let start = self.starts[rule] as usize;
        let end = self.starts.get(rule + 1).map_or(self.run.len(), |end| *end as usize);
        let Some((count, rest)) = self.run[start..end].split_first() else { return false };
        let (required, mut groups) = rest.split_at(*count as usize);
        if !required.iter().all(|literal| holds(*literal, marks, mask)) {
            return false;
        }
        while let Some((count, rest)) = groups.split_first() {
            let (group, after) = rest.split_at(*count as usize);
            if !group.iter().any(|literal| holds(*literal, marks, mask)) {
                return false;
            }
            groups = after;
        }
        self.deep[rule].iter().all(|tree| tree.passes(marks, mask))
    }
}
