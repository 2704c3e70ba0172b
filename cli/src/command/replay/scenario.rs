//! The scenario that is asked for: a preset, a file or a query string, and the options over it.

use std::path::Path;

use clap::ArgMatches;
use warmpath_core::nearest::nearest;
use warmpath_core::scenario::{PRESETS, Scenario, ScenarioError, Sweep, preset};

use warmpath_core::text::SETTINGS;
use warmpath_core::words::excerpt;

use super::attached;
use super::sweep::{Lists, SWEPT};
use crate::command::fields;
use crate::failure::Failure;
use crate::whole::Whole;

/// The scenario of `replay` without what the options sweep over, and the lists for rate and replicas: those of the options, else
/// those of its text.
pub(super) fn of(matches: &ArgMatches) -> Result<(Scenario, Lists), Failure> {
    let sweep = match fields::given(matches, "scenario") {
        Some(text) => named(text)?,
        None => one(&Scenario::default())?,
    };
    let given = |flag: &str, own: &str| {
        let own = Some(own).filter(|list| !list.is_empty());
        fields::given(matches, flag).or(own).map(str::to_owned)
    };
    let lists = Lists {
        rates: given("rate", sweep.rates()),
        replicas: given("replicas", sweep.replicas()),
    };
    let mut scenario = sweep.base;
    fields::apply(matches, &mut scenario, SWEPT)?;
    attached::read(&mut scenario)?;
    Ok((scenario, lists))
}

fn one(scenario: &Scenario) -> Result<Sweep, Failure> {
    Ok(Sweep::new(scenario, "", "")?)
}

fn named(text: &str) -> Result<Sweep, Failure> {
    if let Some(preset) = preset(text) {
        return Ok(Sweep::from_query(preset.query)?);
    }
    let path = Path::new(text);
    if path.is_file()
        && let Some(file) = Whole::open(path, SETTINGS)?
    {
        let scenario = Scenario::from_json(file.text()).map_err(|error| wrong(text, &error))?;
        return one(&scenario);
    }
    if text.contains('=') {
        return Ok(Sweep::from_query(query(text))?);
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

/// The query of a whole link, without its fragment; a text that is no link is all query, so that nothing in it is passed over.
fn query(text: &str) -> &str {
    let whole = text.split_once('#').map_or(text, |(before, _)| before);
    match whole.split_once('?') {
        Some((before, query)) if before.is_empty() || before.contains("://") => query,
        Some((before, query)) if before.contains('/') && !before.contains('=') => query,
        _ => text,
    }
}

fn wrong(file: &str, error: &ScenarioError) -> Failure {
    Failure::file(file, error)
}
