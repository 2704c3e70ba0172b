//! Which policies are compared: a chip each, its words and parameters, and a formula of the reader's own.

use super::settings::{self, Setting};
use super::{option, options};
use crate::format;
use crate::markup::escape;
use core::fmt::Write as _;
use warmpath_core::router::{POLICIES, PolicySpec, SIGNALS};
use warmpath_core::words::excerpt;

/// Most policies in a comparison: as many as there are curves to tell apart.
pub const MOST: usize = 4;
/// Why the last one is not taken out.
pub const ONE: &str = "One policy at least is run";
/// What a formula begins as.
const FORMULA: [&str; 2] = ["mine", "uncached_tokens * 0.06 + active * 0.5"];
/// What a policy may know of the caches, to choose from.
const KNOWLEDGE: [&str; 8] = [
    "nothing",
    "routed",
    "routed:120s",
    "routed:lru",
    "events:0ms",
    "events:50ms",
    "events:50ms,loss=0.01",
    "truth",
];

/// The choice, with places for the chips and for one policy's card.
pub fn frame() -> String {
    let mut known = String::from("<option value=\"\">add …</option>");
    for entry in POLICIES {
        option(&mut known, entry.name, entry.name, entry.docs().about);
    }
    format!(
        "<div class=\"policies\"><p class=\"name\" id=\"policies-label\">Policies \
         <span class=\"soft\">up to {}, the first is the baseline</span></p>\
         <div class=\"chosen-policies\" role=\"group\" aria-labelledby=\"policies-label\" id=\"lab-policies\"></div>\
         <div class=\"policy-card\" id=\"lab-policy-card\" hidden></div>\
         <div class=\"duo\"><select id=\"lab-add-policy\" aria-label=\"Add a policy\">{known}</select>\
         <input type=\"text\" id=\"lab-policy\" class=\"spec\" aria-label=\"Add a policy with parameters\" \
         placeholder=\"or smart@events:50ms\" autocomplete=\"off\" spellcheck=\"false\"></div>\
         <p class=\"wrong\" role=\"status\" id=\"policies-said\"></p></div>",
        format::word(MOST as u32)
    )
}

/// Why a policy is not added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is there already.
    There(String),
    /// The text is no policy, or there is no room for it.
    Wrong(String),
}

impl Unfit {
    /// In words.
    pub fn said(self) -> String {
        match self {
            Self::There(said) | Self::Wrong(said) => said,
        }
    }
}

/// The policies with those of a text, split by commas, after them.
///
/// # Errors
/// What is wrong with the text, one that is there already, or that there would be too many.
pub fn added(mut policies: Vec<PolicySpec>, text: &str) -> Result<Vec<PolicySpec>, Unfit> {
    if text.is_empty() {
        return Ok(policies);
    }
    let more = PolicySpec::parse_list(text).map_err(|error| Unfit::Wrong(error.to_string()))?;
    for spec in more {
        if policies.contains(&spec) {
            let name = excerpt(&spec.to_string());
            return Err(Unfit::There(format!("{name} is already compared")));
        }
        policies.push(spec);
    }
    match policies.len() {
        ..=MOST => Ok(policies),
        _ => Err(Unfit::Wrong(format!(
            "No more than {} are compared: take one out first",
            format::word(MOST as u32)
        ))),
    }
}

/// The chips. Each has a button that opens its card and one that takes it out, with its place in `data-at`.
pub fn chips(policies: &[PolicySpec]) -> String {
    let mut out = String::new();
    for (at, spec) in policies.iter().enumerate() {
        let name = escape(&spec.to_string());
        let _ = write!(
            out,
            "<span class=\"chip curve-{at}\"><button type=\"button\" class=\"name\" data-at=\"{at}\" title=\"{}\">{name}</button>\
             <button type=\"button\" class=\"off\" data-at=\"{at}\" aria-label=\"{name}: take it out\">×</button></span>",
            escape(spec.entry().docs().about)
        );
    }
    out
}

/// A policy's parameters.
pub fn parameters(spec: &PolicySpec) -> Vec<Setting> {
    let parameters = spec.entry().parameters.iter();
    let one = |it: &warmpath_core::router::Parameter| Setting {
        name: it.name,
        unit: it.unit,
        value: spec.value(it.name).unwrap_or(it.default).to_string(),
        about: it.about,
        range: [it.default, it.min, it.max],
    };
    parameters.map(one).collect()
}

/// What a policy's rule is and what it knows of the caches, as texts.
pub fn halves(spec: &PolicySpec) -> (String, String) {
    let text = spec.to_string();
    match text.split_once('@') {
        Some((rule, knowledge)) => (rule.to_owned(), knowledge.to_owned()),
        None => (text, spec.knowledge.to_string()),
    }
}

/// A policy's words and the controls of its parameters, without their values: a card's inside.
pub fn card(spec: &PolicySpec) -> String {
    format!(
        "<p>{}.</p><div class=\"settings\">{}\
         <div class=\"field setting wide\"><label for=\"policy-knowledge\">What it knows of the caches</label>\
         <span class=\"entry\"><input type=\"text\" id=\"policy-knowledge\" list=\"policy-knowledge-list\" autocomplete=\"off\"></span>\
         <datalist id=\"policy-knowledge-list\">{}</datalist></div></div>",
        escape(spec.entry().docs().about),
        settings::controls("policy", &parameters(spec)),
        options(KNOWLEDGE)
    )
}

/// The editor of a formula.
pub fn formula() -> String {
    let mut signals = String::new();
    for it in SIGNALS {
        let _ = write!(
            signals,
            "<li><button type=\"button\" class=\"small\" title=\"{}\">{}</button></li>",
            escape(it.about),
            it.name
        );
    }
    let [name, text] = FORMULA;
    format!(
        "<details class=\"group formula\"><summary><b>Formula</b> \
         <span class=\"gist\">a policy of your own</span></summary><div class=\"own\">\
         <div class=\"field\"><label for=\"formula-name\">Name</label>\
         <input type=\"text\" id=\"formula-name\" autocomplete=\"off\" spellcheck=\"false\" value=\"{name}\"></div>\
         <div class=\"field text\"><label for=\"formula-text\">Cost of a replica; the least wins</label>\
         <input type=\"text\" id=\"formula-text\" class=\"code\" autocomplete=\"off\" spellcheck=\"false\" \
         aria-describedby=\"formula-wrong\" aria-invalid=\"false\" value=\"{text}\">\
         <pre class=\"caret\" id=\"formula-caret\" aria-hidden=\"true\"></pre></div>\
         <button type=\"button\" id=\"formula-add\">Add</button></div>\
         <p class=\"wrong\" id=\"formula-wrong\" role=\"status\"></p>\
         <ul class=\"signals\" id=\"formula-signals\" aria-label=\"Signals\">{signals}</ul></details>"
    )
}

/// What is to be said of a policy's text that is right and seldom meant.
pub fn remark(spec: &str) -> Option<String> {
    PolicySpec::parse(spec).ok()?.remark()
}

/// What is wrong with a policy's text; nothing if it is right.
pub fn wrong(spec: &str) -> Option<String> {
    PolicySpec::parse(spec).err().map(|error| error.to_string())
}

/// A mark below the character where a formula is wrong, which the fault counts from 1; empty where it names no place.
pub fn caret(wrong: &str) -> String {
    let at = wrong.split(": at ").nth(1);
    let at = at.and_then(|rest| rest.split(':').next());
    match at.and_then(|at| at.parse::<usize>().ok()) {
        Some(at) => format!("{}▲", " ".repeat(at.saturating_sub(1).min(200))),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_right_as_it_begins_and_a_fault_is_marked() {
        let [name, text] = FORMULA;
        assert_eq!(wrong(&format!("{name}={text}")), None);
        let wrong = wrong("mine=active + activ * 2").unwrap();
        assert_eq!(caret(&wrong), format!("{}▲", " ".repeat(9)), "{wrong}");
        assert_eq!(caret("nothing is named"), "");
    }

    #[test]
    fn a_policy_is_added_once_and_a_fifth_not_at_all() {
        let of = |text: &str| PolicySpec::parse_list(text).unwrap();
        let add = |there: &str, text: &str| added(of(there), text);
        assert_eq!(add("smart", "chwbl,random"), Ok(of("smart,chwbl,random")));
        assert_eq!(add("smart", ""), Ok(of("smart")));
        let there = Unfit::There("smart is already compared".to_owned());
        assert_eq!(add("round-robin,smart", "smart"), Err(there.clone()));
        // The same with its default written out.
        assert_eq!(add("smart", "smart:kv_overlap_weight=1"), Err(there));
        assert_eq!(
            add("smart,random,chwbl,least-load", "dynamo")
                .unwrap_err()
                .said(),
            "No more than four are compared: take one out first"
        );
        let wrong = add("smart", "smrt").unwrap_err();
        assert_eq!(
            wrong,
            Unfit::Wrong("unknown policy \"smrt\"; did you mean \"smart\"?".to_owned())
        );
    }

    #[test]
    fn a_formula_that_always_ties_is_remarked() {
        assert_eq!(remark("mine=active"), None);
        assert!(remark("mine=1/0").unwrap().contains("always tie"));
        assert_eq!(remark("mine=activ"), None);
    }

    #[test]
    fn a_card_has_a_control_a_parameter_and_what_it_offers_is_right() {
        for entry in POLICIES {
            let Ok(spec) = PolicySpec::parse(entry.name) else {
                continue;
            };
            let out = card(&spec);
            assert_eq!(
                out.matches("data-setting=").count(),
                entry.parameters.len(),
                "{}",
                entry.name
            );
        }
        for offered in KNOWLEDGE {
            let spec = format!("smart@{offered}");
            assert_eq!(wrong(&spec), None, "{spec}");
        }
    }
}
