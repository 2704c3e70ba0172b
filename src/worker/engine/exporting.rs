//! Writes a run as a file: from the figures of the finished run or, where a format needs more, from its workload or a new run.

use super::jobs::Job;
use super::reach::Reach;
use crate::worker::attached;
use crate::worker::message::{Answer, WorkResult};
use warmpath_core::fleet::Keep;
use warmpath_core::report::format::{self, Format, Writer};
use warmpath_core::report::html::Picture;
use warmpath_core::session::Abreast;

/// Writes a format that needs more than figures: the run's workload, or every request's path, for which it is run again.
pub(super) async fn export<R: Reach>(
    job: &Job<R>,
    query: &str,
    format: String,
    base: &str,
) -> Result<Answer, String> {
    let (scenario, workload) = job.load(query, base).await?;
    let writer = format::named(&format).map(Format::writer);
    let text = match writer {
        Some(Writer::Workload(write)) => write(&workload),
        Some(writer @ (Writer::Runs(_) | Writer::Rows(_))) => {
            let keep = match writer {
                Writer::Rows(_) => Keep::Stays,
                _ => Keep::Log,
            };
            let runs = Abreast::new(scenario, workload, keep).map_err(|error| error.to_string())?;
            let runs = job.drive(runs, job.pace(), &|_| ()).await?;
            let (scenario, workload, runs) = runs.finish().map_err(|error| error.to_string())?;
            match writer {
                Writer::Runs(write) => write(&scenario, &workload, &runs),
                Writer::Rows(write) => {
                    let mut text = String::new();
                    let written = write(&workload, &runs, &mut text);
                    written.map_err(|_| "the rows do not fit into memory".to_owned())?;
                    text
                }
                _ => String::new(),
            }
        }
        _ => {
            return Err(format!(
                "\"{format}\" is no format that is written from a workload or a new run"
            ));
        }
    };
    Ok(Answer::Exported { format, text })
}

/// Writes a finished run's figures in a format.
pub(super) fn write(
    format: &str,
    outcome: &WorkResult,
    pictures: &[Picture],
) -> Result<String, String> {
    let mut report = outcome
        .report()
        .ok_or("the run's scenario was not understood")?;
    attached::hand(&mut report.scenario);
    match format::named(format).map(Format::writer) {
        Some(Writer::Report(write)) => Ok(write(&report)),
        Some(Writer::Pictured(write)) => Ok(write(&report, pictures)),
        _ => Err(format!(
            "\"{format}\" is no format that is written from a run's figures"
        )),
    }
}
