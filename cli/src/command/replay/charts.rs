//! The charts of a replay as SVG files, for `--svg`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};
use warmpath_view::chart::Chart;
use warmpath_view::export::SIZE;

use crate::failure::{Failure, reason};
use crate::output::replace;

/// The option `--svg`.
pub(in crate::command) fn arg() -> Arg {
    Arg::new("svg")
        .long("svg")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .help("write the charts into the directory DIR, which is made if it is not there; from the fifth policy on curves \
               have shapes beside their colours")
}

/// The directory that `--svg` names, checked before any work is done.
pub(in crate::command) fn directory(matches: &ArgMatches) -> Result<Option<&Path>, Failure> {
    let Some(path) = matches.get_one::<PathBuf>("svg") else {
        return Ok(None);
    };
    if path.as_os_str().is_empty() || (path.exists() && !path.is_dir()) {
        return Err(Failure::usage(format!(
            "svg is \"{}\", but must be the name of a directory",
            path.display()
        )));
    }
    Ok(Some(path))
}

/// Writes the charts as files.
pub(in crate::command) fn write(directory: &Path, charts: &[Chart]) -> Result<(), Failure> {
    let failed = |path: &Path, error| {
        Failure::run(format!(
            "cannot write {}: {}",
            path.display(),
            reason(&error)
        ))
    };
    fs::create_dir_all(directory).map_err(|error| failed(directory, error))?;
    for chart in charts {
        let path = directory.join(format!("{}.svg", chart.key()));
        let svg = chart.svg(SIZE);
        replace(&path, svg.as_bytes()).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}
