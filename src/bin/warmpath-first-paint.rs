//! Renders what stands in the page before any program has arrived: rewrites a built page with the figures in it, and writes
//! into the same folder the model card, `model-card.html`, and the run that the laboratory opens with, `opening.run`. Called as `warmpath-first-paint dist/index.html`.

use std::path::Path;
use std::process::ExitCode;
use warmpath_page::first_paint::{figures, fill, model_card};

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("which page? call it as warmpath-first-paint dist/index.html");
        return ExitCode::FAILURE;
    };
    match render(Path::new(&path)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{path}: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn render(path: &Path) -> Result<(), String> {
    let reason = |error: std::io::Error| error.to_string();
    let page = std::fs::read_to_string(path).map_err(reason)?;
    let card = path.with_file_name("model-card.html");
    std::fs::write(card, model_card(&page)?).map_err(reason)?;
    let run = path.with_file_name("opening.run");
    std::fs::write(run, warmpath_page::worker::simulate()?).map_err(reason)?;
    std::fs::write(path, fill(&page, &figures()?)?).map_err(reason)
}
