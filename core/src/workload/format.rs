//! The formats of files: how records stand in them, what a record says, and the requests that are made of it.
//!
//! | part | does |
//! | --- | --- |
//! | `sniff` | looks at the first line and chooses |
//! | `frame` | records: lines, a JSON array, one JSON value, a table, plain text |
//! | `columns` | which field of a record holds what, by its usual names or `--map` |
//! | `message` | messages of a chat |
//! | `row` | what a record says, whatever its format |
//! | `requests` | requests of rows; units and dependencies that only the whole file says |
//! | `recorded` | what a log says happened |
//! | `results` | results of benchmarks, request by request |
//! | `sessions` | generated sessions of lengths |
//!
//! docs/formats.md has the formats, who writes them, what is read and what is left out.

pub(super) mod cells;
mod columns;
mod date;
mod frame;
pub(super) mod lines;
mod message;
mod origin;
mod recorded;
pub(super) mod requests;
mod results;
mod row;
mod scan;
mod sessions;
pub(super) mod sniff;

pub use origin::Origin;
pub use recorded::{Recorded, Served};
