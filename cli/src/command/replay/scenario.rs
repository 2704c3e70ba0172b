//! The scenario that is asked for: a preset, a file or a query string, and the options over it.

use std::fs;
use std::io;
use std::path::Path;

use clap::ArgMatches;
use warmpath_core::nearest::nearest;
use warmpath_core::scenario::{PRESETS, Scenario, ScenarioError, Sweep, preset};

use warmpath_core::words::excerpt;

use super::attached;
use super::sweep::{Lists, SWEPT};
use crate::command::fields;
use crate::failure::{Failure, reason};

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
    if path.is_file() {
        let json = read(path)?;
        let scenario = Scenario::from_json(&json).map_err(|error| wrong(text, &error))?;
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

/// The query of a whole link, or the text itself.
fn query(text: &str) -> &str {
    let text = text.split_once('#').map_or(text, |(before, _)| before);
    text.split_once('?').map_or(text, |(_, query)| query)
}

fn wrong(file: &str, error: &ScenarioError) -> Failure {
    Failure::file(file, error)
}

fn read(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => Failure::run(format!("{shown}: the file is not UTF-8 text")),
        _ => Failure::usage(format!("cannot open {shown}: {}", reason(&error))),
    })
}
