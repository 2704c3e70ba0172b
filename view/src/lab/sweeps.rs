//! Sweeps: the scenario at several rates, with several numbers of replicas, or with a policy's parameter at several values.

use super::option;
use super::refusals::{Refusal, reason};
use crate::controls::with_setting;
use crate::format;
use core::fmt::Write as _;
use warmpath_core::router::POLICIES;
use warmpath_core::scenario::{Scenario, ScenarioError};

/// The parameter that is chosen at first.
const PARAMETER: &str = "chwbl/load_factor";
/// Its values at first.
const VALUES: &str = "1, 1.1, 1.25, 1.5, 2, 4";

/// The sweeps, around the scenario's rate \[arrivals/s\].
pub fn frame(rate: f64) -> String {
    let rates = [0.5, 1.0, 2.0, 4.0].map(|times| (rate * times).to_string());
    let mut parameters = String::new();
    for entry in POLICIES {
        for it in entry.parameters {
            let value = format!("{}/{}", entry.name, it.name);
            option(
                &mut parameters,
                &value,
                &format!("{} {}", entry.name, it.name),
                "",
            );
        }
    }
    let chosen = format!("<option value=\"{PARAMETER}\"");
    let parameters = parameters.replacen(&chosen, &format!("{chosen} selected"), 1);
    let mut out = String::from(
        "<details class=\"group\" id=\"lab-sweeps\"><summary><b>Sweeps</b> \
         <span class=\"gist\">how many GPUs do I need?</span></summary>\
         <p class=\"soft about\">Every rate with every number of replicas, a run each. With a limit on TTFT (under Goals) \
         the answer is given in words.</p><div class=\"settings\">",
    );
    text(&mut out, "sweep-rates", "Rates", "/s", &rates.join(", "));
    text(&mut out, "sweep-replicas", "Replicas", "", "2, 4, 8");
    let _ = write!(
        out,
        "</div><button type=\"button\" id=\"sweep-run\">Run the sweep</button>\
         <p class=\"soft about\">One policy's parameter at several values: its median and range over seeds.</p>\
         <div class=\"settings\"><div class=\"field setting wide\"><label for=\"sweep-parameter\">Parameter</label>\
         <span class=\"entry\"><select id=\"sweep-parameter\">{parameters}</select></span></div>"
    );
    text(&mut out, "sweep-values", "Values", "", VALUES);
    text(&mut out, "sweep-seeds", "Runs a value", "seeds", "5");
    out + "</div><button type=\"button\" id=\"sweep-turn\">Run the values</button></details>"
}

fn text(out: &mut String, id: &str, label: &str, unit: &str, value: &str) {
    let _ = write!(
        out,
        "<div class=\"field setting\"><label for=\"{id}\">{label}</label><span class=\"entry\">\
         <input type=\"text\" id=\"{id}\" autocomplete=\"off\" value=\"{value}\"><i>{unit}</i></span></div>"
    );
}

/// What is wrong with the lists of a sweep, at the list that it is in.
pub fn refused(error: &ScenarioError, rates: &str, replicas: &str) -> Refusal {
    let [control, label, typed] = match error {
        ScenarioError::Value {
            name: "replicas", ..
        } => ["sweep-replicas", "Replicas", replicas],
        _ => ["sweep-rates", "Rates", rates],
    };
    Refusal::new(control, label, typed, error.to_string())
}

/// The scenario with the policy's parameter at several values, over so many seeds; `parameter` is `policy/name`.
///
/// # Errors
/// Which of the controls is wrong, and why.
pub fn turned(
    scenario: &Scenario,
    parameter: &str,
    values: &str,
    seeds: &str,
) -> Result<Scenario, Refusal> {
    let (policy, name) = parameter.split_once('/').unwrap_or((parameter, ""));
    let specs = values
        .split(',')
        .map(|value| with_setting(policy, name, value.trim()));
    let mut scenario = scenario.clone();
    let wrong = |control, label, typed| {
        move |error: ScenarioError| Refusal::new(control, label, typed, reason(&error))
    };
    let specs = scenario.set("policy", &specs.collect::<Vec<_>>().join(","));
    specs.map_err(wrong("sweep-values", "Values", values))?;
    let runs = scenario.set("seeds", seeds.trim());
    runs.map_err(wrong("sweep-seeds", "Runs a value", seeds))?;
    Ok(scenario)
}

/// Values around a parameter's default, within its range.
pub fn around(parameter: &str) -> Option<String> {
    let (policy, name) = parameter.split_once('/')?;
    let entry = POLICIES.iter().find(|entry| entry.name == policy)?;
    let it = entry.parameters.iter().find(|it| it.name == name)?;
    let middle = if it.default > 0.0 { it.default } else { 1.0 };
    let mut values: Vec<f64> = [0.0, 0.25, 0.5, 1.0, 2.0, 4.0]
        .iter()
        .map(|times| (middle * times).clamp(it.min, it.max))
        .collect();
    values.dedup();
    let values: Vec<String> = values.into_iter().map(format::setting).collect();
    Some(values.join(", ").replace('−', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use warmpath_core::scenario::Sweep;

    #[test]
    fn values_around_a_default_are_within_the_range() {
        assert_eq!(around("chwbl/load_factor").unwrap(), "1, 1.25, 2.5, 5");
        assert!(around("smart/nothing").is_none());
    }

    #[test]
    fn what_is_shown_first_can_be_run() {
        let scenario = Scenario::default();
        let turned = turned(&scenario, PARAMETER, VALUES, "5").expect("valid");
        assert_eq!(turned.policies.len(), 6);
        let wrong = |values, seeds| {
            let wrong = super::turned(&scenario, PARAMETER, values, seeds).unwrap_err();
            (wrong.control, wrong.reason)
        };
        let (control, reason) = wrong("1, 0.5", "5");
        assert_eq!(control, "sweep-values");
        assert!(reason.contains("must be a number from 1"), "{reason}");
        let (control, reason) = wrong(VALUES, "0");
        assert_eq!(control, "sweep-seeds");
        assert_eq!(reason, "Must be a whole number from 1 to 1000");
    }

    #[test]
    fn what_is_wrong_in_a_list_is_said_at_that_list() {
        let at = |rates: &str, replicas: &str| {
            let error = scenario_swept(rates, replicas);
            refused(&error, rates, replicas).control
        };
        assert_eq!(at("4, 0", "2"), "sweep-rates");
        assert_eq!(at("4", "2, x"), "sweep-replicas");
        assert_eq!(at("4", "0"), "sweep-replicas");
    }

    fn scenario_swept(rates: &str, replicas: &str) -> ScenarioError {
        Sweep::new(&Scenario::default(), rates, replicas).unwrap_err()
    }

    #[test]
    fn one_parameter_is_chosen() {
        let scenario = Scenario::default();
        assert_eq!(frame(scenario.rate).matches(" selected").count(), 1);
    }
}
