//! The look of a policy wherever it is shown: a colour and a shape. Both follow from its name alone.
//!
//! No more than seven colours stay apart on paper and at night ([`crate::palette`]), so several policies share a colour and
//! differ in shape: a dot, or one of eight outlines. In a chart each colour also has its own dashes
//! ([`crate::chart::curve`]). The table [`LOOKS`] says which policy has which look, with a row for each shape and a column
//! for each colour. Policies that are often compared differ in colour. Ink belongs to `round-robin`, the rule that every
//! product has and that knows nothing. Any policy can be the baseline of a comparison: it keeps its look, and words say that
//! it is the baseline.
//!
//! A look is a number, `shape * COLOURS + colour`. What is no policy, such as a measurement or the name of a test, has a
//! look that no policy beside it has.

/// The number of colours, including ink.
pub const COLOURS: usize = 7;
/// The number of shapes, including the dot.
pub const SHAPES: usize = 9;

/// The policy in ink.
const IN_INK: &str = "round-robin";

/// The policies by their looks: a row for each shape, beginning with the dot, and a column for each colour, beginning after
/// ink.
pub const LOOKS: [[&str; COLOURS - 1]; 6] = [
    [
        "smart",
        "least-load",
        "chwbl",
        "dynamo",
        "cache-aware",
        "endpoint-picker",
    ],
    [
        "power-of-two",
        "session",
        "prefix-hash",
        "random",
        "prefix-aware",
        "least-tokens",
    ],
    [
        "fakeai",
        "fakeai-least-loaded",
        "fakeai-round-robin",
        "fakeai-learned",
        "fakeai-cache-aware",
        "fakeai-hybrid",
    ],
    [
        "load-aware",
        "smg-least-load",
        "dynamo-two-tier",
        "sticky-least-loaded",
        "aibrix",
        "cache-aware-vllm",
    ],
    [
        "cache-aware-original",
        "vllm-dp",
        "smg-power-of-two",
        "ray",
        "smetric",
        "preble",
    ],
    ["conductor", "infinite-cache", "oracle", "recorded", "", ""],
];

/// The shapes for a policy that is shown again with other parameters, in the order in which they are tried: first those
/// that no policy has.
const AGAIN: [usize; SHAPES - 1] = [6, 7, 8, 5, 4, 3, 2, 1];

/// A look's colour, from 0 for ink.
pub fn colour(look: usize) -> usize {
    look % COLOURS
}

/// A look's shape, from 0 for the dot.
pub fn shape(look: usize) -> usize {
    look / COLOURS % SHAPES
}

/// The look of the policy with which a name begins; `None` if it begins with none. `chwbl:load_factor=1.5@events:50ms` is a
/// `chwbl`.
fn own(name: &str) -> Option<usize> {
    let end = name.find([':', '@', ',', ' ']).unwrap_or(name.len());
    let policy = &name[..end];
    if policy == IN_INK {
        return Some(0);
    }
    let all = LOOKS.iter().flatten();
    let at = all.into_iter().position(|it| *it == policy);
    let at = at.filter(|_| !policy.is_empty())?;
    Some(at / (COLOURS - 1) * COLOURS + at % (COLOURS - 1) + 1)
}

/// The looks of what is shown together, by their names. Each policy has its own look, whatever is shown beside it. Where it
/// is shown again with other parameters, it has its colour and another shape.
///
/// ```
/// use warmpath_view::look::{colour, looks};
/// let all = looks(["smart", "round-robin", "smart:load_balance_weight=2"]);
/// assert_eq!(all[..2], looks(["smart", "round-robin"]));
/// assert_eq!(colour(all[0]), colour(all[2]));
/// assert_ne!(all[0], all[2]);
/// ```
pub fn looks<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<usize> {
    let owned: Vec<Option<usize>> = names.into_iter().map(own).collect();
    if owned.iter().all(Option::is_none) {
        // These are no policies but tests, classes or regions.
        return (0..owned.len()).collect();
    }
    let mut taken: Vec<usize> = owned.iter().flatten().copied().collect();
    let look = |(at, it): (usize, &Option<usize>)| {
        let first = it.is_some() && !owned[..at].contains(it);
        if first {
            return it.unwrap_or_default();
        }
        let hue = colour(it.unwrap_or_default());
        let free = AGAIN.iter().map(|shape| shape * COLOURS + hue);
        let look = free.clone().find(|it| !taken.contains(it));
        // All shapes that are tried are taken in this colour, so a look is given twice.
        let look = look.unwrap_or(AGAIN[at % AGAIN.len()] * COLOURS + hue);
        taken.push(look);
        look
    };
    owned.iter().enumerate().map(look).collect()
}

/// The looks of what is shown together; `name` gives the name of each.
pub fn looks_of<T>(all: &[T], name: impl Fn(&T) -> &str) -> Vec<usize> {
    looks(all.iter().map(name))
}

/// The classes that a look has in the page's styles.
pub fn class(look: usize) -> &'static str {
    CLASSES[shape(look)][colour(look)]
}

macro_rules! classes {
    ($($shape:literal)*) => {
        [$([
            concat!("curve-0 shape-", $shape),
            concat!("curve-1 shape-", $shape),
            concat!("curve-2 shape-", $shape),
            concat!("curve-3 shape-", $shape),
            concat!("curve-4 shape-", $shape),
            concat!("curve-5 shape-", $shape),
            concat!("curve-6 shape-", $shape),
        ]),*]
    };
}

static CLASSES: [[&str; COLOURS]; SHAPES] = classes![0 1 2 3 4 5 6 7 8];

#[cfg(test)]
mod tests {
    use super::*;
    use warmpath_core::router::POLICIES;

    #[test]
    fn every_policy_has_a_look_that_no_other_has() {
        let all: Vec<usize> = POLICIES
            .iter()
            .map(|it| {
                own(it.name).unwrap_or_else(|| {
                    panic!(
                        "LOOKS has no {}: give it a free cell, or a row more",
                        it.name
                    )
                })
            })
            .collect();
        for (at, one) in all.iter().enumerate() {
            assert!(!all[..at].contains(one), "{}", POLICIES[at].name);
        }
        let listed = LOOKS.iter().flatten().filter(|it| !it.is_empty()).count();
        assert_eq!(
            listed + 1,
            POLICIES.len(),
            "LOOKS names a policy twice, or one that is gone"
        );
    }

    #[test]
    fn round_robin_is_ink_and_nobody_else() {
        for it in POLICIES {
            let is_ink = own(it.name).is_some_and(|look| colour(look) == 0);
            assert_eq!(is_ink, it.name == IN_INK, "{}", it.name);
        }
    }

    #[test]
    fn a_policy_looks_alike_whatever_stands_beside_it() {
        // A policy without a look of its own is what the first of these tests is about.
        for it in POLICIES.iter().filter(|it| own(it.name).is_some()) {
            for other in POLICIES.iter().filter(|other| other.name != it.name) {
                let pair = looks([other.name, it.name, "measured"]);
                assert_eq!(
                    pair[1],
                    looks([it.name])[0],
                    "{} by {}",
                    it.name,
                    other.name
                );
                assert!(pair[0] != pair[1] && pair[0] != pair[2] && pair[1] != pair[2]);
            }
        }
    }

    #[test]
    fn one_policy_nine_times_has_nine_shapes_of_one_colour() {
        let names: Vec<String> = (0..9).map(|at| format!("chwbl:load_factor={at}")).collect();
        let all = looks(names.iter().map(String::as_str));
        for (at, one) in all.iter().enumerate() {
            assert!(!all[..at].contains(one), "{at}");
            assert_eq!(colour(*one), colour(all[0]));
        }
        // There is no limit to how many are drawn.
        let many: Vec<&str> = vec!["smart@routed"; 100];
        assert_eq!(looks(many).len(), 100);
    }

    #[test]
    fn what_is_no_policy_takes_no_policys_look() {
        assert_eq!(looks(["idle", "busy", "full"]), [0, 1, 2]);
        let both = looks(["measured", "round-robin"]);
        assert_eq!(both[1], 0);
        assert_eq!(colour(both[0]), 0);
        assert_eq!(class(0), "curve-0 shape-0");
        assert_eq!(class(COLOURS * 3 + 2), "curve-2 shape-3");
    }
}
