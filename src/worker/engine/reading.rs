//! Reads the files that were posted, by a scenario's settings, and summarises their contents.

use super::jobs::{Held, Job};
use super::reach::Reach;
use crate::worker::message::{Answer, Opened};
use crate::worker::{attached, source};
use std::cell::RefCell;
use std::sync::Arc;
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::ReadOptions;
use warmpath_core::workload::inspect::Inspection;
use warmpath_view::lab::summary::FileCard;
use warmpath_view::wire::Sealed;
use web_sys::File;

/// The files that were posted to the engine.
#[derive(Default)]
pub(super) struct Files {
    /// The file that was posted last, until it is read.
    pub(super) posted: RefCell<Option<File>>,
    /// The workload's file that was read last, whether it was valid or not.
    read: RefCell<Option<File>>,
    /// The last valid workload's file, with its name in a scenario.
    pub(super) good: RefCell<Option<(String, File)>>,
}

/// Reads the file that was posted last to its end, and keeps it if it is valid. If none was posted since, the one before is
/// read again.
pub(super) async fn read<R: Reach>(job: &Job<R>, query: &str) -> Result<Answer, String> {
    let posted = job.files.posted.take();
    if let Some(file) = posted {
        match attached::open(&file).await {
            _ if !(job.alive)() => return Err(String::new()),
            Ok(None) => *job.files.read.borrow_mut() = Some(file),
            Ok(Some(it)) => {
                return Ok(Answer::Attached {
                    field: it.flag().to_owned(),
                    name: it.name().to_owned(),
                    about: it.about(),
                });
            }
            Err(reason) => return Ok(Answer::FileFailed { reason }),
        }
    }
    let Some(file) = job.files.read.borrow().clone() else {
        return Ok(Answer::Stopped);
    };
    let mut scenario = Scenario::from_query(query).map_err(|error| error.to_string())?;
    attached::hand(&mut scenario);
    // All of the file is read, however many requests a run is to have.
    let options = ReadOptions {
        requests: None,
        ..scenario.read_options()
    };
    // The old workload is dropped before another is read, since there may not be memory for two.
    job.kept.take();
    let read = source::read(&file, options.clone(), &job.post, &*job.alive).await;
    let (workload, origin) = match read {
        Ok(read) => read,
        Err(reason) if (job.alive)() => return Ok(Answer::FileFailed { reason }),
        Err(reason) => return Err(reason),
    };
    let opened = Opened {
        name: workload.name.clone(),
        requests: workload.count,
        notes: workload.notes.clone(),
        card: FileCard::new(&Inspection::new(&workload, &origin)),
    };
    *job.files.good.borrow_mut() = Some((opened.name.clone(), file));
    *job.kept.borrow_mut() = Some(Held {
        of: (opened.name.clone(), options, 0),
        workload: Arc::new(workload),
        recorded: Arc::new(origin.recorded),
    });
    Ok(Answer::File(Sealed::new(&opened)))
}
