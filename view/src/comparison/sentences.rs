//! Sentences on what the sides have done. Requests are numbered from 0, as on the command line and in reports.

use super::{Comparison, PolicySide};
use crate::format::{self, GAP, NONE};
use crate::playback::{Census, EventKind};
use crate::rich::{RichText, Tone};
use warmpath_core::fleet::race::Parting;
use warmpath_core::units::VirtualTime;

/// How the other policies compare with the first, where the decisions first cost something, and, of two policies, where they first
/// differ.
pub fn delta(comparison: &Comparison) -> RichText {
    let Some((a, others)) = comparison.sides.split_first() else {
        return RichText::new();
    };
    if others.iter().all(|b| b.policy() == a.policy()) {
        let times = match others.len() {
            1 => "twice".to_owned(),
            n => format!("{} times", format::word(n as u32 + 1)),
        };
        let text =
            format!("The same policy {times} makes the same choices. Choose another on one side.");
        return vec![(Tone::Plain, text)];
    }
    let shown = comparison.prompts.len() as u64;
    let requests = match u64::from(comparison.of) > shown {
        true => format!(
            "The first {} of {}",
            format::count(shown),
            format::plural(comparison.of.into(), "request")
        ),
        false => format!("The same {}", format::plural(shown, "request")),
    };
    let mut sentence = vec![(
        Tone::Plain,
        format!("{requests}, {}: ", moments(comparison)),
    )];
    match others {
        [b] => one(comparison, a, b, &mut sentence),
        _ => several(comparison, a, others, &mut sentence),
    }
    if let Some((which, costly)) = comparison.costly() {
        let [ours, theirs] = costly.ttft_ms.map(|ms| {
            ms.map_or("never comes".to_owned(), |it| {
                format!("takes {}", format::millis(it))
            })
        });
        let (request, sent) = (costly.request, format::seconds(costly.at_s));
        let (policy, other) = (a.policy(), comparison.sides[which].policy());
        sentence.push((
            Tone::Plain,
            format!(
                " The first difference that anybody would notice is request{GAP}{request}, sent after {sent}: its first token {ours} under \
                 {policy} and {theirs} under {other}."
            ),
        ));
    }
    sentence
}

/// Whether all policies were sent each request at the same moment: what waits for an earlier answer, or for room, is not.
fn moments(comparison: &Comparison) -> &'static str {
    let sent = |side: &PolicySide| {
        let mut first: Vec<Option<VirtualTime>> = vec![None; comparison.prompts.len()];
        for event in side.events.iter().filter(|it| it.kind == EventKind::Sent) {
            if let Some(at) = first.get_mut(event.request as usize) {
                at.get_or_insert(event.at);
            }
        }
        first
    };
    let mut all = comparison.sides.iter().map(sent);
    let first = all.next();
    // What one side never sent is compared with nothing.
    let alike =
        |a: &Option<VirtualTime>, b: &Option<VirtualTime>| a.is_none() || b.is_none() || a == b;
    let same = |it: Vec<Option<VirtualTime>>| {
        first
            .as_ref()
            .is_none_or(|first| first.iter().zip(&it).all(|(a, b)| alike(a, b)))
    };
    match all.all(same) {
        true => "sent at the same moments",
        false => "each sent as soon as what it waits for (an earlier answer, or room) is there",
    }
}

/// The sentence for a single other policy.
fn one(comparison: &Comparison, a: &PolicySide, b: &PolicySide, sentence: &mut RichText) {
    if [a, b].iter().any(|side| side.course.completed == 0) {
        several(comparison, a, core::slice::from_ref(b), sentence);
        return;
    }
    let [first, second] = [a, b].map(|side| side.ttft()[0]);
    sentence.extend([
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
    if let Some((_, first)) = comparison.parting() {
        let (of, elsewhere) = elsewhere(comparison, a, b);
        sentence.push((
            Tone::Plain,
            format!(
                " They part at request{GAP}{}, sent after {}; in all {elsewhere} of the {of} go to another replica.",
                first.request,
                format::seconds(first.at_s),
            ),
        ));
    }
    sentence.extend(of_which_requests(comparison));
}

/// The sentence for two or three other policies, or for one if one of the two sides answered no request.
fn several(
    comparison: &Comparison,
    a: &PolicySide,
    others: &[PolicySide],
    sentence: &mut RichText,
) {
    let unanswered = |side: &PolicySide| side.course.completed == 0;
    sentence.push((Tone::Plain, format!("under {} ", a.policy())));
    match unanswered(a) {
        true => sentence.push((Tone::Strong, "no request got an answer".to_owned())),
        false => sentence.extend([
            (Tone::Plain, "the median first token takes ".to_owned()),
            (Tone::Strong, format::seconds(a.ttft()[0])),
            (
                Tone::Plain,
                format!(
                    ", and {} of all prompt tokens are found in a cache",
                    format::share(a.reuse)
                ),
            ),
        ]),
    }
    for b in others {
        let [first, second] = [a, b].map(|side| side.ttft()[0]);
        sentence.extend([
            (Tone::Plain, "; under ".to_owned()),
            (Tone::Strong, b.policy().to_owned()),
        ]);
        if unanswered(b) {
            let none = " no request got an answer".to_owned();
            sentence.push((Tone::Strong, none));
            continue;
        }
        let takes = match unanswered(a) {
            true => " the median first token takes ",
            false => " it takes ",
        };
        sentence.extend([
            (Tone::Plain, takes.to_owned()),
            (Tone::Strong, format::seconds(second)),
        ]);
        let rest = match unanswered(a) {
            true => format!(
                ", and {} of all prompt tokens are found",
                format::share(b.reuse)
            ),
            false => {
                let (of, elsewhere) = elsewhere(comparison, a, b);
                format!(
                    " ({}), {} are found, and {elsewhere} of the {of} go elsewhere than under {}",
                    format::delta(second, first),
                    format::share(b.reuse),
                    a.policy()
                )
            }
        };
        sentence.push((Tone::Plain, rest));
    }
    sentence.push((Tone::Plain, ".".to_owned()));
    sentence.extend(of_which_requests(comparison));
}

/// Which requests the figures before it are of, where some got no answer.
fn of_which_requests(comparison: &Comparison) -> Option<(Tone, String)> {
    let all = comparison.prompts.len() as u64;
    let sides = &comparison.sides;
    let some = sides.iter().any(|it| it.course.completed > 0);
    let lost = some && sides.iter().any(|it| it.course.completed < all);
    let answered = under(&|at| {
        let side = sides.get(at)?;
        Some((format::count(side.course.completed), side.policy()))
    });
    lost.then(|| {
        let text = format!(" These figures are of the requests that got an answer: {answered}.");
        (Tone::Plain, text)
    })
}

/// What each policy has, in a line: `12.6 s under least-load, 226 ms under smart`. `of` gives the value and the policy of each
/// place; it is not an iterator: each type of iterator would be compiled for itself, which weighs more.
pub fn under<'a>(of: &dyn Fn(usize) -> Option<(String, &'a str)>) -> String {
    let mut line = String::new();
    let mut at = 0;
    let first = of(0);
    while let Some((value, policy)) = of(at) {
        // An address may name the same policy twice.
        if at > 0
            && first
                .as_ref()
                .is_some_and(|it| *it == (value.clone(), policy))
        {
            at += 1;
            continue;
        }
        if at > 0 {
            line.push_str(", ");
        }
        line.push_str(&value);
        line.push_str(" under ");
        line.push_str(policy);
        at += 1;
    }
    line
}

/// The requests that got an answer under both sides, in words, and the share of them that are answered by different replicas.
fn elsewhere(comparison: &Comparison, a: &PolicySide, b: &PolicySide) -> (&'static str, String) {
    let (mut both, mut apart) = (0_usize, 0_usize);
    for (a, b) in a.choices.iter().zip(&b.choices) {
        if let (Some((a, _)), Some((b, _))) = (a, b) {
            both += 1;
            apart += usize::from(a != b);
        }
    }
    let of = match both < comparison.prompts.len() {
        true => "requests answered under both",
        false => "requests",
    };
    (of, format::share(apart as f64 / both.max(1) as f64))
}

/// What is under way at a moment, for each side; at the end, where nothing is, what came of the run.
pub fn now(comparison: &Comparison, at: VirtualTime, sides: &[Census]) -> RichText {
    if at >= comparison.marks.end {
        return at_the_end(comparison, at);
    }
    let mut sentence = vec![(Tone::Strong, moment(at)), (Tone::Plain, ": ".to_owned())];
    for (which, (side, census)) in comparison.sides.iter().zip(sides).enumerate() {
        let between = if which == 0 { "" } else { "; " };
        sentence.push((Tone::Plain, format!("{between}under {} ", side.policy())));
        sentence.push((
            Tone::Strong,
            format!("{} without a first token", census.waiting),
        ));
        let rest = (census.answering, census.done);
        let rest = format!(", {} being answered, {} done", rest.0, rest.1);
        sentence.push((Tone::Plain, rest));
    }
    sentence.push((Tone::Plain, ".".to_owned()));
    if let Some((which, costly)) = comparison.costly()
        && let Some(text) = waits(comparison, which, costly, at)
    {
        sentence.push((Tone::Strong, text));
    }
    sentence
}

/// What came of the run, for each side: how many requests are answered, the longest wait and the last answer. What a
/// typical request saw (the medians) is in [`delta`].
fn at_the_end(comparison: &Comparison, at: VirtualTime) -> RichText {
    let all = comparison.prompts.len() as u64;
    let sides = &comparison.sides;
    let mut sentence = vec![
        (Tone::Strong, moment(at)),
        (Tone::Plain, ", the end of the run: ".to_owned()),
    ];
    let each = |sentence: &mut RichText, verb: &str, of: &dyn Fn(&PolicySide) -> String| {
        for (at, side) in sides.iter().enumerate() {
            let (between, verb) = if at == 0 { ("", verb) } else { (", ", "") };
            sentence.extend([
                (Tone::Plain, between.to_owned()),
                (Tone::Strong, of(side)),
                (Tone::Plain, format!("{verb} under {}", side.policy())),
            ]);
        }
        sentence.push((Tone::Plain, ".".to_owned()));
    };
    if sides.iter().all(|it| it.course.completed == all) {
        let requests = match all {
            1 => "the one request".to_owned(),
            _ => format!("all {}", format::plural(all, "request")),
        };
        let rest = " got an answer under each policy.".to_owned();
        sentence.extend([(Tone::Strong, requests), (Tone::Plain, rest)]);
    } else {
        let of = format!("of {} ", format::plural(all, "request"));
        sentence.push((Tone::Plain, of));
        let answered = |it: &PolicySide| format::count(it.course.completed);
        each(&mut sentence, " got an answer", &answered);
    }
    let time = |it: &PolicySide, time: f64| match it.course.completed {
        0 => NONE.to_owned(),
        _ => format::seconds(time),
    };
    let text = " The longest wait for a first token was ".to_owned();
    sentence.push((Tone::Plain, text));
    // The last entry of `within` is the time that all completed requests stay within: the longest.
    let longest = |it: &PolicySide| it.course.within[it.course.within.len() - 1];
    each(&mut sentence, "", &|it| time(it, longest(it)));
    let text = " The last answer was complete after ".to_owned();
    sentence.push((Tone::Plain, text));
    each(&mut sentence, "", &|it| time(it, it.course.duration));
    sentence
}

/// The first difference in decisions that costs a request time: one side waits for a first token that the other has.
fn waits(
    comparison: &Comparison,
    which: usize,
    costly: &Parting,
    at: VirtualTime,
) -> Option<String> {
    let policies = [0, which].map(|side| comparison.sides[side].policy());
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

/// The last times up to a moment that the first side's routers sent a request (a retry counts again), the latest first, at most `most`.
pub fn decisions(comparison: &Comparison, at: VirtualTime, most: usize) -> Vec<String> {
    let events = &comparison.sides[0].events;
    let past = events.partition_point(|event| event.at <= at);
    events[..past]
        .iter()
        .rev()
        .filter(|event| event.kind == EventKind::Sent)
        .take(most)
        .map(|event| decision(comparison, event.request, event.at))
        .collect()
}

/// The replica that each side chose for a request, and what the request found there.
pub(super) fn decision(comparison: &Comparison, request: u32, at: VirtualTime) -> String {
    let tokens = comparison.prompts[request as usize];
    let mut line = format!(
        "{}: request{GAP}{}, {}",
        moment(at),
        request,
        format::plural(u64::from(tokens), "token")
    );
    for (which, side) in comparison.sides.iter().enumerate() {
        let between = if which == 0 { ": " } else { "; " };
        let text = match side.choices[request as usize] {
            None if side.recalled.contains(&request) => {
                format!(
                    "{between}{} had kept the answer to an identical prompt",
                    side.policy()
                )
            }
            None => format!("{between}{} did not answer it", side.policy()),
            Some((replica, hit)) => format!(
                "{between}{} sent it to replica{GAP}{replica}, where, when its turn came, {} of it was found",
                side.policy(),
                format::share(f64::from(hit) / f64::from(tokens.max(1)))
            ),
        };
        line.push_str(&text);
    }
    line.push('.');
    line
}
