//! Sentences on what the sides have done. Requests are numbered from 0, as on the command line and in reports.

use super::{Duel, Side};
use crate::format::{self, GAP};
use crate::playback::{Census, Kind};
use crate::rich::{RichText as Said, Tone};
use warmpath_core::fleet::race::Parting;
use warmpath_core::units::VirtualTime;

/// How the other policies compare with the first, and where their decisions first differ.
pub fn delta(duel: &Duel) -> Said {
    let Some((a, others)) = duel.sides.split_first() else {
        return Said::new();
    };
    if others.iter().all(|b| b.policy() == a.policy()) {
        let text = "The same policy twice makes the same choices. Choose another on one side.";
        return vec![(Tone::Plain, text.to_owned())];
    }
    let shown = duel.prompts.len() as u64;
    let requests = match u64::from(duel.of) > shown {
        true => format!(
            "The first {} of {}",
            format::count(shown),
            format::plural(duel.of.into(), "request")
        ),
        false => format!("The same {}", format::plural(shown, "request")),
    };
    let mut said = vec![(
        Tone::Plain,
        format!("{requests}, sent at the same moments: "),
    )];
    match others {
        [b] => one(duel, a, b, &mut said),
        _ => several(duel, a, others, &mut said),
    }
    if let Some((which, costly)) = duel.costly() {
        let ttft = costly
            .ttft_ms
            .map(|ms| ms.map_or("no answer".to_owned(), format::millis));
        said.push((
            Tone::Plain,
            format!(
                " The first of them that anybody would notice is request{GAP}{}, after {}: its first token takes {} under {} and {} under {}.",
                costly.request,
                format::seconds(costly.at_s),
                ttft[0],
                a.policy(),
                ttft[1],
                duel.sides[which].policy()
            ),
        ));
    }
    said
}

/// The sentence for a single other policy.
fn one(duel: &Duel, a: &Side, b: &Side, said: &mut Said) {
    let [first, second] = [a, b].map(|side| side.ttft()[0]);
    said.extend([
        (Tone::Strong, b.policy().to_owned()),
        (
            Tone::Plain,
            " brings the median first token after ".to_owned(),
        ),
        (Tone::Strong, format::seconds(second)),
        (
            Tone::Plain,
            format!(
                " where {} takes {} ({}). It finds {} of all prompt tokens in a cache, not {}.",
                a.policy(),
                format::seconds(first),
                format::delta(second, first),
                format::share(b.reuse),
                format::share(a.reuse)
            ),
        ),
    ]);
    if let Some((_, first)) = duel.parting() {
        let elsewhere = share_elsewhere(duel, 0);
        said.push((
            Tone::Plain,
            format!(
                " They part at request{GAP}{}, after {}; {elsewhere} of all go elsewhere.",
                first.request,
                format::seconds(first.at_s),
            ),
        ));
    }
}

/// The sentence for two or three other policies.
fn several(duel: &Duel, a: &Side, others: &[Side], said: &mut Said) {
    said.extend([
        (
            Tone::Plain,
            format!("under {} the median first token takes ", a.policy()),
        ),
        (Tone::Strong, format::seconds(a.ttft()[0])),
        (
            Tone::Plain,
            format!(
                ", and {} of all prompt tokens are found in a cache",
                format::share(a.reuse)
            ),
        ),
    ]);
    for (at, b) in others.iter().enumerate() {
        let [first, second] = [a, b].map(|side| side.ttft()[0]);
        said.extend([
            (Tone::Plain, "; under ".to_owned()),
            (Tone::Strong, b.policy().to_owned()),
            (Tone::Plain, " it takes ".to_owned()),
            (Tone::Strong, format::seconds(second)),
            (
                Tone::Plain,
                format!(
                    " ({}), {} are found, and {} of the requests go elsewhere than under {}",
                    format::delta(second, first),
                    format::share(b.reuse),
                    share_elsewhere(duel, at),
                    a.policy()
                ),
            ),
        ]);
    }
    said.push((Tone::Plain, ".".to_owned()));
}

/// The share of the requests that a side sends to another replica than the first side does.
fn share_elsewhere(duel: &Duel, other: usize) -> String {
    let elsewhere = duel.apart.get(other).map_or(0, |pair| pair.elsewhere);
    format::share(f64::from(elsewhere) / duel.prompts.len().max(1) as f64)
}

/// What is under way at a moment, for each side.
pub fn now(duel: &Duel, at: VirtualTime, sides: &[Census]) -> Said {
    let mut said = vec![(Tone::Strong, moment(at)), (Tone::Plain, ": ".to_owned())];
    for (which, (side, census)) in duel.sides.iter().zip(sides).enumerate() {
        let between = if which == 0 { "" } else { "; " };
        said.push((Tone::Plain, format!("{between}under {} ", side.policy())));
        said.push((
            Tone::Strong,
            format!("{} without a first token", census.waiting),
        ));
        let rest = (census.answering, census.done);
        let rest = format!(", {} being answered, {} done", rest.0, rest.1);
        said.push((Tone::Plain, rest));
    }
    said.push((Tone::Plain, ".".to_owned()));
    if let Some((which, costly)) = duel.costly()
        && let Some(text) = waits(duel, which, costly, at)
    {
        said.push((Tone::Strong, text));
    }
    said
}

/// The first difference in decisions that costs a request time: one side waits for a first token that the other has.
fn waits(duel: &Duel, which: usize, costly: &Parting, at: VirtualTime) -> Option<String> {
    let policies = [0, which].map(|side| duel.sides[side].policy());
    let due = costly.ttft_ms.map(|ms| ms.map(|ms| costly.at_s * 1e3 + ms));
    let (quick, slow) = match due {
        [Some(a), Some(b)] if a <= b => (0, 1),
        [Some(_), None] => (0, 1),
        [_, Some(_)] => (1, 0),
        [None, None] => return None,
    };
    let now = at.millis();
    let waits = now >= due[quick]? && due[slow].is_none_or(|until| now < until);
    waits.then(|| {
        let until = match due[slow] {
            Some(ms) => format!("until {}", format::millis(ms)),
            None => "and gets none".to_owned(),
        };
        format!(
            " Request{GAP}{} has its first token under {} and waits for it under {} {until}.",
            costly.request, policies[quick], policies[slow]
        )
    })
}

/// A moment, always with a tenth of a second so that the text does not change its width.
pub fn moment(at: VirtualTime) -> String {
    format!("{}{GAP}s", format::fixed(at.secs(), 1))
}

/// The last decisions at a moment, the latest first, at most `most`.
pub fn decisions(duel: &Duel, at: VirtualTime, most: usize) -> Vec<String> {
    let events = &duel.sides[0].events;
    let past = events.partition_point(|event| event.at <= at);
    events[..past]
        .iter()
        .rev()
        .filter(|event| event.kind == Kind::Sent)
        .take(most)
        .map(|event| decision(duel, event.request, event.at))
        .collect()
}

/// The replica that each side chose for a request, and what the request found there.
fn decision(duel: &Duel, request: u32, at: VirtualTime) -> String {
    let tokens = duel.prompts[request as usize];
    let mut told = format!(
        "{}: request{GAP}{}, {}",
        moment(at),
        request,
        format::plural(u64::from(tokens), "token")
    );
    for (which, side) in duel.sides.iter().enumerate() {
        let between = if which == 0 { ": " } else { "; " };
        let text = match side.choices[request as usize] {
            None => format!("{between}{} did not answer it", side.policy()),
            Some((replica, hit)) => format!(
                "{between}{} sent it to replica{GAP}{replica}, which had {} of it",
                side.policy(),
                format::share(f64::from(hit) / f64::from(tokens.max(1)))
            ),
        };
        told.push_str(&text);
    }
    told.push('.');
    told
}
