//! Puts the figures into a built page, in its place, and beside it the model card and the run that the laboratory opens with:
//! `warmpath-first-paint dist/index.html`.

use std::path::Path;
use std::process::ExitCode;
use warmpath_page::first_paint::{figures, fill, model_card};

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("which page? call it as warmpath-first-paint dist/index.html");
        return ExitCode::FAILURE;
    };
    match paint(Path::new(&path)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{path}: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn paint(path: &Path) -> Result<(), String> {
    let text = |error: std::io::Error| error.to_string();
    let page = std::fs::read_to_string(path).map_err(text)?;
    let beside = path.with_file_name("model-card.html");
    std::fs::write(beside, model_card(&page)?).map_err(text)?;
    let run = path.with_file_name("opening.run");
    std::fs::write(run, warmpath_page::worker::simulate()?).map_err(text)?;
    std::fs::write(path, fill(&page, &figures()?)?).map_err(text)
}
