//! Loads workloads: a named one, a file, or standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use warmpath_core::scenario::Scenario;
use warmpath_core::workload::inspect::informs;
use warmpath_core::workload::named::Source;
use warmpath_core::workload::{
    NameError, Named, Origin, ReadOptions, Reader, Workload, WorkloadError,
};

use crate::failure::{Failure, reason};
use crate::memory;
use crate::terminal::{Label, bar, say, spinner};

/// The number of bytes that are read at once.
const PIECE: usize = 1 << 20;

/// The workload that a scenario names. The scenario then has the workload's own name: a canonical one, or `basename~hash`
/// for a file.
pub(crate) fn load(scenario: &mut Scenario) -> Result<Workload, Failure> {
    let name = scenario.workload.as_str();
    let workload = match Named::parse(name) {
        Ok(named) => {
            if matches!(named.info().source, Source::Generated) {
                let requests = scenario.requests.unwrap_or_else(|| named.requests());
                memory::to_make(requests.into())?;
            }
            let spinner = spinner("making the workload");
            let made = named.generate(scenario.block_size, scenario.seed, scenario.requests);
            spinner.finish_and_clear();
            made.map_err(Failure::usage)?
        }
        // The text is neither a workload's name nor anything like a file's.
        Err(error) if unlike_a_file(name, &error) => {
            return Err(Failure::usage(format!(
                "{error}; and there is no file of that name"
            )));
        }
        Err(_) => read(name, scenario.read_options())?,
    };
    scenario.workload.clone_from(&workload.name);
    Ok(workload)
}

/// Whether a text that is no workload's name cannot be a file either, in which case the error about the name is reported.
fn unlike_a_file(name: &str, error: &NameError) -> bool {
    // The name is a workload's; the error is in its parameters.
    let spelled = !matches!(error, NameError::Unknown { .. });
    let path = name == "-" || name.contains(['/', '\\', '.', '~']);
    !Path::new(name).exists() && (spelled || !path)
}

/// Reads a file, or standard input for "-", and reports on stderr what was skipped or repaired.
pub(crate) fn read(name: &str, options: ReadOptions) -> Result<Workload, Failure> {
    let (workload, _) = understood(name, options)?;
    for note in workload.notes.iter().filter(|note| !informs(note)) {
        say(Label::Warning, &format!("{name}: {note}"));
    }
    Ok(workload)
}

/// Reads a file, or standard input for "-", with the details of how it was understood.
pub(crate) fn understood(name: &str, options: ReadOptions) -> Result<(Workload, Origin), Failure> {
    if name == "-" {
        pour(name, "standard input", io::stdin().lock(), 0, options)
    } else {
        let path = Path::new(name);
        let there = path.metadata().map_err(|error| missing(name, &error))?;
        if there.is_dir() {
            return Err(Failure::usage(format!("{name} is a directory, not a file")));
        }
        let file = File::open(path)
            .map_err(|error| Failure::usage(format!("cannot open {name}: {}", reason(&error))))?;
        pour(name, name, file, there.len(), options)
    }
}

fn missing(name: &str, error: &io::Error) -> Failure {
    if error.kind() != io::ErrorKind::NotFound {
        return Failure::usage(format!("cannot open {name}: {}", reason(error)));
    }
    if let Some((file, hash)) = name.rsplit_once('~')
        && hash.len() == 16
        && hash.bytes().all(|digit| digit.is_ascii_hexdigit())
    {
        return Failure::usage(format!(
            "the scenario replays the file {file} (hash {hash}); give its path with --workload"
        ));
    }
    Failure::usage(format!("there is no file \"{name}\""))
}

/// Reads `from` as the file called `file_name`; errors call it `name`.
fn pour(
    file_name: &str,
    name: &str,
    mut from: impl Read,
    bytes: u64,
    options: ReadOptions,
) -> Result<(Workload, Origin), Failure> {
    let bar = bar("reading", "B", bytes);
    let mut reader = Reader::new(file_name, options);
    let mut piece = vec![0; PIECE];
    loop {
        let count = match from.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failure::file(name, reason(&error))),
        };
        let pushed = reader.push(&piece[..count]);
        pushed.map_err(|error| wrong(name, &error))?;
        bar.inc(count as u64);
    }
    bar.finish_and_clear();
    reader.understood().map_err(|error| wrong(name, &error))
}

/// The failure for an error in a file. A block size that the file rules out, and an option that it needs, are errors of the command
/// line.
fn wrong(name: &str, error: &WorkloadError) -> Failure {
    match error {
        WorkloadError::BlockSize { .. } | WorkloadError::Ask { .. } => {
            Failure::usage(format!("{name}: {error}"))
        }
        _ => Failure::file(name, error),
    }
}
