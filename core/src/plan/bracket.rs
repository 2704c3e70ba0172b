//! Finds the highest level of load that passes: levels are doubled until one fails (or halved until one passes), then the
//! gap between the two is halved on a logarithmic scale.
//!
//! A level that fails does not imply that every higher one fails: a run is finite, and a router under more pressure may
//! spread prefixes that it otherwise keeps together. So the lowest level that failed counts, whatever passed above it. Once
//! the gap is small enough, one more level well below the highest that passed and one well above the lowest that failed are
//! tried, and the search goes on if the one below fails.
//!
//! A level may also fail for too little load, where the goal asks for a throughput. Such a level is not one that failed in this
//! sense; what passes, if anything, lies above the highest of them.

use super::rounded;

/// The factor between successive levels while no level has passed, or none has failed.
const STEP: f64 = 2.0;
/// The largest number of levels that are tried.
const MOST: usize = 64;

/// How a level did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Did {
    /// It passed.
    Pass,
    /// It failed, and more load would make it worse.
    Fail,
    /// It failed for too little load.
    FallShort,
}

/// A level that was tried, and how it did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tried {
    pub(super) level: f64,
    pub(super) did: Did,
}

/// The state of a search for the highest level that passes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bracket {
    start: f64,
    range: (f64, f64),
    /// The gap between the passing and the failing level at which the search may end, as a share.
    tolerance: f64,
    whole: bool,
    pub(super) tried: Vec<Tried>,
}

impl Bracket {
    pub(super) fn new(start: f64, range: (f64, f64), tolerance: f64, whole: bool) -> Self {
        let mut bracket = Self {
            start,
            range,
            tolerance,
            whole,
            tried: Vec::new(),
        };
        bracket.start = bracket.fit(start);
        bracket
    }

    /// The nearest level that can be tried: within the range, rounded to a few digits, whole where levels are whole.
    fn fit(&self, level: f64) -> f64 {
        let level = level.max(self.range.0).min(self.range.1);
        let digits = if self.tolerance < 1e-3 { 7 } else { 5 };
        let level = rounded(level, digits);
        if self.whole {
            libm::round(level)
        } else {
            level
        }
    }

    /// The levels whose outcome is `did`.
    fn those(&self, did: Did) -> impl Iterator<Item = f64> {
        let those = self.tried.iter().filter(move |it| it.did == did);
        those.map(|it| it.level)
    }

    /// The lowest level that failed; `None` if none did.
    pub(super) fn failing(&self) -> Option<f64> {
        self.those(Did::Fail).reduce(f64::min)
    }

    /// The highest level that fell short, below all that failed; `None` if there is none.
    pub(super) fn short(&self) -> Option<f64> {
        let below = self.failing().unwrap_or(f64::INFINITY);
        let short = self.those(Did::FallShort).filter(|it| *it < below);
        short.reduce(f64::max)
    }

    /// The highest level that passed below all that failed; `None` if there is none.
    pub(super) fn passing(&self) -> Option<f64> {
        let below = self.failing().unwrap_or(f64::INFINITY);
        let passed = self.those(Did::Pass).filter(|it| *it < below);
        passed.reduce(f64::max)
    }

    /// The highest level that passed above one that failed; `None` if there is none.
    pub(super) fn out_of_order(&self) -> Option<f64> {
        let above = self.failing()?;
        let passed = self.those(Did::Pass).filter(|it| *it > above);
        passed.reduce(f64::max)
    }

    fn is_known(&self, level: f64) -> bool {
        self.tried.iter().any(|it| it.level == level)
    }

    /// The next level to try; `None` when the search has ended.
    pub(super) fn next(&self) -> Option<f64> {
        if self.tried.len() >= MOST {
            return None;
        }
        let next = match (self.passing().or(self.short()), self.failing()) {
            (None, None) => self.start,
            (Some(below), None) => self.fit(below * STEP),
            (None, Some(failing)) => self.fit(failing / STEP),
            (Some(below), Some(failing)) => {
                return self.between(below, failing);
            }
        };
        // At an end of the range `fit` returns a level that was tried already.
        (!self.is_known(next)).then_some(next)
    }

    /// The next level between one that passed, or else fell short, and the lowest that failed; then those around them.
    fn between(&self, below: f64, failing: f64) -> Option<f64> {
        let close = failing / below <= 1.0 + self.tolerance;
        let beside = self.whole && failing - below <= 1.0;
        if !close && !beside {
            let middle = self.fit(libm::sqrt(below * failing));
            if middle > below && middle < failing {
                return Some(middle);
            }
        }
        let passing = self.passing()?;
        // One level well below the passing end and one well above the failing end, each once.
        let near = |from: f64, to: f64| {
            let mut levels = self.tried.iter().map(|it| it.level);
            levels.any(|it| it >= from && it <= to)
        };
        let lower = self.fit(passing * 0.8);
        if !near(passing * 0.7, passing * 0.9) && !self.is_known(lower) && lower < passing {
            return Some(lower);
        }
        let upper = self.fit(failing * 1.25);
        (!near(failing * 1.1, failing * 1.5) && !self.is_known(upper) && upper > failing)
            .then_some(upper)
    }

    pub(super) fn tell(&mut self, level: f64, did: Did) {
        self.tried.push(Tried { level, did });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn searched(bracket: Bracket, passes: impl Fn(f64) -> bool) -> Bracket {
        judged(bracket, |level| match passes(level) {
            true => Did::Pass,
            false => Did::Fail,
        })
    }

    fn judged(mut bracket: Bracket, does: impl Fn(f64) -> Did) -> Bracket {
        while let Some(level) = bracket.next() {
            bracket.tell(level, does(level));
        }
        bracket
    }

    #[test]
    fn what_needs_some_load_is_found_from_wherever_it_starts() {
        for start in [0.001, 5.0, 37.0, 9e4] {
            let range = |from: f64, to: f64| {
                let bracket = Bracket::new(start, (1e-3, 1e5), 0.01, false);
                let found = judged(bracket, |level| match level {
                    low if low < from => Did::FallShort,
                    high if high > to => Did::Fail,
                    _ => Did::Pass,
                });
                assert!(found.tried.len() < 50, "{}", found.tried.len());
                (found.short(), found.passing(), found.failing())
            };
            let (_, passing, failing) = range(20.0, 21.0);
            assert!(passing.unwrap() <= 21.0 && failing.unwrap() > 21.0);
            assert!(failing.unwrap() / passing.unwrap() <= 1.0101);
            // None at all: what falls short and what fails end side by side.
            let (short, passing, failing) = range(30.0, 30.0);
            assert_eq!(passing, None);
            assert!(failing.unwrap() / short.unwrap() <= 1.0101);
            // No end above, and none in reach.
            assert_eq!(range(20.0, 1e9).1, Some(1e5));
            let (short, passing, failing) = range(1e9, 1e9);
            assert_eq!((short, passing, failing), (Some(1e5), None, None));
        }
    }

    #[test]
    fn it_ends_within_the_tolerance_from_wherever_it_starts() {
        for start in [0.001, 1.0, 37.0, 9e4] {
            for edge in [0.05, 3.1, 444.0] {
                let bracket = Bracket::new(start, (1e-3, 1e5), 0.01, false);
                let found = searched(bracket, |level| level <= edge);
                let (low, high) = (found.passing().unwrap(), found.failing().unwrap());
                assert!(
                    low <= edge && high > edge && high / low <= 1.0101,
                    "{found:?}"
                );
                assert!(found.tried.len() < 40, "{}", found.tried.len());
                assert_eq!(found.out_of_order(), None);
            }
        }
    }

    #[test]
    fn whole_levels_end_side_by_side() {
        let bracket = Bracket::new(8.0, (1.0, 1e6), 0.01, true);
        let found = searched(bracket, |level| level <= 21.0);
        assert_eq!((found.passing(), found.failing()), (Some(21.0), Some(22.0)));
        assert!(found.tried.iter().all(|it| it.level.fract() == 0.0));
    }

    #[test]
    fn what_always_or_never_passes_ends_at_the_range() {
        let bracket = || Bracket::new(4.0, (1.0, 100.0), 0.01, false);
        let always = searched(bracket(), |_| true);
        assert_eq!((always.passing(), always.failing()), (Some(100.0), None));
        let never = searched(bracket(), |_| false);
        assert_eq!((never.passing(), never.failing()), (None, Some(1.0)));
    }

    #[test]
    fn a_hole_below_counts_and_one_that_passes_above_is_told() {
        // Levels from 15 to 18 fail too: the level tried below the first result is 16.
        let bracket = Bracket::new(20.0, (1e-3, 1e5), 0.01, false);
        let found = searched(bracket, |level| {
            level <= 20.5 && !(15.0..18.0).contains(&level)
        });
        assert!(found.failing().unwrap() < 18.0, "{found:?}");
        assert!(found.passing().unwrap() < 15.0);
        assert!(found.out_of_order().is_some());
    }
}
