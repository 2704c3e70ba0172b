//! The tables in the documents are made of the policies as they are, and nothing counts policies by hand.

#[path = "tables/claims.rs"]
mod claims;
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

/// The sentences' rows, with the names that stand in the first cell and the other two.
fn sentences() -> Vec<(Vec<String>, String)> {
    let rows = POLICY_DOC
        .split("One sentence each on where a policy wins")
        .nth(1);
    let rows = rows.expect("the sentences").lines();
    let table = rows.skip_while(|line| !line.starts_with("| `"));
    let table = table.take_while(|line| line.starts_with('|'));
    let row = |line: &str| {
        let mut cells = line.trim_matches('|').splitn(2, '|');
        let names = cells.next().unwrap_or_default().split('`');
        let names = names.skip(1).step_by(2).map(str::to_owned).collect();
        (names, cells.next().unwrap_or_default().to_owned())
    };
    table.map(row).collect()
}

#[test]
fn what_the_sentences_say_of_the_figures_is_so() {
    let figures = claims::Figures::read(POLICY_TABLES);
    let mut rows = sentences();
    for (policy, words, holds) in claims::CLAIMS {
        let row = rows
            .iter_mut()
            .find(|(names, _)| names.iter().any(|name| name == policy));
        let (_, text) = row.unwrap_or_else(|| panic!("no sentence on {policy}"));
        assert!(
            text.contains(words),
            "the sentence on {policy} does not say {words:?}: {text}"
        );
        assert!(holds(&figures), "{policy}: {words:?} is not so any more");
        *text = text.replace(words, "");
    }
    // Nothing is left that would have to be proven.
    let strong = [
        " %",
        "best",
        "lowest",
        "highest",
        "most",
        "P99",
        "times the",
        "quarter",
        "twice",
    ];
    for (names, text) in rows {
        let left = strong.iter().find(|word| text.contains(**word));
        assert!(
            left.is_none(),
            "{names:?}: nothing in core/tests/tables/claims.rs proves {:?} in: {text}",
            left.unwrap_or(&"").trim()
        );
    }
}

#[test]
fn every_policy_has_its_sentence_and_its_rows() {
    let sentences = POLICY_DOC
        .split("One sentence each on where a policy wins")
        .nth(1)
        .expect("the sentences");
    for entry in POLICIES {
        let name = format!("`{}`", entry.name);
        // FakeAI's strategies have one row together, and stand there by the ends of their names.
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
