//! What a module without the standard library must bring itself: an allocator, and an end for panics.
//!
//! Present in the module the browser loads and in nothing else, tests included.
// Both are promises to the compiler that the language has no safe words for.
#![allow(unsafe_code)]

use core::panic::PanicInfo;

use lol_alloc::{AssumeSingleThreaded, FreeListAllocator};

/// The lightest of three. Brotli 11 of the core module: 12.3 KB with this one, 12.9 with `talc`, 14.6 with `dlmalloc`.
// SAFETY: the module is built without shared memory, so one thread at a time is all there is.
#[global_allocator]
static ALLOCATOR: AssumeSingleThreaded<FreeListAllocator> =
    unsafe { AssumeSingleThreaded::new(FreeListAllocator::new()) };

/// Traps. The loader's door catches it, says so once and lets no more calls in: the page goes on without the tag.
/// A message would drag the formatting of every value along, for a text that nobody reads.
#[panic_handler]
fn end(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
