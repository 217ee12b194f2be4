//! Finds the built tag, so that the worker carries it: `DECLIC_TAG_DIR`, else the workspace's `target/tag`.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// What `assets.rs` embeds.
const FILES: [&str; 10] =
    ["t.js", "t.js.br", "d.js", "d.js.br", "w.js", "w.js.br", "p.js", "p.js.br", "x.js", "x.js.br"];

fn main() {
    println!("cargo::rerun-if-env-changed=DECLIC_TAG_DIR");
    let from = env::var_os("DECLIC_TAG_DIR").map_or_else(default_directory, PathBuf::from);
    let to = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    for file in FILES {
        let source = from.join(file);
        println!("cargo::rerun-if-changed={}", source.display());
        if let Err(error) = fs::copy(&source, to.join(file)) {
            println!(
                "cargo::error=the tag is not built: {}: {error}; run `cargo dev build` first",
                source.display()
            );
        }
    }
}

fn default_directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tag")
}
