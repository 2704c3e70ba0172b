//! Which policies are compared: up to four, each with its parameters.

use super::settings;
use super::state::{Lab, field};
use crate::figure::{Sheet, mark};
use leptos::prelude::*;
use warmpath_core::router::PolicySpec;
use warmpath_view::controls::with_setting;
use warmpath_view::lab::policies::{self as markup, MOST};

/// What is chosen, and whose card is open.
pub(super) fn wire(sheet: &Sheet, lab: Lab) {
    // The place of the policy whose card is open.
    let open = RwSignal::new(None::<usize>);
    sheet.follow(move |sheet| show(sheet, &lab.scenario.read().policies, open.get()));
    sheet.on("click", "#lab-policies .name", move |it| {
        let at = it.number("at");
        open.update(|open| *open = if *open == at { None } else { at });
    });
    sheet.on("click", "#lab-policies .off", move |it| {
        let mut next = texts(lab);
        if let Some(at) = it.number::<usize>("at").filter(|at| *at < next.len()) {
            next.remove(at);
            open.set(None);
            put(lab, &next);
        }
    });
    sheet.on("change", "#lab-add-policy", move |it| {
        add(lab, it.value());
        // The list is for adding: it goes back to its title.
        crate::dom::set_value(&it.at, "");
    });
    sheet.on("change", "#lab-policy", move |it| {
        add(lab, it.value().trim().to_owned());
    });
    let change = move |to: &dyn Fn(&PolicySpec) -> String| {
        let mut next = texts(lab);
        let at = open.get_untracked().unwrap_or(usize::MAX);
        if let Some(spec) = lab.scenario.read_untracked().policies.get(at) {
            next[at] = to(spec);
        }
        put(lab, &next);
    };
    sheet.on("change", "#lab-policy-card [data-setting]", move |it| {
        change(&|spec| with_setting(&spec.to_string(), &it.data("setting"), it.value().trim()));
    });
    sheet.on("change", "#policy-knowledge", move |it| {
        let knowledge = it.value();
        change(&|spec| match (markup::halves(spec).0, knowledge.trim()) {
            (rule, "") => rule,
            (rule, knowledge) => format!("{rule}@{knowledge}"),
        });
    });
}

/// Shows the chips, and the card of the policy at that place.
fn show(sheet: &Sheet, policies: &[PolicySpec], open: Option<usize>) {
    sheet.fill("#lab-policies", &markup::chips(policies));
    // The list would only refuse a fifth; a text may name it, and is told.
    let full = (policies.len() >= MOST).then_some("");
    sheet.mark("#lab-add-policy", "disabled", full);
    let spec = open.and_then(|at| policies.get(at));
    for (at, name) in sheet.parts("#lab-policies .name").iter().enumerate() {
        let expanded = (open == Some(at)).to_string();
        mark(name, "aria-expanded", Some(&expanded));
    }
    let none = spec.is_none().then_some("");
    sheet.mark("#lab-policy-card", "hidden", none);
    let (Some(spec), Some(at)) = (spec, open) else {
        return sheet.fill("#lab-policy-card", "");
    };
    let class = format!("policy-card edge-{at}");
    sheet.mark("#lab-policy-card", "class", Some(&class));
    sheet.fill("#lab-policy-card", &markup::card(spec));
    settings::show(sheet, "policy", &markup::parameters(spec));
    sheet.set_value("#policy-knowledge", &markup::halves(spec).1);
}

/// One policy more.
pub(super) fn add(lab: Lab, text: String) {
    let mut next = texts(lab);
    if !text.is_empty() && !next.contains(&text) {
        next.push(text);
        put(lab, &next);
    }
}

fn texts(lab: Lab) -> Vec<String> {
    let scenario = lab.scenario.read_untracked();
    scenario.policies.iter().map(ToString::to_string).collect()
}

fn put(lab: Lab, policies: &[String]) {
    if policies.is_empty() || policies.len() > MOST {
        lab.refuse(&format!("compare one to {MOST} policies"));
    } else if let Some(field) = field("policy") {
        lab.set(field, &policies.join(","));
    }
}
