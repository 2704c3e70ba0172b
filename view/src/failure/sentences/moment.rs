//! The state at a moment: who serves and what the routers know of it, what each run has come to at its end, and what happened last.

use super::{SentenceParts, is_befallen};
use crate::comparison::sentences::moment;
use crate::failure::{Failure, FailureRun, RunPair};
use crate::format::{self, GAP};
use crate::lives::{ReplicaState, Span, past};
use crate::playback::{Census, EventKind};
use crate::rich::RichText;
use warmpath_core::order;
use warmpath_core::units::VirtualTime;

/// The state at a moment, side by side: the replicas that do not serve, and whether the router knows. At the end, where nothing is
/// under way, what became of the requests.
pub fn now(failure: &Failure, at: VirtualTime, sides: &[Census]) -> RichText {
    let mut words = SentenceParts::default();
    let end = match at >= failure.marks.end {
        true => ", the end of the run: ",
        false => ": ",
    };
    words.strong(moment(at)).plain(end);
    for (which, (side, census)) in failure.sides.iter().zip(sides).enumerate() {
        let between = if which == 0 { "under " } else { "; under " };
        words.plain(format!("{between}{} ", side.policy));
        let (there, impaired) = impaired(side, at);
        match (there, impaired.is_empty()) {
            (0, true) => words.strong("no replica is there"),
            (_, true) => words.plain("all replicas serve"),
            _ => words.strong(impaired.join(", ")),
        };
        if at >= failure.marks.end {
            words.plain(ended(failure, side));
            continue;
        }
        let sum = |of: fn(&crate::lives::Life) -> &Vec<VirtualTime>| -> u64 {
            side.with.lives.iter().map(|life| past(of(life), at)).sum()
        };
        let (astray, cut) = (sum(|it| &it.astray), sum(|it| &it.cut));
        words.plain(format!(
            "; {} sent where nothing answers and {} broken off so far, {} waiting",
            format::plural(astray, "attempt"),
            format::plural(cut, "answer"),
            format::count(census.waiting.into())
        ));
        let scaling = side.with.scaling.at(at);
        if !scaling.is_empty() {
            words.plain(format!("; replicas: {scaling}"));
        }
    }
    words.plain(".");
    words.0
}

/// How many replicas are there at a moment, and those that do not serve, or of which the router does not know how they are, each in
/// words.
fn impaired(side: &RunPair, at: VirtualTime) -> (u32, Vec<String>) {
    let mut impaired = Vec::new();
    // An autoscaler's fleet shrinks all the time, and its size is told elsewhere.
    let scaled = !side.with.scaling.wanted.is_empty();
    let mut there = 0;
    for (replica, life) in side.with.lives.iter().enumerate() {
        let stage = life.at(at);
        let was_there = |it: &Span<ReplicaState>| it.from <= at && it.what != ReplicaState::Absent;
        let gone = stage == ReplicaState::Absent && life.spans.iter().any(was_there);
        let state = if gone { "gone" } else { stage.words() };
        there += u32::from(stage != ReplicaState::Absent);
        let belief = match (life.wrong_at(at), stage) {
            // What is drained is gone before every router has heard of it.
            (Some(true), _) => " and believed alive",
            (Some(false), ReplicaState::Ready | ReplicaState::Slow) => {
                ", and the router does not know yet"
            }
            _ => "",
        };
        let serves = match stage {
            ReplicaState::Ready => true,
            ReplicaState::Absent => !gone || scaled,
            _ => false,
        };
        if !serves || !belief.is_empty() {
            impaired.push(format!("replica{GAP}{replica} is {state}{belief}"));
        }
    }
    (there, impaired)
}

/// What a policy's run has come to at its end, and what it would have without the events, to go on from the state of its replicas.
fn ended(failure: &Failure, side: &RunPair) -> String {
    let answered = |run: &FailureRun| {
        let mut events = run.events.iter().rev();
        let last = events.find(|it| it.kind == EventKind::Done);
        let last = last.map_or(String::new(), |it| {
            format!(", the last after {}", format::seconds(it.at.secs()))
        });
        (format::count(run.ended(0)), last)
    };
    let (with, last) = answered(&side.with);
    let (without, last_without) = answered(&side.without);
    let all = format::plural(failure.requests.into(), "request");
    let rest = match is_befallen(failure) {
        true => format!(" (without it {without}{last_without})"),
        false => String::new(),
    };
    format!(", and {with}\u{a0}of\u{a0}{all} got a whole answer{last}{rest}")
}

/// The last events of replicas before a moment, the latest first, at most `most`.
pub fn lately(failure: &Failure, at: VirtualTime, most: usize) -> Vec<String> {
    let mut all: Vec<(VirtualTime, String)> = Vec::new();
    for side in &failure.sides {
        for (replica, life) in side.with.lives.iter().enumerate() {
            let policy = &side.policy;
            for span in life.spans.iter().skip(1).filter(|span| span.from <= at) {
                all.push((
                    span.from,
                    format!("{policy}: replica{GAP}{replica} is {}", span.what.words()),
                ));
            }
            for span in life
                .wrong
                .iter()
                .filter(|span| span.to <= at && span.to < failure.marks.end)
            {
                let does = match span.what {
                    true => "does not answer",
                    false => "answers",
                };
                all.push((
                    span.to,
                    format!("{policy}: the router learns that replica{GAP}{replica} {does}"),
                ));
            }
        }
    }
    order::by(&mut all, |a, b| b.0.cmp(&a.0));
    let latest = all.into_iter().take(most);
    latest
        .map(|(at, text)| format!("{}: {text}.", moment(at)))
        .collect()
}
