//! What the settings become by a change, or why they stay.

use super::answer::{scenario, settings_of};
use super::{Changed, Edit, Settings};
use crate::controls::{GROUPS, presets, with_setting};
use crate::lab::policies::{ONE, Unfit, added};
use crate::lab::refusals::{Refusal, RefusedPart};
use crate::lab::sweeps::{refused as refused_lists, swept_over_parameter};
use crate::scenario_facts::halves;
use warmpath_core::decimal::whole;
use warmpath_core::router::PolicySpec;
use warmpath_core::scenario::{FIELDS, Field, Scenario, ScenarioError, Sweep};
use warmpath_core::workload::Named;

/// The fields that can have lists.
const SWEPT: [&str; 2] = ["rate", "replicas"];

/// Settings that are being changed.
struct Form {
    scenario: Scenario,
    lists: Option<[String; 2]>,
    refused: Vec<Refusal>,
}

/// Makes a change, and tries all texts that were refused on its result.
pub(super) fn change(now: Settings, edit: Edit, refused: Vec<Refusal>) -> Changed {
    let mut form = Form {
        scenario: scenario(&now.query),
        lists: now.lists.clone(),
        refused: refused.clone(),
    };
    match form.edit(edit) {
        Ok(()) => {
            form.try_again();
            Changed {
                now: Settings {
                    query: form.scenario.to_query(),
                    lists: form.lists,
                },
                refused: form.refused,
                refusal: None,
            }
        }
        Err(refusal) => Changed {
            now,
            refused,
            refusal: Some(refusal),
        },
    }
}

impl Form {
    fn edit(&mut self, edit: Edit) -> Result<(), Refusal> {
        match edit {
            Edit::Field { flag, text } => self.set(&flag, &text)?,
            Edit::File { name } => {
                self.forgive(&|it| {
                    it.part == RefusedPart::Workload || it.flag() == Some("workload")
                });
                self.scenario.workload = name;
            }
            Edit::Workload { name, text } => {
                let control = format!("workload-{name}");
                let typed = with_setting(&self.scenario.workload, &name, text.trim());
                let named = Named::parse(&typed);
                let part = RefusedPart::Workload;
                let wrong = |error: &dyn ToString| {
                    Refusal::new(part, &control, &name, &text, error.to_string())
                };
                self.scenario.workload = named.map_err(|error| wrong(&error))?.to_string();
                self.forgive(&|it| it.control == control);
            }
            Edit::Preset { group, preset } => self.preset(group, preset),
            Edit::Add { text } => {
                let there = self.scenario.policies.clone();
                let unfit = |unfit: Unfit| unfit.refusal(&text);
                self.scenario.policies = added(there, text.trim()).map_err(unfit)?;
            }
            Edit::Remove { policy } => self.remove(policy)?,
            Edit::Parameter { policy, name, text } => self.parameter(policy, &name, &text)?,
            Edit::Sweep {
                lists: [rates, replicas],
            } => {
                let sweep = Sweep::new(&self.scenario, &rates, &replicas);
                self.sweep(&sweep.map_err(|error| refused_lists(&error, &rates, &replicas))?);
            }
            Edit::Turn {
                texts: [parameter, values, seeds],
            } => {
                let next = swept_over_parameter(&self.scenario, &parameter, &values, &seeds)?;
                self.replace(&next.to_query())?;
            }
            Edit::Replace { query } => self.replace(&query)?,
        }
        Ok(())
    }

    /// Sets a field from a text. A list of rates or of numbers of replicas makes a sweep, as on the command line.
    fn set(&mut self, flag: &str, text: &str) -> Result<(), Refusal> {
        let Some(field) = field(flag) else {
            return Ok(());
        };
        match changed(&self.scenario, field, text) {
            Ok(scenario) => {
                self.scenario = scenario;
                self.unlist(flag);
            }
            Err(error) => match self.listed(flag, text) {
                Some(sweep) => self.sweep(&sweep),
                None => return Err(Refusal::of(field, text, &error)),
            },
        }
        self.forgive(&|it| {
            let of_workload = flag == "workload" && it.part == RefusedPart::Workload;
            of_workload || it.flag() == Some(flag)
        });
        Ok(())
    }

    /// The sweep that a text for a field makes; `None` if it makes none.
    fn listed(&self, flag: &str, text: &str) -> Option<Sweep> {
        let at = SWEPT.iter().position(|it| *it == flag)?;
        // `1,200` may be one number with a thousands separator.
        if !text.contains(',') || whole(text).is_some() {
            return None;
        }
        let mut lists = self.lists.clone().unwrap_or_default();
        text.clone_into(&mut lists[at]);
        Sweep::new(&self.scenario, &lists[0], &lists[1]).ok()
    }

    /// Removes the list of a field, because a single value was set.
    fn unlist(&mut self, flag: &str) {
        // Stages set the rates, so no list of rates goes with them.
        let flag = if flag == "stages" { "rate" } else { flag };
        let Some(at) = SWEPT.iter().position(|it| *it == flag) else {
            return;
        };
        if let Some(mut lists) = self.lists.take() {
            lists[at].clear();
            let left = lists.iter().any(|list| !list.is_empty());
            self.lists = left.then_some(lists);
        }
    }

    fn sweep(&mut self, sweep: &Sweep) {
        self.lists = settings_of(sweep).lists;
        self.scenario = sweep.base.clone();
    }

    fn replace(&mut self, query: &str) -> Result<(), Refusal> {
        let wrong = |error: ScenarioError| {
            Refusal::new(RefusedPart::None, "", "", query, error.to_string())
        };
        self.sweep(&Sweep::from_query(query).map_err(wrong)?);
        self.refused.clear();
        Ok(())
    }

    fn preset(&mut self, group: usize, preset: usize) {
        let Some(group) = GROUPS.get(group) else {
            return;
        };
        let all = presets::presets(group);
        let next = all.get(preset);
        let next = next.and_then(|it| presets::with(it, group, &self.scenario));
        if let Some(next) = next {
            let flags = presets::flags(group);
            self.forgive(&|it| it.flag().is_some_and(|it| flags.contains(&it)));
            self.scenario = next;
        }
    }

    fn remove(&mut self, policy: usize) -> Result<(), Refusal> {
        let policies = &mut self.scenario.policies;
        if policies.len() == 1 {
            return Err(Refusal::new(RefusedPart::None, "", "", "", ONE.to_owned()));
        }
        if policy < policies.len() {
            policies.remove(policy);
            self.forgive(&|it| it.part == RefusedPart::Policy);
        }
        Ok(())
    }

    fn parameter(&mut self, policy: usize, name: &str, text: &str) -> Result<(), Refusal> {
        let Some(spec) = self.scenario.policies.get_mut(policy) else {
            return Ok(());
        };
        // An empty name stands for what the policy knows of caches.
        let (named, next) = match (name, halves(spec).0, text.trim()) {
            ("", rule, "") => ("knowledge", rule),
            ("", rule, knowledge) => ("knowledge", format!("{rule}@{knowledge}")),
            (name, _, text) => (name, with_setting(&spec.to_string(), name, text)),
        };
        let control = format!("policy-{named}");
        match PolicySpec::parse(&next) {
            Ok(changed) => *spec = changed,
            Err(error) => {
                let label = format!("{} {named}", spec.entry().name);
                let (part, reason) = (RefusedPart::Policy, error.to_string());
                return Err(Refusal::new(part, &control, &label, text, reason));
            }
        }
        self.forgive(&|it| it.control == control);
        Ok(())
    }

    /// Removes the refusals of which `of` is true.
    fn forgive(&mut self, of: &dyn Fn(&Refusal) -> bool) {
        self.refused.retain(|it| !of(it));
    }

    /// Tries all refused texts of fields again: what goes with the settings now is taken over.
    fn try_again(&mut self) {
        for it in core::mem::take(&mut self.refused) {
            let field = it.flag().and_then(field);
            match field.map(|field| (field, changed(&self.scenario, field, &it.typed))) {
                Some((field, Ok(next))) => {
                    self.scenario = next;
                    self.unlist(field.flag);
                }
                Some((field, Err(error))) => {
                    self.refused.push(Refusal::of(field, &it.typed, &error));
                }
                None => self.refused.push(it),
            }
        }
    }
}

/// A field of the scenario by its option's name.
fn field(flag: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.flag == flag)
}

/// The scenario with one field set from text; an empty text stands for the default.
fn changed(now: &Scenario, field: &Field, text: &str) -> Result<Scenario, ScenarioError> {
    if text.is_empty() {
        return cleared(now, field);
    }
    let mut next = now.clone();
    field.set(&mut next, text)?;
    next.check()?;
    Ok(next)
}

fn cleared(now: &Scenario, field: &Field) -> Result<Scenario, ScenarioError> {
    let query = now.to_query();
    let others = query
        .split('&')
        .filter(|pair| pair.split('=').next() != Some(field.key));
    Scenario::from_query(&others.collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clearing_a_field_brings_its_default_back() {
        let scenario = Scenario::from_query("v=2&n=50&r=8").unwrap();
        let field = field("requests").unwrap();
        assert_eq!(changed(&scenario, field, "").unwrap().to_query(), "v=2&r=8");
    }

    #[test]
    fn what_is_refused_says_why() {
        let field = field("replicas").unwrap();
        let refused = changed(&Scenario::default(), field, "0").unwrap_err();
        assert!(refused.to_string().contains("1 to 1024"), "{refused}");
    }
}
