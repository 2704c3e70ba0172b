//! Decisions of the running products, replayed against the policies that stand for them.
//!
//! `cargo xtask products` records them (benches/products); here nothing of a product is needed. docs/parity.md is made of the
//! same replay: `cargo xtask products --table` writes it, and a test below fails when it is out of date.

#[path = "parity/prompts.rs"]
mod prompts;
#[path = "parity/recording.rs"]
mod recording;
#[path = "parity/replay.rs"]
mod replay;
#[path = "parity/table.rs"]
mod table;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use recording::Recording;
use replay::Outcome;

/// The least share of decisions without a tie in which policy and product must agree.
const AGREE: f64 = 0.99;
/// The least number of decisions without a tie that each policy of a product must have been asked for, over all its cases.
const DECISIONS: usize = 2_000;

fn recordings() -> Vec<Recording> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity/recorded");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the recorded decisions")
        .map(|entry| entry.expect("an entry of the folder").path())
        .filter(|path| path.extension().is_some_and(|it| it == "gz"))
        .collect();
    files.sort();
    files.iter().map(|path| Recording::read(path)).collect()
}

/// Every recording with what came of its replay, made once for all tests.
fn replayed() -> &'static [(Recording, Outcome)] {
    static REPLAYED: OnceLock<Vec<(Recording, Outcome)>> = OnceLock::new();
    REPLAYED.get_or_init(|| {
        let replay = |recording: Recording| {
            let outcome = replay::replay(&recording);
            (recording, outcome)
        };
        recordings().into_iter().map(replay).collect()
    })
}

#[test]
fn policies_decide_as_the_products_did() {
    let mut policies = std::collections::BTreeMap::<_, (Outcome, String)>::new();
    for (recording, outcome) in replayed() {
        let header = &recording.header;
        let (all, differences) = policies
            .entry((header.product.clone(), header.policy.clone()))
            .or_default();
        all.add(outcome);
        for difference in &outcome.differences {
            *differences += &format!("    {}: {difference}\n", recording.file);
        }
    }
    for ((product, policy), (all, differences)) in policies {
        let (agreed, decided) = (all.agreed, all.decided);
        assert!(
            all.agreement() >= AGREE,
            "{product} {policy}: {agreed} of {decided} agree\n{differences}"
        );
    }
}

#[test]
fn costs_are_the_products_to_the_last_digit() {
    let mut costs = 0;
    for (recording, outcome) in replayed() {
        costs += outcome.costs;
        let (agreed, differences) = (outcome.costs_agreed, &outcome.differences);
        assert_eq!(agreed, outcome.costs, "{}: {differences:?}", recording.file);
    }
    assert!(costs > 10_000, "{costs} costs");
}

/// Where a policy draws by cost, the product drew each rank of cost as often, within four standard deviations.
#[test]
fn ranks_of_cost_are_drawn_as_often_as_expected() {
    let mut drawn = 0;
    for (recording, outcome) in replayed() {
        for &(expected, seen) in &outcome.drawn {
            drawn += seen;
            assert!(
                (expected - seen as f64).abs() <= 4.0 * expected.max(1.0).sqrt(),
                "{}: {:?}",
                recording.file,
                outcome.drawn
            );
        }
    }
    assert!(drawn >= DECISIONS);
}

#[test]
fn enough_was_asked_of_every_policy() {
    let mut asked = std::collections::BTreeMap::new();
    for (recording, outcome) in replayed() {
        let header = &recording.header;
        *asked.entry((&header.product, &header.policy)).or_insert(0) += outcome.decided;
    }
    let few: Vec<_> = asked.iter().filter(|&(_, &n)| n < DECISIONS).collect();
    assert!(few.is_empty(), "fewer than {DECISIONS}: {few:?}");
}

/// In one recording of each product every second choice is changed to another worker's: the replay must notice.
#[test]
fn a_wrong_choice_would_be_seen() {
    let mut products = BTreeSet::new();
    for (recording, outcome) in replayed() {
        if outcome.decided < 500 || !products.insert(&recording.header.product) {
            continue;
        }
        let mut recording = recording.clone();
        // A quarter of it is enough to notice, and quicker.
        recording.events.truncate(recording.events.len() / 4);
        recording.shift_choices();
        let wrong = replay::replay(&recording).agreement();
        assert!(wrong < AGREE, "{}: {wrong} agree", recording.file);
    }
}

#[test]
fn the_document_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/parity.md");
    let table = table::markdown(replayed());
    if std::env::var_os("WARMPATH_BLESS").is_some() {
        std::fs::write(&path, &table).expect("docs/parity.md written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == table,
        "docs/parity.md is out of date: cargo xtask products --table"
    );
}
