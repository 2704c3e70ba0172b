//! What two sides have done, in words. Requests are numbered from 0, as on the command line and in reports.

use super::Duel;
use crate::format::{self, GAP};
use crate::playback::{Census, Kind};
use crate::say::{Said, Tone};
use warmpath_core::units::VirtualTime;

/// How the second policy compares with the first, and where they part.
pub fn delta(duel: &Duel) -> Said {
    let [a, b] = &duel.sides;
    let mut said: Said = Vec::new();
    let mut say = |tone, text: String| said.push((tone, text));
    if a.policy == b.policy {
        say(
            Tone::Plain,
            "The same policy twice makes the same choices. Choose another on one side.".to_owned(),
        );
        return said;
    }
    let requests = duel.prompts.len() as u64;
    say(
        Tone::Plain,
        format!(
            "The same {}, sent at the same moments: ",
            format::plural(requests, "request")
        ),
    );
    say(Tone::Strong, b.policy.clone());
    say(
        Tone::Plain,
        " brings the median first token after ".to_owned(),
    );
    let tone = if b.ttft_p50_s < a.ttft_p50_s {
        Tone::Warm
    } else {
        Tone::Strong
    };
    say(tone, format::seconds(b.ttft_p50_s));
    say(
        Tone::Plain,
        format!(
            " where {} takes {} ({}). It finds {} of all prompt tokens in a cache, not {}.",
            a.policy,
            format::seconds(a.ttft_p50_s),
            format::delta(b.ttft_p50_s, a.ttft_p50_s),
            format::share(b.reuse),
            format::share(a.reuse)
        ),
    );
    if let Some((request, at)) = duel.parting {
        say(
            Tone::Plain,
            format!(
                " They part at request{GAP}{}, after {}; {} of all go elsewhere.",
                request,
                format::seconds(at.secs()),
                format::share(f64::from(duel.elsewhere) / (requests.max(1) as f64))
            ),
        );
    }
    if let Some(costly) = &duel.costly {
        let ttft = costly
            .ttft_ms
            .map(|ms| ms.map_or("no answer".to_owned(), format::millis));
        say(
            Tone::Plain,
            format!(
                " The first of them that anybody would notice is request{GAP}{}, after {}: its first token takes {} under {} and {} under {}.",
                costly.request,
                format::seconds(costly.at_s),
                ttft[0],
                a.policy,
                ttft[1],
                b.policy
            ),
        );
    }
    said
}

/// What is under way at a moment, side by side.
pub fn now(duel: &Duel, at: VirtualTime, sides: [Census; 2]) -> Said {
    let mut said = vec![(Tone::Strong, moment(at)), (Tone::Plain, ": ".to_owned())];
    for (which, census) in sides.iter().enumerate() {
        let between = if which == 0 { "" } else { "; " };
        said.push((
            Tone::Plain,
            format!("{between}under {} ", duel.sides[which].policy),
        ));
        said.push((
            Tone::Strong,
            format!("{} without a first token", census.waiting),
        ));
        let rest = (census.answering, census.done);
        let rest = format!(", {} being answered, {} done", rest.0, rest.1);
        said.push((Tone::Plain, rest));
    }
    said.push((Tone::Plain, ".".to_owned()));
    said
}

/// A moment, always with a tenth of a second so that it does not jump about.
pub fn moment(at: VirtualTime) -> String {
    format!("{}{GAP}s", format::fixed(at.secs(), 1))
}

/// The last decisions at a moment, latest first, at most `most`.
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

/// Where both sides sent a request, and what it found there.
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
            None => format!("{between}{} did not answer it", side.policy),
            Some((replica, hit)) => format!(
                "{between}{} sent it to replica{GAP}{replica}, which had {} of it",
                side.policy,
                format::share(f64::from(hit) / f64::from(tokens.max(1)))
            ),
        };
        told.push_str(&text);
    }
    told.push('.');
    told
}
