//! A map of two weights, that of the term `prefill_blocks` (overlap) and that of the term `active` (load), cut into a region for
//! each replica that is chosen there.
//!
//! Costs are sums of weight × value, so one candidate is cheaper than another in a half-plane, and cheaper than all others
//! in a convex polygon. The polygons are computed exactly; nothing is sampled. Where costs are equal the lowest-numbered
//! candidate is chosen, as by the policy, so its region includes the edge.

use crate::format;
use warmpath_core::decimal::fixed;
use warmpath_core::router::{Candidate, Decision};

/// The weights at which one replica is chosen, as a region of the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// The number of the replica that is chosen there.
    pub replica: u32,
    /// The corners of the region in order: (weight of prefill, weight of load).
    pub corners: Vec<(f64, f64)>,
}

impl Region {
    /// The area of the region \[weight²\].
    pub fn area(&self) -> f64 {
        let next = self.corners.iter().cycle().skip(1);
        let cross = self
            .corners
            .iter()
            .zip(next)
            .map(|(a, b)| a.0 * b.1 - b.0 * a.1);
        cross.sum::<f64>().abs() / 2.0
    }

    /// The mean of the corners, which lies inside the region.
    fn middle(&self) -> (f64, f64) {
        let n = self.corners.len().max(1) as f64;
        let sum = self
            .corners
            .iter()
            .fold((0.0, 0.0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
        (sum.0 / n, sum.1 / n)
    }
}

/// The numbers `fixed`, `prefill` and `load` by which a candidate costs `fixed + x × prefill + y × load` at the weights x and y.
fn plane(candidate: &Candidate) -> (f64, f64, f64) {
    let mut parts = (0.0, 0.0, 0.0);
    for term in &candidate.terms {
        match term.name {
            "prefill_blocks" => parts.1 += term.value,
            "active" => parts.2 += term.value,
            _ => parts.0 += term.weight * term.value,
        }
    }
    parts
}

/// The regions of the square of weights from 0 to `largest`, in the order of the replicas; replicas that are chosen nowhere
/// are left out.
pub fn regions(decision: &Decision, largest: f64) -> Vec<Region> {
    let square = vec![
        (0.0, 0.0),
        (largest, 0.0),
        (largest, largest),
        (0.0, largest),
    ];
    let wins = |candidate: &Candidate| {
        let own = plane(candidate);
        let mut corners = square.clone();
        for other in &decision.candidates {
            if other.replica == candidate.replica {
                continue;
            }
            let theirs = plane(other);
            let less = (theirs.0 - own.0, theirs.1 - own.1, theirs.2 - own.2);
            // If two candidates cost the same everywhere, the lower-numbered has the whole region.
            if less == (0.0, 0.0, 0.0) && other.replica < candidate.replica {
                return None;
            }
            corners = cut(&corners, |(x, y)| less.0 + less.1 * x + less.2 * y);
        }
        let region = Region {
            replica: candidate.replica,
            corners,
        };
        (region.area() > 1e-9).then_some(region)
    };
    decision.candidates.iter().filter_map(wins).collect()
}

/// The part of a convex polygon where `side` is not negative.
fn cut(corners: &[(f64, f64)], side: impl Fn((f64, f64)) -> f64) -> Vec<(f64, f64)> {
    let mut out = Vec::with_capacity(corners.len() + 1);
    for (at, &here) in corners.iter().enumerate() {
        let next = corners[(at + 1) % corners.len()];
        let (a, b) = (side(here), side(next));
        if a >= 0.0 {
            out.push(here);
        }
        if (a > 0.0 && b < 0.0) || (a < 0.0 && b > 0.0) {
            let part = a / (a - b);
            out.push((
                here.0 + (next.0 - here.0) * part,
                here.1 + (next.1 - here.1) * part,
            ));
        }
    }
    out
}

/// The length of the map's side in the units of its drawing.
pub const SIDE: f64 = 200.0;

/// The place on the map of a pair of weights: that of prefill to the right, that of load upwards; neither above `largest`.
pub fn place((overlap, load): (f64, f64), largest: f64) -> (f64, f64) {
    (overlap / largest * SIDE, (1.0 - load / largest) * SIDE)
}

impl Region {
    /// The corners on the map, as the `points` of an SVG polygon.
    pub fn points(&self, largest: f64) -> String {
        let corner = |corner: &(f64, f64)| {
            let (x, y) = place(*corner, largest);
            format!("{},{}", fixed(x, 1), fixed(y, 1))
        };
        let corners: Vec<_> = self.corners.iter().map(corner).collect();
        corners.join(" ")
    }

    /// The place on the map for the replica's number; `None` if there is no room for it.
    pub fn number(&self, largest: f64) -> Option<(f64, f64)> {
        let roomy = self.area() > largest * largest / 120.0;
        roomy.then(|| place(self.middle(), largest))
    }
}

/// What the map shows, in words.
pub fn label(regions: &[Region], largest: f64, here: (f64, f64)) -> String {
    let mut by_area: Vec<&Region> = regions.iter().collect();
    warmpath_core::order::by(&mut by_area, |a, b| b.area().total_cmp(&a.area()));
    let parts: Vec<String> = by_area
        .iter()
        .map(|it| {
            let share = format::share(it.area() / (largest * largest));
            format!("replica {} on {share}", it.replica)
        })
        .collect();
    format!(
        "Who wins at which weights from 0 to {}: {}; now at an overlap weight of {} and an active weight of {}",
        format::setting(largest),
        parts.join(", "),
        format::setting(here.0),
        format::setting(here.1)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playground::samples::{SAMPLES, router};
    use crate::playground::{LARGEST_WEIGHT, Weights};

    #[test]
    fn the_regions_cover_the_square_and_agree_with_the_policy() {
        let mut fleet = router(4);
        let text = SAMPLES[0].prompt();
        let regions = regions(&fleet.look(&text).decision, LARGEST_WEIGHT);
        let area: f64 = regions.iter().map(Region::area).sum();
        assert!(
            (area - LARGEST_WEIGHT * LARGEST_WEIGHT).abs() < 1e-9,
            "{area}"
        );
        assert!(regions.len() >= 2);
        for region in &regions {
            let (overlap, load) = region.middle();
            fleet.weights = Weights { overlap, load };
            assert_eq!(
                fleet.look(&text).decision.replica,
                region.replica,
                "{region:?}"
            );
        }
    }

    #[test]
    fn an_edge_is_where_the_choice_flips() {
        let mut fleet = router(4);
        let decision = fleet.look(&SAMPLES[0].prompt()).decision;
        let flip = crate::cost::flips(&decision, "prefill_blocks", LARGEST_WEIGHT)
            .below
            .expect("it flips");
        let load = fleet.weights.load;
        let costs = |replica: usize, x: f64| {
            let (fixed, prefill, active) = plane(&decision.candidates[replica]);
            fixed + prefill * x + active * load
        };
        let (a, b) = (decision.replica as usize, flip.winner as usize);
        assert!((costs(a, flip.weight) - costs(b, flip.weight)).abs() < 1e-9);
    }

    #[test]
    fn equal_replicas_are_one_region() {
        let mut fleet = crate::playground::Playground::new(4, 4);
        let all = regions(&fleet.look("a b c d e").decision, 2.0);
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].replica, 0);
        assert!(label(&all, 2.0, (1.0, 0.5)).contains("replica 0 on 100\u{a0}%"));
    }
}
