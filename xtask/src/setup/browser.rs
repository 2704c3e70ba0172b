//! Finds or installs a Chromium and its driver for the tests.

use super::{announce, apt, present};
use crate::fault::{Fault, Outcome};
use crate::places;
use std::path::PathBuf;

const PACKAGES: &[&str] = &["chromium", "chromium-driver"];

const NAMES: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/// The arguments of the browser: headless and quiet, and `--no-sandbox` because Chromium does not start as root without it.
const ARGUMENTS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A browser and its driver, by their paths.
pub(crate) struct Browser {
    pub(crate) chrome: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Finds a browser, or installs Debian's if that is possible.
pub(super) fn ensure() -> Outcome<Browser> {
    let step = "Chromium and its driver";
    if let Some(found) = find() {
        present(step);
        return Ok(found);
    }
    let install = apt::command(PACKAGES);
    if !apt::possible() {
        return Err(Fault::new(
            step,
            "no Chromium or Chrome and chromedriver on PATH, and not root on Debian to install them",
            format!(
                "on Debian `{install}` as root; elsewhere install Chrome and the chromedriver of its version, and name them in \
                 WARMPATH_CHROME and CHROMEDRIVER if they are not on PATH"
            ),
        ));
    }
    announce(step, "half a minute");
    apt::install(step, PACKAGES)?;
    find().ok_or_else(|| {
        Fault::new(
            step,
            "installed, and still not found on PATH",
            "name them in WARMPATH_CHROME and CHROMEDRIVER",
        )
    })
}

fn find() -> Option<Browser> {
    let named = |variable: &str| {
        std::env::var_os(variable)
            .map(PathBuf::from)
            .filter(|path| path.is_file())
    };
    // On GitHub's machines a variable names the driver's folder.
    let in_folder = || {
        let folder = PathBuf::from(std::env::var_os("CHROMEWEBDRIVER")?);
        Some(folder.join(format!("chromedriver{}", std::env::consts::EXE_SUFFIX)))
            .filter(|path| path.is_file())
    };
    Some(Browser {
        chrome: named("WARMPATH_CHROME").or_else(|| places::find(NAMES))?,
        driver: named("CHROMEDRIVER")
            .or_else(|| places::find(&["chromedriver"]))
            .or_else(in_folder)?,
    })
}

impl Browser {
    /// Writes the settings that wasm-bindgen's test runner gives the driver, and returns the file's path.
    pub(crate) fn write_capabilities(&self) -> Outcome<PathBuf> {
        let path = places::root().join("target/webdriver.json");
        let arguments: Vec<String> = ARGUMENTS.iter().map(|a| format!("{a:?}")).collect();
        let text = format!(
            "{{\"goog:chromeOptions\": {{\"binary\": {:?}, \"args\": [{}]}}}}\n",
            self.chrome.to_string_lossy(),
            arguments.join(", ")
        );
        std::fs::write(&path, text).map_err(|error| {
            Fault::new(
                "telling the driver which browser to start",
                format!("{}: {error}", path.display()),
                "check the disk",
            )
        })?;
        Ok(path)
    }
}
