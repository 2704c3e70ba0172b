//! Writes the charts of a replay as SVG files, for `--svg`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};
use warmpath_view::chart::Chart;
use warmpath_view::export::SIZE;

use crate::failure::{Failure, reason};
use crate::output::{replace, same_file};

/// The option `--svg`, which names the directory that charts are written into.
pub(in crate::command) fn arg() -> Arg {
    Arg::new("svg")
        .long("svg")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .help("write the charts into the directory DIR, which is made if it is not there; from the fifth policy on curves \
               have shapes beside their colours")
}

/// The directory that `--svg` names, which is checked before any work is done.
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

/// Refuses an output file that would replace a chart, or the directory of charts.
pub(super) fn refuse_overwriting(directory: &Path, flag: &str, file: &Path) -> Result<(), Failure> {
    let shown = directory.display();
    if same_file(directory, file) {
        return Err(Failure::usage(format!(
            "--svg makes the directory \"{shown}\", and {flag} names it as a file; give two names"
        )));
    }
    let chart = file
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("svg"));
    let inside = file.file_name().map(|name| directory.join(name));
    if chart && inside.is_some_and(|inside| same_file(&inside, file)) {
        return Err(Failure::usage(format!(
            "{flag} is \"{}\", but --svg writes files of such names into \"{shown}\"; choose another place",
            file.display()
        )));
    }
    Ok(())
}

/// Writes each chart into a file in the directory.
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
