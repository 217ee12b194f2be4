//! The timed work as a module for workerd: `take` a text, `load` it, `pass` over the visitors.
//!
//! By hand rather than through wasm-bindgen: four functions on numbers need no glue, and no program to make it.

use std::cell::RefCell;

use decisions::Decisions;

thread_local! {
    /// What `take` made room for: first the rules, then the facts.
    static TEXTS: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
    static DECISIONS: RefCell<Option<Decisions>> = const { RefCell::new(None) };
}

/// Makes room for a text of so many bytes, which the caller then writes there.
// SAFETY: no other function of this module has the name.
#[unsafe(no_mangle)]
pub extern "C" fn take(bytes: usize) -> *mut u8 {
    TEXTS.with_borrow_mut(|texts| {
        texts.push(vec![0; bytes]);
        texts.last_mut().map_or(std::ptr::null_mut(), |text| text.as_mut_ptr())
    })
}

/// Checks the rules and reads the facts that were taken; how many visitors there are, 0 when something is wrong.
// SAFETY: as above.
#[unsafe(no_mangle)]
pub extern "C" fn load() -> usize {
    let texts = TEXTS.take();
    let texts: Vec<_> = texts.iter().map(|text| String::from_utf8_lossy(text)).collect();
    let [rules, facts] = texts.as_slice() else { return 0 };
    let decisions = decisions::visitors(facts).and_then(|visitors| Decisions::new(rules, &visitors));
    let count = decisions.as_ref().map_or(0, Decisions::count);
    DECISIONS.set(decisions.ok());
    count
}

/// Decides on all visitors so many times; what was found in one pass.
// SAFETY: as above.
#[unsafe(no_mangle)]
pub extern "C" fn pass(times: u32) -> u32 {
    DECISIONS.with_borrow_mut(|decisions| {
        let Some(decisions) = decisions else { return 0 };
        (0..times).fold(0, |_, _| decisions.pass() as u32)
    })
}
