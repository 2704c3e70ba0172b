//! Reads files beside the workload as a whole, up to the largest size that such a file can have.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use warmpath_core::text::{self, TextError};

use crate::failure::{Failure, reason};

/// The contents of a file, which are known to be UTF-8.
#[derive(Debug)]
pub(crate) struct Whole {
    /// The bytes of the file, unchanged.
    pub(crate) bytes: Vec<u8>,
    name: String,
    most: usize,
}

impl Whole {
    /// Reads a file of at most `most` bytes; `None` if there is no file with that name.
    pub(crate) fn open(path: &Path, most: usize) -> Result<Option<Self>, Failure> {
        let name = path.display().to_string();
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(cannot_open(&name, &error)),
        };
        if file.metadata().is_ok_and(|there| there.is_dir()) {
            return Err(Failure::usage(format!("{name} is a directory, not a file")));
        }
        Self::read(&name, file, most).map(Some)
    }

    /// Reads standard input, at most `most` bytes.
    pub(crate) fn standard_input(most: usize) -> Result<Self, Failure> {
        Self::read("standard input", io::stdin().lock(), most)
    }

    fn read(name: &str, from: impl Read, most: usize) -> Result<Self, Failure> {
        let mut bytes = Vec::new();
        // One byte more than allowed is read, to find out whether the file is too long.
        from.take(most as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::file(name, reason(&error)))?;
        let whole = Self {
            bytes,
            name: name.to_owned(),
            most,
        };
        whole
            .checked()
            .map_err(|error| Failure::file(name, error))?;
        Ok(whole)
    }

    fn checked(&self) -> Result<&str, TextError> {
        text::whole(&self.bytes, self.most)
    }

    /// The text without a byte order mark.
    pub(crate) fn text(&self) -> &str {
        self.checked().unwrap_or_default()
    }

    /// The name of the file, as it was given.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

/// The failure for a file that exists but cannot be opened.
fn cannot_open(name: &str, error: &io::Error) -> Failure {
    Failure::usage(format!("cannot open {name}: {}", reason(error)))
}
