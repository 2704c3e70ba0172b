//! Files beside the workload that were opened, kept in the engine to be handed to the scenarios that name them.

use super::source::whole;
use std::cell::RefCell;
use warmpath_core::scenario::{Companion, Scenario};
use web_sys::File;

/// The most that are kept; the oldest goes first.
const MOST: usize = 8;
/// What is read to see whether a file may be one \[bytes\].
const HEAD: f64 = 64.0;

thread_local! {
    static KEPT: RefCell<Vec<(Companion, File)>> = const { RefCell::new(Vec::new()) };
}

/// What a file is: one of those, which is kept; `None`: something else.
///
/// # Errors
/// What is wrong with it, or why it could not be read.
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

/// Hands a scenario the files that it names, as far as they are there.
pub(super) fn hand(scenario: &mut Scenario) {
    KEPT.with_borrow(|all| all.iter().for_each(|it| it.0.attach(scenario)));
}

/// The files themselves, for whoever is to read them too.
pub(super) fn files() -> Vec<File> {
    KEPT.with_borrow(|all| all.iter().map(|it| it.1.clone()).collect())
}
