use super::*;
use proptest::prelude::*;
use warmpath_core::router::Term;

fn decision(weights: (f64, f64), replicas: &[(f64, f64)]) -> Decision {
    let candidates: Vec<Candidate> = replicas
        .iter()
        .enumerate()
        .map(|(at, &(prefill, active))| Candidate {
            replica: at as u32,
            overlap_blocks: 0,
            terms: vec![
                Term {
                    name: "prefill_blocks",
                    weight: weights.0,
                    value: prefill,
                    unit: "blocks",
                },
                Term {
                    name: "active",
                    weight: weights.1,
                    value: active,
                    unit: "requests",
                },
            ],
            cost: weights.0 * prefill + weights.1 * active,
            excluded: None,
        })
        .collect();
    let mut best = 0;
    for candidate in &candidates {
        if candidate.cost < candidates[best].cost {
            best = candidate.replica as usize;
        }
    }
    Decision {
        replica: best as u32,
        candidates,
        tied: vec![best as u32],
        ..Decision::default()
    }
}

#[test]
fn the_flip_of_a_worked_example() {
    // Replica 2 has 1 block to prefill and 2 active; replica 3 is idle with 6: equal at 5 w = 0.5 × 2, w = 0.2.
    let d = decision(
        (1.0, 0.5),
        &[(3.0, 4.0), (6.0, 1.0), (1.0, 2.0), (6.0, 0.0)],
    );
    assert_eq!(d.replica, 2);
    let flips = flips(&d, "prefill_blocks", 2.0);
    assert_eq!(
        flips.below,
        Some(Flip {
            weight: 0.2,
            winner: 3
        })
    );
    assert_eq!(flips.above, None);
}

#[test]
fn without_the_term_nothing_flips() {
    let d = decision((1.0, 0.5), &[(3.0, 4.0), (6.0, 1.0)]);
    assert_eq!(flips(&d, "no such term", 2.0), Flips::default());
}

proptest! {
    /// The choice stays the same up to the flip, and is the flip's winner just beyond it.
    #[test]
    fn the_choice_flips_where_it_says(
        weight in 0.01f64..3.0,
        load in 0.0f64..3.0,
        replicas in prop::collection::vec((0u32..20, 0u32..9), 2..8),
    ) {
        let replicas: Vec<(f64, f64)> = replicas.into_iter().map(|(p, a)| (f64::from(p), f64::from(a))).collect();
        let now = decision((weight, load), &replicas);
        let flips = flips(&now, "prefill_blocks", 3.0);
        let eps = 1e-6;
        if let Some(flip) = flips.below {
            prop_assert!(flip.weight <= weight);
            if flip.weight > eps {
                // Beyond the flip no candidate is cheaper than the named winner.
                let beyond = decision((flip.weight - eps, load), &replicas);
                let winner = &beyond.candidates[flip.winner as usize];
                prop_assert!(winner.cost <= beyond.candidates[beyond.replica as usize].cost + 1e-4);
                prop_assert!(winner.cost < beyond.candidates[now.replica as usize].cost);
            }
            let before = decision(((flip.weight + eps).min(weight), load), &replicas);
            prop_assert!(before.candidates[now.replica as usize].cost <= before.candidates[before.replica as usize].cost + 1e-9);
        } else {
            let end = decision((0.0, load), &replicas);
            prop_assert!(end.candidates[now.replica as usize].cost <= end.candidates[end.replica as usize].cost + 1e-9);
        }
        match flips.above {
            Some(flip) => {
                prop_assert!(flip.weight >= weight);
                let beyond = decision((flip.weight + eps, load), &replicas);
                prop_assert!(beyond.candidates[flip.winner as usize].cost < beyond.candidates[now.replica as usize].cost);
            }
            None => {
                let end = decision((3.0, load), &replicas);
                prop_assert!(end.candidates[now.replica as usize].cost <= end.candidates[end.replica as usize].cost + 1e-9);
            }
        }
    }
}
