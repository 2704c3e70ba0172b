//! Files that belong to a scenario beside the workload: a calibration, a cache state, a model's configuration.
//!
//! A scenario is text, so it holds a file's name: `basename~hash`, the hash over the file's bytes. What the file says is
//! attached when it has been read; a scenario with a name only cannot be run, and says which file it wants.

use std::sync::Arc;

use super::ScenarioError;
use crate::workload;

/// A file's name in a scenario, and what it says once it has been read.
#[derive(Clone, Debug)]
pub struct Attached<T> {
    name: String,
    content: Option<Arc<T>>,
}

impl<T> Attached<T> {
    /// A file that has been read: `path` is its path or name, `bytes` are its bytes, and `content` is what was read from them.
    pub fn new(path: &str, bytes: &[u8], content: T) -> Self {
        Self {
            name: workload::file_name(path, bytes),
            content: Some(Arc::new(content)),
        }
    }

    /// The file's name alone, before the file has been read.
    pub(super) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            content: None,
        }
    }

    /// The file's name: `basename~hash` once it has been read; before, as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the file says; `None` as long as it has not been read.
    pub fn content(&self) -> Option<&Arc<T>> {
        self.content.as_ref()
    }

    pub(super) fn ready(&self, field: &'static str) -> Result<(), ScenarioError> {
        match self.content {
            Some(_) => Ok(()),
            None => Err(ScenarioError::Unread {
                field,
                name: self.name.clone(),
            }),
        }
    }
}

/// Equal names are equal files, as the hash is part of the name. A file that has been read differs from one that has not.
impl<T> PartialEq for Attached<T> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.content.is_some() == other.content.is_some()
    }
}

/// Whether a text may be a file's name rather than a misspelt word.
pub(super) fn like_a_file(name: &str) -> bool {
    name.contains(['/', '\\', '.', '~'])
}
