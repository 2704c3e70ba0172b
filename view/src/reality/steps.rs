//! How near the model comes to step times that others measured on other GPUs and models, as docs/accuracy.md has it.
//!
//! The document is the data. It holds what `warmpath reproduce step-times` and `cargo xtask fit` print for measurements
//! that are not part of this project, and a test of `core` compares its tables with each other and with what reports say;
//! so the page says nothing that the document does not. It is read when the page is built, never in a browser.

use crate::rich::{RichText, Tone, compose};
use crate::table::{Cell, Place, Row, Table};

const DOC: &str = include_str!("../../../docs/accuracy.md");

/// The rows of the first table below the heading `after` whose first column is called `first`: the cells of each.
fn rows(after: &str, first: &str) -> Vec<Vec<&'static str>> {
    let part = DOC.split_once(after).map_or("", |it| it.1);
    let head = format!("| {first} | rows |");
    let lines = part.lines().skip_while(|line| !line.starts_with(&head));
    let lines = lines.skip(2).take_while(|line| line.starts_with('|'));
    lines
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

const FITTED: &str = "## The rows that were fitted";
const ALL: &str = "the twelve included";
const LEFT_OUT: &str = "## A model left out";

/// A cell of a row; empty if the row has fewer.
fn cell<'a>(row: &[&'a str], at: usize) -> &'a str {
    row.get(at).copied().unwrap_or_default()
}

/// A row per GPU and model: the number of runs that were measured, and the errors of the model.
pub fn table() -> Table {
    let left_out = rows(LEFT_OUT, "left out");
    let line = |row: &Vec<&'static str>| {
        let (gpu, model) = cell(row, 0).split_once(", ").unwrap_or_default();
        let name = vec![
            (Tone::Plain, format!("{model} ")),
            (
                Tone::Small,
                gpu.trim_start_matches("NVIDIA ")
                    .trim_end_matches(" SXM")
                    .to_owned(),
            ),
        ];
        let without = left_out.iter().find(|it| cell(it, 0) == model);
        let value = |text: &str| Cell::value(text.replace(' ', "\u{a0}"));
        Row::new([
            Cell::rich(Place::Row, name),
            value(cell(row, 1)),
            value(cell(row, 2)),
            value(without.map_or("", |it| cell(it, 2))),
            value(cell(row, 5)),
        ])
    };
    let head = [
        "model and GPU",
        "runs",
        "TPOT, mean error",
        "model left out",
        "TTFT, median error",
    ];
    Table::simple(
        head.map(Cell::column),
        rows(FITTED, "GPU and model").iter().map(line).collect(),
    )
}

/// The line that stands for the table while it is folded away.
pub fn brief() -> RichText {
    let all = rows(FITTED, "all rows").pop().unwrap_or_default();
    let text = |at| (Tone::Plain, cell(&all, at).replace(' ', "\u{a0}"));
    compose(
        "*Step times on other GPUs:* {} measurements, an output token errs by {} on average",
        [text(1), text(2)],
    )
}

/// The errors of all rows, in sentences.
pub fn sentence() -> RichText {
    let whole = |after| rows(after, "all rows").pop().unwrap_or_default();
    let (fitted, all) = (whole(FITTED), whole(ALL));
    let text = |row: &[&str], at| cell(row, at).replace(' ', "\u{a0}");
    let mut left_out: Vec<Vec<&str>> = rows(LEFT_OUT, "left out");
    let mean = left_out.pop().unwrap_or_default();
    let [count, error, near] = [1, 2, 4].map(|at| text(&fitted, at));
    let [whole_count, whole_error] = [1, 2].map(|at| text(&all, at));
    let (unfitted, kept_out) = (text(&mean, 2), alone(&fitted, &all));
    let sentence = format!(
        "*{count}* public measurements of vLLM on other GPUs and models: the time of an output token errs by *{error}* on average, and {near} come \
         within 15\u{a0}%. A model that the constants were not fitted to errs by *{unfitted}* (the column “model left out”). Twelve more \
         measurements were kept out of the fit, since they cannot be what they say: nine have four fifths of an answer\u{2019}s time before its \
         first token, three read their caches quicker than the memory can. They err by {kept_out}, so over all {whole_count} the \
         error is *{whole_error}*."
    );
    compose(&sentence, [])
}

/// The mean error of the rows that were kept out of the fit, which is what they add to the error of all: `460 %`. Two digits, as the
/// errors that it follows from are rounded.
fn alone(fitted: &[&str], all: &[&str]) -> String {
    let number = |row: &[&str], at| {
        let digits: String = cell(row, at)
            .chars()
            .filter(|it| "0123456789.".contains(*it))
            .collect();
        warmpath_core::decimal::real(&digits).unwrap_or(f64::NAN)
    };
    let sum = |row: &[&str]| number(row, 1) * number(row, 2);
    let error = (sum(all) - sum(fitted)) / (number(all, 1) - number(fitted, 1));
    format!("{}\u{a0}% on average", crate::format::significant(error, 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rich::words;
    use warmpath_core::hardware::gpu;
    use warmpath_core::llm::model;
    use warmpath_core::replica::calibration::MEASURED;

    /// The table has a row for each set-up that reports call measured, with the error that the reports give.
    #[test]
    fn the_table_is_the_documents_and_what_reports_say() {
        let table = table();
        let rows: Vec<_> = table.rows().collect();
        assert_eq!(rows.len(), MEASURED.len());
        for it in MEASURED {
            let (gpu, llm) = (
                gpu(it.gpu).expect("known").title,
                model(it.model).expect("known").title,
            );
            let short = gpu.trim_start_matches("NVIDIA ").trim_end_matches(" SXM");
            let name = format!("{llm} {short}");
            let row = rows.iter().find(|row| words(&row.cells[0].text) == name);
            let cells: Vec<String> = row
                .unwrap_or_else(|| panic!("no {name}"))
                .cells
                .iter()
                .map(|it| words(&it.text))
                .collect();
            assert_eq!(cells[1], it.rows.to_string());
            assert_eq!(cells[2], format!("{:.1}\u{a0}%", it.error * 100.0));
            assert!(cells.iter().all(|it| !it.is_empty()), "{cells:?}");
        }
    }

    /// The rounded parts in the sentence add up to the whole.
    #[test]
    fn the_sentence_tells_what_the_rows_come_to_and_what_was_kept_out() {
        let sentence = words(&sentence()).replace('\u{a0}', " ");
        let runs: u32 = MEASURED.iter().map(|it| it.rows).sum();
        let error: f64 = MEASURED
            .iter()
            .map(|it| f64::from(it.rows) * it.error)
            .sum();
        let error = error / f64::from(runs) * 100.0;
        assert!(
            sentence.starts_with(&format!("{runs} public")),
            "{sentence}"
        );
        let printed = sentence
            .split("errs by ")
            .nth(1)
            .and_then(|it| it.split(' ').next());
        let printed: f64 = printed.and_then(|it| it.parse().ok()).expect("a number");
        assert!((printed - error).abs() < 0.1, "{printed} but {error}");
        let kept = sentence
            .rsplit("the error is ")
            .next()
            .and_then(|it| it.split(' ').next());
        let kept: f64 = kept.and_then(|it| it.parse().ok()).expect("a number");
        assert!(kept > printed, "{sentence}");
        assert!(!sentence.contains("{}"), "{sentence}");
        let brief = words(&brief()).replace('\u{a0}', " ");
        assert!(
            brief.contains(&format!(
                "{runs} measurements, an output token errs by {error:.1} %"
            )),
            "{brief}"
        );
    }
}
