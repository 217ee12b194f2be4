//! Past visits from a log, and what rules would have done in them.

mod log;
mod visitor;

pub(crate) use log::{Log, LogCounts};
pub(crate) use visitor::{Reach, Report};
