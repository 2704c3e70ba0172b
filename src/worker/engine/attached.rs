//! Files beside the workload that were opened, to be handed to the scenarios that name them.

use crate::worker::source::whole;
use std::cell::RefCell;
use std::rc::Rc;
use warmpath_core::scenario::{Companion, Scenario};
use web_sys::File;

/// The most that are kept; the oldest goes first.
const MOST: usize = 8;
/// What is read to see whether a file may be one \[bytes\].
const HEAD: f64 = 64.0;

/// The files. A copy is the same.
#[derive(Clone, Default)]
pub(super) struct Attachments(Rc<RefCell<Vec<Companion>>>);

impl Attachments {
    /// Keeps a file if it is one of those, and returns it; `None`: it is something else.
    ///
    /// # Errors
    /// What is wrong with it, or why it could not be read.
    pub(super) async fn open(&self, file: &File) -> Result<Option<Companion>, String> {
        let head = whole(file, HEAD).await?;
        if !Companion::may_be(&head, file.size() as u64) {
            return Ok(None);
        }
        let bytes = whole(file, file.size()).await?;
        let Some(read) = Companion::read(&file.name(), &bytes) else {
            return Ok(None);
        };
        let read = read.map_err(|error| format!("{}: {error}", file.name()))?;
        let mut all = self.0.borrow_mut();
        all.retain(|it| it.name() != read.name());
        if all.len() >= MOST {
            all.remove(0);
        }
        all.push(read.clone());
        Ok(Some(read))
    }

    /// Hands a scenario the files that it names.
    ///
    /// # Errors
    /// Which one is not there.
    pub(super) fn hand(&self, scenario: &mut Scenario) -> Result<(), String> {
        for it in &*self.0.borrow() {
            it.attach(scenario);
        }
        scenario.ready().map_err(|error| error.to_string())
    }
}
