//! How the attempts that were sent where nothing answered come about: so many of requests that failed, so many of others.

use crate::failure::{Failure, RunPair};
use crate::format;
use crate::playback::EventKind;

/// How the attempts that were sent where nothing answered come about: those of the requests that failed, less what these tried
/// elsewhere or before, and those of the others. `None` if there were none, or nobody failed.
pub(super) fn tally(failure: &Failure, side: &RunPair) -> Option<String> {
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
        (each, 0) => (
            true,
            format!("{}\u{a0}×\u{a0}{each} tries", format::count(count)),
        ),
        _ => (false, format!("{} tries", format::count(tries))),
    };
    let before: u64 = failed.iter().map(|(it, _)| it.0 - it.1).sum();
    let others = all().filter(|(it, answered)| it.1 > 0 && **answered);
    let (others, theirs) = others.fold((0u64, 0u64), |(n, sum), (it, _)| (n + 1, sum + it.1));
    let policy = &side.policy;
    if before == 0 && others == 0 {
        return Some(format!(
            "All of these attempts under {policy} are of the requests that failed: {made}."
        ));
    }
    let are = |n: u64| if n == 1 { "is" } else { "are" };
    let mut sum = format!(
        "Of these attempts under {policy}, {} {} of the requests that failed: {made}",
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
