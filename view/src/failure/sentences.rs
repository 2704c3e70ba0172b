//! Sentences on what happens to the fleet and what came of it, a list of how that comes about, and a sentence on a moment.

use super::happened::{Happened, idle, in_vain};
use super::{Failure, FailureRun, RunPair};
use crate::event::moment;
use crate::format::{self, GAP};
use crate::lives::{ReplicaState, Span, past};
use crate::playback::{Census, EventKind};
use crate::rich::{RichText, Tone};
use warmpath_core::metrics::{HappeningFigures, percentile};
use warmpath_core::order;
use warmpath_core::scenario::life::Events;
use warmpath_core::units::VirtualTime;

/// A sentence that is being put together from pieces.
#[derive(Default)]
struct SentenceParts(RichText);

impl SentenceParts {
    fn plain(&mut self, text: impl Into<String>) -> &mut Self {
        self.0.push((Tone::Plain, text.into()));
        self
    }

    fn strong(&mut self, text: impl Into<String>) -> &mut Self {
        self.0.push((Tone::Strong, text.into()));
        self
    }
}

/// What happens and what came of it, in two sentences. How that comes about is in [`costs`].
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

/// How [`story`] comes about and what it costs the others, as items of a list: the requests that it hits, policy by policy,
/// the lost cache, the waits of those answered, and the times and numbers behind it. Empty if nothing happens.
pub fn costs(failure: &Failure) -> Vec<RichText> {
    let mut items = Vec::new();
    if !is_befallen(failure) {
        return items;
    }
    let several = failures(failure) > 1;
    for side in &failure.sides {
        if let Some(words) = hit(failure, side, several) {
            items.push(words.0);
            items.extend(tally(failure, side).map(|it| vec![(Tone::Plain, it)]));
        }
    }
    items.push(cache(failure));
    items.extend(in_all(failure));
    let is_answered = |side: &RunPair| !side.with.p95().is_nan();
    if failure.sides.iter().any(|side| unserved(&side.with) > 0)
        && failure.sides.iter().any(is_answered)
    {
        let mut words = SentenceParts::default();
        words.plain("Of those who are answered, ");
        waits(&mut words, failure);
        spared(&mut words, failure);
        items.push(words.0);
    }
    let rules = failure.rules.lines().flat_map(parted);
    items.extend(rules.map(|it| vec![(Tone::Plain, it)]));
    items
}

/// A text that has semicolons as sentences, each an item of its own, except that one on the same subject stays with the one before
/// it. (The engine, which writes it, has no room for more code.)
fn parted(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for part in text.split("; ") {
        let mut sentence = part.trim_end_matches('.').to_owned() + ".";
        // The first letter is of ASCII.
        if let Some(first) = sentence.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        match items.last_mut().filter(|_| part.starts_with("it ")) {
            Some(last) => {
                last.push(' ');
                last.push_str(&sentence);
            }
            None => items.push(sentence),
        }
    }
    items
}

/// How many more or fewer prompt tokens are computed in all than without the events, and why that is not the number that is computed
/// again; `None` where nothing has to be explained.
fn in_all(failure: &Failure) -> Option<RichText> {
    let all = failure.sides.iter().map(|side| {
        let [with, without] = [&side.with, &side.without].map(super::figures::computed);
        let again = side.with.life().map_or(0, |life| life.recomputed_tokens);
        (side, with.cast_signed() - without.cast_signed(), again)
    });
    let all: Vec<_> = all.collect();
    if all
        .iter()
        .all(|(_, more, again)| *more == again.cast_signed())
    {
        return None;
    }
    let mut words = SentenceParts::default();
    words.plain("Prompt tokens computed in all, against the run without it: ");
    for (which, (side, more, _)) in all.iter().enumerate() {
        let count = format::count(more.unsigned_abs());
        let which = if which == 0 { "" } else { ", " };
        words.plain(which).strong(match more {
            0 => "as many".to_owned(),
            1.. => format!("{count} more"),
            _ => format!("{count} fewer"),
        });
        words.plain(format!(" under {}", side.policy));
    }
    words.plain(". Requests that go to another replica than without it find more or less there");
    if failure.sides.iter().any(|it| unserved(&it.with) > 0) {
        words.plain(", and those that are not answered to the end spare work");
    }
    let is_another = |(_, more, again): &(_, i64, u64)| *again > 0 && *more != again.cast_signed();
    if all.iter().any(is_another) {
        words.plain("; so it is another number than that of the lost cache");
    }
    words.plain(".");
    Some(words.0)
}

/// Whether anything befalls the fleet: an event, or a failure by chance.
fn is_befallen(failure: &Failure) -> bool {
    failure.first().is_some()
}

/// How many replicas or routers are befallen, at most, under any of the policies; one twice if it is so twice.
fn failures(failure: &Failure) -> usize {
    let sides = failure.sides.iter();
    let counts = sides.map(|side| side.with.befell().count());
    counts.max().unwrap_or(0)
}

/// How many requests of a run were refused, failed or broke off.
fn unserved(run: &FailureRun) -> u64 {
    run.ended(1) + run.ended(2) + run.ended(3)
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

/// The attempts of each request of a run, and how many of these were sent where nothing answered.
fn attempts(failure: &Failure, side: &RunPair) -> Vec<(u64, u64)> {
    let mut attempts = vec![(0, 0); failure.requests as usize];
    for event in &side.with.events {
        let Some((all, astray)) = attempts.get_mut(event.request as usize) else {
            continue;
        };
        if event.kind == EventKind::Sent {
            *all += 1;
            let life = side.with.lives.get(usize::from(event.replica));
            let lost = life.is_some_and(|it| it.astray.binary_search(&event.at).is_ok());
            *astray += u64::from(lost);
        }
    }
    attempts
}

/// How the attempts that were sent where nothing answered come about: those of the requests that failed, less what these tried
/// elsewhere or before, and those of the others. `None` if there were none, or nobody failed.
fn tally(failure: &Failure, side: &RunPair) -> Option<String> {
    let attempts = attempts(failure, side);
    let mut answered = vec![false; attempts.len()];
    for event in &side.with.events {
        if matches!(event.kind, EventKind::Done | EventKind::Cut) {
            *answered.get_mut(event.request as usize)? = true;
        }
    }
    let astray: u64 = attempts.iter().map(|it| it.1).sum();
    let all = || attempts.iter().zip(&answered);
    // A request that no replica was there for, or that was turned away, was never sent.
    let failed: Vec<_> = all()
        .filter(|(it, answered)| it.0 > 0 && !**answered)
        .collect();
    let count = failed.len() as u64;
    if astray == 0 || count == 0 {
        return None;
    }
    let tries: u64 = failed.iter().map(|(it, _)| it.0).sum();
    let (each, made) = match (tries / count, tries % count) {
        (1, 0) if count == 1 => (false, "one try".to_owned()),
        (1, 0) => (false, "one try each".to_owned()),
        (each, 0) => (true, format!("{} × {each} tries", format::count(count))),
        _ => (false, format!("{} tries", format::count(tries))),
    };
    let before: u64 = failed.iter().map(|(it, _)| it.0 - it.1).sum();
    let others = all().filter(|(it, answered)| it.1 > 0 && **answered);
    let (others, theirs) = others.fold((0u64, 0u64), |(n, sum), (it, _)| (n + 1, sum + it.1));
    let policy = &side.policy;
    if before == 0 && others == 0 {
        return Some(format!(
            "All the attempts under {policy} are of the requests that failed: {made}."
        ));
    }
    let are = |n: u64| if n == 1 { "is" } else { "are" };
    let mut sum = format!(
        "Of the attempts under {policy}, {} {} of the requests that failed: {made}",
        format::count(tries - before),
        are(tries - before)
    );
    if before > 0 {
        if each {
            sum += &format!(" make {}", format::count(tries));
        }
        sum += &format!(
            ", and {} of these went to a replica that still answered",
            format::count(before)
        );
    }
    if others > 0 {
        sum += &format!(
            ". The other {} {} of {} answered at a later try",
            if theirs == 1 {
                "one".to_owned()
            } else {
                format::count(theirs)
            },
            are(theirs),
            format::plural(others, "request")
        );
    }
    Some(sum + ".")
}

/// The line that stands for [`costs`] while they are folded away.
pub fn costs_brief(failure: &Failure) -> String {
    let again = crate::comparison::sentences::under(&|at| {
        let side = failure.sides.get(at)?;
        let again = side.with.life().map_or(0, |life| life.recomputed_tokens);
        Some((format::count(again), side.policy.as_str()))
    });
    format!("Why, and what it costs the others: prompt tokens computed again {again}")
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

/// The largest number of times that are told one by one.
const MOST_TIMES: usize = 3;

/// For how long the router took a replica for alive that answered again before it was noticed \[s\]; `None` if that was so to the
/// end of the run.
fn unnoticed(failure: &Failure, side: &RunPair, event: &HappeningFigures) -> Option<f64> {
    let life = side.with.lives.get(usize::from(event.whom))?;
    let from = VirtualTime::from_secs(event.at_s);
    let mut wrong = life.wrong.iter().filter(|it| it.what && it.to > from);
    let span = wrong.next().filter(|it| it.to < failure.marks.end)?;
    Some((span.to - from).secs())
}

/// What the events did to the requests under a policy; `None` if they hit none. `several` if there is more than one event.
fn hit(failure: &Failure, side: &RunPair, several: bool) -> Option<SentenceParts> {
    let life = side.with.life()?;
    let [_, rejected, failed, cut, _] = life.outcomes;
    if life.sent_to_dead + unserved(&side.with) == 0 {
        return None;
    }
    let mut words = SentenceParts::default();
    words.plain("Under ").strong(side.policy.clone());
    if life.sent_to_dead > 0 {
        let whom = if several { "them" } else { "it" };
        words
            .plain(format!(", which sends {whom} "))
            .strong(format::plural(life.sent_to_dead, "attempt"))
            .plain(",");
    }
    words.plain(format!(
        " {} of {} {}",
        format::count(rejected + failed),
        format::plural(failure.requests.into(), "request"),
        if rejected + failed == 1 {
            "fails"
        } else {
            "fail"
        }
    ));
    words.plain(match cut {
        0 => " and no answer breaks off.".to_owned(),
        1 => " and 1 answer breaks off.".to_owned(),
        n => format!(" and {} answers break off.", format::count(n)),
    });
    Some(words)
}

/// What became of the caches that were lost, as a sentence.
fn cache(failure: &Failure) -> RichText {
    let lives = || failure.sides.iter().filter_map(|side| side.with.life());
    let lost = lives()
        .flat_map(|life| &life.happenings)
        .any(|it| it.lost_blocks > 0);
    let again = lives().any(|life| life.recomputed_tokens > 0);
    let mut words = SentenceParts::default();
    match (lost, again) {
        (_, true) => anew(&mut words, failure),
        (true, false) => {
            words.plain("Nothing of what the lost cache held is computed again");
        }
        (false, false) => {
            words.plain("No cache is lost");
        }
    }
    words.plain(".");
    words.0
}

/// Adds how long those who are answered wait, policy by policy, to end a sentence. Under some policy there must be such.
fn waits(words: &mut SentenceParts, failure: &Failure) {
    let time = |run: &FailureRun| match run.p95() {
        p95 if p95.is_nan() => None,
        p95 => Some(format::seconds(p95)),
    };
    words.plain("one in twenty waits longer for its first token (P95 of TTFT) than ");
    let mut none = Vec::new();
    let mut between = "";
    for side in &failure.sides {
        let Some(with) = time(&side.with) else {
            none.push(side.policy.clone());
            continue;
        };
        let without = time(&side.without).unwrap_or_else(|| "nobody is answered".to_owned());
        words.plain(between).strong(with);
        words.plain(format!(" under {} (without it {without})", side.policy));
        between = ", ";
    }
    if !none.is_empty() {
        words.plain(format!("; under {} nobody is answered", none.join(", ")));
    }
    words.plain(".");
}

/// Of the requests answered in the run with the events, P95 of the time until the first token there and in the run without them
/// \[s\], both from the moment at which a router first had sent it; `None` if none is answered in both.
fn waits_of_answered(side: &RunPair) -> Option<[f64; 2]> {
    let times = |run: &FailureRun| {
        // Of each request: first sent, first token, whether it has its last.
        let mut all: std::collections::BTreeMap<u32, [Option<f64>; 3]> = Default::default();
        for event in &run.events {
            let place = match event.kind {
                EventKind::Sent => 0,
                EventKind::FirstToken => 1,
                EventKind::Done => 2,
                _ => continue,
            };
            all.entry(event.request).or_default()[place].get_or_insert(event.at.secs());
        }
        all
    };
    let without = times(&side.without);
    let mut waits = [Vec::new(), Vec::new()];
    for (request, with) in times(&side.with) {
        if let [Some(sent), Some(first), Some(_)] = with
            && let Some([Some(sent_without), Some(first_without), Some(_)]) = without.get(&request)
        {
            let sent = sent.min(*sent_without);
            waits[0].push(first - sent);
            waits[1].push(first_without - sent);
        }
    }
    (!waits[0].is_empty()).then(|| {
        waits.map(|mut all| {
            order::numbers(&mut all);
            percentile(&all, 95.0)
        })
    })
}

/// Adds why those who are answered may wait less than without the event: because fewer are served, or only because the figure
/// leaves out those who are not answered.
fn spared(words: &mut SentenceParts, failure: &Failure) {
    let (mut fewer, mut left_out) = (Vec::new(), Vec::new());
    for side in &failure.sides {
        // Refused, failed or broken off.
        let unserved = side.without.ended(0).saturating_sub(side.with.ended(0));
        let is_less = side.with.p95() < side.without.p95();
        if unserved == 0 || !is_less {
            continue;
        }
        let requests = format::plural(unserved, "request");
        match waits_of_answered(side) {
            Some([with, without]) if with < without => fewer.push(format!(
                "{requests} {} not answered to the end under {}",
                if unserved == 1 { "was" } else { "were" },
                side.policy
            )),
            _ => left_out.push(format!("{requests} under {}", side.policy)),
        }
    }
    if !fewer.is_empty() {
        words.plain(format!(
            " Where those answered wait less, it is because others no longer stood before them: {}.",
            fewer.join(", ")
        ));
    }
    if !left_out.is_empty() {
        words.plain(format!(
            " They do not wait less than they would without it: a shorter time leaves out who got no whole answer, {}.",
            left_out.join(", ")
        ));
    }
}

/// Adds how many prompt tokens were computed again because a cache was lost.
fn anew(words: &mut SentenceParts, failure: &Failure) {
    words.plain("Of what the lost cache held, ");
    for (which, side) in failure.sides.iter().enumerate() {
        let between = if which == 0 { "" } else { ", " };
        let again = side.with.life().map_or(0, |life| life.recomputed_tokens);
        words.plain(between);
        words.strong(match again {
            0 => "no prompt token".to_owned(),
            n => format::plural(n, "prompt token"),
        });
        let computed = match (which, again) {
            (0, 1) => " is computed again under ",
            (0, 0) => " is computed again under ",
            (0, _) => " are computed again under ",
            _ => " under ",
        };
        words.plain(format!("{computed}{}", side.policy));
    }
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
    format!(", and {with} of {all} got a whole answer{last}{rest}")
}

/// The state at a moment, side by side: the replicas that do not serve, and whether the router knows. At the end, where nothing is
/// under way, what became of the requests.
pub fn now(failure: &Failure, at: VirtualTime, sides: &[Census]) -> RichText {
    let mut words = SentenceParts::default();
    let end = match at >= failure.marks.end {
        true => ", the end of the run: ",
        false => ": ",
    };
    words
        .strong(crate::comparison::sentences::moment(at))
        .plain(end);
    for (which, (side, census)) in failure.sides.iter().zip(sides).enumerate() {
        let between = if which == 0 { "under " } else { "; under " };
        words.plain(format!("{between}{} ", side.policy));
        let lives = side.with.lives.iter().enumerate();
        let mut impaired = Vec::new();
        // An autoscaler's fleet shrinks all the time, and its size is told below.
        let scaled = !side.with.staff.wanted.is_empty();
        let mut there = 0;
        for (replica, life) in lives {
            let stage = life.at(at);
            let was_there =
                |it: &Span<ReplicaState>| it.from <= at && it.what != ReplicaState::Absent;
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
        let staff = side.with.staff.at(at);
        if !staff.is_empty() {
            words.plain(format!("; replicas: {staff}"));
        }
    }
    words.plain(".");
    words.0
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
    all.sort_by_key(|it| core::cmp::Reverse(it.0.0));
    let latest = all.into_iter().take(most);
    latest
        .map(|(at, text)| format!("{}: {text}.", crate::comparison::sentences::moment(at)))
        .collect()
}
