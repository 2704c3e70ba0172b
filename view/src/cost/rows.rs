//! A decision as rows, one for each candidate, with this request's numbers in them.
//!
//! What an answer is assumed to take is the same at every replica and most of each cost, so bars drawn in full would look alike. The
//! answer's part of each bar is therefore drawn shorter, by the same length in all of them, with a break in it that the key of the bars
//! names.

use crate::format::{self, GAP};
use crate::playground::PromptLook;
use warmpath_core::decimal::fixed;
use warmpath_core::router::Candidate;

/// The row of one candidate in the table of costs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CostRow {
    /// The number of the replica that the row is about.
    pub replica: u32,
    /// Whether the candidate is the one that is chosen.
    pub wins: bool,
    /// How many of the prompt's full blocks the replica holds, and of how many.
    pub overlap: String,
    /// The weight of prefill, and the number of blocks to prefill.
    pub prefill: String,
    /// The number of blocks that the answer is assumed to take.
    pub decode: String,
    /// The weight of an active request.
    pub load_weight: String,
    /// The number of requests active on the replica.
    pub active: String,
    /// The terms of the cost, as parts of a bar.
    pub bar: Vec<CostShare>,
    /// The break in the part for the answer, as an SVG path on the scale of the bar; empty if that part is drawn in full.
    pub cut: String,
    /// The sum of all its costs, as text.
    pub cost: String,
}

/// A part of a bar, on a scale that all candidates share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CostShare {
    /// Its class in the page's styles.
    pub class: &'static str,
    /// Left edge of the part \[% of the longest bar\].
    pub x: f64,
    /// Length of the part \[% of the longest bar\].
    pub width: f64,
}

/// A decision's rows, in the order of the replicas.
pub fn rows(look: &PromptLook) -> Vec<CostRow> {
    let full = u64::from(look.prompt.full_blocks());
    let scale = Scale::of(look);
    let row = |candidate: &Candidate| {
        let (bar, cut) = scale.bar(candidate);
        let weight = |at: usize| format::setting(candidate.terms[at].weight);
        let value = |at: usize| format::setting(candidate.terms[at].value);
        CostRow {
            replica: candidate.replica,
            wins: candidate.replica == look.decision.replica,
            overlap: format!(
                "{}\u{a0}of\u{a0}{}",
                format::count(u64::from(candidate.overlap_blocks)),
                format::count(full)
            ),
            prefill: format!("{}{GAP}×{GAP}{}", weight(0), value(0)),
            decode: value(1),
            load_weight: weight(2),
            active: value(2),
            bar,
            cut,
            cost: format::fixed(candidate.cost, 2),
        }
    };
    look.decision.candidates.iter().map(row).collect()
}

/// What the key of the bars says of the part for the answer.
pub fn decode_key(look: &PromptLook) -> String {
    let cost = look.decision.candidates.first().map_or(0.0, decode);
    match Scale::of(look).left_out > 0.0 {
        true => format!(
            "decode, {} everywhere, cut short at //",
            format::setting(cost)
        ),
        false => "decode".to_owned(),
    }
}

/// What the answer is assumed to cost at a candidate.
fn decode(candidate: &Candidate) -> f64 {
    let term = candidate.terms.get(1);
    term.map_or(0.0, |it| it.weight * it.value)
}

/// The scale that the bars of all candidates share.
struct Scale {
    /// The length of a cost of 1 \[% of the longest bar\].
    unit: f64,
    /// How much of each part for the answer is not drawn, as a cost.
    left_out: f64,
}

impl Scale {
    fn of(look: &PromptLook) -> Self {
        let candidates = || look.decision.candidates.iter();
        let all = candidates().map(decode).fold(f64::INFINITY, f64::min);
        let decided = candidates().map(|it| it.cost - decode(it));
        let decided = decided.fold(0.0, f64::max);
        // A quarter of the largest rest of a cost, at least 0.25, and never more than the answer's whole cost.
        let drawn = all.min(decided.max(1.0) / 4.0);
        let longest = candidates().map(|it| it.cost).fold(0.0, f64::max) - (all - drawn);
        Self {
            unit: 100.0 / longest.max(f64::MIN_POSITIVE),
            left_out: all - drawn,
        }
    }

    /// The three parts of a candidate's bar, and the break in the second. Their ends are rounded to a tenth of a per cent, which is
    /// less than a pixel, so one more token seldom moves them.
    fn bar(&self, candidate: &Candidate) -> (Vec<CostShare>, String) {
        let (mut cost, mut x) = (0.0, 0.0);
        let left_out = [0.0, self.left_out, 0.0];
        let terms = candidate.terms.iter().zip(["prefill", "decode", "load"]);
        let part = |((term, class), less): ((&warmpath_core::router::Term, _), f64)| {
            cost += (term.weight * term.value - less).max(0.0);
            let end = (cost * self.unit * 10.0).round() / 10.0;
            let part = CostShare {
                class,
                x,
                width: end - x,
            };
            x = end;
            part
        };
        let parts: Vec<CostShare> = terms.zip(left_out).map(part).collect();
        let middle = |it: &CostShare| it.x + it.width / 2.0;
        let cut = parts.get(1).filter(|_| self.left_out > 0.0);
        let cut = cut.map_or(String::new(), |it| slashes(middle(it)));
        (parts, cut)
    }
}

/// Two slashes across a bar of 100 by 10 units, about a place.
pub(super) fn slashes(at: f64) -> String {
    let [a, b, c, d] = [at - 1.0, at, at + 0.4, at + 1.4].map(|it| fixed(it, 1));
    format!("M{a} 10L{b} 0M{c} 10L{d} 0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playground::Playground;
    use crate::playground::samples::{SAMPLES, router};

    #[test]
    fn bars_share_a_scale() {
        let mut fleet = Playground::new(2, 2);
        fleet.active = vec![0, 50];
        let rows = rows(&fleet.look("a b c d"));
        let long = |row: &CostRow| row.bar.iter().map(|part| part.width).sum::<f64>();
        assert!((long(&rows[1]) - 100.0).abs() < 0.1, "{rows:?}");
        assert!(long(&rows[0]) < 100.0 && rows[0].wins && !rows[1].wins);
        // Each part begins where the one before it ends.
        assert!(
            rows[1]
                .bar
                .windows(2)
                .all(|two| (two[0].x + two[0].width - two[1].x).abs() < 1e-9)
        );
    }

    /// What the policy decides about is most of each bar, and what is left out is the same everywhere and said.
    #[test]
    fn the_answer_is_cut_short_alike_in_all_bars_and_that_is_said() {
        let look = router(4).look(&SAMPLES[0].prompt());
        let rows = rows(&look);
        assert_eq!(decode_key(&look), "decode, 25 everywhere, cut short at //");
        for row in &rows {
            let [prefill, decode, load] = &row.bar[..] else {
                panic!("three parts");
            };
            assert!(decode.width < 25.0 && decode.width > 0.0, "{row:?}");
            assert!((decode.width - rows[0].bar[1].width).abs() < 0.11);
            assert!(row.cut.starts_with('M'), "{row:?}");
            // A block to prefill is as long as a request at twice its weight.
            let block = prefill.width
                / row
                    .prefill
                    .rsplit(GAP)
                    .next()
                    .expect("a number")
                    .parse::<f64>()
                    .expect("a number");
            let requests = row.active.parse::<f64>().expect("a number");
            assert!((load.width - block * 0.5 * requests).abs() < 0.3, "{row:?}");
        }
        // An answer that is short beside the rest is drawn in full.
        let mut fleet = router(4);
        fleet.active = vec![99; 4];
        fleet.weights.load = 2.0;
        let look = fleet.look(&SAMPLES[0].prompt());
        assert_eq!(decode_key(&look), "decode");
        assert!(super::rows(&look).iter().all(|it| it.cut.is_empty()));
    }
}
