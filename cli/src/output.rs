//! Where results go: stdout, or a file that is there whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};

use crate::failure::{Failure, reason};

/// The option `--out`.
pub(crate) fn arg() -> Arg {
    Arg::new("out")
        .long("out")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("write to FILE instead of standard output; it appears whole or not at all")
}

/// A place for a result.
#[derive(Debug)]
pub(crate) enum Output {
    Stdout,
    File(PathBuf),
}

impl Output {
    /// The place that `--out` names, checked before any work is done.
    pub(crate) fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        let Some(path) = matches.get_one::<PathBuf>("out") else {
            return Ok(Self::Stdout);
        };
        checked("out", path).map(|()| Self::File(path.clone()))
    }

    /// Writes the whole result.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Stdout => {
                let mut out = io::stdout().lock();
                let written = out.write_all(bytes).and_then(|()| out.flush());
                written.map_err(|error| Failure::stdout(&error))
            }
            Self::File(path) => replace(path, bytes).map_err(|error| {
                Failure::run(format!(
                    "cannot write {}: {}",
                    path.display(),
                    reason(&error)
                ))
            }),
        }
    }
}

/// Whether the file that an option names can be written, as far as can be told before.
pub(crate) fn checked(flag: &str, path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    if path.as_os_str().is_empty() || path.file_name().is_none() || path.is_dir() {
        return Err(Failure::usage(format!(
            "{flag} is \"{shown}\", but must be the name of a file"
        )));
    }
    if !directory(path).is_dir() {
        return Err(Failure::usage(format!(
            "{flag} is \"{shown}\", but there is no directory \"{}\"",
            directory(path).display()
        )));
    }
    Ok(())
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Writes beside the file, then takes its place in one step.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // What is no plain file (a pipe, /dev/null) cannot be replaced, only written to.
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return fs::write(path, bytes);
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    let part = directory(path).join(name);
    let written = File::create_new(&part)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&part);
    }
    written
}
