//! What a crate's sources reach outside of it, read from their tokens.
//!
//! Takes a folder of Rust sources and leaves out what only tests compile: `#[cfg(test)]` items, and the files they
//! declare. Knows no types and resolves no names, and needs neither: whatever reaches out of a crate begins with the
//! name of a library, a macro's name or one of a few words, and these cannot be hidden from who reads every token,
//! those inside of macros too. Where it cannot tell, it complains: plain code never makes it.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};

/// The parts of the standard library that only compute. A list of what is allowed: what is not on it may be new.
const PURE: [&str; 29] = [
    "any",
    "array",
    "ascii",
    "borrow",
    "boxed",
    "cell",
    "char",
    "clone",
    "cmp",
    "collections",
    "convert",
    "default",
    "error",
    "f64",
    "fmt",
    "hash",
    "iter",
    "marker",
    "mem",
    "num",
    "ops",
    "option",
    "ptr",
    "rc",
    "result",
    "slice",
    "str",
    "string",
    "vec",
];

/// What reaches out without naming a library: macros of the prelude, and sources that are not read here.
const MACROS: [&str; 6] = ["dbg", "eprint", "eprintln", "include", "print", "println"];

/// What reaches out of pure modules, and out of the language.
const WORDS: [&str; 3] = ["RandomState", "extern", "unsafe"];

/// Functions of other libraries that ask the system: for the time, and for its zone.
const FUNCTIONS: [&str; 3] = ["now", "system", "try_system"];

/// One source file, without what only tests compile.
#[derive(Debug)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    tokens: TokenStream,
}

/// Something that is not pure, as `line: what`.
pub type Mention = String;

/// The sources in a folder.
///
/// # Panics
/// When there are none, or one cannot be read.
pub fn of(folder: &Path) -> Vec<Source> {
    let mut sources = Vec::new();
    let mut tests_only: Vec<PathBuf> = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let code = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{error}"));
                let (source, declared) = Source::read(&path, &code);
                sources.push(source);
                tests_only.extend(declared);
            }
        }
    }
    // A module is a file or a folder with its files: each is named by the path without its ending.
    sources
        .retain(|source| !tests_only.iter().any(|module| source.path.with_extension("").starts_with(module)));
    assert!(!sources.is_empty(), "{} holds no source", folder.display());
    sources
}

impl Source {
    /// The source, and the modules in files of their own that only its tests have.
    fn read(path: &Path, code: &str) -> (Self, Vec<PathBuf>) {
        let mut file = syn::parse_file(code).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let root = matches!(path.file_stem().and_then(|stem| stem.to_str()), Some("lib" | "main" | "mod"));
        let inside = if root { path.with_file_name("") } else { path.with_extension("") };
        let mut pruner = Pruner { inside, declared: Vec::new() };
        pruner.visit_file_mut(&mut file);
        (Self { path: path.to_owned(), tokens: file.into_token_stream() }, pruner.declared)
    }

    /// Whether this word stands in it, but for comments and texts.
    pub fn names(&self, word: &str) -> bool {
        fn names(tokens: TokenStream, word: &str) -> bool {
            tokens.into_iter().any(|tree| match tree {
                TokenTree::Ident(ident) => plain(&ident) == word,
                TokenTree::Group(group) => names(group.stream(), word),
                TokenTree::Punct(_) | TokenTree::Literal(_) => false,
            })
        }
        names(self.tokens.clone(), word)
    }

    /// All that reaches out of the crate: to files, the network, the clock, randomness, the terminal, foreign code.
    pub fn outside(&self) -> Vec<Mention> {
        let mut mentions = Vec::new();
        scan(self.tokens.clone(), &mut mentions);
        mentions
    }
}

/// Takes out what is marked `#[cfg(test)]`, and nothing that is marked otherwise.
struct Pruner {
    /// The module the visit is in, as the path its files would have.
    inside: PathBuf,
    declared: Vec<PathBuf>,
}

impl Pruner {
    fn prune(&mut self, items: &mut Vec<syn::Item>) {
        items.retain(|item| {
            if let syn::Item::Mod(module) = item
                && module.content.is_none()
                && only_in_tests(item)
            {
                self.declared.push(self.inside.join(module.ident.to_string()));
            }
            !only_in_tests(item)
        });
    }
}

impl VisitMut for Pruner {
    fn visit_file_mut(&mut self, file: &mut syn::File) {
        self.prune(&mut file.items);
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        self.inside.push(module.ident.to_string());
        if let Some((_, items)) = &mut module.content {
            self.prune(items);
        }
        visit_mut::visit_item_mod_mut(self, module);
        self.inside.pop();
    }

    fn visit_item_impl_mut(&mut self, block: &mut syn::ItemImpl) {
        block.items.retain(|item| !only_in_tests(item));
        visit_mut::visit_item_impl_mut(self, block);
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        block.stmts.retain(|statement| !only_in_tests(statement));
        visit_mut::visit_block_mut(self, block);
    }
}

/// Whether one of its attributes is `#[cfg(test)]`.
fn only_in_tests(item: &impl ToTokens) -> bool {
    let mut tokens = item.to_token_stream().into_iter();
    while let (Some(TokenTree::Punct(hash)), Some(TokenTree::Group(attribute))) =
        (tokens.next(), tokens.next())
        && hash.as_char() == '#'
    {
        if attribute.stream().to_string().replace(' ', "") == "cfg(test)" {
            return true;
        }
    }
    false
}

fn scan(tokens: TokenStream, mentions: &mut Vec<Mention>) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, tree) in trees.iter().enumerate() {
        let (before, after) = (&trees[..at], &trees[at + 1..]);
        match tree {
            TokenTree::Group(group) => {
                if group.delimiter() == Delimiter::Bracket
                    && (ends_with(before, "#") || ends_with(before, "#!"))
                    && moves_a_module(group.stream())
                {
                    mentions.push(format!("{}: a module somewhere else", group.span().start().line));
                }
                scan(group.stream(), mentions);
            }
            TokenTree::Ident(ident) => {
                let name = plain(ident);
                let is = |names: &[&str]| names.contains(&name.as_str());
                if (is(&["std", "core", "alloc"]) && !(begins_with(after, "::") && is_pure(&after[2..])))
                    || (is(&MACROS) && begins_with(after, "!"))
                    || (is(&FUNCTIONS) && ends_with(before, "::"))
                    || is(&WORDS)
                {
                    let next: TokenStream = after.iter().take(3).cloned().collect();
                    let said = format!("{name}{}", next.to_string().replace(' ', ""));
                    mentions.push(format!("{}: {said}", ident.span().start().line));
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Whether what follows `std::` is one of [`PURE`], or a group of such. A star, a `self` to be renamed and a macro's
/// variable could be anything.
fn is_pure(path: &[TokenTree]) -> bool {
    match path.first() {
        Some(TokenTree::Ident(ident)) => PURE.contains(&ident.to_string().as_str()),
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let trees: Vec<TokenTree> = group.stream().into_iter().collect();
            trees.split(|tree| is_sign(tree, ',')).filter(|path| !path.is_empty()).all(is_pure)
        }
        _ => false,
    }
}

/// Whether an attribute gives a module another file, one that was not read.
fn moves_a_module(attribute: TokenStream) -> bool {
    let trees: Vec<TokenTree> = attribute.into_iter().collect();
    trees.iter().enumerate().any(|(at, tree)| match tree {
        TokenTree::Ident(ident) => plain(ident) == "path" && begins_with(&trees[at + 1..], "="),
        TokenTree::Group(group) => moves_a_module(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The word, whether it was written raw or not.
fn plain(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map(str::to_owned).unwrap_or(name)
}

fn begins_with(trees: &[TokenTree], signs: &str) -> bool {
    trees.len() >= signs.len() && trees.iter().zip(signs.chars()).all(|(tree, sign)| is_sign(tree, sign))
}

fn ends_with(trees: &[TokenTree], signs: &str) -> bool {
    trees.len() >= signs.len() && begins_with(&trees[trees.len() - signs.len()..], signs)
}

fn is_sign(tree: &TokenTree, sign: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign)
}

#[cfg(test)]
mod tests;
