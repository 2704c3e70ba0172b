//! The controls of sweeps: over rates, over numbers of replicas, or over a parameter of a policy.

use super::control::{Choice, Control};
use super::refusals::{Refusal, RefusedPart, reason};
use crate::controls::{ControlKind, with_setting};
use warmpath_core::decimal::short;
use warmpath_core::router::{POLICIES, Parameter, ParameterKind};
use warmpath_core::scenario::{Scenario, ScenarioError};

/// The parameter that is chosen when the page opens.
pub const PARAMETER: &str = "chwbl/load_factor";
/// The values of that parameter when the page opens.
pub const VALUES: &str = "1, 1.1, 1.25, 1.5, 2, 4";
/// The numbers of replicas when the page opens.
pub const REPLICAS: &str = "2, 4, 8";
/// The number of runs for each value when the page opens.
pub const SEEDS: &str = "5";

/// The rates when the page opens, chosen around the scenario's \[requests/s\].
pub fn rates(rate: f64) -> String {
    let rates = [0.5, 1.0, 2.0, 4.0].map(|times| (rate * times).to_string());
    rates.join(", ")
}

/// The parameters of all policies, each as `policy/parameter`, with the values that are proposed for a sweep over it.
pub fn parameters() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for entry in POLICIES {
        let name = |it: &Parameter| (format!("{}/{}", entry.name, it.name), around(it));
        all.extend(entry.parameters.iter().map(name));
    }
    all
}

/// The parameters to choose from, given as `policy/parameter`.
pub fn choices<'a>(parameters: impl Iterator<Item = &'a str>) -> Vec<Choice> {
    let choice = |it: &str| Choice {
        value: it.to_owned(),
        shown: it.replacen('/', " ", 1),
        about: String::new(),
    };
    parameters.map(choice).collect()
}

/// The controls: rates, replicas, parameter, values and seeds.
pub fn controls() -> [Control; 5] {
    let text = |id: &str, label: &str, unit| Control {
        unit: String::from(unit),
        ..Control::text(id, label)
    };
    // A list that is empty is no axis of the sweep: the scenario's own value holds.
    let list = |id, label, unit| Control {
        placeholder: "as set".to_owned(),
        ..text(id, label, unit)
    };
    [
        list("sweep-rates", "Rates", "/s"),
        list("sweep-replicas", "Replicas", ""),
        Control {
            wide: true,
            kind: ControlKind::Choice(Vec::new()),
            ..text("sweep-parameter", "Parameter", "")
        },
        text("sweep-values", "Values", ""),
        text("sweep-seeds", "Runs a value", "seeds"),
    ]
}

/// The refusal of a sweep's lists of rates and of replicas, at the one that is wrong.
pub fn refused(error: &ScenarioError, rates: &str, replicas: &str) -> Refusal {
    let [control, label, typed] = match error {
        ScenarioError::Value {
            name: "replicas", ..
        } => ["sweep-replicas", "Replicas", replicas],
        _ => ["sweep-rates", "Rates", rates],
    };
    Refusal::new(RefusedPart::Lists, control, label, typed, error.to_string())
}

/// The scenario that sweeps over a parameter, `policy/name`: in place of its policies it has that policy once for each of the
/// values, over a number of seeds.
///
/// # Errors
/// The control that is wrong, and why.
pub fn swept_over_parameter(
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
        let part = RefusedPart::Values;
        move |error: ScenarioError| Refusal::new(part, control, label, typed, reason(&error))
    };
    let specs = scenario.set("policy", &specs.collect::<Vec<_>>().join(","));
    specs.map_err(wrong("sweep-values", "Values", values))?;
    let runs = scenario.set("seeds", seeds.trim());
    runs.map_err(wrong("sweep-seeds", "Runs a value", seeds))?;
    Ok(scenario)
}

/// Values around a parameter's default, or around 1 if that is 0, that it may have, as they would be typed.
fn around(it: &Parameter) -> String {
    let middle = if it.default > 0.0 { it.default } else { 1.0 };
    let near = |times: f64| (middle * times).clamp(it.min, it.max);
    let near = [0.0, 0.25, 0.5, 1.0, 2.0, 4.0].map(near);
    let mut values: Vec<f64> = match it.kind {
        ParameterKind::Real => near.to_vec(),
        ParameterKind::Integer => near.map(f64::round).to_vec(),
        ParameterKind::Switch => vec![0.0, 1.0],
    };
    values.dedup();
    // Not as numbers are printed for people: a comma ends a value here.
    let values: Vec<String> = values.into_iter().map(|it| short(it, 4)).collect();
    values.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use warmpath_core::scenario::Sweep;

    #[test]
    fn values_around_a_default_are_within_the_range() {
        let all = parameters();
        let of = all.iter().find(|it| it.0 == PARAMETER).unwrap();
        assert_eq!(of.1, "1, 1.25, 2.5, 5");
    }

    #[test]
    fn what_is_proposed_for_a_parameter_can_be_run() {
        for (parameter, values) in parameters() {
            let swept = swept_over_parameter(&Scenario::default(), &parameter, &values, "1");
            let swept = swept.unwrap_or_else(|it| panic!("{parameter}, {values}: {}", it.reason));
            let all = values.split(", ").count();
            assert_eq!(swept.policies.len(), all, "{parameter}, {values}");
        }
    }

    #[test]
    fn what_is_shown_first_can_be_run() {
        let scenario = Scenario::default();
        let swept = swept_over_parameter(&scenario, PARAMETER, VALUES, "5").expect("valid");
        assert_eq!(swept.policies.len(), 6);
        let wrong = |values, seeds| {
            let wrong =
                super::swept_over_parameter(&scenario, PARAMETER, values, seeds).unwrap_err();
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
        let all = parameters();
        let choices = choices(all.iter().map(|it| it.0.as_str()));
        let chosen = choices.iter().filter(|it| it.value == PARAMETER);
        let shown: Vec<&str> = chosen.map(|it| it.shown.as_str()).collect();
        assert_eq!(shown, ["chwbl load_factor"]);
        assert_eq!(rates(8.0), "4, 8, 16, 32");
    }
}
