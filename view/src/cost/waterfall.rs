//! From the runner-up's cost to the winner's, term by term: what the choice saves and what it pays for.

use super::runner_up;
use crate::format::{self, GAP};
use crate::markup::square;
use core::fmt::Write as _;
use warmpath_core::router::Decision;

/// A step of the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The term's name.
    pub name: &'static str,
    /// Cost before it.
    pub from: f64,
    /// Cost after it.
    pub to: f64,
}

/// The way from the runner-up to the chosen; nothing with one candidate.
pub fn steps(decision: &Decision) -> Vec<Step> {
    let chosen = decision
        .candidates
        .iter()
        .find(|it| it.replica == decision.replica);
    let (Some(chosen), Some(second)) = (chosen, runner_up(decision)) else {
        return Vec::new();
    };
    let mut at = second.cost;
    let terms = second.terms.iter().zip(&chosen.terms);
    terms
        .map(|(theirs, own)| {
            let from = at;
            at += own.weight * own.value - theirs.weight * theirs.value;
            Step {
                name: own.name,
                from,
                to: at,
            }
        })
        .collect()
}

/// A term as the table calls it.
fn title(name: &str) -> &str {
    match name {
        "prefill_blocks" => "prefill",
        "decode_blocks" => "decode",
        name => name,
    }
}

fn class(name: &str) -> &'static str {
    match name {
        "prefill_blocks" => "prefill",
        "active" => "load",
        _ => "decode",
    }
}

/// The way as rows: a name, a bar on a scale that all share, and the number. Empty with one candidate.
pub fn rows(decision: &Decision) -> String {
    let steps = steps(decision);
    let (Some(first), Some(last), Some(second)) =
        (steps.first(), steps.last(), runner_up(decision))
    else {
        return String::new();
    };
    let ends = steps.iter().flat_map(|step| [step.from, step.to]);
    let (least, most) = ends.fold((f64::INFINITY, 0.0f64), |(least, most), it| {
        (least.min(it), most.max(it))
    });
    // What all have in common is cut off, by half as much again as they differ.
    let from = (least - (most - least).max(0.5) * 0.5).max(0.0);
    let width = (most - from).max(f64::MIN_POSITIVE);
    let bar = |class: &str, a: f64, b: f64| {
        let (x, end) = (
            (a.min(b) - from) / width * 100.0,
            (a.max(b) - from) / width * 100.0,
        );
        format!(
            "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
             <rect class=\"{class}\" x=\"{x:.2}\" width=\"{:.2}\" height=\"10\"/></svg>",
            (end - x).max(0.4)
        )
    };
    let mut out = String::new();
    let mut row = |name: String, bar: String, number: String| {
        let _ = write!(out, "<li><span>{name}</span>{bar}<b>{number}</b></li>");
    };
    row(
        format!(
            "{} runner-up, replica{GAP}{}",
            square(second.replica),
            second.replica
        ),
        bar("whole", from, first.from),
        format::fixed(first.from, 2),
    );
    for step in &steps {
        let change = step.to - step.from;
        let sign = if change > 0.0 { "+" } else { "" };
        row(
            title(step.name).to_owned(),
            bar(class(step.name), step.from, step.to),
            format!("{sign}{}", format::fixed(change, 2)),
        );
    }
    row(
        format!(
            "{} chosen, replica{GAP}{}",
            square(decision.replica),
            decision.replica
        ),
        bar("whole", from, last.to),
        format::fixed(last.to, 2),
    );
    let cut = match from > 0.0 {
        true => format!(
            "<li class=\"cut soft\">bars begin at {}</li>",
            format::fixed(from, 2)
        ),
        false => String::new(),
    };
    out + &cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playground::samples::{SAMPLES, router};

    #[test]
    fn the_way_leads_from_the_runner_up_to_the_chosen() {
        for sample in SAMPLES {
            let decision = router(4).look(&sample.prompt()).decision;
            let steps = steps(&decision);
            let second = runner_up(&decision).expect("four replicas");
            let chosen = &decision.candidates[decision.replica as usize];
            assert_eq!(steps[0].from, second.cost);
            let end = steps.last().expect("three terms").to;
            assert!((end - chosen.cost).abs() < 1e-9);
            assert!(rows(&decision).contains(&format::fixed(chosen.cost, 2)));
        }
    }

    #[test]
    fn one_replica_has_no_way() {
        let decision = crate::playground::Playground::new(1, 4)
            .look("a b")
            .decision;
        assert_eq!(rows(&decision), "");
    }
}
