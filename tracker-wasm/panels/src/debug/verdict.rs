//! The rules' verdicts: their order, their names and how many there are of each.

use alloc::string::String;

use wire::{Account, Truth};

/// The order in which verdicts are offered and counted.
pub(crate) const TRUTHS: [Truth; 3] = [Truth::Yes, Truth::NotYet, Truth::No];

/// The verdict that the choice at `place` stands for: none is all of them, then come [`TRUTHS`].
pub(crate) fn chosen(place: usize) -> Option<Truth> {
    place.checked_sub(1).and_then(|place| TRUTHS.get(place)).copied()
}

/// The verdict as the page's caller reads it.
pub(crate) fn word(truth: Truth) -> &'static str {
    match truth {
        Truth::Yes => "yes",
        Truth::NotYet => "not yet",
        Truth::No => "no",
    }
}

/// How many of the accounts come to `truth`.
pub(crate) fn count(accounts: &[Account], truth: Truth) -> usize {
    accounts.iter().filter(|account| account.truth == truth).count()
}

/// `number` in digits: the library's own way would weigh more than the panel it is for.
pub(crate) fn digits(number: usize) -> String {
    let mut text = String::new();
    if number > 9 {
        text = digits(number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
    text
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    fn account(rule: &str, truth: Truth) -> Account {
        Account { rule: rule.to_string(), truth, shown: false, reason: "Holds".to_string() }
    }

    #[test]
    fn the_first_choice_is_all_of_them() {
        assert_eq!(
            [0, 1, 2, 3, 4].map(chosen),
            [None, Some(Truth::Yes), Some(Truth::NotYet), Some(Truth::No), None]
        );
    }

    #[test]
    fn verdicts_are_counted() {
        let accounts = [account("a", Truth::Yes), account("b", Truth::No), account("c", Truth::No)];
        assert_eq!(TRUTHS.map(|truth| count(&accounts, truth)), [1, 0, 2]);
    }

    #[test]
    fn numbers_are_written_in_digits() {
        for number in [0, 7, 10, 909, 5_000] {
            assert_eq!(digits(number), number.to_string());
        }
    }
}
