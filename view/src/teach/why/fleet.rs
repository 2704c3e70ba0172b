//! Why the run that the fleet opens with has the figures that it has.

use super::{Why, why};
use crate::format::{self, GAP};
use warmpath_core::metrics::{PLACES, Summary};

/// The questions with their answers, of the run under least-load and under smart.
pub(super) fn of(least: &Summary, smart: &Summary) -> Vec<Why> {
    let of = |it: &Summary, at: usize| it.values[at];
    let time = |it, at| format::millis(of(it, at));
    let share = |it, at| format::share(of(it, at));
    let times = |x: f64| format!("{}{GAP}times", format::significant(x, 3));
    let duration = |it: &Summary| format::seconds(of(it, PLACES.duration));
    let busiest = |it: &Summary| {
        let requests = || it.replicas.iter().map(|it| it.requests);
        let mean = requests().sum::<f64>() / it.replicas.len() as f64;
        times(requests().fold(0.0, f64::max) / mean)
    };
    vec![
        why(
            "Why is the hit rate not one, even under smart?",
            "Somebody has to be the first to ask about each document, and each question is new: {} of all prompt blocks had never \
             been computed anywhere. Smart finds {}. What else it misses the router did not know of yet ({}), was evicted ({}), or lay warm on \
             another replica ({}).",
            [
                share(smart, PLACES.lost_never_cached),
                share(smart, PLACES.cache_hit_rate),
                share(smart, PLACES.lost_unknown),
                share(smart, PLACES.lost_evicted),
                share(smart, PLACES.lost_elsewhere),
            ],
        ),
        why(
            "Why is it not zero under least-load, which looks at no cache?",
            "Chance, and room: a cache holds several of the eight documents at once, so a question often meets a replica that has read its \
             document before. It finds {}. Another {} lay warm on a replica that was not asked, and that is enough to make the queues \
             grow.",
            [
                share(least, PLACES.cache_hit_rate),
                share(least, PLACES.lost_elsewhere),
            ],
        ),
        why(
            "Why is the time to first token not zero where everything is warm?",
            "A step reads all weights, and a request waits for the present step to end. Half of all requests under smart had their \
             first token within {}; the slowest in a hundred took {}, since they were the first to ask about a document, or stood \
             behind one that was. Under least-load the two are {} and {}.",
            [
                time(smart, PLACES.median_ttft_ms),
                time(smart, PLACES.p99_ttft_ms),
                time(least, PLACES.median_ttft_ms),
                time(least, PLACES.p99_ttft_ms),
            ],
        ),
        why(
            "Why does everybody wait longer, and not only those who found nothing?",
            "While a replica computes a long prompt, its other answers get their tokens late and its queue grows. The mean time per \
             token after the first is {} under least-load and {} under smart, though decoding is the same work under both.",
            [
                time(least, PLACES.mean_tpot_ms),
                time(smart, PLACES.mean_tpot_ms),
            ],
        ),
        why(
            "Why is the work not spread evenly?",
            "By requests, which the table counts, the busiest replica has {} the mean under least-load and {} under smart; by the time that \
             their prompt tokens and answers take to compute, {} and {}. A document belongs to whoever is warm for \
             it, and eight documents do not divide evenly among four replicas at every moment. Evenness is worth less than it seems: \
             least-load's replicas are evenly busy with work that need not be done.",
            [
                busiest(least),
                busiest(smart),
                times(of(least, PLACES.imbalance)),
                times(of(smart, PLACES.imbalance)),
            ],
        ),
        why(
            "Why are fewer requests completed a second than come?",
            "All are divided by the time until the last answer is complete: {} under least-load, {} under smart. Answers take their time after \
             the last question, and under least-load a queue has to be worked off first.",
            [duration(least), duration(smart)],
        ),
        why(
            "Why do the questions come when they do?",
            "Each gap, and each length, is drawn from a seed, once for all policies. So questions come in clusters and pauses, as from people \
             who know nothing of each other (Poisson arrivals).",
            [],
        ),
    ]
}
