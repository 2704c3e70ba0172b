//! A file of text that is read as a whole: its largest size, that it is UTF-8, and the byte order mark that some editors put first.
//!
//! All files but workloads (calibrations, cache states, scenarios, states of a router) are read here, so that a fault has its line
//! and an endless file costs no more than the largest file of its kind. Workloads are read in pieces by
//! [`crate::workload::Reader`], which skips the mark as well.

use crate::words::grouped;
use memchr::memchr_iter;
use thiserror::Error;

/// The most bytes of a file of settings: a calibration, a scenario.
pub const SETTINGS: usize = 1 << 20;
/// The most bytes of a file of records: a cache state, what a router has sent.
pub const RECORDS: usize = 64 << 20;

/// Why bytes are not a text that can be read. The message is one sentence without the file's name, which the caller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TextError {
    /// A byte that is not UTF-8.
    #[error("line {}: byte {offset} is not UTF-8 text", grouped(*line))]
    NotUtf8 {
        /// The line of the byte, counted from 1.
        line: u64,
        /// The offset of the byte, counted from 0.
        offset: u64,
    },
    /// The file has more bytes than files of its kind may have.
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

/// The text without the byte order mark at its beginning, if it has one.
pub fn unmarked(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
