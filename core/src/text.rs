//! A file that is read whole: how large it may be, that it is UTF-8, and a byte order mark that some editors put first.
//!
//! Everything that is not a workload (calibrations, cache states, scenarios, states of a router) comes through here, so that a
//! fault has its line and an endless file costs no more than the most that such a file can have. Workloads are read in pieces by
//! [`crate::workload::Reader`], which skips the mark as well.

use crate::words::grouped;
use memchr::memchr_iter;
use thiserror::Error;

/// The most bytes of a file of settings: a calibration, a scenario.
pub const SETTINGS: usize = 1 << 20;
/// The most bytes of a file of records: a cache state, what a router has sent.
pub const RECORDS: usize = 64 << 20;

/// Why bytes are no text. The text of the error is one sentence without the file's name, which the caller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TextError {
    /// A byte that does not belong there.
    #[error("line {}: byte {offset} is not UTF-8 text", grouped(*line))]
    NotUtf8 {
        /// Its line, from 1.
        line: u64,
        /// Its offset, from 0.
        offset: u64,
    },
    /// More bytes than such a file can have.
    #[error("the file is longer than {} MiB, which no such file is", most >> 20)]
    TooLong {
        /// The largest length that the kind of file may have \[bytes\].
        most: usize,
    },
}

/// The text of a file of at most `most` bytes, without a byte order mark.
///
/// ```
/// use warmpath_core::text::{self, TextError};
/// assert_eq!(text::whole(b"\xef\xbb\xbf{}", 10), Ok("{}"));
/// assert_eq!(text::whole(b"{\n\xff", 10), Err(TextError::NotUtf8 { line: 2, offset: 2 }));
/// assert_eq!(text::whole(b"0123", 3), Err(TextError::TooLong { most: 3 }));
/// ```
///
/// # Errors
/// What is wrong, and in which line.
pub fn whole(bytes: &[u8], most: usize) -> Result<&str, TextError> {
    if bytes.len() > most {
        return Err(TextError::TooLong { most });
    }
    let text = core::str::from_utf8(bytes).map_err(|error| TextError::NotUtf8 {
        line: 1 + memchr_iter(b'\n', &bytes[..error.valid_up_to()]).count() as u64,
        offset: error.valid_up_to() as u64,
    })?;
    Ok(unmarked(text))
}

/// A text without the byte order mark before it.
pub fn unmarked(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
