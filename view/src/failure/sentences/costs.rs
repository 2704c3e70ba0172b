//! What the events cost: the requests that they hit, the prompt tokens that are computed again because a cache was lost, and how much
//! is computed in all.

use super::attempts::tally;
use super::waits::{spared, waits};
use super::{SentenceParts, failures, is_befallen, unserved};
use crate::failure::{Failure, RunPair, figures};
use crate::format;
use crate::playback::EventKind;
use crate::rich::{RichText, Tone};

/// What explains [`story`](super::story()): how it comes about and what the events cost, as items of a list: those of
/// [`costs_by_policy`], then those of [`further_costs`].
pub fn costs(failure: &Failure) -> Vec<RichText> {
    let mut items = costs_by_policy(failure);
    items.extend(further_costs(failure));
    items
}

/// The requests that the events hit: an item for each policy under which they hit any.
pub fn costs_by_policy(failure: &Failure) -> Vec<RichText> {
    let mut items = Vec::new();
    if !is_befallen(failure) {
        return items;
    }
    let several = failures(failure) > 1;
    for side in &failure.sides {
        if let Some(words) = hit(failure, side, several) {
            let tally = tally(failure, side).map(|it| (Tone::Plain, format!(" {it}")));
            items.push(words.0.into_iter().chain(tally).collect());
        }
    }
    items
}

/// What concerns all policies: the attempts, the lost cache, the waits of those answered, and the times and numbers that the story
/// depends on ([`Failure::rules`]). Empty if nothing happens.
pub fn further_costs(failure: &Failure) -> Vec<RichText> {
    let mut items = Vec::new();
    if !is_befallen(failure) {
        return items;
    }
    items.extend(attempts_in_all(failure));
    items.extend(destinations(failure));
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

/// The line that stands for [`costs`] while they are folded away.
pub fn costs_brief(failure: &Failure) -> String {
    let again = crate::comparison::sentences::under(&|at| {
        let side = failure.sides.get(at)?;
        let again = side.with.life().map_or(0, |life| life.recomputed_tokens);
        Some((format::count(again), side.policy.as_str()))
    });
    format!("Why, and what it costs the others: prompt tokens computed again {again}")
}

/// Cuts a text at its semicolons into sentences, each an item of its own; one that begins with "it" is added to the item before, whose
/// subject it shares. (Cut here and not by the engine, which writes the text, to keep the engine's program small.)
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

/// What the events did to the requests under a policy; `None` if they hit none. `several` if more than one replica or router is hit.
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
        " {}\u{a0}of\u{a0}{} {}",
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

/// Why there are more attempts than requests, policy by policy; `None` if nobody tried again under any.
fn attempts_in_all(failure: &Failure) -> Option<RichText> {
    let mut parts = Vec::new();
    for side in &failure.sides {
        let Some(life) = side.with.life() else {
            continue;
        };
        let (clients, routers) = (life.client_again, life.router_again);
        let of = |count: u64, whose: &str| match count {
            0 => String::new(),
            n => format!(" and {} of {whose}", format::count(n)),
        };
        if clients + routers > 0 {
            parts.push(format!(
                "{} under {}, which are {} first ones{}{}",
                format::count(life.attempts),
                side.policy,
                format::count(life.attempts - clients - routers),
                of(clients, "clients that ask again"),
                of(routers, "routers that try again")
            ));
        }
    }
    (!parts.is_empty()).then(|| {
        let text = format!("Attempts in all: {}.", parts.join("; "));
        vec![(Tone::Plain, text)]
    })
}

/// Where the attempts went, policy by policy, so that the parts add up to the whole: to replicas that were up, where nothing answered,
/// or to none; `None` if all went to some replica under each.
fn destinations(failure: &Failure) -> Option<RichText> {
    let nowhere = |side: &RunPair| {
        let all = side.with.life().map_or(0, |life| life.attempts);
        all.saturating_sub(sent(side))
    };
    if failure.sides.iter().all(|side| nowhere(side) == 0) {
        return None;
    }
    let mut parts = Vec::new();
    for side in &failure.sides {
        let Some(life) = side.with.life() else {
            continue;
        };
        let summary = &side.with.summary;
        // Whether only a lack of replicas keeps attempts from being sent: limits before the router and a cache of whole answers do so too.
        let alone = summary.line.is_none() && summary.above.is_none() && side.with.ended(1) == 0;
        let why = match (alone, nowhere(side)) {
            (_, 0) => "",
            (true, _) => " (the router had none to send them to)",
            (false, _) => " (refused, answered before, or with none to go to)",
        };
        parts.push(format!(
            "under {}, {} went to replicas that were up, {} where nothing answered, and {} to no replica{why}",
            side.policy,
            format::count(sent(side).saturating_sub(life.sent_to_dead)),
            format::count(life.sent_to_dead),
            format::count(nowhere(side)),
        ));
    }
    let text = format!("Of all attempts {}.", parts.join("; "));
    Some(vec![(Tone::Plain, text)])
}

/// The attempts that a run's router sent to a replica.
fn sent(side: &RunPair) -> u64 {
    let events = side.with.events.iter();
    events.filter(|it| it.kind == EventKind::Sent).count() as u64
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
            (0, 0 | 1) => " is computed again under ",
            (0, _) => " are computed again under ",
            _ => " under ",
        };
        words.plain(format!("{computed}{}", side.policy));
    }
}

/// How many more or fewer prompt tokens are computed in all than without the events, and why that is not the number that is computed
/// again; `None` where nothing has to be explained.
fn in_all(failure: &Failure) -> Option<RichText> {
    let all = failure.sides.iter().map(|side| {
        let [with, without] = [&side.with, &side.without].map(figures::computed);
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
    words.plain("Prompt tokens computed in all, against the run without events: ");
    for (which, (side, more, _)) in all.iter().enumerate() {
        let count = format::count(more.unsigned_abs());
        let between = if which == 0 { "" } else { ", " };
        words.plain(between).strong(match more {
            0 => "no difference".to_owned(),
            1.. => format!("{count} more"),
            _ => format!("{count} fewer"),
        });
        words.plain(format!(" under {}", side.policy));
    }
    words.plain(". Requests that go elsewhere than in that run find more or less cached");
    if failure.sides.iter().any(|it| unserved(&it.with) > 0) {
        words.plain(", and those that are not answered to the end spare work");
    }
    let is_another = |(_, more, again): &(_, i64, u64)| *again > 0 && *more != again.cast_signed();
    if all.iter().any(is_another) {
        words.plain("; so this differs from what the lost cache costs");
    }
    words.plain(".");
    Some(words.0)
}
