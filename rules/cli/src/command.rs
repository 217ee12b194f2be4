//! One module per command: its arguments and its run.

pub(crate) mod bench;
pub(crate) mod check;
pub(crate) mod eval;
pub(crate) mod explain;
pub(crate) mod reference;
pub(crate) mod replay;
pub(crate) mod schema;
pub(crate) mod sentences;
pub(crate) mod test;
