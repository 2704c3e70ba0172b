//! Compares two outcomes: which options of the scenario differ, then every figure, and whether it differs by more than the
//! seeds do.
//!
//! An outcome is a [`Report`] that was just made, or one that was stored as JSON ([`ComparedRun::read`]). Policies are matched
//! by name, rate and number of replicas; if each side has a single row, these two are compared whatever their names. A
//! figure counts as better or worse only if the intervals of both sides over their seeds do not overlap. With one seed on a
//! side there is no interval; then no figure is called better or worse, and none unchanged unless it is equal.

use serde_json::{Map, Value};
use thiserror::Error;

use super::Report;
use super::document::{Cell, Document, Table};
use super::json::{OLDER, SCHEMA};
use super::number::{change, number, unit};
use crate::metrics::{Better, FIGURES, Figure, PLACES};
use crate::scenario::{FIELDS, Sweep};
use crate::words::excerpt;

/// Why a text cannot be read as an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OutcomeError {
    /// The text is not JSON.
    #[error("line {line}, column {column}: {detail}")]
    Json {
        /// The line of the fault, counted from 1.
        line: usize,
        /// The column of the fault, counted from 1, in bytes.
        column: usize,
        /// What the JSON parser says is wrong.
        detail: String,
    },
    /// The text is JSON, but no report of a known version.
    #[error(
        "\"schema\" is {found}, but must be \"{SCHEMA}\" or \"warmpath.report/1\", as replay --format json writes it"
    )]
    Schema {
        /// The value of `schema` as it stands in the text, or "missing".
        found: String,
    },
    /// A field is missing, or has a value of the wrong kind.
    #[error("{field} must be {wanted}, as replay --format json writes it")]
    Field {
        /// The name of the field, with the place of its policy, such as `policies[0].seeds`.
        field: String,
        /// The kind of value that the field must have.
        wanted: &'static str,
    },
}

/// One policy's figures; in a sweep, at one combination of rate and number of replicas.
#[derive(Clone, Debug, PartialEq)]
struct DiffRow {
    policy: String,
    /// In a sweep, the arrival rate \[requests/s\], if arrivals followed one, and the number of replicas.
    point: Option<(Option<f64>, u64)>,
    seeds: u64,
    /// The value of each figure, by its place in [`FIGURES`]; `None` where an older report has no such figure.
    values: Vec<Option<f64>>,
    /// The smallest and largest value of each figure over the seeds; `None` with a single seed.
    ranges: Vec<Option<(f64, f64)>>,
}

/// A figure's value, if it has one.
fn known(value: &f64) -> Option<f64> {
    Some(*value).filter(|it| !it.is_nan())
}

impl DiffRow {
    fn name(&self) -> String {
        match self.point {
            Some((Some(rate), replicas)) => format!("{} at {rate}/s on {replicas}", self.policy),
            Some((None, replicas)) => format!("{} on {replicas}", self.policy),
            None => self.policy.clone(),
        }
    }

    fn interval(&self, at: usize) -> Option<(f64, f64)> {
        self.ranges[at].filter(|_| self.seeds > 1)
    }
}

/// The figures of a scenario that has been run, as far as they are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparedRun {
    /// The scenario as a query string.
    scenario: String,
    provenance: String,
    rows: Vec<DiffRow>,
}

impl ComparedRun {
    /// The outcome in a report that was just made.
    pub fn of(report: &Report) -> Self {
        let row = |(summary, point): (&crate::metrics::Summary, Option<super::Point>)| DiffRow {
            policy: summary.policy.clone(),
            point: point.map(|it| (report.rate_of(it), it.replicas.into())),
            seeds: summary.seeds.into(),
            values: summary.values.iter().map(known).collect(),
            ranges: (0..FIGURES.len())
                .map(|at| summary.ranges.map(|ranges| ranges[at]))
                .map(|range| range.filter(|ends| !ends.0.is_nan()))
                .collect(),
        };
        Self {
            scenario: report.asked().to_query(),
            provenance: report.provenance.clone(),
            rows: report.rows().map(row).collect(),
        }
    }

    /// Reads the outcome from a report that was stored as JSON.
    ///
    /// # Errors
    /// If the text is not JSON, is no report of a known version, or lacks a field that is needed.
    pub fn read(text: &str) -> Result<Self, OutcomeError> {
        let whole: Value = serde_json::from_str(text).map_err(|error| {
            let detail = error.to_string();
            let place = format!(" at line {} column {}", error.line(), error.column());
            OutcomeError::Json {
                line: error.line(),
                column: error.column(),
                detail: detail.strip_suffix(&place).unwrap_or(&detail).to_owned(),
            }
        })?;
        let schema = &whole["schema"];
        let known = |it: &&str| *it == SCHEMA || OLDER.contains(it);
        if schema.as_str().filter(known).is_none() {
            let found = match schema {
                Value::Null => "missing".to_owned(),
                other => excerpt(&other.to_string()),
            };
            return Err(OutcomeError::Schema { found });
        }
        let text = |key: &str| {
            let found = whole[key].as_str().map(str::to_owned);
            found.ok_or_else(|| wrong(key, "a text"))
        };
        let policies = whole["policies"].as_array();
        let policies = policies.ok_or_else(|| wrong("policies", "a list"))?;
        let rows = policies.iter().enumerate().map(|(at, it)| read(at, it));
        Ok(Self {
            scenario: text("scenario")?,
            provenance: text("provenance")?,
            rows: rows.collect::<Result<_, _>>()?,
        })
    }

    /// The row of the other outcome that this one's row is compared with; `None` if there is none.
    fn partner<'a>(&self, row: &DiffRow, other: &'a Self) -> Option<&'a DiffRow> {
        if let ([_], [only]) = (&self.rows[..], &other.rows[..]) {
            return Some(only);
        }
        // Older reports have a rate also where arrivals followed none.
        let at_one_place = |it: &DiffRow| match (it.point, row.point) {
            (Some((a, here)), Some((b, there))) => {
                here == there && a.zip(b).is_none_or(|(a, b)| a == b)
            }
            (a, b) => a == b,
        };
        let same = |it: &&DiffRow| it.policy == row.policy && at_one_place(it);
        other.rows.iter().find(same)
    }
}

fn wrong(field: &str, wanted: &'static str) -> OutcomeError {
    OutcomeError::Field {
        field: field.to_owned(),
        wanted,
    }
}

fn read(at: usize, policy: &Value) -> Result<DiffRow, OutcomeError> {
    let place = |key: &str| format!("policies[{at}].{key}");
    let none = Map::new();
    let fields = policy.as_object();
    let fields = fields.ok_or_else(|| wrong(&format!("policies[{at}]"), "an object"))?;
    let ranges = fields.get("ranges").and_then(Value::as_object);
    let ranges = ranges.unwrap_or(&none);
    let value = |figure: &Figure| match fields.get(figure.key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => Ok(number.as_f64()),
        Some(_) => Err(wrong(&place(figure.key), "a number")),
    };
    let range = |figure: &Figure| {
        let ends = ranges.get(figure.key)?.as_array()?;
        Some((ends.first()?.as_f64()?, ends.get(1)?.as_f64()?))
    };
    let name = fields.get("policy").and_then(Value::as_str);
    let rate = fields.get("rate").and_then(Value::as_f64);
    let replicas = fields.get("replica_count").and_then(Value::as_u64);
    Ok(DiffRow {
        policy: name
            .ok_or_else(|| wrong(&place("policy"), "a text"))?
            .to_owned(),
        point: replicas.map(|replicas| (rate, replicas)),
        seeds: fields.get("seeds").and_then(Value::as_u64).unwrap_or(1),
        values: FIGURES.iter().map(value).collect::<Result<_, _>>()?,
        ranges: FIGURES.iter().map(range).collect(),
    })
}

/// How the two values of a figure compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FigureDiff {
    Equal,
    /// The values differ, but their intervals over the seeds overlap.
    Within,
    /// The values differ, and one side has a single seed, so the noise is unknown.
    Unknown,
    Better,
    Worse,
    /// The intervals do not overlap, and neither direction of this figure is better.
    Other,
}

impl FigureDiff {
    fn of(figure: &Figure, values: (f64, f64), intervals: [Option<(f64, f64)>; 2]) -> Self {
        if values.0 == values.1 {
            return Self::Equal;
        }
        let [Some(first), Some(second)] = intervals else {
            return Self::Unknown;
        };
        if first.0 <= second.1 && second.0 <= first.1 {
            return Self::Within;
        }
        match (figure.better, values.1 > values.0) {
            (Better::Neither, _) => Self::Other,
            (Better::Higher, true) | (Better::Lower, false) => Self::Better,
            (Better::Higher, false) | (Better::Lower, true) => Self::Worse,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Within => "within the seeds' noise",
            Self::Unknown => "one seed: noise unknown",
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Other => "differs",
        }
    }
}

/// The options in which two scenarios differ, each with both values; `None` if a text is no scenario of this version, so
/// that only the texts can be compared.
fn options(first: &str, second: &str) -> Option<Vec<(&'static str, String, String)>> {
    let read = |text| Sweep::from_query(text).ok();
    let (first, second) = (read(first)?, read(second)?);
    let both = FIELDS
        .iter()
        .map(|field| (field.flag, first.value(field), second.value(field)));
    Some(both.filter(|(_, a, b)| a != b).collect())
}

fn shown(value: &str) -> &str {
    if value.is_empty() { "not given" } else { value }
}

/// The differences between two outcomes, as a document; `names` are the names of the two sides.
pub fn diff(names: [&str; 2], first: &ComparedRun, second: &ComparedRun) -> Document {
    let mut notes = Vec::new();
    let mut sentences = Vec::new();
    let differing = options(&first.scenario, &second.scenario);
    match &differing {
        None if first.scenario == second.scenario => {}
        None => notes.push(
            "one of the scenarios is of another version and cannot be read; only the figures are compared".to_owned(),
        ),
        Some(none) if none.is_empty() => sentences.push("The scenarios are the same.".to_owned()),
        Some(some) => {
            let each = some
                .iter()
                .map(|(flag, a, b)| format!("{flag} {} against {}", excerpt(shown(a)), excerpt(shown(b))));
            let each: Vec<String> = each.collect();
            sentences.push(format!("The scenarios differ: {}.", each.join("; ")));
        }
    }
    if first.provenance != second.provenance {
        sentences.push(format!(
            "Step times differ in source: {} against {}.",
            first.provenance, second.provenance
        ));
    }
    let mut rows = Vec::new();
    let (mut better, mut worse, mut unknown) = (0u64, 0u64, 0u64);
    for row in &first.rows {
        let Some(partner) = first.partner(row, second) else {
            notes.push(format!("{} is only in {}", row.name(), names[0]));
            continue;
        };
        let name = match row.name() == partner.name() {
            true => row.name(),
            false => format!("{} / {}", row.name(), partner.name()),
        };
        sentences.push(headline(&name, row, partner));
        notes.extend(one_sided(&name, names, [row, partner]));
        for (at, figure) in FIGURES.iter().enumerate() {
            let (Some(a), Some(b)) = (row.values[at], partner.values[at]) else {
                continue;
            };
            let verdict = FigureDiff::of(figure, (a, b), [row.interval(at), partner.interval(at)]);
            match verdict {
                FigureDiff::Better => better += 1,
                FigureDiff::Worse => worse += 1,
                FigureDiff::Unknown => unknown += 1,
                FigureDiff::Equal | FigureDiff::Within | FigureDiff::Other => {}
            }
            let end = |interval: Option<(f64, f64)>, which: fn((f64, f64)) -> f64| {
                Cell::real(interval.map(which), decimals(figure))
            };
            let ends = [row.interval(at), partner.interval(at)];
            rows.push((
                verdict == FigureDiff::Equal,
                vec![
                    Cell::text(&name),
                    Cell::text(figure.title),
                    Cell::text(unit(figure)),
                    Cell::text(with_interval(figure, a, ends[0])),
                    Cell::text(with_interval(figure, b, ends[1])),
                    Cell::text(change(figure, a, b)),
                    Cell::text(verdict.word()),
                    Cell::text(figure.key),
                    Cell::Real(a, decimals(figure)),
                    Cell::Real(b, decimals(figure)),
                    end(ends[0], |it| it.0),
                    end(ends[0], |it| it.1),
                    end(ends[1], |it| it.0),
                    end(ends[1], |it| it.1),
                ],
            ));
        }
    }
    for row in &second.rows {
        if second.partner(row, first).is_none() {
            notes.push(format!("{} is only in {}", row.name(), names[1]));
        }
    }
    if unknown > 0 {
        notes.push("a figure of one seed has no interval: run both with --seeds 5 to know which changes are more than noise".to_owned());
    }
    let equal = rows.iter().filter(|(equal, _)| *equal).count();
    let (all, shown): (Vec<_>, Vec<_>) = (
        rows.iter()
            .map(|(_, row)| [&row[..1], &row[7..], &row[5..7]].concat())
            .collect(),
        rows.iter()
            .filter(|(equal, _)| !equal)
            .map(|(_, row)| row[..7].to_vec())
            .collect(),
    );
    if equal > 0 {
        sentences.push(format!(
            "{equal} of {} figures are equal and are left out of the table below.",
            rows.len()
        ));
    }
    Document {
        schema: "warmpath.diff/1",
        title: format!("{} against {}", names[1], names[0]),
        facts: vec![
            ("first", Cell::text(names[0])),
            ("second", Cell::text(names[1])),
            ("better", Cell::Whole(better)),
            ("worse", Cell::Whole(worse)),
            ("equal", Cell::Whole(equal as u64)),
            ("second_scenario", Cell::text(&second.scenario)),
        ],
        sentences,
        tables: vec![
            figures_table(all),
            changes_table(names, shown),
            options_table(names, differing.unwrap_or_default()),
        ],
        notes,
        provenance: first.provenance.clone(),
        scenario: first.scenario.clone(),
    }
}

/// Says which figures only one side has, so that they are not compared.
fn one_sided(name: &str, names: [&str; 2], sides: [&DiffRow; 2]) -> Option<String> {
    let lacking = |mine: usize| -> Vec<&str> {
        let (mine, other) = (&sides[mine].values, &sides[1 - mine].values);
        let pairs = FIGURES.iter().zip(mine.iter().zip(other));
        let lacking = pairs.filter(|(_, (mine, other))| mine.is_none() && other.is_some());
        lacking.map(|(figure, _)| figure.key).collect()
    };
    let said = [0, 1].map(|side| (side, lacking(side)));
    let said = said.into_iter().filter(|(_, keys)| !keys.is_empty());
    let said = said.map(|(side, keys)| format!("{} has no {}", names[side], keys.join(", ")));
    let said: Vec<String> = said.collect();
    (!said.is_empty()).then(|| format!("{name}: not compared, as {}", said.join("; and ")))
}

fn decimals(figure: &Figure) -> usize {
    figure.decimals
}

fn with_interval(figure: &Figure, value: f64, interval: Option<(f64, f64)>) -> String {
    let value = number(figure, value);
    match interval {
        Some((least, most)) if least < most => {
            format!(
                "{value} [{} to {}]",
                number(figure, least),
                number(figure, most)
            )
        }
        _ => value,
    }
}

/// A sentence with the change of median and tail TTFT (a mean would hide the slow requests), of throughput and of reuse.
fn headline(name: &str, first: &DiffRow, second: &DiffRow) -> String {
    let changes = [
        PLACES.median_ttft_ms,
        PLACES.p99_ttft_ms,
        PLACES.request_throughput,
        PLACES.token_reuse_rate,
    ]
    .into_iter()
    .filter_map(|at| {
        let figure = &FIGURES[at];
        let (a, b) = (first.values[at]?, second.values[at]?);
        let verdict = FigureDiff::of(figure, (a, b), [first.interval(at), second.interval(at)]);
        let unit = unit(figure);
        Some(match verdict {
            FigureDiff::Equal => format!("{} {} {unit}, equal", figure.title, number(figure, a)),
            _ => format!(
                "{} {} to {} {unit} ({}, {})",
                figure.title,
                number(figure, a),
                number(figure, b),
                change(figure, a, b),
                verdict.word()
            ),
        })
    });
    let changes: Vec<String> = changes.collect();
    format!("{name}: {}.", changes.join("; "))
}

/// The table of all figures, for programs.
fn figures_table(rows: Vec<Vec<Cell>>) -> Table {
    let columns = [
        "policy",
        "figure",
        "first",
        "second",
        "first_least",
        "first_most",
        "second_least",
        "second_most",
        "change",
        "verdict",
    ];
    Table {
        key: "figures",
        title: "Every figure".to_owned(),
        columns: columns
            .iter()
            .map(|&key| (key, key.replace('_', " ")))
            .collect(),
        names: 2,
        rows,
        detail: true,
    }
}

/// The table of the figures that differ, for people.
fn changes_table(names: [&str; 2], rows: Vec<Vec<Cell>>) -> Table {
    Table {
        key: "changes",
        title: "What differs".to_owned(),
        columns: vec![
            ("policy", "policy".to_owned()),
            ("title", "figure".to_owned()),
            ("unit", "unit".to_owned()),
            ("first", names[0].to_owned()),
            ("second", names[1].to_owned()),
            ("change", "change".to_owned()),
            ("verdict", "verdict".to_owned()),
        ],
        names: 3,
        rows,
        detail: false,
    }
}

fn options_table(names: [&str; 2], rows: Vec<(&'static str, String, String)>) -> Table {
    Table {
        key: "options",
        title: "Options that differ".to_owned(),
        columns: vec![
            ("option", "option".to_owned()),
            ("first", names[0].to_owned()),
            ("second", names[1].to_owned()),
        ],
        names: 3,
        rows: rows
            .into_iter()
            .map(|(flag, a, b)| {
                vec![
                    Cell::text(flag),
                    Cell::text(shown(&a)),
                    Cell::text(shown(&b)),
                ]
            })
            .collect(),
        detail: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(policy: &str, seeds: u64, mean: f64, range: (f64, f64)) -> ComparedRun {
        let text = format!(
            r#"{{"schema":"warmpath.report/1","scenario":"v=2&r=4","provenance":"p","policies":[{{"policy":"{policy}","seeds":{seeds},
            "completed":10,"mean_ttft_ms":{mean},"ranges":{{"mean_ttft_ms":[{},{}]}}}}]}}"#,
            range.0, range.1
        );
        ComparedRun::read(&text).unwrap()
    }

    fn verdict(document: &Document, key: &str) -> String {
        let rows = &document.tables[0].rows;
        let row = rows.iter().find(|row| row[1] == Cell::text(key)).unwrap();
        match &row[9] {
            Cell::Text(word) => word.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn apart_is_better_or_worse_and_meeting_is_noise() {
        let first = outcome("smart", 3, 100.0, (90.0, 110.0));
        let word =
            |second: &ComparedRun| verdict(&diff(["A", "B"], &first, second), "mean_ttft_ms");
        assert_eq!(word(&outcome("smart", 3, 80.0, (70.0, 89.9))), "better");
        assert_eq!(
            word(&outcome("smart", 3, 80.0, (70.0, 90.0))),
            "within the seeds' noise"
        );
        assert_eq!(word(&outcome("smart", 3, 120.0, (110.1, 130.0))), "worse");
        assert_eq!(
            word(&outcome("smart", 1, 120.0, (120.0, 120.0))),
            "one seed: noise unknown"
        );
        assert_eq!(word(&outcome("smart", 1, 100.0, (100.0, 100.0))), "equal");
    }

    #[test]
    fn one_row_on_each_side_is_compared_whatever_its_name() {
        let (first, second) = (
            outcome("smart", 3, 100.0, (90.0, 110.0)),
            outcome("random", 3, 200.0, (190.0, 210.0)),
        );
        let compared = diff(["A", "B"], &first, &second);
        assert_eq!(compared.tables[0].rows[0][0], Cell::text("smart / random"));
        assert!(compared.notes.is_empty(), "{:?}", compared.notes);
        // With several rows, policies are matched by name, and those without a partner are listed.
        let mut two = second.clone();
        two.rows.push(first.rows[0].clone());
        let compared = diff(["A", "B"], &first, &two);
        assert_eq!(compared.tables[0].rows[0][0], Cell::text("smart"));
        assert_eq!(compared.notes, ["random is only in B"]);
    }

    #[test]
    fn what_is_no_report_is_refused_with_its_place() {
        let error = |text: &str| ComparedRun::read(text).unwrap_err().to_string();
        assert!(error("{\"a\":").starts_with("line 1, column 5"));
        assert!(error("{\"schema\":\"warmpath.tune/1\"}").contains("\"warmpath.tune/1\""));
        assert!(error("{}").contains("missing"));
        let start =
            "{\"schema\":\"warmpath.report/1\",\"scenario\":\"\",\"provenance\":\"\",\"policies\":";
        assert!(error(&format!("{start}3}}")).contains("policies must be a list"));
        assert!(error(&format!("{start}[{{\"policy\":3}}]}}")).contains("policies[0].policy"));
        let wrong = format!("{start}[{{\"policy\":\"smart\",\"completed\":\"x\"}}]}}");
        assert!(error(&wrong).contains("policies[0].completed must be a number"));
    }

    #[test]
    fn what_differs_in_the_scenario_is_told_by_option() {
        let mut second = outcome("smart", 1, 100.0, (100.0, 100.0));
        second.scenario = "v=2&r=8&seed=3".to_owned();
        let compared = diff(
            ["A", "B"],
            &outcome("smart", 1, 100.0, (100.0, 100.0)),
            &second,
        );
        let options = &compared.tables[2].rows;
        assert_eq!(options.len(), 2, "{options:?}");
        assert!(
            compared.sentences[0].contains("replicas 4 against 8"),
            "{:?}",
            compared.sentences
        );
    }
}
