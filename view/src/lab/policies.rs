//! The policies that are compared: how they are added, their parameters, and a formula of the reader's own.

use super::control::{Control, Help};
use super::refusals::{Refusal, RefusedPart};
use super::settings::Setting;
use crate::controls::ControlKind;
use crate::format;
use crate::scenario_facts::PolicyFacts;
use warmpath_core::router::{POLICIES, Parameter, PolicyDocs, PolicySpec};
use warmpath_core::words::excerpt;

/// The id of the control that a policy is typed into.
pub const TYPED: &str = "lab-typed-policy";
/// The largest number of policies that a reader can put together here: a run of more has no charts of its course. A link or a sweep
/// over a parameter may have more.
pub const MOST: usize = 4;
/// The reason why the last policy cannot be taken out.
pub const ONE: &str = "One policy at least is run";
/// The name and the formula that stand in the fields for a policy of the reader's own at first.
pub const FORMULA: [&str; 2] = ["mine", "uncached_tokens * 0.06 + active * 0.5"];
/// The kinds of knowledge of the caches that are offered for a policy; others can be typed.
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

/// What each kind of knowledge is.
const KNOWS: &str = "nothing: it looks at no cache. routed: it remembers what it sent where, for good, for a time (120s), or until a \
    cache of that size would have evicted it (lru). events: replicas tell what they store and evict, so much later (50ms), and a share of \
    that is lost (loss). truth: it sees the caches as they are.";

/// Why a policy cannot be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The policy is already in the comparison.
    There(String),
    /// The text is no policy, or there is no room for another.
    Wrong(String),
}

impl Unfit {
    /// The reason in words, as it stands beside the list.
    pub fn reason(self) -> String {
        match self {
            Self::There(reason) | Self::Wrong(reason) => reason,
        }
    }

    /// The refusal of what was typed. Where a policy is in the comparison already, the text is not at fault, so the refusal
    /// belongs to no control.
    pub(crate) fn refusal(self, typed: &str) -> Refusal {
        let (part, control) = match self {
            Self::There(_) => (RefusedPart::None, ""),
            Self::Wrong(_) => (RefusedPart::Policies, TYPED),
        };
        Refusal::new(part, control, "Policies", typed, self.reason())
    }
}

/// The policies with those of a text (separated by commas) added.
///
/// # Errors
/// If the text is wrong, one of its policies is already there, or there would be too many.
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

/// What the policy with this text does; empty if there is no such policy.
pub fn about(policy: &str) -> &'static str {
    PolicyDocs::of(policy).map_or("", |it| it.about)
}

/// The parameters of a policy as settings, each with its value.
pub fn parameters(policy: &PolicyFacts) -> Vec<Setting> {
    let entry = POLICIES.iter().find(|it| it.name == policy.name);
    let parameters = entry.map_or(&[][..], |it| it.parameters);
    let one = |(it, value): (&Parameter, &f64)| Setting {
        name: it.name,
        unit: it.unit,
        value: value.to_string(),
        about: it.about,
        range: [it.default, it.min, it.max],
    };
    parameters.iter().zip(&policy.values).map(one).collect()
}

/// The control for what a policy knows of the caches; what is typed there follows the `@` in the policy's text.
pub fn knowledge() -> Control {
    Control {
        wide: true,
        kind: ControlKind::Suggest(KNOWLEDGE.map(str::to_owned).into()),
        placeholder: "as the policy comes".to_owned(),
        help: Help::Below(KNOWS.to_owned()),
        ..Control::text("policy-knowledge", "What it knows of the caches")
    }
}

/// A remark on a policy's text that is valid but seldom intended; `None` if there is nothing to remark.
pub fn remark(spec: &str) -> Option<String> {
    PolicySpec::parse(spec).ok()?.remark()
}

/// What is wrong with a policy's text; `None` if it is valid.
pub fn wrong(spec: &str) -> Option<String> {
    PolicySpec::parse(spec).err().map(|error| error.to_string())
}

/// A line with a mark below the character at which a formula is wrong, taken from the error's text; empty if that names no
/// place.
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
    use crate::scenario_facts::policies;
    use warmpath_core::scenario::Scenario;

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
        // The same policy with a default written out.
        assert_eq!(add("smart", "smart:kv_overlap_weight=1"), Err(there));
        assert_eq!(
            add("smart,random,chwbl,least-load", "dynamo")
                .unwrap_err()
                .reason(),
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
    fn every_parameter_has_a_control_and_what_is_offered_is_right() {
        for entry in POLICIES {
            let Ok(scenario) = Scenario::from_query(&format!("p={}", entry.name)) else {
                continue;
            };
            let policy = &policies(&scenario)[0];
            assert_eq!(parameters(policy).len(), entry.parameters.len());
            assert_eq!(about(&policy.text), entry.docs().about);
        }
        let control = knowledge();
        let Help::Below(help) = &control.help else {
            panic!("the kinds of knowledge are explained where they are chosen");
        };
        for offered in KNOWLEDGE {
            let spec = format!("smart@{offered}");
            assert_eq!(wrong(&spec), None, "{spec}");
            // Each kind of knowledge has its words, and so has what may stand behind it.
            for part in offered.split([':', ',', '=']) {
                let number = part.starts_with(|c: char| c.is_ascii_digit());
                assert!(number || help.contains(part), "{part}: {help}");
            }
        }
    }
}
