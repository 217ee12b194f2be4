//! Whatever the bytes: refused, or a message that survives its own bytes.

#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use wire::{Batch, Contact, Reply};

fuzz_target!(|bytes: &[u8]| {
    survives(wire::decode::<Batch>(bytes), wire::encode, wire::decode);
    survives(wire::decode::<Reply>(bytes), wire::encode, wire::decode);
    survives(wire::decode::<Contact>(bytes), wire::encode, wire::decode);
});

fn survives<M: Debug>(
    message: Result<M, wire::DecodeError>,
    encode: impl Fn(&M) -> Vec<u8>,
    decode: impl Fn(&[u8]) -> Result<M, wire::DecodeError>,
) {
    let Ok(message) = message else { return };
    let copy = decode(&encode(&message)).expect("its own bytes");
    // By their words: a number that is no number equals nothing, itself included.
    assert_eq!(format!("{copy:?}"), format!("{message:?}"));
}
