//! docs/parity.md, from the recorded files and their replay.

use std::fmt::Write;

use super::recording::Recording;
use super::replay::Outcome;

const INTRODUCTION: &str = "# Parity with the running products

Made from the recorded files in core/tests/parity/recorded and their replay: `cargo xtask products` records, `cargo xtask products --table`
writes this. Each product ran as released, on loopback, before small fake workers; every decision it took was recorded, with the requests
that were held open at that moment. The policy here is asked for the same decisions. A tie is a decision in which the policy says that it
draws among several; it agrees if the product's choice is among them. Where a key lies on a hash ring depends on the workers' names: the
first request with a key tells where, and is not compared (the column *by name alone*). Costs, where the product says them, are compared to the
last digit.
";

pub(crate) fn markdown(replayed: &[(Recording, Outcome)]) -> String {
    let mut out = String::from(INTRODUCTION);
    out += "\n| product | policy there | case | policy here | workers | decisions | agree | ties | ties that agree | by name alone | costs | costs that agree |\n";
    out += "| --- | --- | --- | --- | --: | --: | --: | --: | --: | --: | --: | --: |\n";
    for (recording, outcome) in replayed {
        let header = &recording.header;
        let _ = writeln!(
            out,
            "| {} {} | {} | {} | `{}` | {} | {} | {} | {} | {} | {} | {} | {} |",
            header.product,
            header.version,
            header.policy,
            header.case,
            header.spec,
            header.workers,
            outcome.decided,
            share(outcome.agreed, outcome.decided),
            outcome.ties,
            share(outcome.ties_agreed, outcome.ties),
            outcome.named,
            outcome.costs,
            share(outcome.costs_agreed, outcome.costs)
        );
    }
    out += "\n## How each was run\n\n";
    for (recording, outcome) in replayed {
        let header = &recording.header;
        let _ = writeln!(
            out,
            "- {} {} {}, {}: {}, {}, prompts of segments {}, recorded {}.",
            header.product,
            header.version,
            header.policy,
            header.case,
            options(&header.options),
            blocks(header.block, &header.unit),
            segments(&header.prompts),
            header.recorded
        );
        if !header.explained.is_empty() {
            let _ = writeln!(out, "  {}", header.explained);
        }
        if !outcome.drawn.is_empty() {
            let ranks = outcome.drawn.iter();
            let ranks = ranks.map(|(expected, seen)| format!("{seen} ({expected:.0})"));
            let _ = writeln!(
                out,
                "  How often the product drew the worker with the least cost, with the second least and so on, and in brackets how often the policy does on average: {}.",
                ranks.collect::<Vec<_>>().join(", ")
            );
        }
        for difference in &outcome.differences {
            let _ = writeln!(out, "  - {difference}");
        }
    }
    out
}

/// The size of the blocks that are matched; units are plural words.
fn blocks(size: u32, unit: &str) -> String {
    match size {
        1 => format!("blocks of 1 {}", unit.trim_end_matches('s')),
        _ => format!("blocks of {size} {unit}"),
    }
}

/// What the segments are that prompts are put together from.
fn segments(prompts: &str) -> String {
    match prompts {
        "unique" => "that each begin with a character of their own".to_owned(),
        other => format!("of {other}"),
    }
}

fn options(options: &[String]) -> String {
    match options {
        [] => "as shipped".to_owned(),
        _ => format!("`{}`", options.join(" ")),
    }
}

fn share(part: usize, all: usize) -> String {
    match all {
        0 => "–".to_owned(),
        _ => format!("{:.2} %", part as f64 / all as f64 * 100.0),
    }
}
