//! Files beside the workload: `--calibration`, a cache state for `--warm`, and the one that `--save-cache` writes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};
use warmpath_core::cache::CacheState;
use warmpath_core::replica::calibration::Calibration;
use warmpath_core::scenario::{Attached, Companion, Scenario, Warm};

use crate::failure::{Failure, reason};
use crate::output::{Output, checked};
use crate::terminal::note;

/// The option `--save-cache`.
pub(super) fn arg() -> Arg {
    Arg::new("save-cache")
        .long("save-cache")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("write what the caches hold in the end to FILE, to begin another run with (--warm FILE); for one policy and one seed")
}

/// Where `--save-cache` writes, checked before any work is done.
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

/// Reads the files that a scenario names.
pub(super) fn read(scenario: &mut Scenario) -> Result<(), Failure> {
    if let Some(file) = &scenario.calibration
        && file.content().is_none()
    {
        let (name, text) = open("calibration", file.name())?;
        let own = Calibration::parse(&text).map_err(|error| Failure::file(&name, error))?;
        scenario.calibration = Some(Attached::new(&name, text.as_bytes(), own));
    }
    if let Some(file) = &scenario.own_model
        && file.content().is_none()
    {
        let (name, text) = open("model", file.name())?;
        let companion = Companion::read(&name, text.as_bytes())
            .unwrap_or_else(|| {
                Err("expected a Hugging Face config.json with num_hidden_layers".to_owned())
            })
            .map_err(|error| Failure::file(&name, error))?;
        let Companion::Model(own) = companion else {
            return Err(Failure::file(&name, "a model's config.json was expected"));
        };
        note(&format!(
            "{name}: {}",
            own.content().map_or_else(String::new, |it| it.shape())
        ));
        scenario.take_model(own);
        scenario.check()?;
    }
    if let Warm::Left(file) = &scenario.warm
        && file.content().is_none()
    {
        let (name, text) = open("warm", file.name())?;
        let state = CacheState::parse(&text).map_err(|error| Failure::file(&name, error))?;
        scenario.warm = Warm::Left(Attached::new(&name, text.as_bytes(), state));
    }
    Ok(())
}

fn open(field: &str, name: &str) -> Result<(String, String), Failure> {
    let text = fs::read_to_string(Path::new(name)).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => Failure::file(name, "the file is not UTF-8 text"),
        io::ErrorKind::NotFound => Failure::usage(format!(
            "{field} is \"{name}\", but there is no such file; give its path with --{field}"
        )),
        _ => Failure::usage(format!("cannot open {name}: {}", reason(&error))),
    })?;
    Ok((name.to_owned(), text))
}
