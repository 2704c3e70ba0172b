//! The files beside the workload that the reader has opened, kept in the engine for the scenarios that refer to them.

use super::source::whole;
use std::cell::RefCell;
use warmpath_core::scenario::{Companion, Scenario};
use web_sys::File;

/// The largest number of files that are kept; the oldest is dropped first.
const MOST: usize = 8;
/// The number of bytes that are read to recognise such a file.
const HEAD: f64 = 64.0;

thread_local! {
    static KEPT: RefCell<Vec<(Companion, File)>> = const { RefCell::new(Vec::new()) };
}

/// Reads a file and keeps it if it is one that can stand beside a workload; `None` if it is something else.
///
/// # Errors
/// What is wrong with the file, or why it could not be read.
pub(super) async fn open(file: &File) -> Result<Option<Companion>, String> {
    let head = whole(file, HEAD).await?;
    if !Companion::may_be(&head, file.size() as u64) {
        return Ok(None);
    }
    let bytes = whole(file, file.size()).await?;
    let Some(read) = Companion::read(&file.name(), &bytes) else {
        return Ok(None);
    };
    let read = read.map_err(|error| format!("{}: {error}", file.name()))?;
    keep(read.clone(), file.clone());
    Ok(Some(read))
}

fn keep(read: Companion, file: File) {
    KEPT.with_borrow_mut(|all| {
        all.retain(|it| it.0.name() != read.name());
        if all.len() >= MOST {
            all.remove(0);
        }
        all.push((read, file));
    });
}

/// Gives a scenario the files that it refers to, as far as they are kept.
pub(super) fn hand(scenario: &mut Scenario) {
    KEPT.with_borrow(|all| all.iter().for_each(|it| it.0.attach(scenario)));
}

/// The files that are kept, for helpers that must read them too.
pub(super) fn files() -> Vec<File> {
    KEPT.with_borrow(|all| all.iter().map(|it| it.1.clone()).collect())
}
