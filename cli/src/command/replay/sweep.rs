//! Lists for `--rate` and `--replicas`: every combination is a point of a sweep.

use warmpath_core::scenario::{Scenario, Sweep};

use crate::failure::Failure;

/// Options that take lists.
pub(super) const SWEPT: &[&str] = &["rate", "replicas"];

/// What was given for them, a value or a list each; `None`: what the scenario has.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    /// Of `--rate`.
    pub(super) rates: Option<String>,
    /// Of `--replicas`.
    pub(super) replicas: Option<String>,
}

impl Lists {
    fn of(&self, flag: &str) -> Option<&str> {
        let list = if flag == "rate" {
            &self.rates
        } else {
            &self.replicas
        };
        list.as_deref()
    }

    /// Whether any of them is a list.
    pub(super) fn sweep(&self) -> bool {
        let is_list = |flag: &&str| self.of(flag).is_some_and(|value| value.contains(','));
        SWEPT.iter().any(is_list)
    }
}

/// The options of one point, with their values.
#[derive(Clone, Debug, Default)]
pub(super) struct Setting(Vec<(&'static str, String)>);

impl Setting {
    /// The scenario at this point.
    pub(super) fn of(&self, base: &Scenario) -> Result<Scenario, Failure> {
        let mut scenario = base.clone();
        self.apply(&mut scenario)?;
        Ok(scenario)
    }

    pub(super) fn apply(&self, scenario: &mut Scenario) -> Result<(), Failure> {
        for (flag, value) in &self.0 {
            scenario.set(flag, value)?;
        }
        scenario.check()?;
        Ok(())
    }
}

/// Every combination, the last option changing fastest; one point without lists. All are checked before any is run.
pub(super) fn points(lists: &Lists, base: &Scenario) -> Result<Vec<Setting>, Failure> {
    if !base.stages.is_empty() && lists.rates.is_some() {
        return Err(Failure::usage(
            "stages set the rates, so --rate does not go with --stages; leave one out",
        ));
    }
    let list = |flag| lists.of(flag).unwrap_or_default();
    Sweep::check_size(list("rate"), list("replicas"))?;
    let mut points = vec![Setting::default()];
    for flag in SWEPT {
        let Some(values) = lists.of(flag) else {
            continue;
        };
        let values: Vec<&str> = values.split(',').map(str::trim).collect();
        let longer = |point: &Setting| {
            let point = point.clone();
            values.iter().map(move |value| {
                let mut point = point.clone();
                point.0.push((flag, (*value).to_owned()));
                point
            })
        };
        points = points.iter().flat_map(longer).collect();
    }
    for point in &points {
        point.apply(&mut base.clone())?;
    }
    Ok(points)
}
