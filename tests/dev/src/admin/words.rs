//! The words of a command, taken one by one.

use crate::{Error, Result};

/// The words of a command that are not taken yet.
pub(super) struct Words {
    words: Vec<String>,
    /// The command's own line of help.
    pub(super) usage: String,
}

impl Words {
    /// The words of a command that is not known yet.
    pub(super) fn of(words: Vec<String>) -> Self {
        Self { words, usage: "`cargo dev admin --help`".into() }
    }

    /// The next word, if there is one.
    pub(super) fn next(&mut self) -> Option<String> {
        (!self.words.is_empty()).then(|| self.words.remove(0))
    }

    /// The next word, which must be there.
    pub(super) fn take(&mut self, what: &str) -> Result<String> {
        self.next().ok_or_else(|| Error::Usage { what: format!("{what} is missing\n  next: {}", self.usage) })
    }

    /// The value behind a flag.
    pub(super) fn value(&mut self, flag: &str) -> Result<Option<String>> {
        let Some(at) = self.words.iter().position(|word| word == flag) else { return Ok(None) };
        self.words.remove(at);
        if at < self.words.len() {
            return Ok(Some(self.words.remove(at)));
        }
        Err(Error::Usage { what: format!("`{flag}` needs a value\n  next: {}", self.usage) })
    }

    /// Takes a flag out; whether it was there.
    pub(super) fn flag(&mut self, flag: &str) -> bool {
        self.words.iter().position(|word| word == flag).map(|at| self.words.remove(at)).is_some()
    }

    /// Fails on words that nothing has taken.
    pub(super) fn done(&self) -> Result<()> {
        match self.words.first() {
            None => Ok(()),
            Some(word) => {
                Err(Error::Usage { what: format!("unknown argument `{word}`\n  next: {}", self.usage) })
            }
        }
    }

    /// The site, and nothing more.
    pub(super) fn only_site(&mut self) -> Result<String> {
        let site = self.take("the site")?;
        self.done().map(|()| site)
    }

    /// All words that are left.
    pub(super) fn rest(&mut self) -> Vec<String> {
        std::mem::take(&mut self.words)
    }
}
