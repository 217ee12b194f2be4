//! Past visits from a log, and what rules would have done in them.

mod agent;
mod lacks;
mod log;
mod origin;
mod visitor;

pub(crate) use log::{Log, LogCounts};
pub(crate) use visitor::{Reach, Report};
