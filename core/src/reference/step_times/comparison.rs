//! How near simulated step times came to measured ones, by model, GPU, tensor parallelism and concurrency: as text,
//! Markdown and JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{MeasuredStep, Predicted};
use crate::histogram::percentile;
use crate::words;

/// A measured row with its simulated times.
pub type Compared<'a> = (&'a MeasuredStep, Predicted);

/// The errors of a group of rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Errors {
    /// What the rows of the group have in common.
    pub group: String,
    /// The number of rows.
    pub rows: usize,
    /// Mean absolute error of the simulated TPOT, as a share of the measured one.
    pub tpot_mean: f64,
    /// Median signed error of the simulated TPOT, as a share; negative if the simulation is too quick.
    pub tpot_bias: f64,
    /// Share of the rows whose simulated TPOT is within 15 % of the measured one.
    pub tpot_within_15: f64,
    /// Median absolute error of the simulated TTFT, as a share of the measured one.
    pub ttft_median: f64,
    /// Median signed error of the simulated TTFT, as a share; negative if the simulation is too quick.
    pub ttft_bias: f64,
}

impl Errors {
    /// Computes the errors of a group.
    pub fn of(group: &str, rows: &[Compared<'_>]) -> Self {
        let tpot: Vec<f64> = rows
            .iter()
            .map(|(row, it)| it.tpot_ms / row.tpot_ms - 1.0)
            .collect();
        let ttft: Vec<f64> = rows
            .iter()
            .map(|(row, it)| it.ttft_ms / row.ttft_ms - 1.0)
            .collect();
        let median = |values: &[f64], absolute: bool| {
            let mut sorted: Vec<f64> = values
                .iter()
                .map(|x| if absolute { x.abs() } else { *x })
                .collect();
            sorted.sort_by(f64::total_cmp);
            percentile(&sorted, 50.0)
        };
        let count = rows.len().max(1) as f64;
        Self {
            group: group.to_owned(),
            rows: rows.len(),
            tpot_mean: tpot.iter().map(|x| x.abs()).sum::<f64>() / count,
            tpot_bias: median(&tpot, false),
            tpot_within_15: tpot.iter().filter(|x| x.abs() <= 0.15).count() as f64 / count,
            ttft_median: median(&ttft, true),
            ttft_bias: median(&ttft, false),
        }
    }
}

/// The errors of all rows, then by model, GPU, both, tensor parallelism and concurrency, each table with its title.
pub fn tables(rows: &[Compared<'_>]) -> Vec<(&'static str, Vec<Errors>)> {
    type Key = fn(&MeasuredStep) -> (u64, String);
    let keys: [(&'static str, Key); 5] = [
        ("model", |row| (0, row.llm.title.to_owned())),
        ("GPU", |row| (0, row.gpu.title.to_owned())),
        ("GPU and model", |row| {
            (0, format!("{}, {}", row.gpu.title, row.llm.title))
        }),
        ("GPUs", |row| {
            let (tp, over) = (
                row.tensor_parallel,
                row.experts_over.unwrap_or(row.tensor_parallel),
            );
            (
                u64::from(over) * 100 + u64::from(tp),
                match over > tp {
                    true => format!("{over} (attention on {tp})"),
                    false => tp.to_string(),
                },
            )
        }),
        ("in flight", |row| {
            let to = row.concurrency.next_power_of_two().max(4);
            (u64::from(to), format!("up to {to}"))
        }),
    ];
    let mut all = vec![("all rows", vec![Errors::of("all", rows)])];
    for (name, key) in keys {
        let mut groups: BTreeMap<(u64, String), Vec<Compared<'_>>> = BTreeMap::new();
        for &(row, predicted) in rows {
            groups.entry(key(row)).or_default().push((row, predicted));
        }
        let errors = groups
            .iter()
            .map(|((_, group), rows)| Errors::of(group, rows));
        all.push((name, errors.collect()));
    }
    all
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn signed(share: f64) -> String {
    format!("{} %", words::signed(share * 100.0))
}

/// The tables as text with aligned columns.
pub fn text(rows: &[Compared<'_>]) -> String {
    let mut out = String::new();
    for (name, groups) in tables(rows) {
        out += &format!(
            "{name:<28}{:>6}{:>12}{:>10}{:>14}{:>14}{:>10}\n",
            "rows", "TPOT error", "bias", "within 15 %", "TTFT error", "bias"
        );
        for it in groups {
            out += &format!(
                "{:<28}{:>6}{:>12}{:>10}{:>14}{:>14}{:>10}\n",
                it.group,
                it.rows,
                percent(it.tpot_mean),
                signed(it.tpot_bias),
                percent(it.tpot_within_15),
                percent(it.ttft_median),
                signed(it.ttft_bias)
            );
        }
        out.push('\n');
    }
    out + "TPOT error: mean absolute; TTFT error: median absolute; bias: median, below 0 where the model is too quick\n"
}

/// The tables in Markdown.
pub fn markdown(rows: &[Compared<'_>]) -> String {
    let mut out = String::new();
    for (name, groups) in tables(rows) {
        out += &format!(
            "| {name} | rows | TPOT, mean absolute error | bias | within 15 % | TTFT, median absolute error | bias |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        );
        for it in groups {
            out += &format!(
                "| {} | {} | {} | {} | {} | {} | {} |\n",
                it.group,
                it.rows,
                percent(it.tpot_mean),
                signed(it.tpot_bias),
                percent(it.tpot_within_15),
                percent(it.ttft_median),
                signed(it.ttft_bias)
            );
        }
        out.push('\n');
    }
    out
}

/// The tables and every row as JSON.
pub fn json(rows: &[Compared<'_>]) -> String {
    let each = |(row, it): &Compared<'_>| {
        serde_json::json!({
            "line": row.line, "model": row.llm.name, "gpu": row.gpu.name, "tp": row.tensor_parallel,
            "prompt_tokens": row.prompt, "output_tokens": row.output, "concurrency": row.concurrency,
            "ttft_ms": {"measured": row.ttft_ms, "simulated": it.ttft_ms},
            "tpot_ms": {"measured": row.tpot_ms, "simulated": it.tpot_ms},
        })
    };
    let tables: Vec<_> = tables(rows)
        .into_iter()
        .map(|(by, groups)| serde_json::json!({"by": by, "groups": groups}))
        .collect();
    let rows: Vec<_> = rows.iter().map(each).collect();
    let whole =
        serde_json::json!({"schema": "warmpath.step-times/1", "tables": tables, "rows": rows});
    format!("{whole:#}\n")
}
