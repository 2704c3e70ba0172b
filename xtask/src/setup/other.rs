//! Firefox and WebKit, in which a visitor's walk through the page is tested. A machine that cannot have one of them tests
//! without it, and reports that.

use super::{announce, apt, present};
use crate::fault::{Fault, Outcome};
use crate::places;

/// A browser besides Chromium.
pub(crate) struct Other {
    /// The name of the browser in the tests of `tests/walk/`.
    pub(crate) name: &'static str,
    /// The programs that are needed, each with its possible names.
    programs: &'static [&'static [&'static str]],
    /// The Debian packages that have them.
    packages: &'static [&'static str],
    /// How long installing them usually takes.
    usually: &'static str,
}

/// The browsers besides Chromium. WebKit's driver comes with a small browser of its own, which needs a display; Xvfb is one
/// without a screen.
pub(crate) const OTHERS: &[Other] = &[
    Other {
        name: "firefox",
        programs: &[&["firefox-esr", "firefox"]],
        packages: &["firefox-esr"],
        usually: "half a minute",
    },
    Other {
        name: "webkit",
        programs: &[&["WebKitWebDriver"], &["Xvfb"], &["xvfb-run"], &["xauth"]],
        packages: &["webkit2gtk-driver", "xvfb", "xauth"],
        usually: "a minute",
    },
];

impl Other {
    /// Installs the browser if it is missing.
    pub(crate) fn ensure(&self) -> Outcome<()> {
        if self.found() {
            present(self.name);
            return Ok(());
        }
        let missing = |why: String| {
            let next = format!("on Debian `{}` as root", apt::command(self.packages));
            Fault::new(self.name, why, next)
        };
        if !apt::possible() {
            return Err(missing(
                "not on PATH, and not root on Debian to install it".to_owned(),
            ));
        }
        announce(self.name, self.usually);
        apt::install(self.name, self.packages)?;
        if self.found() {
            return Ok(());
        }
        Err(missing("installed, and still not on PATH".to_owned()))
    }

    fn found(&self) -> bool {
        self.programs
            .iter()
            .all(|names| places::find(names).is_some())
    }
}
