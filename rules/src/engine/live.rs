//! The live part of a rule, decided exactly.
//!
//! Builds the rule's boxes from its tree once the other predicates are known, on a stack that is kept from one
//! evaluation to the next.

use crate::engine::code::Tree;
use crate::facts::Live;
use crate::truth::Truth;
use crate::watch::{LiveBox, Watch, residual_of};

/// A rule's tree, in which live tests are boxes.
#[derive(Clone, Debug)]
pub(super) enum LiveTree {
    /// What one live test allows, or several that were joined on compiling.
    Boxes(Vec<LiveBox>),
    /// Something without live tests.
    Other(Tree),
    All(Vec<LiveTree>),
    Any(Vec<LiveTree>),
}

impl LiveTree {
    /// Whether some reading ahead of this one would make the rule hold.
    pub(super) fn is_ahead(&self, marks: &[u8], live: Live, stack: &mut Vec<LiveBox>) -> bool {
        stack.clear();
        self.push(marks, stack);
        stack.iter().any(|one| one.truth(live) == Truth::NotYet)
    }

    /// The thresholds that would make the rule hold.
    pub(super) fn residual(
        &self,
        marks: &[u8],
        live: Live,
        stack: &mut Vec<LiveBox>,
        add: impl FnMut(Watch),
    ) {
        stack.clear();
        self.push(marks, stack);
        residual_of(stack, live, add);
    }

    /// Pushes the boxes of this part.
    fn push(&self, marks: &[u8], stack: &mut Vec<LiveBox>) {
        let start = stack.len();
        match self {
            Self::Boxes(boxes) => stack.extend_from_slice(boxes),
            Self::Other(tree) => {
                if tree.passes(marks, super::HOLDS) {
                    stack.push(LiveBox::ALL);
                }
            }
            Self::Any(parts) => {
                for part in parts {
                    part.push(marks, stack);
                    if stack[start..].last() == Some(&LiveBox::ALL) {
                        // One part allows everything: what the others allow adds nothing.
                        stack.truncate(start);
                        stack.push(LiveBox::ALL);
                        return;
                    }
                }
            }
            Self::All(parts) => {
                stack.push(LiveBox::ALL);
                for part in parts {
                    let middle = stack.len();
                    part.push(marks, stack);
                    let end = stack.len();
                    for left in start..middle {
                        for right in middle..end {
                            if let Some(both) = stack[left].and(&stack[right]) {
                                stack.push(both);
                            }
                        }
                    }
                    stack.drain(start..end);
                    if stack.len() == start {
                        return;
                    }
                }
            }
        }
    }
}
