//! The tag's files: the bundled script with its wasm module inside, and the compressed form of each.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::places::workspace;
use crate::task::Task;
use crate::{Error, Result};

/// The way the files are made, as text: files made another way must be made again.
pub(super) const SHAPE: &str = "module as a latin-1 string, names of a letter, t.js compiled while it loads";

/// What the scripts call their module until it is put there.
const MODULE: &str = "DECLIC_MODULE";

/// What Chromium takes for leave to compile the whole script while it loads, off the page's own thread: left to be
/// compiled one by one as they are called, its functions took a tenth of the script time of a first page.
const EAGER: &str = "//# allFunctionsCalledOnLoad";

/// Stands for the module while esbuild bundles: a string that no script has.
const PLACE: &str = "\"@declic module@\"";

/// One file of the tag.
pub(super) struct Script {
    name: &'static str,
    entry: &'static str,
    /// The bindings that `wasm-pack` made of its module, beside which the module lies.
    bindings: Option<(&'static str, Shared)>,
    format: &'static str,
    /// What stands above it.
    banner: &'static str,
    /// Most it may weigh, in bytes: Brotli 11, wasm included.
    budget: usize,
}

/// The names that a module and its bindings share.
#[derive(Clone, Copy, PartialEq)]
enum Shared {
    /// A letter each: for bindings that nothing but the generated code reads.
    Letters,
    /// As they are.
    Whole,
}

pub(super) const SCRIPTS: [Script; 5] = [
    Script {
        name: "t.js",
        entry: "tracker-wasm/js/loader.js",
        bindings: Some(("tracker-wasm/pkg/tracker_wasm", Shared::Letters)),
        format: "--format=iife",
        banner: EAGER,
        // What every page loads.
        budget: 12 * 1024,
    },
    Script {
        name: "d.js",
        entry: "tracker-wasm/js/doors.js",
        bindings: None,
        format: "--format=esm",
        banner: "",
        // What the pages of a shop without calls load beside it.
        budget: 1024,
    },
    Script {
        name: "w.js",
        entry: "tracker-wasm/widgets/js/widgets.js",
        bindings: Some(("tracker-wasm/widgets/pkg/widgets", Shared::Whole)),
        format: "--format=esm",
        banner: "",
        // What is loaded when there is something to show.
        budget: 12 * 1024,
    },
    Script {
        name: "p.js",
        entry: "tracker-wasm/panels/js/panels.js",
        bindings: Some(("tracker-wasm/panels/pkg/panels", Shared::Letters)),
        format: "--format=esm",
        banner: "",
        // What a visitor loads who asks what is known of him.
        budget: 12 * 1024,
    },
    Script {
        name: "x.js",
        entry: "tracker-wasm/panels/js/explain.js",
        bindings: Some(("tracker-wasm/panels/pkg-debug/panels", Shared::Letters)),
        format: "--format=esm",
        banner: "",
        // What the site's staff load, and a page that asks why something is shown.
        budget: 12 * 1024,
    },
];

/// What a file of the tag weighs.
#[derive(Clone, Debug)]
pub(crate) struct Size {
    /// `t.js` or `w.js`.
    pub(crate) name: &'static str,
    /// As served without compression.
    pub(crate) bytes: usize,
    /// As served to a browser: Brotli 11.
    pub(crate) compressed: usize,
    /// Most it may weigh so.
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
            Ok(Size {
                name: script.name,
                bytes: length(&plain)?,
                compressed: length(&compressed)?,
                budget: script.budget,
            })
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
        let module = self.bindings.map(module).transpose()?;
        let mut esbuild = Command::new(tree.esbuild());
        esbuild.current_dir(tree.root()).arg(self.entry);
        esbuild.args(["--bundle", "--minify", self.format, "--target=es2022", "--charset=utf8"]);
        esbuild.args([
            "--loader:.css=text",
            "--legal-comments=none",
            "--log-override:empty-import-meta=silent",
        ]);
        esbuild.arg(format!("--banner:js={}", self.banner));
        esbuild.arg(format!("--define:{MODULE}={PLACE}"));
        esbuild.arg(format!("--outfile={}", plain.display()));
        Task::new(format!("bundling {}", self.name), esbuild).run()?;

        let mut script = fs::read_to_string(&plain).map_err(Error::file("read", &plain))?;
        if let Some(module) = &module {
            script = embed(&script, module).ok_or_else(|| Error::Missing {
                what: format!("`{}` does not name its module once", self.entry),
                next: format!("let it take its bytes from `{MODULE}`, in one place"),
            })?;
        }
        fs::write(&plain, &script).map_err(Error::file("write", &plain))?;
        fs::write(&compressed, compress(&script)).map_err(Error::file("write", &compressed))
    }
}

/// What the module's own Cargo.toml lets the optimiser use: it would take up proposals that no browser knows.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The module of these bindings.
fn module((bindings, shared): (&str, Shared)) -> Result<Vec<u8>> {
    if shared == Shared::Letters {
        return shorten(bindings);
    }
    let path = workspace().root().join(format!("{bindings}_bg.wasm"));
    fs::read(&path).map_err(Error::file("read", &path))
}

/// The module of these bindings, with one letter for each name that the two share; the bindings are rewritten to match.
/// The names end in hashes, which no compression makes shorter.
fn shorten(bindings: &str) -> Result<Vec<u8>> {
    let tree = workspace();
    let path = |ending: &str| tree.root().join(format!("{bindings}{ending}"));
    let (long, script) = (path("_bg.wasm"), path(".js"));
    // Not beside it: wasm-pack optimises whatever lies there.
    let short = tree.notes().join("short.wasm");
    let mut optimise = Command::new(tree.node_bin().join("wasm-opt"));
    optimise.args(FEATURES).arg("--minify-imports-and-exports-and-modules");
    optimise.arg(&long).arg("-o").arg(&short);
    let names = Task::new("shortening names", optimise).run()?.output;
    let text = fs::read_to_string(&script).map_err(Error::file("read", &script))?;
    let text = rename(&text, &names).ok_or_else(|| Error::Missing {
        what: format!("wasm-opt does not say which names it shortened in `{}`", long.display()),
        next: "see whether its output has another form in this version".into(),
    })?;
    fs::write(&script, text).map_err(Error::file("write", &script))?;
    fs::read(&short).map_err(Error::file("read", &short))
}

/// The bindings under the names that wasm-opt gave: it tells them as JSON.
fn rename(bindings: &str, names: &str) -> Option<String> {
    let names: Names = serde_json::from_str(names.get(names.find('{')?..)?).ok()?;
    let mut text = bindings.to_owned();
    for (module, name, short) in &names.imports {
        // All are of one module.
        text = text.replace(&format!("\"{module}\""), "\"a\"");
        text = text.replace(name, short);
    }
    for (name, short) in &names.exports {
        let long = format!("wasm.{name}");
        let mut parts = text.split(&long);
        let mut renamed = parts.next()?.to_owned();
        for part in parts {
            // `wasm.start` is not the beginning of `wasm.started`.
            let ends = !part.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_');
            renamed.push_str("wasm.");
            renamed.push_str(if ends { short } else { name });
            renamed.push_str(part);
        }
        text = renamed;
    }
    Some(text)
}

/// What wasm-opt says of the names it shortened.
#[derive(Deserialize)]
struct Names {
    /// Module, name and new name of each import.
    imports: Vec<(String, String, String)>,
    /// Name and new name of each export.
    exports: Vec<(String, String)>,
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
    use super::{PLACE, compress, embed, literal, rename};

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
    fn bindings_follow_the_names_of_their_module() {
        let names =
            r#"{"imports":[["./t_bg.js","__wbg_a_00ff","a"]],"exports":[["start","c"],["wake","d"]]}"#;
        let bindings = "wasm.start(); wasm.started(); ({ \"./t_bg.js\": { __wbg_a_00ff: wasm.wake } })";
        let renamed = "wasm.c(); wasm.started(); ({ \"a\": { a: wasm.d } })";
        assert_eq!(rename(bindings, names).unwrap(), renamed);
        assert_eq!(rename(bindings, "nothing"), None);
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
