//! Lists for `--rate` and `--replicas`: every combination is a point of a sweep.

use clap::ArgMatches;
use warmpath_core::scenario::Scenario;

use crate::command::fields;
use crate::failure::Failure;

/// Options that take lists.
pub(super) const SWEPT: &[&str] = &["rate", "replicas"];

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

/// Whether any list was given.
pub(super) fn is_one(matches: &ArgMatches) -> bool {
    SWEPT
        .iter()
        .any(|flag| fields::given(matches, flag).is_some_and(|value| value.contains(',')))
}

/// Every combination, the last option changing fastest; one point without lists. All are checked before any is run.
pub(super) fn points(matches: &ArgMatches, base: &Scenario) -> Result<Vec<Setting>, Failure> {
    if !base.stages.is_empty() && fields::given(matches, "rate").is_some() {
        return Err(Failure::usage(
            "stages set the rates, so --rate does not go with --stages; leave one out",
        ));
    }
    let mut points = vec![Setting::default()];
    for flag in SWEPT {
        let Some(values) = fields::given(matches, flag) else {
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
