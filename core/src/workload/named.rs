//! Named workloads: those that are generated from a few lengths, and the traces that are part of the project.
//!
//! A workload is asked for as `name` or `name:key=value;key=value`; a parameter that is not given has its default.
//!
//! ```
//! use warmpath_core::workload::Named;
//! let rag = Named::parse("rag:questions=50;contexts=4")?;
//! assert_eq!(rag.to_string(), "rag:contexts=4"); // in the table's order, defaults left out
//! let workload = rag.generate(16, 1, Some(100)).expect("generated, no trace needed");
//! assert_eq!(workload.requests.len(), 100);
//! # Ok::<(), warmpath_core::workload::NameError>(())
//! ```

mod table;

pub use table::{Param, Source, WORKLOADS, WorkloadInfo};

use super::reader::ReadOptions;
use super::{Workload, WorkloadError, asset, synthetic, trace};
use crate::nearest::nearest;
use crate::once::Once;
use crate::words::excerpt;
use core::fmt;
use thiserror::Error;

/// All named workloads, for tables and lists.
pub fn named() -> &'static [WorkloadInfo] {
    WORKLOADS
}

/// A named workload with its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    info: &'static WorkloadInfo,
    /// The values of the parameters, in the order of `info.params`.
    values: Vec<f64>,
}

/// Why a text names no workload.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NameError {
    /// There is no workload of that name.
    #[error("there is no workload {name:?}{}; there are {among}", suggestion(.meant))]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The nearest name there is; `None` if none is near.
        meant: Option<&'static str>,
        /// The names of all workloads, as a list.
        among: String,
    },
    /// The workload has no parameter of that name.
    #[error("workload {workload} has no parameter {name:?}{}; {among}", suggestion(.meant))]
    UnknownParameter {
        /// The name of the workload.
        workload: &'static str,
        /// The name of the parameter that was asked for.
        name: String,
        /// The nearest parameter there is; `None` if none is near.
        meant: Option<&'static str>,
        /// The names of all parameters of the workload, as a list.
        among: String,
    },
    /// A parameter is not written as `key=value`, or is given twice.
    #[error("workload {workload}: {found:?} {fault}")]
    Syntax {
        /// The name of the workload.
        workload: &'static str,
        /// The text of the parameter, as it was given.
        found: String,
        /// What is wrong with the text, in words.
        fault: &'static str,
    },
    /// A value is outside its parameter's range.
    #[error("workload {workload}: {param} is {found:?}, {expected} expected")]
    Range {
        /// The name of the workload.
        workload: &'static str,
        /// The name of the parameter.
        param: &'static str,
        /// The value, as it was given.
        found: String,
        /// The range of the values that it may have, in words.
        expected: String,
    },
}

fn suggestion(meant: &Option<&'static str>) -> String {
    meant.map_or(String::new(), |meant| format!(", perhaps {meant:?}"))
}

impl Named {
    /// Reads `name[:key=value[;key=value…]]`.
    ///
    /// # Errors
    /// Unknown names, with the nearest there is; values out of range, with the range.
    pub fn parse(spec: &str) -> Result<Self, NameError> {
        let (name, params) = match spec.split_once(':') {
            None => (spec, None),
            Some((name, params)) => (name, Some(params)),
        };
        let names = || WORKLOADS.iter().map(|info| info.name);
        let info = WORKLOADS
            .iter()
            .find(|info| info.name == name)
            .ok_or_else(|| NameError::Unknown {
                name: excerpt(name),
                meant: nearest(name, names()),
                among: names().collect::<Vec<_>>().join(", "),
            })?;
        let mut named = Self {
            info,
            values: info.params.iter().map(|param| param.default).collect(),
        };
        let mut keys = Once::default();
        for pair in params.into_iter().flat_map(|params| params.split(';')) {
            let syntax = |fault| NameError::Syntax {
                workload: info.name,
                found: excerpt(pair),
                fault,
            };
            let (key, value) = pair
                .split_once('=')
                .ok_or_else(|| syntax("is not key=value"))?;
            let index = named.index(key)?;
            if !keys.first(key) {
                return Err(syntax("is given twice"));
            }
            named.values[index] = info.params[index].read(info.name, value)?;
        }
        named.check_size()?;
        Ok(named)
    }

    fn index(&self, key: &str) -> Result<usize, NameError> {
        let names = || self.info.params.iter().map(|param| param.name);
        names()
            .position(|name| name == key)
            .ok_or_else(|| NameError::UnknownParameter {
                workload: self.info.name,
                name: excerpt(key),
                meant: nearest(key, names()),
                among: match self.info.params.len() {
                    0 => "it has none".to_owned(),
                    _ => format!("it has {}", names().collect::<Vec<_>>().join(", ")),
                },
            })
    }

    /// The workload's entry in the table.
    pub fn info(&self) -> &'static WorkloadInfo {
        self.info
    }

    /// The value of a parameter; 0 if there is no such parameter.
    pub fn value(&self, name: &str) -> f64 {
        let params = self.info.params.iter().zip(&self.values);
        params
            .filter(|(param, _)| param.name == name)
            .map(|(_, &value)| value)
            .sum()
    }

    /// How many requests it makes unless another number is asked for.
    pub fn requests(&self) -> u32 {
        match self.info.requests {
            table::Requests::Fixed(count) => count,
            table::Requests::Product(params) => self.product(params) as u32,
        }
    }

    fn product(&self, params: &[&str]) -> f64 {
        params.iter().map(|param| self.value(param)).product()
    }

    /// Checks that parameters that are multiplied do not make more than a million requests.
    fn check_size(&self) -> Result<(), NameError> {
        const MOST: f64 = 1e6;
        if let table::Requests::Product(params) = self.info.requests
            && let Some(first) = params.first()
            && self.product(params) > MOST
        {
            return Err(NameError::Range {
                workload: self.info.name,
                param: first,
                found: self.value(first).to_string(),
                expected: format!("{} of at most a million", params.join(" × ")),
            });
        }
        Ok(())
    }

    /// The workload, `requests` long; [`Named::requests`] if not asked. A workload that is a trace is read from
    /// [`asset`].
    ///
    /// # Errors
    /// A block size outside [`crate::block::SIZES`] or one that the trace cannot have; a trace that was not built in,
    /// see [`Named::read`].
    pub fn generate(
        &self,
        block_size: u32,
        seed: u64,
        requests: Option<u32>,
    ) -> Result<Workload, WorkloadError> {
        match self.info.source {
            Source::Generated => synthetic::generate(self, block_size, seed, requests),
            Source::Trace(file) => match asset(file) {
                Some(bytes) => self.read(bytes, block_size, requests),
                None => Err(WorkloadError::Nothing(format!(
                    "the trace {file} is not built in and has to be fetched"
                ))),
            },
        }
    }

    /// The workload from its trace's bytes, for programs that fetch the file that [`Source::Trace`] names.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn read(
        &self,
        bytes: &[u8],
        block_size: u32,
        requests: Option<u32>,
    ) -> Result<Workload, WorkloadError> {
        let options = ReadOptions {
            block_size,
            requests,
            ..ReadOptions::default()
        };
        // The project's own traces are of its own format, so a program that replays named workloads only does not contain the other
        // readers.
        let draft = trace::read(bytes, &options)?;
        draft.finish(self.to_string(), block_size, requests)
    }
}

/// The canonical text: parameters in the table's order, defaults left out.
impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.info.name)?;
        let mut between = ':';
        for (param, value) in self.info.params.iter().zip(&self.values) {
            if *value != param.default {
                write!(f, "{between}{}={value}", param.name)?;
                between = ';';
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
