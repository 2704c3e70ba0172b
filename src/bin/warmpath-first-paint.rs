//! Puts the figures into a built page, in its place: `warmpath-first-paint dist/index.html`.

use std::process::ExitCode;
use warmpath_page::first_paint::{figures, fill};

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("which page? call it as warmpath-first-paint dist/index.html");
        return ExitCode::FAILURE;
    };
    let filled = std::fs::read_to_string(&path).map_err(|error| error.to_string());
    let filled = filled.and_then(|page| fill(&page, &figures()?));
    let written = filled.and_then(|page| std::fs::write(&path, page).map_err(|it| it.to_string()));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{path}: {reason}");
            ExitCode::FAILURE
        }
    }
}
