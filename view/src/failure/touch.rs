//! The request that a reader clicks in a lane of the failures, and what became of it under that policy.
//!
//! The rules are those of the fleet's lanes ([`crate::comparison::touch`]): a request that was sent more than once is where its
//! last attempt went. Where several requests are under way, the one whose first token comes next is taken.

use super::{Failure, RunPair};
use crate::comparison::sentences::moment;
use crate::comparison::touch::{self, Visit};
use crate::format::{self, GAP};
use crate::look::looks_of;
use crate::playback::EventKind;
use crate::rich::{RichText, Tone};
use warmpath_core::units::VirtualTime;

/// The visit of every request under a policy, in the run with the failure.
fn visits(failure: &Failure, side: &RunPair) -> Vec<Option<Visit>> {
    let requests = failure.requests as usize;
    touch::visits(&side.with.events, requests, failure.marks.end)
}

/// The request on a replica of side `which` at a moment: one of those that wait if `waiting`, else one in the engine.
pub fn whose(
    failure: &Failure,
    which: usize,
    replica: u16,
    now: VirtualTime,
    waiting: bool,
) -> Option<u32> {
    let side = failure.sides.get(which)?;
    touch::at(&visits(failure, side), replica, now, waiting)
}

/// The request that was sent last to a replica of side `which`, up to a moment.
pub fn last(failure: &Failure, which: usize, replica: u16, now: VirtualTime) -> Option<u32> {
    let events = &failure.sides.get(which)?.with.events;
    let past = &events[..events.partition_point(|event| event.at <= now)];
    let sent =
        |event: &&crate::playback::Event| event.kind == EventKind::Sent && event.replica == replica;
    past.iter().rev().find(sent).map(|event| event.request)
}

/// Where a request was sent: its only attempt, or the first and the last with their number.
fn whither(side: &RunPair, request: u32, visit: &Visit) -> String {
    let events = side.with.events.iter();
    let sent = events.filter(|it| it.request == request && it.kind == EventKind::Sent);
    let sent: Vec<_> = sent.collect();
    let to = |replica: u16, at| format!("to replica {replica} at {}", moment(at));
    let last = to(visit.replica, visit.sent);
    match sent.as_slice() {
        [first, _, ..] => format!(
            ": sent {} times, first {}, and last {last}",
            format::word(sent.len() as u32),
            to(first.replica, first.at)
        ),
        _ => format!(": sent {last}"),
    }
}

/// The sentence on what became of a request under the policy of side `which`.
pub fn request_sentence(failure: &Failure, which: usize, request: u32) -> RichText {
    let Some(side) = failure.sides.get(which) else {
        return RichText::new();
    };
    let visit = visits(failure, side).get(request as usize).copied();
    let look = looks_of(&failure.sides, |it| &it.policy)[which];
    let mut sentence = vec![
        (Tone::Strong, format!("Request{GAP}{request}")),
        (Tone::Plain, " under ".to_owned()),
        (Tone::Policy(look), side.policy.clone()),
    ];
    let rest = match visit.flatten() {
        None => ": sent nowhere.".to_owned(),
        Some(visit) => {
            let whither = whither(side, request, &visit);
            let over = |at: VirtualTime| {
                let is_it = |it: &&crate::playback::Event| it.request == request && it.at == at;
                let last = side.with.events.iter().rev().find(is_it);
                last.map(|it| it.kind)
            };
            let end = match over(visit.end) {
                Some(EventKind::Done) => format!("answered by {}", moment(visit.end)),
                Some(EventKind::Cut) => format!("broken off at {}", moment(visit.end)),
                Some(EventKind::Lost) => format!("failed at {}", moment(visit.end)),
                _ => "not over when the run ends".to_owned(),
            };
            match visit.first {
                Some(first) => {
                    let after = format::seconds((first - visit.sent).secs());
                    format!("{whither}, first token after {after}, {end}.")
                }
                None => format!("{whither}, no first token, {end}."),
            }
        }
    };
    sentence.push((Tone::Plain, rest));
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::opening;
    use crate::rich::words;

    #[test]
    fn the_request_under_a_click_is_told_with_what_became_of_it() {
        let failure = opening().unwrap();
        let now = VirtualTime::from_secs(3.0);
        let sent = last(&failure, 0, 1, now).expect("something was sent to replica 1 within 3 s");
        let sentence = words(&request_sentence(&failure, 0, sent));
        assert!(
            sentence.starts_with(&format!(
                "Request{GAP}{sent} under least-load: sent to replica "
            )),
            "{sentence}"
        );
        let visit = visits(&failure, &failure.sides[0])[sent as usize].unwrap();
        // At the time of its first token, no other request has its first token sooner.
        let first = visit.first.unwrap();
        let found = whose(&failure, 0, visit.replica, first, false);
        assert_eq!(found, Some(sent));
        assert_eq!(whose(&failure, 9, 1, now, false), None);
        assert!(words(&request_sentence(&failure, 1, 999_999)).ends_with(": sent nowhere."));
    }

    #[test]
    fn whoever_was_sent_again_is_told_with_its_first_attempt_and_its_last() {
        let failure = opening().unwrap();
        let at = VirtualTime::from_secs(30.0);
        let request = last(&failure, 0, 1, at).expect("something was sent to replica 1");
        let sent = failure.sides[0].with.events.iter();
        let sent = sent.filter(|it| it.request == request && it.kind == EventKind::Sent);
        let sent: Vec<_> = sent.collect();
        assert!(sent.len() > 1 && sent[0].at <= at, "{sent:?}");
        let sentence = words(&request_sentence(&failure, 0, request));
        let first = format!(
            ": sent {} times, first to replica 1 at {}, and last to replica",
            format::word(sent.len() as u32),
            moment(sent[0].at)
        );
        assert!(sentence.contains(&first), "{sentence}");
        assert!(sentence.contains("failed at"), "{sentence}");
    }

    #[test]
    fn whoever_was_cut_off_and_lost_is_told_so() {
        let failure = opening().unwrap();
        let events = &failure.sides[0].with.events;
        let cut = events
            .iter()
            .rev()
            .find(|it| matches!(it.kind, EventKind::Cut | EventKind::Lost));
        let cut = cut.expect("a kill cuts answers off");
        let visit = visits(&failure, &failure.sides[0])[cut.request as usize].unwrap();
        let sentence = words(&request_sentence(&failure, 0, cut.request));
        assert_eq!(
            sentence.contains("broken off at") || sentence.contains("failed at"),
            visit.end == cut.at,
            "{sentence}"
        );
    }
}
