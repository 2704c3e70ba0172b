//! What happens to the fleet, for how long its router does not know, and whether everybody is answered all the same.

use super::waits::waits;
use super::{SentenceParts, failures, unserved};
use crate::event::moment;
use crate::failure::happened::{Happened, idle, in_vain};
use crate::failure::{Failure, RunPair};
use crate::format;
use crate::rich::RichText;
use warmpath_core::metrics::HappeningFigures;
use warmpath_core::scenario::life::Events;
use warmpath_core::units::VirtualTime;

/// The largest number of times that are told one by one.
const MOST_TIMES: usize = 3;

/// What happens and what came of it, in two sentences. How that comes about is in [`costs`](super::costs()).
pub fn story(failure: &Failure) -> RichText {
    let set = Events::parse(&failure.befalls).unwrap_or_default().all;
    let mut words = SentenceParts::default();
    let Some(first) = failure.first() else {
        let why = match set.is_empty() {
            true => "under each policy both runs are the same".to_owned(),
            false => in_vain(failure, &set),
        };
        words.plain(format!(
            "Nothing happens to this fleet: {why}. Choose a moment and a replica, and what is to happen."
        ));
        return words.0;
    };
    match set.is_empty() {
        true => {
            words.strong("Replicas fail by chance");
        }
        false => happens(&mut words, failure, first),
    }
    if let Some(known) = known(failure, failures(failure) > 1) {
        words.plain(known);
    }
    words.plain(". ");
    match failure.sides.iter().any(|side| unserved(&side.with) > 0) {
        true => lost(&mut words, failure),
        false => {
            words.plain("Every request is answered; ");
            waits(&mut words, failure);
        }
    }
    words.plain(idle(failure, &set));
    if u64::from(failure.of) > u64::from(failure.requests) {
        words.plain(format!(
            " Shown are the first {} of {}.",
            format::count(failure.requests.into()),
            format::plural(failure.of.into(), "request")
        ));
    }
    words.0
}

/// Adds what happened from the `first` moment on, from the log: under all policies alike, or policy by policy.
fn happens(words: &mut SentenceParts, failure: &Failure, first: VirtualTime) {
    let all: Vec<Vec<Happened>> = failure
        .sides
        .iter()
        .map(|side| side.with.happened())
        .collect();
    // To the millisecond, as what is set is written.
    let at = moment(VirtualTime::from_millis(libm::round(first.millis())));
    let alike = all.windows(2).all(|two| two[0] == two[1]);
    match all.first().map(Vec::as_slice) {
        Some([one]) if alike => words.plain(format!("At {at} ")).strong(one.words()),
        Some(things) if alike => {
            let from = match things.iter().all(|it| it.at == first) {
                true => format!("At {at} "),
                false => format!("From {at} on "),
            };
            words
                .plain(from)
                .strong(format!("{} things happen to the fleet", things.len()))
        }
        _ => {
            let counts = all.iter().zip(&failure.sides).map(|(things, side)| {
                let count = format::count(things.len() as u64);
                format!("{count} under {}", side.policy)
            });
            words
                .plain(format!("From {at} on "))
                .strong("things happen to the fleet")
                .plain(format!(", {}", counts.collect::<Vec<_>>().join(" and ")))
        }
    };
}

/// For how long the router took replicas that did not answer for alive, event by event, if that is the same under all policies
/// and attempts were sent there meanwhile; `several` if there is more than one event.
fn known(failure: &Failure, several: bool) -> Option<String> {
    let of = |side: &RunPair| -> Vec<Option<f64>> {
        let unanswered = side.with.befell().filter(|it| it.sent_to_dead > 0);
        unanswered
            .map(|it| it.known_after_s.or_else(|| unnoticed(failure, side, it)))
            .collect()
    };
    let mut all = failure.sides.iter().map(of);
    let first = all.next().filter(|it| !it.is_empty())?;
    if !all.all(|it| it == first) {
        return None;
    }
    let times = match first.len() {
        0..=MOST_TIMES => {
            let time = |it: &Option<f64>| match it {
                Some(after) => format!("for {}", format::seconds(*after)),
                None => "to the end".to_owned(),
            };
            first.iter().map(time).collect::<Vec<_>>().join(" and ")
        }
        _ => {
            let known: Option<Vec<f64>> = first.iter().copied().collect();
            let longest = known?.into_iter().fold(0.0, f64::max);
            format!("for up to {}", format::seconds(longest))
        }
    };
    let whom = match several {
        true => "replicas that do not answer",
        false => "it",
    };
    Some(format!(", and {times} the router takes {whom} for alive"))
}

/// For how long the router took a replica for alive that answered again before it was noticed \[s\]; `None` if that was so to the
/// end of the run.
fn unnoticed(failure: &Failure, side: &RunPair, event: &HappeningFigures) -> Option<f64> {
    let life = side.with.lives.get(usize::from(event.whom))?;
    let from = VirtualTime::from_secs(event.at_s);
    let mut wrong = life.wrong.iter().filter(|it| it.what && it.to > from);
    let span = wrong.next().filter(|it| it.to < failure.marks.end)?;
    Some((span.to - from).secs())
}

/// Adds how many requests were not answered to the end, policy by policy.
fn lost(words: &mut SentenceParts, failure: &Failure) {
    let requests = format::plural(failure.requests.into(), "request");
    words.plain(format!("Of {requests}, "));
    for (which, side) in failure.sides.iter().enumerate() {
        let failed = if which == 0 {
            " failed or broke off"
        } else {
            ""
        };
        words
            .plain(if which == 0 { "" } else { ", " })
            .strong(format::count(unserved(&side.with)))
            .plain(format!("{failed} under {}", side.policy));
        let without = unserved(&side.without);
        if without > 0 {
            words.plain(format!(" (without it {})", format::count(without)));
        }
    }
    words.plain(".");
}
