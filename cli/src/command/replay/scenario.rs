//! Reads the scenario: a preset, a file or a query string, with the options applied to it.

use std::path::Path;

use clap::ArgMatches;
use warmpath_core::nearest::nearest;
use warmpath_core::plan::fleets::Grid;
use warmpath_core::scenario::{PRESETS, Scenario, ScenarioError, Sweep, preset, version};
use warmpath_core::text::SETTINGS;
use warmpath_core::words::excerpt;

use super::attached;
use crate::command::fields;
use crate::failure::Failure;
use crate::terminal::{Label, say};
use crate::whole::Whole;

/// The options that take lists; each combination of their values is a point of a sweep.
const SWEPT: &[&str] = &["rate", "replicas"];

/// The scenario of `replay` with the points of its sweep. The options `--rate` and `--replicas` go before what the scenario's own
/// text says.
pub(super) fn of(matches: &ArgMatches) -> Result<Sweep, Failure> {
    without(matches, &[])
}

/// The same for a command that reads the options `left_out` (not `rate`) in its own way: they change nothing here.
pub(in crate::command) fn without(
    matches: &ArgMatches,
    left_out: &[&str],
) -> Result<Sweep, Failure> {
    let sweep = match fields::given(matches, "scenario") {
        Some(text) => named(text)?,
        None => single_point(&Scenario::default())?,
    };
    let rates = fields::given(matches, "rate").unwrap_or(sweep.rates());
    let replicas = match left_out.contains(&"replicas") {
        true => None,
        false => fields::given(matches, "replicas"),
    };
    let replicas = replicas.unwrap_or(sweep.replicas());
    let mut scenario = sweep.base.clone();
    fields::apply(matches, &mut scenario, &[SWEPT, left_out].concat())?;
    // A list of fleets to choose from: what goes with the largest of them is right.
    if left_out.contains(&"replicas") {
        let list = fields::given(matches, "replicas").unwrap_or_default();
        scenario.replicas = Grid::most_replicas(list, scenario.replicas)?;
    }
    attached::read(&mut scenario)?;
    if !scenario.stages.is_empty() && !rates.is_empty() {
        return Err(Failure::usage(
            "stages set the rates, so --rate does not go with --stages; leave one out",
        ));
    }
    Ok(Sweep::new(&scenario, rates, replicas)?)
}

/// The sweep whose only point is the scenario itself.
fn single_point(scenario: &Scenario) -> Result<Sweep, Failure> {
    Ok(Sweep::new(scenario, "", "")?)
}

/// The scenario of a preset's name, a file or a query string. For a link that an earlier version made, a note on stderr
/// says that figures have changed.
pub(in crate::command) fn named(text: &str) -> Result<Sweep, Failure> {
    if let Some(preset) = preset(text) {
        return Ok(Sweep::from_query(preset.query)?);
    }
    let path = Path::new(text);
    if path.is_file()
        && let Some(file) = Whole::open(path, SETTINGS)?
    {
        let scenario = Scenario::from_json(file.text()).map_err(|error| wrong(text, &error))?;
        return single_point(&scenario);
    }
    if text.contains('=') {
        let query = query(text);
        let sweep = Sweep::from_query(query)?;
        if let Some(note) = version::moved(query) {
            say(Label::Warning, &note);
        }
        return Ok(sweep);
    }
    let hint = nearest(text, PRESETS.iter().map(|preset| preset.name));
    let hint = hint.map(|name| format!("; did you mean \"{name}\"?"));
    let names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
    Err(Failure::usage(format!(
        "\"{}\" is no preset ({}), no file and no query string{}",
        excerpt(text),
        names.join(", "),
        hint.unwrap_or_default()
    )))
}

/// The query of a whole link, without its fragment. A text that is no link is taken as a query whole, so that nothing in it
/// is ignored.
fn query(text: &str) -> &str {
    let whole = text.split_once('#').map_or(text, |(before, _)| before);
    match whole.split_once('?') {
        Some((before, query)) if before.is_empty() || before.contains("://") => query,
        Some((before, query)) if before.contains('/') && !before.contains('=') => query,
        _ => text,
    }
}

/// The failure for a file that is no scenario; if it is not one JSON object, as most logs and traces are not, the message says which
/// option takes those.
fn wrong(file: &str, error: &ScenarioError) -> Failure {
    if let ScenarioError::Json { .. } = error {
        let hint = "a scenario is one JSON object; a log or a trace is given with --workload";
        return Failure::file(file, format!("{error}; {hint}"));
    }
    Failure::file(file, error)
}
