//! Which figures got worse since an earlier run of the same suites, beyond the noise of both runs.
//!
//! A figure got worse if its interval over the seeds lies wholly on the worse side of the earlier one's, and its median
//! differs by more than the change that is allowed; also if it had a value and has none now. With one seed on a side there is no interval, and no figure is called
//! worse.

use serde_json::Value;
use thiserror::Error;

use super::{SCHEMA, columns};
use crate::figure::Better;
use crate::plan::suite::{Spread, SuiteResults};
use crate::report::document::{Cell, Document, Table};

/// Why a text cannot be read as an earlier run.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BeforeError {
    /// The text is not JSON.
    #[error("line {line}, column {column}: no JSON")]
    Json {
        /// The line of the fault, counted from 1.
        line: usize,
        /// The column of the fault, counted from 1, in bytes.
        column: usize,
    },
    /// The text is JSON, but no suite of this version.
    #[error("\"schema\" is {found}, but must be \"{SCHEMA}\", as warmpath suite writes it")]
    Schema {
        /// The value of `schema` as it stands in the text, or "missing".
        found: String,
    },
    /// A field is missing, or has a value of the wrong kind.
    #[error("{field} must be {wanted}, as warmpath suite writes it")]
    Field {
        /// The name of the field, with its place, such as `figures[3].median`.
        field: String,
        /// The kind of value that the field must have.
        wanted: &'static str,
    },
}

/// The figures of an earlier run of a suite.
#[derive(Clone, Debug, PartialEq)]
pub struct BaselineFigures {
    scenario: String,
    seeds: u64,
    /// The test, the policy and the key of each figure, then its median and range, if it had a value.
    rows: Vec<(String, String, String, Option<Spread>)>,
}

impl BaselineFigures {
    /// Reads an earlier run from a suite's JSON.
    ///
    /// # Errors
    /// If the text is not JSON, is no suite of this version, or lacks a field that is needed.
    pub fn read(text: &str) -> Result<Self, BeforeError> {
        let whole: Value = serde_json::from_str(text).map_err(|error| BeforeError::Json {
            line: error.line(),
            column: error.column(),
        })?;
        if whole["schema"].as_str() != Some(SCHEMA) {
            return Err(BeforeError::Schema {
                found: match &whole["schema"] {
                    Value::Null => "missing".to_owned(),
                    other => crate::words::excerpt(&other.to_string()),
                },
            });
        }
        let wrong = |field: String, wanted| BeforeError::Field { field, wanted };
        let scenario = whole["scenario"].as_str();
        let scenario = scenario.ok_or_else(|| wrong("scenario".to_owned(), "a text"))?;
        let seeds = whole["seeds"].as_u64();
        let seeds = seeds.ok_or_else(|| wrong("seeds".to_owned(), "a whole number"))?;
        let figures = whole["figures"].as_array();
        let figures = figures.ok_or_else(|| wrong("figures".to_owned(), "a list"))?;
        let mut rows = Vec::with_capacity(figures.len());
        for (at, row) in figures.iter().enumerate() {
            let text = |key: &str| {
                let found = row[key].as_str().map(str::to_owned);
                found.ok_or_else(|| wrong(format!("figures[{at}].{key}"), "a text"))
            };
            let number = |key: &str| match &row[key] {
                Value::Null => Ok(None),
                Value::Number(it) => Ok(it.as_f64()),
                _ => Err(wrong(format!("figures[{at}].{key}"), "a number or null")),
            };
            let spread = match (number("median")?, number("least")?, number("most")?) {
                (Some(median), Some(least), Some(most)) => Some(Spread {
                    median,
                    least,
                    most,
                }),
                _ => None,
            };
            rows.push((text("test")?, text("policy")?, text("figure")?, spread));
        }
        Ok(Self {
            scenario: scenario.to_owned(),
            seeds,
            rows,
        })
    }

    fn find(&self, test: &str, policy: &str, figure: &str) -> Option<Option<Spread>> {
        let mut rows = self.rows.iter();
        let row = rows.find(|row| row.0 == test && row.1 == policy && row.2 == figure)?;
        Some(row.3)
    }
}

/// The comparison of a run with an earlier one.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The comparison as a document.
    pub document: Document,
    /// The number of figures that got worse.
    pub worse: u64,
    /// The suites of which no figure could be compared.
    pub without: Vec<&'static str>,
}

/// Whether the second spread is worse than the first (`true`) or better (`false`); `None` if the two overlap, or neither direction
/// is better.
fn is_worse(better: Better, (a, b): (Spread, Spread)) -> Option<bool> {
    let higher = b.least > a.most;
    let lower = b.most < a.least;
    match better {
        Better::Lower if higher => Some(true),
        Better::Higher if lower => Some(true),
        Better::Lower if lower => Some(false),
        Better::Higher if higher => Some(false),
        _ => None,
    }
}

/// What became of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// It has no value in the earlier run, so there is nothing to compare with.
    None,
    /// It is not apart beyond the noise.
    Same,
    Better,
    Worse,
    /// It had a value and has none now, which is worse.
    Lost,
}

/// Judges a figure by its spreads before and now; `allowed` is the share by which the median may be worse.
fn change(better: Better, was: Option<Spread>, now: Option<Spread>, allowed: f64) -> Change {
    let (was, now) = match (was, now) {
        (Some(was), Some(now)) => (was, now),
        (Some(_), None) => return Change::Lost,
        (None, _) => return Change::None,
    };
    let far = (now.median - was.median).abs() > allowed * was.median.abs();
    match is_worse(better, (was, now)).filter(|_| far) {
        Some(true) => Change::Worse,
        Some(false) => Change::Better,
        None => Change::Same,
    }
}

/// Compares suites with earlier runs of the same suites, given in the same order; `allowed` is the share by which a median
/// may be worse.
pub fn compare(now: &[SuiteResults], before: &[BaselineFigures], allowed: f64) -> Compared {
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    let (mut worse, mut better, mut compared, mut missing) = (0u64, 0u64, 0u64, 0u64);
    let (mut gone, mut valueless, mut without) = (0u64, 0u64, Vec::new());
    for (found, before) in now.iter().zip(before) {
        let name = found.suite.name;
        let so_far = compared;
        if before.scenario != found.fleet.to_query() {
            notes.push(format!(
                "{name}: the earlier run was of another fleet, policies or seeds: {}",
                before.scenario
            ));
        }
        if before.seeds < 2 || found.fleet.seeds < 2 {
            notes.push(format!("{name}: with one seed there is no noise to compare with, so nothing is said to be worse"));
            without.push(name);
            continue;
        }
        for row in &found.rows {
            let test = found.test(row).map_or("", |it| it.name.as_str());
            let judged = row.figures().filter(|it| it.0.better != Better::Neither);
            for (metric, spread) in judged {
                let Some(was) = before.find(test, &row.policy, metric.key) else {
                    missing += 1;
                    continue;
                };
                let change = change(metric.better, was, spread, allowed);
                compared += u64::from(change != Change::None);
                let word = match change {
                    Change::None if spread.is_some() => {
                        valueless += 1;
                        continue;
                    }
                    Change::None | Change::Same => continue,
                    Change::Better => "better",
                    Change::Worse => "worse",
                    Change::Lost => "worse: no value now",
                };
                let is_worse = change != Change::Better;
                match is_worse {
                    true => worse += 1,
                    false => better += 1,
                }
                let median =
                    |it: Option<Spread>| Cell::real(it.map(|it| it.median), metric.decimals);
                let interval = |it: Option<Spread>| {
                    it.map_or(Cell::None, |it| {
                        Cell::Text(format!(
                            "{:.2$} to {:.2$}",
                            it.least, it.most, metric.decimals
                        ))
                    })
                };
                rows.push((
                    !is_worse,
                    vec![
                        Cell::text(name),
                        Cell::text(test),
                        Cell::text(&row.policy),
                        Cell::text(metric.title),
                        Cell::text(word),
                        median(was),
                        median(spread),
                        interval(was),
                        interval(spread),
                    ],
                ));
            }
        }
        if compared == so_far {
            without.push(name);
        }
        let is_there = |test: &str, policy: &str| {
            let mut rows = found.rows.iter();
            rows.any(|row| {
                row.policy == policy && found.test(row).is_some_and(|it| it.name == test)
            })
        };
        let rows = before.rows.iter();
        gone += rows.filter(|row| !is_there(&row.0, &row.1)).count() as u64;
    }
    if missing > 0 {
        notes.push(format!(
            "{missing} figures are not in the earlier run and were not compared"
        ));
    }
    if valueless > 0 {
        notes.push(format!(
            "{valueless} figures have no value in the earlier run and were not compared"
        ));
    }
    if gone > 0 {
        notes.push(format!(
            "{gone} figures of the earlier run are of tests or policies that were not run now"
        ));
    }
    // The figures that got worse come first.
    crate::order::by(&mut rows, |a, b| a.0.cmp(&b.0));
    let first = now.first();
    Compared {
        worse,
        without,
        document: Document {
            schema: "warmpath.suite-baseline/1",
            title: "Against the earlier run".to_owned(),
            facts: vec![
                ("worse", Cell::Whole(worse)),
                ("better", Cell::Whole(better)),
                ("compared", Cell::Whole(compared)),
                ("allowed", Cell::Real(allowed, 4)),
            ],
            sentences: vec![format!(
                "Of {compared} figures {worse} got worse and {better} better, beyond the noise of both runs' seeds{}.",
                match allowed > 0.0 {
                    true => format!(" and by more than {:.2} %", allowed * 100.0),
                    false => String::new(),
                }
            )],
            tables: vec![Table {
                key: "changes",
                title: "What changed".to_owned(),
                columns: columns(&[
                    ("suite", "suite"),
                    ("test", "test"),
                    ("policy", "policy"),
                    ("figure", "figure"),
                    ("verdict", "verdict"),
                    ("before", "before"),
                    ("now", "now"),
                    ("before_over_seeds", "before, over its seeds"),
                    ("now_over_seeds", "now, over its seeds"),
                ]),
                names: 5,
                rows: rows.into_iter().map(|it| it.1).collect(),
                detail: false,
            }],
            notes,
            provenance: first.map_or(String::new(), |it| super::provenance(&it.fleet)),
            scenario: first.map_or(String::new(), |it| it.fleet.to_query()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(least: f64, median: f64, most: f64) -> Spread {
        Spread {
            median,
            least,
            most,
        }
    }

    #[test]
    fn worse_is_apart_on_the_worse_side_alone() {
        let first = spread(90.0, 100.0, 110.0);
        let lower = |second| is_worse(Better::Lower, (first, second));
        assert_eq!(lower(spread(110.1, 120.0, 130.0)), Some(true));
        assert_eq!(lower(spread(110.0, 120.0, 130.0)), None);
        assert_eq!(lower(spread(50.0, 60.0, 89.0)), Some(false));
        assert_eq!(
            is_worse(Better::Higher, (first, spread(50.0, 60.0, 89.0))),
            Some(true)
        );
        assert_eq!(
            is_worse(Better::Neither, (first, spread(1.0, 1.0, 1.0))),
            None
        );
    }

    #[test]
    fn a_figure_without_a_value_is_worse_only_if_it_had_one() {
        let some = Some(spread(90.0, 100.0, 110.0));
        let judge = |was, now| change(Better::Lower, was, now, 0.0);
        assert_eq!(judge(some, None), Change::Lost);
        assert_eq!(judge(None, some), Change::None);
        assert_eq!(judge(None, None), Change::None);
        assert_eq!(judge(some, some), Change::Same);
        assert_eq!(
            judge(some, Some(spread(110.1, 120.0, 130.0))),
            Change::Worse
        );
        assert_eq!(judge(some, Some(spread(50.0, 60.0, 89.0))), Change::Better);
    }

    #[test]
    fn what_is_no_suite_is_refused_with_its_place() {
        let error = |text: &str| BaselineFigures::read(text).unwrap_err().to_string();
        assert!(error("{\"a\":").starts_with("line 1, column 5"));
        assert!(error("{\"schema\":\"warmpath.report/2\"}").contains("warmpath.report/2"));
        let start =
            "{\"schema\":\"warmpath.suite/1\",\"scenario\":\"v=2\",\"seeds\":3,\"figures\":";
        assert!(error(&format!("{start}3}}")).contains("figures must be a list"));
        let row = "[{\"test\":\"a\",\"policy\":\"b\",\"figure\":\"c\",\"median\":\"x\"}]}";
        assert!(error(&format!("{start}{row}")).contains("figures[0].median must be a number"));
    }
}
