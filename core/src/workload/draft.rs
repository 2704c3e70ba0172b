//! A workload in the making: what every format's parser fills.

use super::error::grouped;
use super::{Workload, WorkloadError};
use crate::request::{Arrival, Corpus, Request};
use crate::units::VirtualTime;

/// What a parser has found.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) corpus: Corpus,
    pub(super) chunks: Corpus,
    pub(super) requests: Vec<Request>,
    /// How many requests the file asks for, if it says.
    pub(super) count: Option<u32>,
    pub(super) notes: Vec<String>,
}

/// One format's parser. Text comes in pieces cut anywhere between characters.
pub(super) trait Format: core::fmt::Debug {
    fn text(&mut self, piece: &str) -> Result<(), WorkloadError>;
    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError>;
}

impl Draft {
    /// The workload, `asked` requests long; all there are if not asked.
    pub(super) fn finish(
        mut self,
        name: String,
        block_size: u32,
        asked: Option<u32>,
    ) -> Result<Workload, WorkloadError> {
        if self.requests.is_empty() {
            return Err(WorkloadError::Nothing(
                "no request can be made of the file's records".to_owned(),
            ));
        }
        self.order_by_time();
        let here = u32::try_from(self.requests.len()).unwrap_or(u32::MAX);
        let wanted = asked.or(self.count).unwrap_or(here).max(1);
        // Only requests that stand alone and arrive at the scenario's rate can be sent again.
        let repeatable = self.requests.iter().all(|r| r.arrival == Arrival::Open);
        let count = if repeatable && self.count.is_some() {
            wanted
        } else {
            if wanted > here {
                let (wanted, here) = (grouped(wanted.into()), grouped(here.into()));
                self.notes
                    .push(format!("{wanted} requests asked for; the file has {here}"));
            }
            wanted.min(here)
        };
        Ok(Workload {
            name,
            block_size,
            corpus: self.corpus,
            chunks: self.chunks,
            requests: self.requests,
            count,
            notes: self.notes,
        })
    }

    /// Recorded times start at 0 and never run back.
    fn order_by_time(&mut self) {
        let at = |request: &Request| match request.arrival {
            Arrival::At(time) => Some(time),
            _ => None,
        };
        if !self.requests.iter().all(|r| at(r).is_some()) {
            return;
        }
        let start = self.requests.iter().filter_map(at).min();
        for request in &mut self.requests {
            if let (Arrival::At(time), Some(start)) = (&mut request.arrival, start) {
                *time = time.since(start);
            }
        }
        let late = self
            .requests
            .windows(2)
            .filter(|pair| at(&pair[1]) < at(&pair[0]))
            .count();
        if late > 0 {
            self.requests
                .sort_by_key(|r| at(r).unwrap_or(VirtualTime::ZERO));
            let late = grouped(late as u64);
            self.notes
                .push(format!("{late} rows are out of time order; sorted by time"));
        }
    }
}
