//! How well programs are told from browsers, on a labelled collection of headers.

use std::path::Path;

use edge_core::bots::is_bot;

/// The headers of a labelled file of the collection: lines `  - header` under a name.
fn headers(file: &Path) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(file).ok()?;
    let header = |line: &str| {
        let header = line.strip_prefix("  - ")?.trim();
        Some(header.trim_matches(['"', '\'']).to_owned())
    };
    Some(text.lines().filter_map(header).collect())
}

#[test]
fn the_list_does_as_well_as_its_page_says() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/isbot");
    let (Some(programs), Some(browsers)) =
        (headers(&data.join("crawlers.yml")), headers(&data.join("browsers.yml")))
    else {
        eprintln!("skipped: {} is not there", data.display());
        return;
    };
    let caught = programs.iter().filter(|header| is_bot(header)).count();
    let mistaken = browsers.iter().filter(|header| is_bot(header)).count();
    let recall = caught as f64 / programs.len() as f64;
    let precision = caught as f64 / (caught + mistaken) as f64;
    eprintln!(
        "precision {precision:.4}, recall {recall:.4}: {caught} of {} programs, {} of {} browsers",
        programs.len(),
        mistaken,
        browsers.len()
    );
    assert!(precision >= 0.97 && recall >= 0.92);
}
