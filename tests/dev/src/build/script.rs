//! The tag's files: each a bundled script with its wasm module inside, and the compressed form of each.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::places::workspace;
use crate::task::Task;
use crate::{Error, Result};

/// The way the files are made, as text: files made another way must be made again.
pub(super) const SHAPE: &str = "module as a latin-1 string";

/// What the scripts call their module until it is put there.
const MODULE: &str = "DECLIC_MODULE";

/// Stands for the module while esbuild bundles: a string that no script has.
const PLACE: &str = "\"@declic module@\"";

/// For what every page loads; Brotli 11, wasm included.
const BUDGET: usize = 15 * 1024;

/// For what is loaded when there is something to show.
const WIDGETS_BUDGET: usize = 12 * 1024;

/// For what hardly any page loads.
const PANELS_BUDGET: usize = 16 * 1024;

/// One file of the tag.
pub(super) struct Script {
    name: &'static str,
    entry: &'static str,
    module: &'static str,
    format: &'static str,
    /// The most it may weigh, in bytes.
    budget: usize,
}

pub(super) const SCRIPTS: [Script; 3] = [
    Script {
        name: "t.js",
        entry: "tracker-wasm/js/loader.js",
        module: "tracker-wasm/pkg/tracker_wasm_bg.wasm",
        format: "--format=iife",
        budget: BUDGET,
    },
    Script {
        name: "w.js",
        entry: "tracker-wasm/widgets/js/widgets.js",
        module: "tracker-wasm/widgets/pkg/widgets_bg.wasm",
        format: "--format=esm",
        budget: WIDGETS_BUDGET,
    },
    Script {
        name: "p.js",
        entry: "tracker-wasm/panels/js/panels.js",
        module: "tracker-wasm/panels/pkg/panels_bg.wasm",
        format: "--format=esm",
        budget: PANELS_BUDGET,
    },
];

/// What a file of the tag weighs.
#[derive(Clone, Debug)]
pub(crate) struct Size {
    /// `t.js`, `w.js` or `p.js`.
    pub(crate) name: &'static str,
    /// As served without compression.
    pub(crate) bytes: usize,
    /// As served to a browser: Brotli 11.
    pub(crate) compressed: usize,
    budget: usize,
}

/// What the built tag weighs.
pub(crate) fn sizes() -> Result<Vec<Size>> {
    let length =
        |file: &Path| fs::metadata(file).map(|data| data.len() as usize).map_err(Error::file("read", file));
    SCRIPTS
        .iter()
        .map(|script| {
            let [plain, compressed] = script.results();
            let (bytes, compressed) = (length(&plain)?, length(&compressed)?);
            Ok(Size { name: script.name, bytes, compressed, budget: script.budget })
        })
        .collect()
}

impl Size {
    /// Fails when the file is heavier than it may be.
    pub(crate) fn within_budget(&self) -> Result<()> {
        if self.compressed <= self.budget {
            return Ok(());
        }
        Err(Error::OverBudget { file: self.name.into(), bytes: self.compressed, limit: self.budget })
    }
}

impl fmt::Display for Size {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, bytes, compressed, budget } = self;
        write!(out, "{name}: {bytes} bytes, {compressed} with Brotli (budget {budget})")
    }
}

impl Script {
    /// The file, and its compressed form.
    pub(super) fn results(&self) -> [PathBuf; 2] {
        [workspace().tag().join(self.name), workspace().tag().join(format!("{}.br", self.name))]
    }

    /// Bundles the script, puts the compiled module into it, and compresses it.
    pub(super) fn build(&self) -> Result<()> {
        let tree = workspace();
        let [plain, compressed] = self.results();
        let mut esbuild = Command::new(tree.esbuild());
        esbuild.current_dir(tree.root()).arg(self.entry);
        esbuild.args(["--bundle", "--minify", self.format, "--target=es2022", "--charset=utf8"]);
        esbuild.args([
            "--loader:.css=text",
            "--legal-comments=none",
            "--log-override:empty-import-meta=silent",
        ]);
        esbuild.arg(format!("--define:{MODULE}={PLACE}"));
        esbuild.arg(format!("--outfile={}", plain.display()));
        Task::new(format!("bundling {}", self.name), esbuild).run()?;

        let bundle = fs::read_to_string(&plain).map_err(Error::file("read", &plain))?;
        let module = tree.root().join(self.module);
        let module = fs::read(&module).map_err(Error::file("read", &module))?;
        let script = embed(&bundle, &module).ok_or_else(|| Error::Missing {
            what: format!("`{}` does not name its module once", self.entry),
            next: format!("let it take its bytes from `{MODULE}`, in one place"),
        })?;
        fs::write(&plain, &script).map_err(Error::file("write", &plain))?;
        fs::write(&compressed, compress(&script)).map_err(Error::file("write", &compressed))
    }
}

/// The script with the module in its place, one character a byte: it loads without a request of its own, and
/// compresses a third better than base64. `None` when there is not exactly one place.
fn embed(bundle: &str, module: &[u8]) -> Option<String> {
    let (before, after) = bundle.split_once(PLACE)?;
    // The mark at the front makes it UTF-8 whatever the page or the server says.
    (!after.contains(PLACE)).then(|| format!("\u{feff}{before}\"{}\"{after}", literal(module)))
}

/// The inside of a JavaScript string whose characters are these bytes.
fn literal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3 / 2);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            // `\0` before a digit would be another character's escape.
            0 if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => text.push_str("\\x00"),
            0 => text.push_str("\\0"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            byte => text.push(char::from(*byte)),
        }
    }
    text
}

/// Brotli at its highest level: it is done once and downloaded many times.
fn compress(script: &str) -> Vec<u8> {
    let params =
        brotli::enc::BrotliEncoderParams { quality: 11, size_hint: script.len(), ..Default::default() };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut script.as_bytes(), &mut small, &params)
        .expect("memory takes what is written");
    small
}

#[cfg(test)]
mod tests {
    use super::{PLACE, compress, embed, literal};

    /// What a JavaScript engine makes of a string's inside, for the escapes that are written.
    fn read(literal: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut characters = literal.chars();
        while let Some(character) = characters.next() {
            let byte = match character {
                '\\' => match characters.next().unwrap() {
                    'x' => {
                        assert_eq!(characters.by_ref().take(2).collect::<String>(), "00");
                        '\0'
                    }
                    '0' => '\0',
                    'n' => '\n',
                    'r' => '\r',
                    other => other,
                },
                plain => plain,
            };
            bytes.push(u8::try_from(u32::from(byte)).unwrap());
        }
        bytes
    }

    #[test]
    fn every_byte_comes_back_from_the_string_beside_every_other() {
        let all: Vec<u8> =
            (0..=255).flat_map(|left| (0..=255).flat_map(move |right| [left, right])).collect();
        assert_eq!(read(&literal(&all)), all);
    }

    #[test]
    fn no_byte_ends_the_string_or_its_line() {
        let all: Vec<u8> = (0..=255).collect();
        let text = literal(&all).replace("\\\"", "");
        assert!(!text.contains(['"', '\n', '\r', '\0']));
    }

    #[test]
    fn a_module_goes_into_its_one_place() {
        assert_eq!(embed(&format!("f({PLACE})"), b"a\"").unwrap(), "\u{feff}f(\"a\\\"\")");
        assert_eq!(embed("f()", b"a"), None);
        assert_eq!(embed(&format!("f({PLACE},{PLACE})"), b"a"), None);
    }

    #[test]
    fn what_is_compressed_is_the_script() {
        let script = "let a = 1;".repeat(100);
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut compress(&script).as_slice(), &mut back).unwrap();
        assert_eq!(back, script.as_bytes());
    }
}
