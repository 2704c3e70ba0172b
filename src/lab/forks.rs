//! Fork and rerun: a request of the last run sent to every replica in turn, and what each would have led to.

use super::state::Lab;
use crate::figure::{Live, Sheet};
use warmpath_view::lab::forks as markup;
use warmpath_view::lab::refusals::Refusal;

/// The control that a request's number is typed into.
const NUMBER: &str = "fork-number";

/// The slowest requests of a policy, any other by its number, and the last fork.
pub(super) fn wire(sheet: &Sheet, lab: Lab) {
    let policy = Live::new(0usize);
    sheet.follow(move |sheet| {
        let outcome = lab.outcome.read();
        let summaries = outcome.as_ref().map_or(&[][..], |it| &it.summaries);
        let names = summaries.iter().map(|it| it.policy.as_str());
        sheet.fill("#fork-policy", &markup::policies(names));
        sheet.set_value("#fork-policy", &policy.get().to_string());
    });
    sheet.on("change", "#fork-policy", move |it| {
        policy.set(it.value().parse().unwrap_or(0));
    });
    sheet.inside("#fork-picks tbody", move || {
        let outcome = lab.outcome.read();
        let picks = outcome.as_ref().map_or(&[][..], |it| &it.picks);
        let at = policy.get().min(picks.len().saturating_sub(1));
        picks.get(at).map_or(String::new(), |it| markup::picks(it))
    });
    sheet.on("click", "[data-request]", move |it| {
        if let Some(request) = it.number("request") {
            lab.fork(policy.get_untracked(), request);
        }
    });
    let of = sheet.clone();
    sheet.on("click", "#fork-any", move |_| {
        let typed = of.value("#fork-number");
        let outcome = lab.outcome.read_untracked();
        let Some(query) = outcome.as_ref().map(|it| &it.query) else {
            return;
        };
        let file = lab.file.read_untracked();
        let file = file.as_ref().map(|it| (it.name.as_str(), it.requests));
        match markup::request(&typed, markup::count(query, file)) {
            Ok(request) => {
                lab.mended(NUMBER);
                lab.fork(policy.get_untracked(), request);
            }
            Err(reason) => lab.refuse(Refusal::new(NUMBER, "", &typed, reason)),
        }
    });
    sheet.follow(move |sheet| {
        let forked = lab.forked.read();
        let [said, table] = forked.as_ref().map_or(Default::default(), |it| {
            markup::told(&it.policy, it.request, &it.original, &it.effects)
        });
        let none = forked.is_none().then_some("");
        for (part, inside) in [("#fork-said", said), ("#fork-alternatives", table)] {
            sheet.mark(part, "hidden", none);
            sheet.fill(part, &inside);
        }
    });
}
