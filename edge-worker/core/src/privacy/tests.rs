use std::path::Path;
use std::{env, fs};

use super::{DEVICE, Language, html, markdown, words::sections};
use crate::site::Settings;

#[test]
fn the_page_in_the_repository_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../PRIVACY.md");
    let text = markdown();
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "`edge-worker/PRIVACY.md` is not current; run this test with UPDATE_GOLDEN=1");
}

#[test]
fn whatever_is_kept_says_what_it_is_exactly_and_for_how_long() {
    for section in sections(&Settings::default()).iter().skip(1).take(4) {
        for row in &section.rows {
            assert!(!row.exactly.is_empty() && !row.until.english.is_empty(), "{:?}", row.name);
            assert!(!row.until.french.is_empty() && !row.why.french.is_empty(), "{:?}", row.name);
        }
    }
}

#[test]
fn a_site_s_own_retention_stands_on_its_page() {
    let page = |language| {
        html(
            "shop",
            &Settings { retention_days: 42, contact_retention_days: 7, ..Settings::default() },
            language,
        )
    };
    let english = page(Language::English);
    assert!(
        english.contains("42 days after your last visit")
            && english.contains("42 days after the last import")
            && english.contains("7 days, or until you have it erased")
    );
    let french = page(Language::French);
    assert!(french.contains("42 jours après votre dernière visite") && french.contains("<html lang=\"fr\">"));
}

#[test]
fn the_page_brings_nothing_along_and_its_french_does_not_break_before_a_sign() {
    let page = html("shop", &Settings::default(), Language::French);
    for foreign in ["<script", "http:", "https:", "onclick", " style="] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    let body = page.split("</head>").nth(1).unwrap();
    assert!(![" :", " ;", " ?", "« ", " »"].iter().any(|sign| body.contains(sign)));
}

/// The tag's scripts, those of its modules included.
fn scripts() -> Vec<String> {
    let tag = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tracker-wasm");
    let folders = ["js", "widgets/js", "panels/js"].map(|folder| tag.join(folder));
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap().filter_map(Result::ok));
    let scripts = files.filter(|file| file.path().extension().is_some_and(|end| end == "js"));
    scripts.map(|file| fs::read_to_string(file.path()).unwrap()).collect()
}

#[test]
fn everything_the_tag_keeps_in_the_browser_is_declared() {
    let scripts = scripts().concat();
    assert!(scripts.contains("const key = 'declic.' + site"), "the keys begin as the page says");
    for other in ["document.cookie", "cookieStore", "indexedDB", "caches.", "localStorage.setItem"] {
        assert!(!scripts.contains(other), "the tag uses {other}");
    }
    // Every use of a storage: by one of these names, or by the choice between the two.
    let mut names: Vec<&str> = scripts
        .match_indices("Storage[")
        .filter_map(|(at, found)| scripts[at + found.len()..].split_once(']').map(|(name, _)| name))
        .collect();
    let uses = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names, ["`declic.${site}.debug`", "key + '.q'", "place"], "`place` is the debug link's");
    assert!(
        scripts.contains("const place = `declic.${self.declic?.site}.debug`"),
        "and begins as the others"
    );
    let all = scripts.matches("localStorage").count() + scripts.matches("sessionStorage").count();
    let choice = "const store = which => (which > 7 ? sessionStorage : localStorage)";
    assert!(
        scripts.contains(choice) && all == uses + 2,
        "a storage is used in a way this test does not know"
    );
    assert_eq!(scripts.matches("store(which)[").count(), scripts.matches("store(which)[key]").count());
    let declared: Vec<&str> = DEVICE.iter().map(|kept| kept.key).collect();
    assert_eq!(
        declared,
        [
            "localStorage declic.SITE",
            "localStorage declic.SITE.q",
            "sessionStorage declic.SITE",
            "sessionStorage declic.SITE.debug"
        ]
    );
}
