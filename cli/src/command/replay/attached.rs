//! Files beside the workload: those of `--calibration`, `--model` and `--tokenizer`, a cache state for `--warm`, and the one that
//! `--save-cache` writes.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};
use warmpath_core::cache::CacheState;
use warmpath_core::replica::calibration::Calibration;
use warmpath_core::scenario::{Attached, Companion, Scenario, Warm};
use warmpath_core::text::{RECORDS, SETTINGS};
use warmpath_core::workload::reading::Tokenization;

use crate::failure::Failure;
use crate::output::{Output, checked};
use crate::terminal::show;
use crate::whole::Whole;

/// The option `--save-cache`, which names the file that the caches' state is written to.
pub(super) fn arg() -> Arg {
    Arg::new("save-cache")
        .long("save-cache")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("write what the caches hold in the end, and what the routers remember, to FILE, to begin another run with (--warm FILE); for one policy and one seed")
}

/// The file that `--save-cache` names, which is checked before any work is done.
pub(super) fn saved(
    matches: &ArgMatches,
    scenario: &Scenario,
    swept: bool,
) -> Result<Option<Output>, Failure> {
    let Some(path) = matches.get_one::<PathBuf>("save-cache") else {
        return Ok(None);
    };
    if swept || scenario.policies.len() != 1 || scenario.seeds != 1 {
        return Err(Failure::usage(
            "--save-cache writes what one run leaves: give one policy, one seed, one rate and one number of replicas",
        ));
    }
    checked("save-cache", path).map(|()| Some(Output::File(path.clone())))
}

/// Reads the files that a scenario refers to.
pub(in crate::command) fn read(scenario: &mut Scenario) -> Result<(), Failure> {
    if let Some(file) = &scenario.calibration
        && file.content().is_none()
    {
        let file = open("calibration", file.name(), SETTINGS)?;
        let own = Calibration::parse(file.text());
        let own = own.map_err(|error| Failure::file(file.name(), error))?;
        scenario.calibration = Some(Attached::new(file.name(), &file.bytes, own));
    }
    if let Some(file) = &scenario.own_model
        && file.content().is_none()
    {
        let file = open("model", file.name(), SETTINGS)?;
        let name = file.name();
        let companion = Companion::read(name, &file.bytes)
            .unwrap_or_else(|| {
                Err("expected a Hugging Face config.json with num_hidden_layers".to_owned())
            })
            .map_err(|error| Failure::file(name, error))?;
        let Companion::Model(own) = companion else {
            return Err(Failure::file(name, "a model's config.json was expected"));
        };
        show(&format!(
            "{name}: {}",
            own.content().map_or_else(String::new, |it| it.shape())
        ));
        scenario.take_model(own);
        scenario.check()?;
    }
    tokenizer(scenario)?;
    if let Warm::Left(file) = &scenario.warm
        && file.content().is_none()
    {
        let file = open("warm", file.name(), RECORDS)?;
        let state = CacheState::parse(file.text());
        let state = state.map_err(|error| Failure::file(file.name(), error))?;
        scenario.warm = Warm::Left(Attached::new(file.name(), &file.bytes, state));
    }
    Ok(())
}

/// Reads the tokenizer that a scenario refers to, if it is a file.
pub(in crate::command) fn tokenizer(scenario: &mut Scenario) -> Result<(), Failure> {
    if let Tokenization::File { name, tables: None } = &scenario.reading.tokenizer {
        let file = open("tokenizer", name, RECORDS)?;
        let read = Tokenization::file(file.name(), file.text());
        scenario.reading.tokenizer = read.map_err(|error| Failure::file(file.name(), error))?;
    }
    Ok(())
}

fn open(field: &str, name: &str, most: usize) -> Result<Whole, Failure> {
    Whole::open(Path::new(name), most)?.ok_or_else(|| {
        Failure::usage(format!(
            "{field} is \"{name}\", but there is no such file; give its path with --{field}"
        ))
    })
}
