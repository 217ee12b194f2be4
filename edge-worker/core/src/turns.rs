//! Which version of the rules a rollback goes back to, read from the turns they took.
//!
//! A rollback is a turn too, and marked as one: what it leaves is never gone back to, so that the next goes further back
//! instead of forward again. A version that is published again is in force like any other, and what was before it too.

/// A version's turn that has come.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// Which version.
    pub version: i64,
    /// Whether a rollback put it in force.
    pub back: bool,
}

/// The version that was in force before the present one was put in force; `turns` in the order they came.
pub fn before(turns: impl IntoIterator<Item = Turn>) -> Option<i64> {
    let mut history: Vec<i64> = Vec::new();
    for Turn { version, back } in turns {
        if back {
            match history.iter().rposition(|earlier| *earlier == version) {
                Some(place) => history.truncate(place),
                // Named, and not of the past: it stands in the place of what it ended.
                None => drop(history.pop()),
            }
        }
        if history.last() != Some(&version) {
            history.push(version);
        }
    }
    history.pop();
    history.pop()
}

#[cfg(test)]
mod tests {
    use super::{Turn, before};

    /// Turns written as versions, those of a rollback with a minus.
    fn after(turns: &[i64]) -> Option<i64> {
        before(turns.iter().map(|turn| Turn { version: turn.abs(), back: *turn < 0 }))
    }

    #[test]
    fn each_rollback_goes_further_back() {
        assert_eq!(after(&[1, 2, 3]), Some(2));
        assert_eq!(after(&[1, 2, 3, -2]), Some(1));
        assert_eq!(after(&[1, 2, 3, -2, -1]), None);
        assert_eq!((after(&[]), after(&[1])), (None, None));
    }

    #[test]
    fn what_was_left_is_gone_back_to_only_when_published_again() {
        assert_eq!(after(&[1, 2, 3, -2, 4]), Some(2));
        assert_eq!(after(&[1, 2, 3, -2, 3, 4]), Some(3));
    }

    #[test]
    fn a_version_that_comes_again_has_another_before_it() {
        assert_eq!(after(&[1, 2, 1]), Some(2), "as after a sale");
        assert_eq!(after(&[1, 2, 1, -2]), Some(1));
        assert_eq!(after(&[1, 2, 2, 2]), Some(1), "its own turn again is none");
    }

    #[test]
    fn a_named_version_leaves_all_that_came_after_it() {
        assert_eq!(after(&[1, 2, 3, 4, -2]), Some(1));
        assert_eq!(after(&[1, 2, 3, -3]), Some(2), "the one in force");
        assert_eq!(after(&[1, 2, 3, -7]), Some(2), "a draft");
        assert_eq!(after(&[-7]), None);
    }
}
