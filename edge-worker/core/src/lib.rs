//! The pure core of the edge: what a visitor's profile is, how events change it, and what to show.
//!
//! One visit walks through it in this order: [`intake`] checks the bytes, [`fold`] takes the events into the
//! [`profile`], [`facts`] reads signals out of it, [`decide`] evaluates the rules and builds the reply. Everything
//! here is a function of its arguments: no storage, no clock, no randomness, and no `worker`.

pub mod aftermath;
pub mod alarm;
pub mod api;
pub mod arrival;
pub mod bots;
pub mod contact;
pub mod customer;
pub mod decide;
pub mod desk;
pub mod device;
pub mod explain;
pub mod facts;
pub mod fold;
pub mod handover;
pub mod identity;
pub mod import;
pub mod intake;
pub mod journal;
mod json_rules;
pub mod keys;
pub mod known;
pub mod life;
pub mod limits;
pub mod link;
pub mod meter;
pub mod negotiation;
pub mod privacy;
pub mod profile;
pub mod publish;
#[cfg(test)]
mod reference;
pub mod settings;
pub mod site;
pub mod source;
pub mod statistics;
mod stored;
pub mod tally;
pub mod token;
pub mod turns;
pub mod version;
pub mod webhook;
