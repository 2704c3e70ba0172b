//! Golden scenarios: whole reports, committed. This file runs natively and in a browser, and the command line is held to
//! the same files, so a scenario means the same bytes everywhere.
//!
//! After a change that is meant to change figures: `WARMPATH_BLESS=1 cargo test -p warmpath-core --test browser_golden`,
//! and read the difference before committing it.

use std::sync::Arc;

use warmpath_core::fleet::Replay;
use warmpath_core::report::{Report, json};
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::{Named, ReadOptions, Reader, Workload};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A scenario, the trace it replays if that is a file, and its report.
struct Golden {
    name: &'static str,
    query: &'static str,
    file: Option<(&'static str, &'static [u8])>,
    report: &'static str,
}

macro_rules! golden {
    ($name:literal, $query:literal) => {
        Golden {
            name: $name,
            query: $query,
            file: None,
            report: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/golden/",
                $name,
                ".json"
            )),
        }
    };
    ($name:literal, $query:literal, $file:literal) => {
        Golden {
            name: $name,
            query: $query,
            file: Some((
                $file,
                include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/", $file)),
            )),
            report: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/golden/",
                $name,
                ".json"
            )),
        }
    };
}

include!("golden/list.rs");

fn workload(golden: &Golden, scenario: &Scenario) -> Workload {
    let Some((name, bytes)) = golden.file else {
        let named = Named::parse(&scenario.workload).expect(golden.name);
        return named
            .generate(scenario.block_size, scenario.seed, scenario.requests)
            .expect(golden.name);
    };
    let options = ReadOptions {
        block_size: scenario.block_size,
        requests: scenario.requests,
        ..ReadOptions::default()
    };
    let mut reader = Reader::new(name, options);
    // In odd pieces: how a file is cut must not matter.
    bytes
        .chunks(977)
        .for_each(|piece| reader.push(piece).expect(golden.name));
    reader.finish().expect(golden.name)
}

fn report(golden: &Golden) -> String {
    let mut scenario = Scenario::from_query(golden.query).expect(golden.name);
    let workload = Arc::new(workload(golden, &scenario));
    scenario.workload.clone_from(&workload.name);
    let replay = Replay::new(scenario.clone(), Arc::clone(&workload), false).expect(golden.name);
    let runs = replay.finish().expect(golden.name);
    json::write(&Report::new(&scenario, &workload, &runs))
}

#[test]
fn golden_scenarios_give_their_committed_reports() {
    let mut wrong = Vec::new();
    for golden in GOLDEN {
        let found = report(golden);
        #[cfg(not(target_arch = "wasm32"))]
        if std::env::var_os("WARMPATH_BLESS").is_some() {
            let path = format!(
                "{}/tests/golden/{}.json",
                env!("CARGO_MANIFEST_DIR"),
                golden.name
            );
            std::fs::write(path, &found).expect(golden.name);
            continue;
        }
        if found != golden.report {
            let line = found
                .lines()
                .zip(golden.report.lines())
                .find(|(found, wanted)| found != wanted);
            wrong.push(format!("{}: {line:?}", golden.name));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} reports differ, first lines (found, committed):\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
