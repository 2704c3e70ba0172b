//! Firefox and WebKit, in which a visitor walks through the page. A machine that cannot have one of them tests without it, and
//! says so.

use super::{announce, apt, present};
use crate::fault::{Fault, Outcome};
use crate::places;

/// A browser besides Chromium.
pub(crate) struct Other {
    /// As the walk in `tests/walk/` calls it.
    pub(crate) name: &'static str,
    /// Each is to be there, under one of its names.
    programs: &'static [&'static [&'static str]],
    /// What Debian has them in.
    packages: &'static [&'static str],
    /// How long installing them usually takes.
    usually: &'static str,
}

/// The other browsers. WebKit's driver comes with a small browser of its own, which needs a display: Xvfb is one without a
/// screen.
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
    /// Makes sure that it is there.
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
