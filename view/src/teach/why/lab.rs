//! Why the run that the laboratory opens with has the figures that it has, figure by figure of its table.

use super::{Why, why};
use crate::format::{self, GAP};
use warmpath_core::metrics::{PLACES, Summary};

/// The questions with their answers: why the figures of `now` are better or worse than those of the baseline.
pub(super) fn of(base: &Summary, now: &Summary) -> Vec<Why> {
    let name = |it: &Summary| it.policy.clone();
    let time = |it: &Summary, at: usize| format::millis(it.values[at]);
    let share = |it: &Summary, at: usize| format::share(it.values[at]);
    let number = |it: &Summary, at: usize| format::figure(it.values[at]);
    let count = |it: &Summary, at: usize| format::count(it.values[at] as u64);
    let change = |at: usize| format::delta(now.values[at], base.values[at]);
    let long = |it: &Summary| format::seconds(it.values[PLACES.duration]);
    let computed = |it: &Summary| format::share(1.0 - it.values[PLACES.token_reuse_rate]);
    let times = |it: &Summary| {
        let times = format::significant(it.values[PLACES.imbalance], 3);
        format!("{times}{GAP}times")
    };
    let behind = |it: &Summary| {
        let whole = it.values[PLACES.mean_e2el_ms] - it.values[PLACES.mean_ttft_ms];
        format::millis(whole)
    };
    vec![
        why(
            "Why are more requests, and more tokens, answered a second?",
            "The same {} requests with the same answers are divided by the time until the last is done: {} under {}, {} under {}. \
             The first computes {} of all prompt tokens, the second {}; the rest it finds.",
            [
                count(base, PLACES.completed),
                long(base),
                name(base),
                long(now),
                name(now),
                computed(base),
                computed(now),
            ],
        ),
        why(
            "Why does the first token come sooner?",
            "A request waits behind the prompts before it. On average {} wait at a replica under {} and {} under {}, which has few \
             prompts to compute.",
            [
                number(base, PLACES.mean_waiting),
                name(base),
                number(now, PLACES.mean_waiting),
                name(now),
            ],
        ),
        why(
            "Why does the median fall by more than the slowest?",
            "The median changes by {}: half of the requests under {} hardly wait. The slowest in a hundred are the first to ask about a \
             document, or stand behind one that is, which no router spares them: P99 changes by {}. The mean has both in it: {}.",
            [
                change(PLACES.median_ttft_ms),
                name(now),
                change(PLACES.p99_ttft_ms),
                change(PLACES.mean_ttft_ms),
            ],
        ),
        why(
            "Why does the time per token fall so much less?",
            "Making a token is the same work under both. What falls, from {} to {}, are the prefills between two tokens. These are medians, \
             those of a usual answer; \u{201c}All figures\u{201d} has the mean and the P99 as well.",
            [
                time(base, PLACES.median_tpot_ms),
                time(now, PLACES.median_tpot_ms),
            ],
        ),
        why(
            "Why is the whole answer sooner by less than its first token?",
            "E2E latency is the time to the first token and that for all others. Of {} under {} the first takes {}, of {} under {} only {}. \
             The others take {} and {}: no cache spares decode.",
            [
                time(base, PLACES.mean_e2el_ms),
                name(base),
                time(base, PLACES.mean_ttft_ms),
                time(now, PLACES.mean_e2el_ms),
                name(now),
                time(now, PLACES.mean_ttft_ms),
                behind(base),
                behind(now),
            ],
        ),
        why(
            "Why is more found in the caches, and not all of it?",
            "Of the prompts\u{2019} blocks {} lay on another replica than the one whose turn it was under {}. {} goes where they are; {} \
             were new everywhere, as somebody has to be the first to ask, and {} it did not know of yet.",
            [
                share(base, PLACES.lost_elsewhere),
                name(base),
                name(now),
                share(now, PLACES.lost_never_cached),
                share(now, PLACES.lost_unknown),
            ],
        ),
        why(
            "Why is the work spread less evenly?",
            "A document belongs to whoever is warm for it, and not all are as long and as often asked about: the busiest replica does {} the \
             mean work (the time that its prompt tokens and answers take to compute) under {}, {} under {}, which deals requests out in turn. It is the price of a warm cache, and here it is small.",
            [times(now), name(now), times(base), name(base)],
        ),
        why(
            "Why is nobody set aside any more (preemptions)?",
            "That happens where a cache is full of what is being answered. At most {} of one was in use at a time under {}, with {} \
             preemptions, and {} under {}, with {}.",
            [
                share(base, PLACES.peak_kv_usage),
                name(base),
                count(base, PLACES.preemptions),
                share(now, PLACES.peak_kv_usage),
                name(now),
                count(now, PLACES.preemptions),
            ],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::{lines, of_run, tests};
    use super::*;

    /// What the sentences say of the run is so.
    #[test]
    fn the_laboratorys_own_run_is_explained_and_truly() {
        let (summaries, courses) = tests::run("lab");
        let all = of_run("lab", &summaries, &courses);
        tests::whole(&all);
        lines::check("lab", &all);
        let [base, now] = &summaries[..] else {
            panic!("two policies");
        };
        assert_eq!((&*base.policy, &*now.policy), ("round-robin", "smart"));
        let fall = |at: usize| 1.0 - now.values[at] / base.values[at];
        assert!(fall(PLACES.median_ttft_ms) > fall(PLACES.mean_ttft_ms));
        assert!(fall(PLACES.mean_ttft_ms) > fall(PLACES.p99_ttft_ms));
        assert!(fall(PLACES.mean_ttft_ms) > fall(PLACES.mean_e2el_ms));
        assert!(fall(PLACES.median_tpot_ms) > 0.0 && fall(PLACES.median_tpot_ms) < 0.3);
        assert_eq!(base.values[PLACES.completed], now.values[PLACES.completed]);
        assert_eq!(
            base.values[PLACES.total_output_tokens],
            now.values[PLACES.total_output_tokens]
        );
        for (more, less) in [
            (base.values[PLACES.duration], now.values[PLACES.duration]),
            (
                base.values[PLACES.mean_waiting],
                20.0 * now.values[PLACES.mean_waiting],
            ),
            (now.values[PLACES.imbalance], base.values[PLACES.imbalance]),
            (base.values[PLACES.preemptions], 0.0),
            (base.values[PLACES.peak_kv_usage], 0.95),
            (0.95, now.values[PLACES.peak_kv_usage]),
            (base.values[PLACES.lost_elsewhere], 0.1),
        ] {
            assert!(more > less, "{more} {less}");
        }
        assert_eq!(now.values[PLACES.preemptions], 0.0);
        assert_eq!(now.values[PLACES.lost_elsewhere], 0.0);
    }
}
