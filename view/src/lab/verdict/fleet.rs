//! How many replicas were paid for, where a fleet changed its size.

use super::{NamedPolicy, as_is, list};
use crate::format;
use crate::rich::{RichText, plain_text};

/// The sentence on how many replicas were paid for, and from when the most were ready; `None` if no policy's fleet changed its
/// size.
pub(super) fn grown(each: &[NamedPolicy<'_>]) -> Option<RichText> {
    let grew = |it: &NamedPolicy<'_>| {
        let scaling = it.summary.scaling.as_ref();
        scaling.is_some_and(|scaling| scaling.fewest != scaling.most)
    };
    if !each.iter().any(grew) {
        return None;
    }
    let mut text = plain_text("Replicas, of the first seed: ");
    text.extend(list(each, |it| {
        let Some(scaling) = &it.summary.scaling else {
            return "as set".to_owned();
        };
        let ready = |step: &(f64, [u32; 3])| step.1[2];
        let most = scaling.course.iter().map(ready).max().unwrap_or(0);
        let from = scaling.course.iter().find(|step| ready(step) == most);
        format!(
            "{} to {} paid, at most {} ready, from {}",
            format::count(scaling.fewest.into()),
            format::count(scaling.most.into()),
            format::count(most.into()),
            format::seconds(from.map_or(0.0, |step| step.0))
        )
    }));
    text.push(as_is("."));
    Some(text)
}
