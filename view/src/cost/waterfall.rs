//! How the cost of the second-best candidate becomes that of the chosen one, term by term: what the choice saves and what
//! it pays for.

use super::rows::slashes;
use super::runner_up;
use crate::format::{self, GAP};
use crate::rich::{RichText, Tone, plain_text};
use warmpath_core::router::Decision;

/// The difference that one term makes.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The name of the term that makes the difference.
    pub name: &'static str,
    /// The cost before this term's difference.
    pub from: f64,
    /// The cost after this term's difference.
    pub to: f64,
}

/// The steps from the second-best candidate to the chosen one; empty with one candidate.
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

/// The name of a term in the table of costs.
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

/// A row of the waterfall: a name, a bar on a common scale, and the number.
#[derive(Clone, Debug, PartialEq)]
pub struct WaterfallRow {
    /// What the bar stands for, in words.
    pub name: RichText,
    /// The bar's class in the page's styles.
    pub class: &'static str,
    /// Left edge of the bar \[% of the scale\].
    pub x: f64,
    /// Length of the bar \[% of the scale\].
    pub width: f64,
    /// The cost, or the change of the cost, as text.
    pub number: String,
    /// The break near the beginning of a bar that does not begin at 0, as an SVG path; empty if there is none.
    pub cut: String,
}

/// The rows of the waterfall, and the cost at which the bars begin if that is not 0. Empty with one candidate.
pub fn rows(decision: &Decision) -> (Vec<WaterfallRow>, Option<String>) {
    let steps = steps(decision);
    let (Some(first), Some(last), Some(second)) =
        (steps.first(), steps.last(), runner_up(decision))
    else {
        return (Vec::new(), None);
    };
    let ends = steps.iter().flat_map(|step| [step.from, step.to]);
    let (least, most) = ends.fold((f64::INFINITY, 0.0f64), |(least, most), it| {
        (least.min(it), most.max(it))
    });
    // The part that all bars have in common is cut off, except for half as much as they differ by.
    let from = (least - (most - least).max(0.5) * 0.5).max(0.0);
    let scale = (most - from).max(f64::MIN_POSITIVE);
    let row = |name, class, (a, b): (f64, f64), number| {
        let (x, end) = (
            (a.min(b) - from) / scale * 100.0,
            (a.max(b) - from) / scale * 100.0,
        );
        WaterfallRow {
            name,
            class,
            x,
            width: (end - x).max(0.4),
            number,
            cut: match class == "whole" && from > 0.0 {
                true => slashes(3.0),
                false => String::new(),
            },
        }
    };
    let whole = |what: &str, replica: u32, cost: f64| {
        let name = vec![
            (Tone::Replica(replica), replica.to_string()),
            (Tone::Plain, format!(" {what}, replica{GAP}{replica}")),
        ];
        row(name, "whole", (from, cost), format::fixed(cost, 2))
    };
    let mut rows = vec![whole("runner-up", second.replica, first.from)];
    rows.extend(steps.iter().map(|step| {
        let change = step.to - step.from;
        let sign = if change > 0.0 { "+" } else { "" };
        row(
            plain_text(title(step.name)),
            class(step.name),
            (step.from, step.to),
            format!("{sign}{}", format::fixed(change, 2)),
        )
    }));
    rows.push(whole("chosen", decision.replica, last.to));
    let cut = (from > 0.0).then(|| {
        format!(
            "grey bars are cut short at //: they begin at {}",
            format::fixed(from, 2)
        )
    });
    (rows, cut)
}

/// What the map of weights and the waterfall show, in a line.
pub fn about(decision: &Decision) -> String {
    let map = "Who wins at which weights";
    match &rows(decision).0[..] {
        [second, .., chosen] => format!(
            "{map}, and how the runner-up's {} becomes the chosen one's {}",
            second.number, chosen.number
        ),
        _ => map.to_owned(),
    }
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
            let (rows, cut) = rows(&decision);
            // What does not begin at 0 is drawn with a break, and that is said.
            let broken: Vec<bool> = rows.iter().map(|it| !it.cut.is_empty()).collect();
            assert_eq!(
                broken,
                [true, false, false, false, true].map(|it| it && cut.is_some())
            );
            assert_eq!(rows.len(), 5);
            assert_eq!(rows[4].number, format::fixed(chosen.cost, 2));
            let about = about(&decision);
            assert!(about.contains(&format!("runner-up's {} becomes", rows[0].number)));
            assert!(about.ends_with(&rows[4].number));
        }
    }

    #[test]
    fn one_replica_has_no_way() {
        let decision = crate::playground::Playground::new(1, 4)
            .look("a b")
            .decision;
        assert_eq!(rows(&decision), (Vec::new(), None));
        assert_eq!(about(&decision), "Who wins at which weights");
    }
}
