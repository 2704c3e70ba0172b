//! The memory of this program while the suite `memory` runs. It is the only figure here that depends on the machine and
//! differs from run to run, so it has files of its own and no verdict in the summary.
//!
//! FakeAI's guide asks this of its server: no leak and less than 10 MB of growth is good, less than 1 MB a minute
//! acceptable. A simulation has no real minutes, so only the growth is judged, from the end of the first test on, when
//! everything that is made once has been made.

use std::fs;

use warmpath_core::report::document::{Cell, Document, Table};

/// The memory before and after a test \[bytes\].
pub(super) struct Look {
    pub(super) test: String,
    /// The number of requests in all runs of the test.
    pub(super) requests: u64,
    pub(super) before: u64,
    pub(super) after: u64,
}

/// The resident memory of this program \[bytes\]; `None` if the system does not say it (Linux does).
pub(super) fn resident() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib << 10)
}

/// The document on the memory; `None` if nothing was measured.
pub(super) fn document(looks: &[Look]) -> Option<Document> {
    let (first, last) = looks.first().zip(looks.last())?;
    let mb = |bytes: f64| bytes / 1e6;
    let grown = |look: &Look| look.after as f64 - look.before as f64;
    let growth = mb(last.after as f64 - first.after as f64);
    let verdict = match growth < 10.0 {
        true => "good",
        false => "poor",
    };
    let row = |look: &Look| {
        let each = grown(look) / 1e3 / look.requests.max(1) as f64;
        vec![
            Cell::text(&look.test),
            Cell::Whole(look.requests),
            Cell::Real(mb(look.before as f64), 1),
            Cell::Real(mb(look.after as f64), 1),
            Cell::Real(mb(grown(look)), 2),
            Cell::Real(each, 3),
        ]
    };
    let columns = [
        ("test", "test"),
        ("requests", "requests, all runs"),
        ("before_mb", "before (MB)"),
        ("after_mb", "after (MB)"),
        ("growth_mb", "growth (MB)"),
        ("kb_per_request", "kB a request"),
    ];
    Some(Document {
        schema: "warmpath.process/1",
        title: "Memory of this program".to_owned(),
        facts: vec![
            ("growth_mb", Cell::Real(growth, 2)),
            ("verdict", Cell::text(verdict)),
        ],
        sentences: vec![
            format!(
                "From the end of the first test to that of the last the program grew by {growth:.1} MB: {verdict} (good: less than 10 MB)."
            ),
            "These are figures of one machine and one moment; all other files are the same on any."
                .to_owned(),
        ],
        tables: vec![Table {
            key: "tests",
            title: "Resident memory".to_owned(),
            columns: columns.map(|(key, title)| (key, title.to_owned())).into(),
            names: 1,
            rows: looks.iter().map(row).collect(),
            detail: false,
        }],
        notes: Vec::new(),
        provenance: "VmRSS of /proc/self/status".to_owned(),
        scenario: String::new(),
    })
}
