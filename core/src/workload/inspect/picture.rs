//! The counts behind the pictures of a file: arrivals over time, lengths, and how far apart requests are that share blocks.
//!
//! Lengths and distances are counted in ranges that double, since a file's shortest and longest prompts are often a thousand times
//! apart. The distance of a block that can be reused is the number of requests since one had it last: 1 is the request before. It
//! says how long a cache must keep what it stores; what it must hold meanwhile depends on the lengths as well.

use crate::request::{Chain, Corpus};
use serde::Serialize;
use smallvec::SmallVec;

/// The number of equal parts into which the recorded time is divided.
const PARTS: usize = 48;

/// The counts that a workload's pictures are drawn from.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Picture {
    /// Requests that arrive in each of 48 equal parts of the recorded time; empty where there are no times, or all are one.
    pub arrivals: Vec<u64>,
    /// Requests by the length of their prompts \[tokens\].
    pub input: Vec<Bin>,
    /// Requests by the length of their answers \[tokens\].
    pub output: Vec<Bin>,
    /// Blocks that an earlier request had, by how many requests ago the last one had them.
    pub reuse: Vec<Bin>,
}

/// The count of the numbers from `from` to `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bin {
    /// The least number that is counted here.
    pub from: u64,
    /// The largest number that is counted here.
    pub to: u64,
    /// How many numbers from `from` to `to` there are.
    pub count: u64,
}

/// Counts of numbers in ranges that double: 0, 1, 2 to 3, 4 to 7, and so on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doubling([u64; 65]);

impl Default for Doubling {
    fn default() -> Self {
        Self([0; 65])
    }
}

impl Doubling {
    /// Counts a number `times` times.
    pub(super) fn add(&mut self, number: u64, times: u64) {
        self.0[(u64::BITS - number.leading_zeros()) as usize] += times;
    }

    /// The ranges from the first to the last that has a count.
    pub(super) fn bins(&self) -> Vec<Bin> {
        let some = |count: &u64| *count > 0;
        let ends = self
            .0
            .iter()
            .position(some)
            .zip(self.0.iter().rposition(some));
        let Some((first, last)) = ends else {
            return Vec::new();
        };
        let bin = |at: usize| Bin {
            from: if at == 0 { 0 } else { 1 << (at - 1) },
            to: u64::MAX.checked_shr(u64::BITS - at as u32).unwrap_or(0),
            count: self.0[at],
        };
        (first..=last).map(bin).collect()
    }
}

/// Counts in equal parts of the time between the first arrival and the last \[ns\].
pub(super) fn arrivals(times: &[u64]) -> Vec<u64> {
    let ends = times.iter().min().zip(times.iter().max());
    let Some((first, last)) = ends.filter(|(first, last)| first < last) else {
        return Vec::new();
    };
    let span = u128::from(last - first);
    let mut counts = vec![0; PARTS];
    for time in times {
        let at = u128::from(time - first) * PARTS as u128 / span;
        counts[(at as usize).min(PARTS - 1)] += 1;
    }
    counts
}

/// For each block, the last request whose prompt contained it.
///
/// Of each segment a prompt contains a beginning of some length. A request with a longer beginning hides all earlier requests with
/// shorter ones. What is left is a stack for each segment, with the oldest request and the longest beginning at the bottom.
#[derive(Debug)]
pub(super) struct Last(Vec<Stack>);

/// For a segment, lengths of beginnings in blocks, each with the last request that contained it. Most segments are contained as a
/// whole and need a single entry.
type Stack = SmallVec<[(u32, u32); 2]>;

impl Last {
    pub(super) fn new(corpus: &Corpus) -> Self {
        Self(vec![Stack::new(); corpus.len()])
    }

    /// Counts the blocks of a request's prompt, among the first `found` of them, by how many requests ago one contained them.
    pub(super) fn count(
        &self,
        corpus: &Corpus,
        prompt: Chain,
        (found, now): (u32, u32),
        reuse: &mut Doubling,
    ) {
        for (segment, covered) in corpus.runs(prompt) {
            let before = corpus.segment(segment).before;
            let mut from = 0;
            let until = covered.min(found.saturating_sub(before));
            for (length, request) in self.0[segment.0 as usize].iter().rev() {
                let to = (*length).min(until);
                if to > from {
                    reuse.add(u64::from(now - request), u64::from(to - from));
                    from = to;
                }
            }
        }
    }

    /// Notes that a request has had these blocks.
    pub(super) fn touch(&mut self, corpus: &Corpus, held: Chain, now: u32) {
        for (segment, covered) in corpus.runs(held) {
            let stack = &mut self.0[segment.0 as usize];
            while stack.last().is_some_and(|it| it.0 <= covered) {
                stack.pop();
            }
            stack.push((covered, now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_double_and_hold_both_ends() {
        let mut all = Doubling::default();
        for number in [0, 1, 2, 3, 4, 7, 8, u64::MAX] {
            all.add(number, 1);
        }
        let bins = all.bins();
        let of = |at: usize| (bins[at].from, bins[at].to, bins[at].count);
        assert_eq!(
            [of(0), of(1), of(2), of(3), of(4)],
            [(0, 0, 1), (1, 1, 1), (2, 3, 2), (4, 7, 2), (8, 15, 1)]
        );
        assert_eq!(of(64), (1 << 63, u64::MAX, 1));
        let mut two = Doubling::default();
        two.add(5, 3);
        two.add(40, 1);
        let counts: Vec<u64> = two.bins().iter().map(|it| it.count).collect();
        assert_eq!(counts, [3, 0, 0, 1]);
        assert_eq!(Doubling::default().bins(), []);
    }

    #[test]
    fn every_arrival_is_in_one_part() {
        assert_eq!(arrivals(&[5, 5]), [0u64; 0]);
        let counts = arrivals(&[0, 1, 48, 95, 96]);
        assert_eq!((counts.len(), counts.iter().sum::<u64>()), (48, 5));
        assert_eq!((counts[0], counts[24], counts[47]), (2, 1, 2));
        let ends = arrivals(&[0, u64::MAX]);
        assert_eq!((ends[0], ends[47]), (1, 1));
    }
}
