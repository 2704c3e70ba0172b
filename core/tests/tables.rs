//! The tables in the documents are made of the policies as they are, and nothing counts policies by hand.

#[path = "tables/sample.rs"]
#[allow(dead_code, reason = "what is said of a workload is for the tables")]
mod sample;

use warmpath_core::router::POLICIES;

const POLICY_TABLES: &str = include_str!("../../docs/policy-tables.md");
const POLICY_DOC: &str = include_str!("../../docs/policies.md");
const README: &str = include_str!("../../README.md");

#[test]
fn the_tables_are_of_the_policies_as_they_are() {
    let found = sample::digest();
    let kept = format!("<!-- made by cargo xtask tables, digest {found} -->");
    assert!(
        POLICY_TABLES.contains(&kept) && POLICY_DOC.contains(&kept),
        "docs/policies.md and docs/policy-tables.md are out of date: run cargo xtask tables and re-read what is said of the \
         figures ({found} found)"
    );
}

#[test]
fn every_policy_has_its_sentence_and_its_rows() {
    let sentences = POLICY_DOC
        .split("One sentence each on where a policy wins")
        .nth(1)
        .expect("the sentences");
    for entry in POLICIES {
        let name = format!("`{}`", entry.name);
        // FakeAI's strategies are told together, by the ends of their names.
        let end = entry
            .name
            .strip_prefix("fakeai")
            .map(|end| format!("`{end}`"));
        assert!(
            sentences.contains(&name) || end.is_some_and(|end| sentences.contains(&end)),
            "no sentence on {name}"
        );
        let rows = POLICY_TABLES
            .matches(&format!("\n| {} |", entry.name))
            .count();
        assert_eq!(rows, sample::WORKLOADS.len(), "{name}");
    }
}

#[test]
fn the_readme_counts_the_policies_there_are() {
    let count = format!("{} policies", POLICIES.len());
    assert!(README.contains(&count), "README.md does not say {count:?}");
}
