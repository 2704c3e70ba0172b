//! Golden scenarios: whole reports, committed. This file runs natively and in a browser, and the command line is held to
//! the same files, so a scenario means the same bytes everywhere.
//!
//! After a change that is meant to change figures: `WARMPATH_BLESS=1 cargo test -p warmpath-core --test browser_golden`,
//! and read the difference before committing it.

use std::sync::Arc;

use warmpath_core::fleet::Replay;
use warmpath_core::report::{Report, json};
use warmpath_core::router::POLICIES;
use warmpath_core::scenario::life::event::VERBS;
use warmpath_core::scenario::{PRESETS, Scenario};
use warmpath_core::workload::{Named, Reader, Workload, named::named};

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
    let mut reader = Reader::new(name, scenario.read_options());
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

#[test]
fn golden_scenarios_cover_every_preset_workload_format_and_policy() {
    let parse = |query| Scenario::from_query(query).expect(query);
    // Shortened, and with more policies at times.
    let rest = |scenario: &Scenario| Scenario {
        requests: None,
        policies: Vec::new(),
        ..scenario.clone()
    };
    let scenarios: Vec<Scenario> = GOLDEN.iter().map(|golden| parse(golden.query)).collect();
    for preset in PRESETS {
        let wanted = parse(preset.query);
        let is = |it: &Scenario| {
            rest(it) == rest(&wanted) && wanted.policies.iter().all(|one| it.policies.contains(one))
        };
        assert!(scenarios.iter().any(is), "no golden {}", preset.name);
    }
    for info in named() {
        let is = |it: &Scenario| it.workload.split(':').next() == Some(info.name);
        assert!(scenarios.iter().any(is), "no golden of {}", info.name);
    }
    let policies: Vec<_> = scenarios.iter().flat_map(|it| &it.policies).collect();
    for entry in POLICIES {
        assert!(
            policies.iter().any(|spec| spec.entry().name == entry.name),
            "no golden of {}: add it to a scenario in core/tests/golden/list.rs, then `cargo xtask bless`",
            entry.name
        );
    }
    for verb in VERBS {
        assert!(
            GOLDEN
                .iter()
                .any(|it| it.query.contains(&format!(":{verb}%3D"))),
            "no golden in which something does {verb}: add it to `events` in core/tests/golden/list.rs"
        );
    }
    // Each kind of file says so at its beginning.
    let begins = [
        "[",
        "{\"timestamp\"",
        "{\"chat_id\"",
        "TIMESTAMP,",
        "Timestamp,Session ID",
        "{\"id\"",
        "{\"schema\"",
    ];
    for begin in begins {
        let file = |golden: &Golden| {
            golden
                .file
                .is_some_and(|(_, bytes)| bytes.starts_with(begin.as_bytes()))
        };
        assert!(
            GOLDEN.iter().any(file),
            "no golden of a file that begins {begin}"
        );
    }
}
