//! The results of suites as documents: one for each suite, a summary of all, and a list of what got worse since an earlier
//! run.

mod baseline;

pub use baseline::{BaselineFigures, BeforeError, Compared, compare};

use super::decision::{count, seeds};
use super::document::{Cell, Document, Table};
use super::{notes, provenance};
use crate::figure::Better;
use crate::plan::suite::{FoundRow, SuiteResults, targets};

/// The name and version of a suite's JSON.
pub const SCHEMA: &str = "warmpath.suite/1";

/// The sentence in every document on what is FakeAI's and what is measured here.
const MEASURED: &str = "The tests and thresholds are those of FakeAI's benchmark guide (0.0.4, 2025-10-04), in virtual time and measured: \
    its own harness (0.3.2) counts every request after a prompt's first as a hit without looking, which is 80 % in any run, prints P50 in \
    the column P90, and computes in the client which worker a prompt would go to.";

/// The key of the table with a row for each figure, from which an earlier run is read back.
const DETAIL: &str = "figures";
/// The key of the table with the verdicts.
const VERDICTS: &str = "verdicts";

fn columns(all: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let each = all.iter();
    each.map(|(key, title)| (*key, (*title).to_owned()))
        .collect()
}

/// The document of a single suite: a sentence per policy with the verdict, and the tables.
pub fn one(found: &SuiteResults) -> Document {
    let suite = found.suite;
    let mut sentences = vec![suite.asks.to_owned(), format!("{}.", capital(suite.rule))];
    for policy in policies(found) {
        sentences.push(match found.verdict(policy) {
            None => format!("{policy}: not judged."),
            Some((grade, row)) => format!("{policy}: {} ({}).", grade.word(), because(found, row)),
        });
    }
    sentences.push(MEASURED.to_owned());
    sentences.extend(own(found));
    let (notes, provenance, scenario) = common(found);
    Document {
        schema: SCHEMA,
        title: suite.title.to_owned(),
        facts: vec![
            ("suite", Cell::text(suite.name)),
            ("quick", Cell::Flag(found.quick)),
            ("seeds", Cell::Whole(found.fleet.seeds.into())),
        ],
        sentences,
        tables: vec![
            rows(found),
            verdicts(core::slice::from_ref(found)),
            scenarios(found),
            figures(found),
        ],
        notes,
        provenance,
        scenario,
    }
}

/// The document for people: without the table of all figures, and without what the sentences say already.
pub fn readable(mut document: Document) -> Document {
    let of_one = document.schema == SCHEMA;
    document
        .tables
        .retain(|table| table.key != DETAIL && !(of_one && table.key == VERDICTS));
    document
}

/// The summary of all suites that were run.
pub fn summary(all: &[SuiteResults]) -> Document {
    let Some(first) = all.first() else {
        return readable(Document {
            schema: SCHEMA,
            title: "Suites".to_owned(),
            facts: Vec::new(),
            sentences: vec!["Nothing was run.".to_owned()],
            tables: Vec::new(),
            notes: Vec::new(),
            provenance: String::new(),
            scenario: String::new(),
        });
    };
    let fleet = &first.fleet;
    let mut notes = known(first);
    let (provenance, scenario) = (provenance(fleet), fleet.to_query());
    for found in all.iter().filter(|it| !it.left_out.is_empty()) {
        let tests = count(found.left_out.len() as u64, "test", "tests");
        let name = found.suite.name;
        notes.push(format!(
            "{name}: {tests} left out, which do not go with this fleet; {name}.md names them"
        ));
    }
    let runs: usize = all
        .iter()
        .flat_map(|it| &it.rows)
        .map(|row| row.runs.len())
        .sum();
    let tests: usize = all.iter().map(|it| it.tests.len()).sum();
    Document {
        schema: "warmpath.suites/1",
        title: match first.quick {
            true => "Suites, quick".to_owned(),
            false => "Suites".to_owned(),
        },
        facts: vec![
            ("quick", Cell::Flag(first.quick)),
            ("seeds", Cell::Whole(fleet.seeds.into())),
            ("tests", Cell::Whole(tests as u64)),
            ("runs", Cell::Whole(runs as u64)),
        ],
        sentences: vec![
            format!(
                "{} with {} in {}: {} under {}, each on {}.",
                fleet.fleet_title(),
                fleet.model.title,
                fleet.dtype.name(),
                count(tests as u64, "test", "tests"),
                count(fleet.policies.len() as u64, "policy", "policies"),
                seeds(fleet.seeds)
            ),
            MEASURED.to_owned(),
        ],
        tables: vec![verdicts(all), targets_table(all)],
        notes,
        provenance,
        scenario,
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

fn policies(found: &SuiteResults) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for row in &found.rows {
        if !names.contains(&row.policy.as_str()) {
            names.push(&row.policy);
        }
    }
    names
}

/// The figures that decided a verdict, with the test's name.
fn because(found: &SuiteResults, row: &FoundRow) -> String {
    let name = found.test(row).map_or("", |it| it.name.as_str());
    let deciding: Vec<&str> = match found.suite.name {
        "throughput" => vec!["requests_per_second", "p99_wait_ms"],
        "kv-cache" => vec!["found_percent", "gained_percent"],
        "memory" => vec!["blocks_held_after"],
        _ => vec!["answered_percent"],
    };
    let figure = |(metric, spread): (
        &'static crate::plan::suite::Metric,
        Option<crate::plan::suite::Spread>,
    )| {
        let at = deciding.iter().position(|key| *key == metric.key)?;
        let value = spread.map_or("–".to_owned(), |it| {
            format!("{:.*}", metric.decimals, it.median + 0.0)
        });
        Some((at, format!("{} {value}", metric.title)))
    };
    let mut figures: Vec<(usize, String)> = row.figures().filter_map(figure).collect();
    crate::order::by(&mut figures, |a, b| a.0.cmp(&b.0));
    let figures: Vec<String> = figures.into_iter().map(|it| it.1).collect();
    format!("{name}: {}", figures.join(", "))
}

/// Sentences that only this suite has.
fn own(found: &SuiteResults) -> Vec<String> {
    let answered = |row: &&FoundRow| row.median("answered_percent").is_some_and(|it| it >= 100.0);
    let level = |row: &FoundRow| found.test(row).and_then(|it| it.at_a_time);
    match found.suite.name {
        "throughput" => vec![
            "The wait is until the client has something: the first token where the answer is streamed, the whole answer where it is not. \
             A client that costs no time (--client free) makes no other difference between the two."
                .to_owned(),
        ],
        "kv-cache" => vec![
            "What is gained is the mean time to first token against the same requests, seeds and policy on replicas that cache nothing. Balance is \
             100 less the variance of requests by replica as a share of their mean, of where they were really sent."
                .to_owned(),
        ],
        "concurrency" => {
            let each = policies(found).into_iter().map(|policy| {
                let rows = || found.rows.iter().filter(|row| row.policy == policy);
                let most = rows().filter(answered).filter_map(level).max();
                let fails = rows().filter(|row| !answered(row)).filter_map(level).min();
                let most = most.map_or("none".to_owned(), |it| it.to_string());
                let fails = fails.map_or("at no level".to_owned(), |it| format!("first with {it}"));
                format!("{policy}: most at a time with all answered: {most}; not all answered {fails}.")
            });
            let mut all: Vec<String> = each.collect();
            all.push(
                "A fleet without limits answers all, however long it takes: --in-flight-limit, --tier, --endpoint-limit and --connections set limits."
                    .to_owned(),
            );
            all
        }
        "memory" => vec![
            "Blocks that are only cached are not held: a request to come may have their place. The memory of this program is another thing, and \
             told apart, since it differs from machine to machine."
                .to_owned(),
        ],
        _ => vec![
            "Latencies are of answered requests only, so a policy that loses many may look quick. Rates are those of docs/operations.md for six \
             replicas, and for other fleets in proportion, unless a variant says its own replicas."
                .to_owned(),
        ],
    }
}

/// The notes on the policies and on the workload of the first test, which stands for those of the others.
fn known(found: &SuiteResults) -> Vec<String> {
    let first = found.tests.first();
    first.map_or(Vec::new(), |it| notes(&it.scenario, it.workload()))
}

/// The notes, the provenance and the fleet's query string.
fn common(found: &SuiteResults) -> (Vec<String>, String, String) {
    let mut all = known(found);
    let left_out = found.left_out.iter();
    all.extend(left_out.map(|(name, reason)| format!("{name}: left out, {reason}")));
    (all, provenance(&found.fleet), found.fleet.to_query())
}

/// The table with a row per test and policy: medians, and the verdict.
fn rows(found: &SuiteResults) -> Table {
    let mut heads = columns(&[("test", "test"), ("policy", "policy")]);
    let metrics = found.suite.metrics.iter();
    heads.extend(metrics.map(|it| (it.key, it.title.to_owned())));
    heads.push(("verdict", "verdict".to_owned()));
    let row = |row: &FoundRow| {
        let name = found.test(row).map_or("", |it| it.name.as_str());
        let mut cells = vec![Cell::text(name), Cell::text(&row.policy)];
        cells.extend(
            row.figures()
                .map(|(metric, spread)| Cell::real(spread.map(|it| it.median), metric.decimals)),
        );
        cells.push(
            found
                .grade(row)
                .map_or(Cell::None, |it| Cell::text(it.word())),
        );
        cells
    };
    Table {
        key: "tests",
        title: match found.fleet.seeds {
            1 => "Tests, of one seed".to_owned(),
            many => format!("Tests, medians over {many} seeds"),
        },
        columns: heads,
        names: 2,
        rows: found.rows.iter().map(row).collect(),
        detail: false,
    }
}

fn verdicts(all: &[SuiteResults]) -> Table {
    let mut rows = Vec::new();
    for found in all {
        for policy in policies(found) {
            let (verdict, because) = match found.verdict(policy) {
                None => ("not judged".to_owned(), String::new()),
                Some((grade, row)) => (grade.word().to_owned(), because(found, row)),
            };
            rows.push(vec![
                Cell::text(found.suite.name),
                Cell::text(policy),
                Cell::Text(verdict),
                Cell::Text(because),
            ]);
        }
    }
    Table {
        key: VERDICTS,
        title: "Verdicts".to_owned(),
        columns: columns(&[
            ("suite", "suite"),
            ("policy", "policy"),
            ("verdict", "verdict"),
            ("because", "the test that decided"),
        ]),
        names: 4,
        rows,
        detail: false,
    }
}

fn targets_table(all: &[SuiteResults]) -> Table {
    let names = all.first().map(policies).unwrap_or_default();
    let row = |policy: &str| {
        let each = targets(all, policy).into_iter();
        let row = each.map(|(target, value, grade)| {
            vec![
                Cell::text(policy),
                Cell::text(target.title),
                Cell::text(target.limits),
                Cell::text(grade.word()),
                Cell::Real(value, 1),
            ]
        });
        row.collect::<Vec<_>>()
    };
    Table {
        key: "targets",
        title: "Targets of FakeAI's guide".to_owned(),
        columns: columns(&[
            ("policy", "policy"),
            ("target", "target"),
            ("limits", "limits"),
            ("verdict", "verdict"),
            ("value", "value"),
        ]),
        names: 4,
        rows: names.into_iter().flat_map(row).collect(),
        detail: false,
    }
}

/// The table of the scenarios that ran the tests.
fn scenarios(found: &SuiteResults) -> Table {
    let row = |it: &crate::plan::suite::Prepared| {
        vec![
            Cell::text(&it.test.name),
            Cell::Text(format!("warmpath replay '{}'", it.query())),
        ]
    };
    Table {
        key: "scenarios",
        title: "Each test by itself".to_owned(),
        columns: columns(&[("test", "test"), ("replay", "the same runs")]),
        names: 2,
        rows: found.tests.iter().map(row).collect(),
        detail: true,
    }
}

/// The table with a row per figure: its median and its range over the seeds.
fn figures(found: &SuiteResults) -> Table {
    let mut rows = Vec::new();
    for row in &found.rows {
        let name = found.test(row).map_or("", |it| it.name.as_str());
        for (metric, spread) in row.figures() {
            let cell = |of: fn(crate::plan::suite::Spread) -> f64| {
                Cell::real(spread.map(of), metric.decimals)
            };
            rows.push(vec![
                Cell::text(name),
                Cell::text(&row.policy),
                Cell::text(metric.key),
                Cell::text(match metric.better {
                    Better::Lower => "lower",
                    Better::Higher => "higher",
                    Better::Neither => "neither",
                }),
                cell(|it| it.median),
                cell(|it| it.least),
                cell(|it| it.most),
            ]);
        }
    }
    Table {
        key: DETAIL,
        title: "Every figure".to_owned(),
        columns: columns(&[
            ("test", "test"),
            ("policy", "policy"),
            ("figure", "figure"),
            ("better", "better"),
            ("median", "median"),
            ("least", "least"),
            ("most", "most"),
        ]),
        names: 4,
        rows,
        detail: true,
    }
}
