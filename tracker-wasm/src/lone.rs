//! A static of the one thread there is, which the compiler cannot know of.
//!
//! Each of the two modules keeps in it what its calls work on.
#![allow(unsafe_code)]

use core::cell::Cell;

/// A cell that only ever sees one thread.
pub(crate) struct Lone<T>(pub(crate) Cell<T>);

// SAFETY: the modules are built without shared memory, so no second thread can reach it.
unsafe impl<T> Sync for Lone<T> {}
