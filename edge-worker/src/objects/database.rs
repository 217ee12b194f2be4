//! A Durable Object's SQLite database: statements in, rows out, typed by column.

use std::vec::IntoIter;

use worker::{Error, Result, SqlStorage, SqlStorageValue, State};

/// One object's database.
pub(super) struct Database(SqlStorage);

/// One row: its columns are taken in the order the statement names them.
pub(super) struct Row(IntoIter<SqlStorageValue>);

impl Database {
    pub(super) fn of(state: &State) -> Self {
        Self(state.storage().sql())
    }

    /// Runs a statement that returns nothing.
    pub(super) fn run(&self, statement: &str, bindings: Vec<SqlStorageValue>) -> Result<()> {
        self.0.exec(statement, bindings).map(drop)
    }

    /// The rows of a query.
    pub(super) fn rows(&self, query: &str, bindings: Vec<SqlStorageValue>) -> Result<Vec<Row>> {
        self.0.exec(query, bindings)?.raw().map(|row| Ok(Row(row?.into_iter()))).collect()
    }

    /// The first row of a query.
    pub(super) fn first(&self, query: &str, bindings: Vec<SqlStorageValue>) -> Result<Option<Row>> {
        self.0.exec(query, bindings)?.raw().next().map(|row| Ok(Row(row?.into_iter()))).transpose()
    }

    /// How large it is, in bytes, what is free in its file left out.
    pub(super) fn bytes(&self) -> u64 {
        self.0.database_size() as u64
    }

    /// Whether the table was ever made. Asking writes nothing, so that asking for an object that does not exist leaves
    /// no database behind.
    pub(super) fn has_table(&self, table: &str) -> Result<bool> {
        Ok(self.definition(table)?.is_some())
    }

    /// The statement that would make the table as it is, its columns included; none when it was never made.
    pub(super) fn definition(&self, table: &str) -> Result<Option<String>> {
        let query = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?";
        self.first(query, vec![table.into()])?.map(|mut row| row.text()).transpose()
    }
}

impl Row {
    /// The next column, a whole number.
    pub(super) fn integer(&mut self) -> Result<i64> {
        match self.0.next() {
            Some(SqlStorageValue::Integer(value)) => Ok(value),
            other => Err(unexpected("an integer", other.as_ref())),
        }
    }

    /// The next column, a text.
    pub(super) fn text(&mut self) -> Result<String> {
        match self.0.next() {
            Some(SqlStorageValue::String(value)) => Ok(value),
            other => Err(unexpected("a text", other.as_ref())),
        }
    }

    /// The next column, bytes.
    pub(super) fn blob(&mut self) -> Result<Vec<u8>> {
        match self.0.next() {
            Some(SqlStorageValue::Blob(value)) => Ok(value),
            other => Err(unexpected("bytes", other.as_ref())),
        }
    }
}

/// Milliseconds since 1970 as SQLite keeps them.
pub(super) fn time(at_ms: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(at_ms).unwrap_or(i64::MAX))
}

fn unexpected(wanted: &str, found: Option<&SqlStorageValue>) -> Error {
    let found = match found {
        None => "no column",
        Some(SqlStorageValue::Null) => "null",
        Some(SqlStorageValue::Boolean(_)) => "a boolean",
        Some(SqlStorageValue::Integer(_)) => "an integer",
        Some(SqlStorageValue::Float(_)) => "a float",
        Some(SqlStorageValue::String(_)) => "a text",
        Some(SqlStorageValue::Blob(_)) => "bytes",
    };
    Error::RustError(format!("the database holds {found} where {wanted} is expected"))
}
