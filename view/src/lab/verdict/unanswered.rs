//! Which requests the times leave out: those that got no whole answer.

use super::{NamedPolicy, as_is, list};
use crate::format;
use crate::rich::{RichText, plain_text};
use warmpath_core::metrics::PLACES;

/// The sentence on requests that got no whole answer, or else on how many each policy completed, if that differs; `None` if
/// neither is to be said.
pub(super) fn unanswered(each: &[NamedPolicy<'_>]) -> Option<RichText> {
    let all = each.iter().map(ended);
    if all.clone().all(|it| it.1 == 0) {
        if !each.windows(2).any(|it| ended(&it[0]) != ended(&it[1])) {
            return None;
        }
        let mut text = plain_text("They did not complete as many requests: ");
        text.extend(list(each, |it| format::count(ended(it).0)));
        text.push(as_is("."));
        return Some(text);
    }
    // Of the first run, as in `ended`.
    let first = each
        .iter()
        .any(|it| it.summary.seeds > 1 && it.summary.life.is_some());
    let seed = if first { " with the first seed" } else { "" };
    if let [one] = each {
        let (done, _) = ended(one);
        let (lost, done) = (lost(one), format::count(done));
        return Some(plain_text(format!(
            "{lost} requests got no whole answer{seed}; the times are of the {done} that did."
        )));
    }
    let mut text = plain_text(format!(
        "Requests without a whole answer{seed}, which the times leave out: "
    ));
    text.extend(list(each, lost));
    text.push(as_is("."));
    Some(text)
}

/// Whose times are told: of all requests, or of those that got a whole answer where some did not.
pub(super) fn whose(policies: &[NamedPolicy<'_>]) -> &'static str {
    match policies.iter().any(|it| ended(it).1 > 0) {
        true => "those answered",
        false => "the requests",
    }
}

/// How many requests were completed, and how many got no whole answer: rejected, failed, cut off or pending at the end.
fn ended(it: &NamedPolicy<'_>) -> (u64, u64) {
    match &it.summary.life {
        // Of the first run, as those that were cut off are counted nowhere else.
        Some(life) => (life.outcomes[0], life.outcomes[1..].iter().sum()),
        None => {
            let missing = it.value(PLACES.failed) + it.value(PLACES.rejected);
            (
                it.value(PLACES.completed) as u64,
                libm::round(missing) as u64,
            )
        }
    }
}

/// How many of a policy's requests got no whole answer: `26 of 400`.
fn lost(it: &NamedPolicy<'_>) -> String {
    let (done, missing) = ended(it);
    format!(
        "{} of {}",
        format::count(missing),
        format::count(done + missing)
    )
}
