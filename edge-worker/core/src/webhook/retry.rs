//! When a letter that was not taken is sent again, and when that is given up.

use sha2::{Digest, Sha256};

use super::Reach;

/// Pauses before each further attempt, in units of the first: with five seconds, the schedule that Standard Webhooks 1.0
/// gives as its example, over a little more than three days.
const PAUSES: [u64; 9] = [1, 60, 360, 1440, 3600, 7200, 10_080, 14_400, 17_280];
/// Part of a pause by which it may be shorter or longer, so that what failed together does not come back together.
const JITTER: f64 = 0.2;
/// Longest wait a receiver may ask for, in milliseconds: a day, as the longest pause.
const MAX_ASKED_MS: u64 = 24 * 60 * 60 * 1000;

/// How this deployment sends letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Where they may go.
    pub reach: Reach,
    /// How long a receiver may take, in milliseconds.
    pub timeout_ms: u32,
    /// The pause before the second attempt, in milliseconds.
    pub unit_ms: u32,
    /// After so many a letter is dead.
    pub attempts: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            reach: Reach::Public,
            // Standard Webhooks asks for 15 to 30 seconds.
            timeout_ms: 15_000,
            unit_ms: 5_000,
            attempts: PAUSES.len() as u32 + 1,
        }
    }
}

/// What is wrong with the text of `DECLIC_WEBHOOKS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// The word that says nothing.
    pub word: String,
}

impl PolicyError {
    /// The next step.
    pub const NEXT: &str = "write such as `private=allow timeout_ms=15000 unit_ms=5000 attempts=10`";
}

impl Policy {
    /// The policy in a text of `name=value` words, each replacing the default.
    ///
    /// # Errors
    /// The first word that is none.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let mut policy = Self::default();
        for word in text.split_whitespace() {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            let number = value.parse::<u32>().ok().filter(|number| *number > 0);
            match (name, value, number) {
                ("private", "allow", _) => policy.reach = Reach::Anywhere,
                ("private", "refuse", _) => policy.reach = Reach::Public,
                ("timeout_ms", _, Some(number)) => policy.timeout_ms = number,
                ("unit_ms", _, Some(number)) => policy.unit_ms = number,
                ("attempts", _, Some(number)) if number <= PAUSES.len() as u32 + 1 => {
                    policy.attempts = number;
                }
                _ => return Err(PolicyError { word: word.to_owned() }),
            }
        }
        Ok(policy)
    }
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// The receiver answered with this status, and perhaps asked for a pause of so many seconds.
    Status(u16, Option<u64>),
    /// It took too long.
    TimedOut,
    /// It could not be reached.
    Unreachable,
    /// Its address is not, or no longer, one a letter may go to.
    Refused,
}

impl Answered {
    /// What is said of it to people.
    pub fn describe(self) -> String {
        match self {
            Self::Status(status @ 300..=399, _) => format!("answered {status}; redirects are not followed"),
            Self::Status(status, _) => format!("answered {status}"),
            Self::TimedOut => "did not answer in time".to_owned(),
            Self::Unreachable => "could not be reached".to_owned(),
            Self::Refused => "is an address this deployment does not send to".to_owned(),
        }
    }
}

/// What to do with a letter after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It was taken.
    Done,
    /// Try again then, in milliseconds since 1970.
    At(u64),
    /// Give up: it is kept where people see it.
    Dead,
}

/// What follows the attempt of this number, counted from 1, on the letter of this id.
pub fn after(policy: &Policy, id: &str, attempt: u32, answered: Answered, now_ms: u64) -> Next {
    let asked_ms = match answered {
        Answered::Status(200..=299, _) => return Next::Done,
        // Gone: the receiver wants no more of these. Retrying cannot help a refused address either.
        Answered::Status(410, _) | Answered::Refused => return Next::Dead,
        Answered::Status(429 | 503, Some(seconds)) => seconds.saturating_mul(1000).min(MAX_ASKED_MS),
        Answered::Status(..) | Answered::TimedOut | Answered::Unreachable => 0,
    };
    if attempt >= policy.attempts {
        return Next::Dead;
    }
    let index = (attempt.max(1) as usize - 1).min(PAUSES.len() - 1);
    let pause_ms = (PAUSES[index] * u64::from(policy.unit_ms)) as f64;
    let jittered_ms = (pause_ms * (1.0 - JITTER + 2.0 * JITTER * chance(id, attempt))) as u64;
    Next::At(now_ms + jittered_ms.max(asked_ms))
}

/// A number from 0 to 1 that is this attempt's own.
fn chance(id: &str, attempt: u32) -> f64 {
    let digest = Sha256::new().chain_update(id).chain_update(attempt.to_le_bytes()).finalize();
    f64::from(u32::from_le_bytes([digest[0], digest[1], digest[2], digest[3]])) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Answered, Next, Policy, PolicyError, after};
    use crate::webhook::Reach;

    const FAILED: Answered = Answered::Status(500, None);

    #[test]
    fn attempts_spread_over_days_and_end() {
        let policy = Policy::default();
        let mut now_ms = 0;
        let mut pauses_s = Vec::new();
        for attempt in 1.. {
            match after(&policy, "msg_1", attempt, FAILED, now_ms) {
                Next::At(at_ms) => pauses_s.push((at_ms - std::mem::replace(&mut now_ms, at_ms)) / 1000),
                Next::Dead => break,
                Next::Done => panic!("a 500 is not taken"),
            }
        }
        assert_eq!(pauses_s.len(), 9, "ten attempts in all");
        assert!((2 * 86_400_000..5 * 86_400_000).contains(&now_ms), "{now_ms}");
        assert!(pauses_s.is_sorted(), "{pauses_s:?}");
    }

    #[test]
    fn letters_that_failed_together_come_back_apart_and_each_within_a_fifth() {
        let at = |id: u32| match after(&Policy::default(), &format!("msg_{id}"), 2, FAILED, 0) {
            Next::At(at_ms) => at_ms,
            other => panic!("{other:?}"),
        };
        let mut times: Vec<u64> = (0..100).map(at).collect();
        assert!(times.iter().all(|at_ms| (240_000..=360_000).contains(at_ms)), "{times:?}");
        times.sort_unstable();
        times.dedup();
        assert!(times.len() > 95);
        assert_eq!(at(7), at(7));
    }

    #[test]
    fn an_answer_says_whether_to_go_on() {
        let next = |answered| after(&Policy::default(), "msg_1", 1, answered, 1000);
        assert_eq!(next(Answered::Status(204, None)), Next::Done);
        assert_eq!(next(Answered::Status(410, None)), Next::Dead);
        assert_eq!(next(Answered::Refused), Next::Dead);
        assert_eq!(next(Answered::Status(429, Some(60))), Next::At(61_000), "it asked for a minute");
        assert!(matches!(next(Answered::Status(503, Some(u64::MAX))), Next::At(86_401_000)));
        for answered in [
            Answered::Status(302, None),
            Answered::Status(404, None),
            Answered::TimedOut,
            Answered::Unreachable,
        ] {
            assert!(matches!(next(answered), Next::At(5_000..=7_000)), "{answered:?}");
        }
    }

    #[test]
    fn a_text_changes_the_policy_it_names() {
        let policy = Policy::parse("private=allow unit_ms=20 attempts=3").unwrap();
        assert_eq!((policy.reach, policy.unit_ms, policy.attempts), (Reach::Anywhere, 20, 3));
        assert_eq!(Policy::parse(""), Ok(Policy::default()));
        for bad in ["private=yes", "attempts=0", "attempts=99", "timeout=3", "unit_ms"] {
            assert_eq!(Policy::parse(bad), Err(PolicyError { word: bad.into() }));
        }
    }
}
