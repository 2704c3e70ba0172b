//! Why the run that the failure of a replica opens with has the figures that it has.

use super::{Why, why};
use crate::chart::Course;
use crate::format;
use warmpath_core::metrics::{PLACES, Summary};
use warmpath_core::scenario::life::health::HEALTH;
use warmpath_core::scenario::standard;

/// The questions with their answers, of the run under least-load and under smart.
pub(super) fn of(least: &Summary, smart: &Summary, courses: &[Course]) -> Vec<Why> {
    let dead = |it: &Summary| {
        let sent = it.life.as_ref().map_or(0, |life| life.sent_to_dead);
        format::count(sent)
    };
    let again = |it: &Summary| {
        let tokens = it.life.as_ref().map_or(0, |life| life.recomputed_tokens);
        match tokens {
            0 => "no".to_owned(),
            _ => format::count(tokens),
        }
    };
    let lost = |it: &Summary, of: fn(&warmpath_core::metrics::HappeningFigures) -> u32| {
        let life = it.life.iter().flat_map(|life| &life.happenings);
        format::count(life.map(|it| u64::from(of(it))).sum())
    };
    let failed = |it: &Summary| format::count(it.values[PLACES.failed] as u64);
    let first = |it: &Summary| it.life.as_ref()?.happenings.first().cloned();
    let ready = [least, smart].map(|it| {
        let it = first(it)?;
        Some(it.at_s + it.ready_after_s?)
    });
    // Arrivals do not depend on the policy, so all questions have been asked by the end of the longest curve.
    let ends = courses.iter().filter_map(|it| {
        let befell = it.befell.as_ref()?;
        Some(befell.waits.len() as f64 * it.bin)
    });
    let end = ends.fold(0.0, f64::max);
    let back = ready.into_iter().flatten().fold(f64::INFINITY, f64::min);
    let who = match (back.is_finite(), back > end) {
        (false, _) => {
            "The replica does not come back: the others compute anew what only it held".to_owned()
        }
        (true, true) => format!(
            "The others compute what only the dead one held. It is ready again at {}, but the last question is asked by {}",
            format::seconds(back),
            format::seconds(end)
        ),
        (true, false) => format!(
            "Until {} the others compute what only the dead one held, and from then on it does so too, with an empty cache",
            format::seconds(back)
        ),
    };
    let reuse = |it: &Summary| format::share(it.values[PLACES.token_reuse_rate]);
    vec![
        why(
            "Why is anything sent to a replica that is dead?",
            "Nobody tells the router. Probes look at intervals, and one failure is not believed. Until then a dead replica looks \
             idle, since an attempt there fails at once and leaves nothing active: least-load sends {} attempts there, smart {}. \
             Smart sends fewer because it wants a warm cache more than an empty queue.",
            [dead(least), dead(smart)],
        ),
        probes(first(least).and_then(|it| Some((it.at_s, it.known_after_s?)))),
        why(
            "Why do requests fail though three replicas are alive?",
            "An answer that the dead one has begun is cut off, and a client gives up after its last attempt: {} failed under least-load, \
             {} under smart. Attempts that fail at once use up a client's patience quickly.",
            [failed(least), failed(smart)],
        ),
        why(
            "Why are more tokens computed afterwards?",
            "{}. So {} prompt tokens that had been nowhere else are computed again under least-load, {} under smart. Under least-load \
             the other replicas hold the same documents; who kept each in one place has more to lose.",
            [who, again(least), again(smart)],
        ),
        why(
            "Why does least-load lose more blocks, and has to compute none of them again?",
            "Least-load had sent the dead replica questions about all documents, so its cache was full of them: {} blocks, of which {} lay on no \
             other replica, and nobody asked for those again. Smart keeps a document where it is: {} blocks, but {} of them nowhere else. Each \
             of these that is asked for again costs {} tokens once.",
            [
                lost(least, |it| it.lost_blocks),
                lost(least, |it| it.lost_alone),
                lost(smart, |it| it.lost_blocks),
                lost(smart, |it| it.lost_alone),
                standard::BLOCK_SIZE.to_string(),
            ],
        ),
        why(
            "Why does smart still reuse more?",
            "One replica's documents are lost, a quarter; the others stay warm: {} of all prompt tokens are reused under smart, {} under \
             least-load.",
            [reuse(smart), reuse(least)],
        ),
    ]
}

/// Why the router knew so late: `death` is when the replica died, and how long after that the router knew \[s\].
fn probes(death: Option<(f64, f64)>) -> Why {
    let health = HEALTH.iter().find(|it| it.name == "kubernetes");
    let (period, fails, lag) =
        health.map_or((f64::NAN, 0, f64::NAN), |it| (it.period, it.fails, it.lag));
    let (died, after) = death.unwrap_or((f64::NAN, f64::NAN));
    let last = died + after - lag;
    let times = (0..fails)
        .rev()
        .map(|n| format::fixed(last - f64::from(n) * period, 1));
    let times: Vec<String> = times.collect();
    why(
        "Why does the router know only then, and why are the probes at those times?",
        "Each replica is probed every {}, beginning at a moment that the seed draws for it, so that not all are probed together. For the dead one \
         these were {} s. {} failures in a row count, as Kubernetes has it, while one answer is enough for the return, and the router hears of the last {} later, which is assumed: in all \
         {} after the death.",
        [
            format::seconds(period),
            times.join(", "),
            fails.to_string(),
            format::seconds(lag),
            format::seconds(after),
        ],
    )
}
