//! The version of the model that a link was made with, and why figures have moved since an earlier one.
//!
//! A link names what differs from the defaults. It runs for ever, however old its version; but when defaults or step times have
//! moved, its figures are not those that its maker saw. [`moved`] says so, for links that name an earlier version than
//! [`CURRENT`]. A query without a version was typed, not shared, and is taken to mean the model as it is.
//!
//! ```
//! use warmpath_core::scenario::{Scenario, version};
//! let old = "v=1&w=rag&r=8";
//! assert_eq!(Scenario::from_query(old)?.to_query(), "v=2&w=rag&r=8");
//! assert!(version::moved(old).unwrap().contains("90 %"));
//! assert_eq!(version::moved("v=2&w=rag&r=8"), None);
//! # Ok::<(), warmpath_core::scenario::ScenarioError>(())
//! ```

use super::{ScenarioError, query};
use crate::percent;
use crate::words::excerpt;

/// The version that new links name.
pub const CURRENT: usize = 2;

/// Why figures have moved since each earlier version, the oldest version first.
const SINCE: [&str; CURRENT - 1] = [
    "an engine takes 90 % of the GPU's memory instead of 95 %, steps count the host's share and each kernel's launch, a request \
     needs time to reach the engine, and a prompt is admitted only when there is room for all of it",
];

/// The beginning of every canonical query: the current version.
pub(super) fn head() -> String {
    format!("v={CURRENT}")
}

/// Checks that a version is one that this program reads.
pub(super) fn check(value: &str) -> Result<(), ScenarioError> {
    match number(value) {
        Some(_) => Ok(()),
        None => Err(ScenarioError::Version {
            found: excerpt(value),
        }),
    }
}

/// The note for a reader of a link (with or without what stands before its `?`) that was made with an earlier version: that
/// figures have moved, and why. `None`: it is current, names no version, or one that is not read.
pub fn moved(link: &str) -> Option<String> {
    let query = link.rsplit_once('?').map_or(link, |(_, query)| query);
    let pairs = percent::pairs(query).filter_map(|piece| query::pair(piece).ok());
    let (_, value) = pairs.into_iter().find(|(key, _)| key == "v")?;
    let version = number(&value).filter(|version| *version < CURRENT)?;
    Some(format!(
        "This link was made with version {version} of the model, and its figures have moved since. Why: {}.",
        SINCE[version - 1..].join("; ")
    ))
}

fn number(value: &str) -> Option<usize> {
    (1..=CURRENT).find(|version| version.to_string() == value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{PRESETS, Scenario, Sweep};

    /// Every link that the README and the documents have ever printed.
    const PRINTED: [&str; 5] = [
        "v=1&w=kubeai&n=1000000&r=8&kv=65900&rate=60&p=chwbl",
        "v=1&w=mooncake-conversation&r=8&bs=64&kv=1048576&timing=dynamo&p=round-robin,dynamo,cache-aware",
        "v=1&w=multi-turn&r=8&rate=6&kv=40000&n=4000",
        "v=1&w=rag&r=8&rate=12&n=3000",
        "v=1&w=requests.jsonl~8343110a48aa538b&r=2&hw=l40s&goal=p95_ttft%3C2000ms;errors%3C5%25&ev=19s:kill%3D0%2Fstay&p=chwbl",
    ];

    #[test]
    fn every_link_ever_printed_still_runs_and_says_that_figures_moved() {
        let presets = PRESETS
            .iter()
            .map(|preset| preset.query.replace("v=2", "v=1"));
        for old in PRINTED.into_iter().map(str::to_owned).chain(presets) {
            let new = old.replacen("v=1", "v=2", 1);
            let sweep = Sweep::from_query(&old).unwrap();
            assert_eq!(sweep, Sweep::from_query(&new).unwrap(), "{old}");
            let rest = |text: &str| text.split('&').skip(1).count();
            assert_eq!(rest(&sweep.to_query()), rest(&new), "{old}");
            assert!(
                moved(&old).is_some_and(|it| it.contains("version 1")),
                "{old}"
            );
            assert_eq!(moved(&new), None);
            assert_eq!(moved(&sweep.to_query()), None);
        }
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for wrong in [
            "v=0",
            "v=3",
            "v=",
            "v=01",
            "v=+1",
            "v=1.0",
            "v=99999999999999999999",
        ] {
            let error = Scenario::from_query(wrong).unwrap_err().to_string();
            assert!(error.contains("reads versions 1 and 2"), "{wrong}: {error}");
            assert_eq!(moved(wrong), None);
        }
        assert_eq!(moved("r=8"), None);
        assert!(moved("https://example.org/warmpath/?r=8&v=1").is_some());
    }
}
