//! Which policies are compared: up to four, each with its parameters.

use super::settings;
use super::state::Lab;
use crate::figure::{Live, Sheet, mark};
use warmpath_core::router::PolicySpec;
use warmpath_view::controls::with_setting;
use warmpath_view::lab::policies::{self as markup, MOST, Unfit};
use warmpath_view::lab::refusals::Refusal;

/// The control that a policy is typed into.
const TYPED: &str = "lab-policy";

/// What is chosen, and whose card is open.
pub(super) fn wire(sheet: &Sheet, lab: Lab) {
    // The place of the policy whose card is open.
    let open = Live::new(None::<usize>);
    sheet.follow(move |sheet| show(sheet, lab, open.get()));
    // What is to be said of them: of what was just tried, and of what is chosen.
    sheet.text("#policies-said", move || match lab.remark.get() {
        Some(remark) => remark,
        None => lab.scenario.read().remarks().join(". "),
    });
    sheet.on("click", "#lab-policies .name", move |it| {
        let at = it.number("at");
        lab.forgive("policy-");
        open.update(|open| *open = if *open == at { None } else { at });
    });
    sheet.on("click", "#lab-policies .off", move |it| {
        let mut next = lab.scenario.read_untracked().policies.clone();
        if let Some(at) = it.number::<usize>("at").filter(|at| *at < next.len()) {
            next.remove(at);
            if next.is_empty() {
                lab.remark.set(Some(markup::ONE.to_owned()));
                return;
            }
            lab.forgive("policy-");
            open.set(None);
            put(lab, next);
        }
    });
    sheet.on("change", "#lab-add-policy", move |it| {
        if let Err(refused) = add(lab, &it.value()) {
            lab.remark.set(Some(refused.said()));
        }
        // The list is for adding: it goes back to its title.
        crate::dom::set_value(&it.at, "");
    });
    sheet.on("change", "#lab-policy", move |it| {
        lab.mended(TYPED);
        let typed = it.value();
        match add(lab, typed.trim()) {
            Ok(()) => {}
            Err(Unfit::There(said)) => lab.remark.set(Some(said)),
            Err(Unfit::Wrong(said)) => lab.refuse(Refusal::new(TYPED, "Policies", &typed, said)),
        }
    });
    let change = move |setting: &str, typed: String, to: &dyn Fn(&PolicySpec) -> String| {
        let mut next = lab.scenario.read_untracked().policies.clone();
        let at = open.get_untracked().unwrap_or(usize::MAX);
        let Some(spec) = next.get_mut(at) else { return };
        let control = format!("policy-{setting}");
        match PolicySpec::parse(&to(spec)) {
            Ok(changed) => {
                *spec = changed;
                lab.mended(&control);
                put(lab, next);
            }
            Err(error) => {
                let label = format!("{} {setting}", spec.entry().name);
                lab.refuse(Refusal::new(&control, &label, &typed, error.to_string()));
            }
        }
    };
    sheet.on("change", "#lab-policy-card [data-setting]", move |it| {
        let (name, typed) = (it.data("setting"), it.value());
        change(&name, typed.clone(), &|spec| {
            with_setting(&spec.to_string(), &name, typed.trim())
        });
    });
    sheet.on("change", "#policy-knowledge", move |it| {
        let typed = it.value();
        change(
            "knowledge",
            typed.clone(),
            &|spec| match (markup::halves(spec).0, typed.trim()) {
                (rule, "") => rule,
                (rule, knowledge) => format!("{rule}@{knowledge}"),
            },
        );
    });
}

/// Shows the chips, and the card of the policy at that place.
fn show(sheet: &Sheet, lab: Lab, open: Option<usize>) {
    let scenario = lab.scenario.read();
    let policies = &scenario.policies;
    sheet.fill("#lab-policies", &markup::chips(policies));
    // What was typed there has been added, or is wrong.
    sheet.set_value("#lab-policy", &lab.stands(TYPED, ""));
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
    settings::show(sheet, lab, "policy", &markup::parameters(spec));
    let knowledge = lab.stands("policy-knowledge", &markup::halves(spec).1);
    sheet.set_value("#policy-knowledge", &knowledge);
}

/// One policy more, or several split by commas.
pub(super) fn add(lab: Lab, text: &str) -> Result<(), Unfit> {
    let there = lab.scenario.read_untracked().policies.clone();
    put(lab, markup::added(there, text)?);
    Ok(())
}

fn put(lab: Lab, policies: Vec<PolicySpec>) {
    let mut next = lab.scenario.get_untracked();
    next.policies = policies;
    lab.take(next);
}
