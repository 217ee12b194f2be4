//! `cargo dev demo` and `cargo dev serve`: a running edge, for a person and for a test.

use std::io::{Read, stdin};
use std::path::PathBuf;
use std::sync::mpsc::{self, Sender};
use std::thread;

use serde_json::json;

use crate::places::workspace;
use crate::stage::{self, Ending, SITE, Stage, StageOptions};
use crate::task::{Progress, tail};
use crate::{Error, Result, build, setup};

/// The site's port, unless `--port` says otherwise; the edge's is the next one.
const PORT: u16 = 8787;

/// Starts the demo and keeps it running until Ctrl-C.
pub(crate) fn demo(port: Option<u16>, data: Option<PathBuf>) -> Result<()> {
    let port = port.unwrap_or(PORT);
    stage::check_port(port)?;
    let kept = data.unwrap_or_else(|| workspace().demo_data());
    stage::check_data(&kept)?;
    build::all(&setup::tools()?)?;
    let options = StageOptions { data: kept.clone(), port: Some(port), ..StageOptions::default() };
    let (asked, endings) = mpsc::channel();
    end_on_signal(&asked)?;
    let progress = Progress::start("starting workerd", None);
    let stage = Stage::start(options);
    progress.end(stage.is_ok());
    let stage = stage?;
    stage.on_ending(asked);
    println!("\nDeclic is running.\n");
    println!("  shop   {}/", stage.site());
    println!("  edge   {}/", stage.edge());
    println!(
        "  desk   curl -H 'Authorization: Bearer {}' '{}/v1/desk/callbacks?site={SITE}'",
        stage.keys().desk,
        stage.edge()
    );
    println!("  data   {}, kept for the next start (delete it to begin afresh)", kept.display());
    println!("\nCtrl-C ends it.");
    wait(stage, &endings)
}

/// Starts the demo on free ports, says in one JSON line where, and runs until standard input closes.
pub(crate) fn serve(data: PathBuf, rules: Option<PathBuf>) -> Result<()> {
    stage::check_data(&data)?;
    build::all(&setup::tools()?)?;
    let (asked, endings) = mpsc::channel();
    end_on_signal(&asked)?;
    let stage = Stage::start(StageOptions { data: data.clone(), rules, ..StageOptions::default() })?;
    stage.on_ending(asked.clone());
    println!(
        "{}",
        json!({
            "site": stage.site(),
            "edge": stage.edge(),
            "desk_key": stage.keys().desk,
            "owner_key": stage.keys().owner,
            "pid": stage.pid(),
            "data": data,
        })
    );
    thread::spawn(move || {
        // Whoever started us holds the other end: when it ends, for whatever reason, so do we.
        let _ = stdin().lock().read_to_end(&mut Vec::new());
        let _ = asked.send(Ending::Asked);
    });
    wait(stage, &endings)
}

fn end_on_signal(asked: &Sender<Ending>) -> Result<()> {
    let asked = asked.clone();
    ctrlc::set_handler(move || {
        // Nobody hears it when the end has already begun.
        let _ = asked.send(Ending::Asked);
    })
    .map_err(|reason| Error::Missing {
        what: format!("Ctrl-C cannot be heard: {reason}"),
        next: "start it from a usual terminal".into(),
    })
}

fn wait(mut stage: Stage, endings: &mpsc::Receiver<Ending>) -> Result<()> {
    let ending = endings.recv().unwrap_or(Ending::Asked);
    // On a terminal workerd hears Ctrl-C itself, and may be the first to say so.
    let asked = ending == Ending::Asked
        || endings.recv_timeout(std::time::Duration::from_millis(200)) == Ok(Ending::Asked);
    let log = stage.log();
    stage.stop();
    if asked {
        return Ok(());
    }
    let text = std::fs::read_to_string(&log).unwrap_or_default();
    Err(Error::EdgeStopped { output: (log, tail(&text)) })
}
