//! The browser that the tests drive: the one named, the one installed, or Debian's.

use std::env;
use std::path::PathBuf;

use crate::places::on_path;
use crate::{Error, Result, apt};

/// A browser and its driver.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    /// Chromium or Chrome.
    pub(crate) chromium: PathBuf,
    /// ChromeDriver of the same version.
    pub(crate) driver: PathBuf,
}

const CHROMIUM: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC_CHROME: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// Finds the browser and its driver, or installs them.
pub(crate) fn find_or_install() -> Result<Browser> {
    if (chromium().is_none() || driver().is_none()) && apt::available() {
        let packages = ["chromium", "chromium-driver"];
        if apt::offers(&packages) {
            apt::install(&packages)?;
        }
    }
    let missing = |what: &str, next: &str| Error::Missing { what: what.into(), next: next.into() };
    let chromium = chromium().ok_or_else(|| {
        missing(
            "no Chromium or Chrome found",
            "install one, or name its program in the environment variable CHROMIUM",
        )
    })?;
    let driver = driver().ok_or_else(|| {
        missing(
            "no ChromeDriver found",
            "install the one of your browser's version, or name it in the environment variable CHROMEDRIVER",
        )
    })?;
    Ok(Browser { chromium, driver })
}

fn chromium() -> Option<PathBuf> {
    named("CHROMIUM")
        .or_else(|| on_path(&CHROMIUM))
        .or_else(|| Some(MAC_CHROME.into()).filter(|file: &PathBuf| file.exists()))
}

fn driver() -> Option<PathBuf> {
    named("CHROMEDRIVER").or_else(|| on_path(&["chromedriver"]))
}

fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|file| file.is_file())
}
