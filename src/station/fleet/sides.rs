//! Which policies stand side by side: their places, and what comes next to them.

use crate::figure::Sheet;
use warmpath_core::router::POLICIES;
use warmpath_view::duel::{LEAST, MOST, markup};
use warmpath_view::markup::escape;

/// What is offered for comparison, in this order.
const NEXT: [&str; 5] = ["chwbl", "cache-aware", "round-robin", "least-load", "smart"];

/// A policy to compare next: the first of [`NEXT`] that is not there.
pub(super) fn another(all: &[String]) -> Option<String> {
    let next = NEXT
        .into_iter()
        .find(|name| !all.iter().any(|it| it == name));
    next.filter(|_| all.len() < MOST).map(str::to_owned)
}

/// The places of the policies: as many as there are of these.
pub(super) fn places(sheet: &Sheet, policies: &[String]) {
    let few = policies.len() <= LEAST;
    for which in 0..MOST {
        let policy = policies.get(which);
        for part in [format!("#fleet-{which}"), format!("#fleet-trees-{which}")] {
            sheet.mark(&part, "hidden", policy.is_none().then_some(""));
        }
        let remove = format!("[data-remove='{which}']");
        sheet.mark(&remove, "hidden", few.then_some(""));
        if let Some(policy) = policy {
            let select = format!("[data-side='{which}']");
            if POLICIES.iter().all(|entry| entry.name != policy) {
                // One with parameters of its own.
                let own = format!("{select} .own");
                sheet.fill(&own, &escape(policy));
                sheet.mark(&own, "hidden", None);
            }
            sheet.set_value(&select, policy);
            let about = escape(markup::about(policy));
            sheet.fill(&format!("#fleet-about-{which}"), &about);
        }
    }
    let full = another(policies).is_none();
    sheet.mark("#fleet-add", "disabled", full.then_some(""));
}
