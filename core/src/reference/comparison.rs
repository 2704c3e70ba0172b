//! The comparison with published rows, as text, Markdown and JSON.

use serde::Serialize;

use super::kubeai::{PublishedRow, Role, near};
use super::{Cell, Nearness, verdict};
use crate::metrics::FIGURES;
use crate::words::signed;

/// A published row, with its figures beside the simulated ones.
pub type Compared = (PublishedRow, Vec<Cell>);

fn role(row: &PublishedRow) -> &'static str {
    match row.role {
        Role::Fitted => "the model was fitted to this row",
        Role::Predicted => "predicted",
        Role::Later => "predicted; put beside the finished model",
        Role::Archived => "not gated: through a port-forward, which added 2 s",
    }
}

/// The comparison as plain text: a block per row, a line per figure.
pub fn text(rows: &[Compared], seeds: u32) -> String {
    let mut out = format!(
        "KubeAI benchmark, 8 × NVIDIA L4, Llama 3.1 8B in fp8: simulated beside measured; median and range over {seeds} seeds\n"
    );
    for (row, cells) in rows {
        out += &format!(
            "\n{} concurrent, {} req/s, {} ({})\n",
            row.concurrency,
            row.rate,
            row.policy,
            role(row)
        );
        out += &format!(
            "{:<36}{:>12}{:>12}{:>9}   {}\n",
            "", "measured", "simulated", "error", "range"
        );
        for cell in cells {
            let figure = &FIGURES[cell.figure];
            let number = |value: f64| format!("{value:.*}", figure.decimals);
            let mark = if near(row, cell) || row.role == Role::Archived {
                ""
            } else {
                "  far"
            };
            out += &format!(
                "{:<36}{:>12}{:>12}{:>8}%   {} to {}{mark}\n",
                format!("{} ({})", figure.title, figure.unit),
                number(cell.measured),
                number(cell.simulated),
                signed(cell.error() * 100.0),
                number(cell.range.0),
                number(cell.range.1),
            );
        }
    }
    out + "\n" + &summary(rows)
}

/// The comparison as one Markdown table: a line for each row and figure.
pub fn markdown(rows: &[Compared]) -> String {
    let mut out = "| concurrent | policy | figure | measured | simulated | error | range over seeds |\n| ---: | --- | --- | ---: | ---: | ---: | ---: |\n".to_owned();
    for (row, cells) in rows {
        let archived = match row.role {
            Role::Archived => " (archived)",
            _ => "",
        };
        for cell in cells {
            let figure = &FIGURES[cell.figure];
            let number = |value: f64| format!("{value:.*}", figure.decimals);
            out += &format!(
                "| {}{archived} | {} | {} \\[{}\\] | {} | {} | {} % | {} to {} |\n",
                row.concurrency,
                row.policy,
                figure.title,
                figure.unit,
                number(cell.measured),
                number(cell.simulated),
                signed(cell.error() * 100.0),
                number(cell.range.0),
                number(cell.range.1),
            );
        }
    }
    out + "\n" + &summary(rows)
}

fn summary(rows: &[Compared]) -> String {
    let (later, known): (Vec<Compared>, Vec<Compared>) = rows
        .iter()
        .cloned()
        .partition(|(row, _)| row.role == Role::Later);
    let (known, later) = (verdict(&known), verdict(&later));
    let scores = |verdict: &Nearness| {
        format!(
            "throughput and duration within 5 %: {} of {}; means and medians within 15 %: {} of {}; P99 within 30 % (of TTFT under chwbl within a factor of two): {} of {}",
            verdict.rates.0,
            verdict.rates.1,
            verdict.middles.0,
            verdict.middles.1,
            verdict.tails.0,
            verdict.tails.1
        )
    };
    let mut out = format!(
        "{} (archived rows and later ones left out)\nrows put beside the finished model: {}\n",
        scores(&known),
        scores(&later)
    );
    for ratio in known.ratios.iter().chain(&later.ratios) {
        out += &format!(
            "mean TTFT without prefix routing over that with it, at {}: measured {:.0}x, simulated {:.0}x ({} %)\n",
            ratio.concurrency,
            ratio.measured,
            ratio.simulated,
            signed((ratio.simulated / ratio.measured - 1.0) * 100.0)
        );
    }
    out
}

#[derive(Serialize)]
struct RowJson<'a> {
    concurrency: u32,
    rate: u32,
    policy: &'a str,
    role: &'a str,
    figures: Vec<ComparisonJson>,
}

#[derive(Serialize)]
struct ComparisonJson {
    key: &'static str,
    measured: f64,
    simulated: f64,
    error: f64,
    range: [f64; 2],
    near: bool,
}

/// The comparison as one JSON object with a list of rows, and a final newline.
pub fn json(rows: &[Compared], seeds: u32) -> String {
    let lines: Vec<RowJson<'_>> = rows
        .iter()
        .map(|(row, cells)| RowJson {
            concurrency: row.concurrency,
            rate: row.rate,
            policy: row.policy,
            role: role(row),
            figures: cells
                .iter()
                .map(|cell| ComparisonJson {
                    key: cell.key(),
                    measured: cell.measured,
                    simulated: cell.simulated,
                    error: cell.error(),
                    range: [cell.range.0, cell.range.1],
                    near: near(row, cell),
                })
                .collect(),
        })
        .collect();
    let whole = serde_json::json!({"schema": "warmpath.reproduce/1", "benchmark": "kubeai", "seeds": seeds, "rows": lines});
    let mut text = serde_json::to_string_pretty(&whole).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::super::kubeai::ROWS;
    use super::*;
    use crate::metrics::PLACES;

    /// The error stands in its column with its number, its sign and its unit.
    #[test]
    fn a_line_has_the_error_in_numbers() {
        let cell = |simulated: f64| Cell {
            figure: PLACES.mean_ttft_ms,
            measured: 200.0,
            simulated,
            range: (simulated, simulated),
        };
        let text = text(&[(ROWS[0], vec![cell(206.0), cell(97.5)])], 3);
        let errors: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("Mean TTFT"))
            .filter_map(|line| line.split_whitespace().nth(5))
            .collect();
        assert_eq!(errors, ["+3.0%", "-51.2%"], "{text}");
    }
}
