//! The record of each request, kept up as the run goes on.

use core::num::NonZeroU16;

use crate::fleet::fact::{Fact, What};
use crate::fleet::record::Record;
use crate::units::VirtualTime;

/// The records of a run so far.
#[derive(Clone)]
pub(in crate::fleet) struct Records {
    records: Vec<Record>,
    /// The time of the way from a replica to the client.
    network: VirtualTime,
    /// Whether the client reads token by token: then the moment counts when it reads the first token, not when that was sent.
    stamps: bool,
}

impl Records {
    /// The records of `count` requests to which nothing has happened yet.
    pub(in crate::fleet) fn new(count: u32, network: VirtualTime, stamps: bool) -> Self {
        Self {
            records: vec![Record::default(); count as usize],
            network,
            stamps,
        }
    }

    /// The records so far, in the order of the requests' numbers.
    pub(in crate::fleet) fn all(&self) -> &[Record] {
        &self.records
    }

    /// The records, at the end.
    pub(in crate::fleet) fn into_all(self) -> Vec<Record> {
        self.records
    }

    /// The record of one request, to be changed.
    pub(in crate::fleet) fn of(&mut self, request: u32) -> &mut Record {
        &mut self.records[request as usize]
    }

    /// Takes in a fact of the log.
    #[inline(always)] // for each fact of a run
    pub(in crate::fleet) fn apply(&mut self, Fact { at, what }: &Fact) {
        let at = *at;
        match *what {
            What::Due { request } => self.of(request).due = at,
            What::Sent { request } => self.of(request).sent = at,
            What::Routed {
                request,
                replica,
                router,
                belief,
            } => {
                let record = self.of(request);
                record.replica = replica;
                record.first = record.first.or(NonZeroU16::new(replica.saturating_add(1)));
                record.router = router;
                if let Some(belief) = belief {
                    record.believed_blocks = belief.chosen;
                }
            }
            What::Admitted {
                request,
                hit_tokens,
                hit_blocks,
            } => {
                let record = self.of(request);
                record.hit_tokens = hit_tokens;
                record.hit_blocks = hit_blocks;
            }
            What::FirstToken { request } if !self.stamps => {
                let first_token = at + self.network;
                self.of(request).first_token = first_token;
            }
            What::Recalled { request } => {
                let first_token = at + self.network;
                let record = self.of(request);
                (record.first_token, record.recalled) = (first_token, true);
            }
            What::FirstRead { request } => self.of(request).first_token = at,
            What::Answered { request } => self.of(request).done = at,
            What::Broke { request, .. } => {
                let broken = &mut self.of(request).broken;
                *broken = broken.saturating_add(1);
            }
            What::Again { request, .. } => {
                // What the failed attempt had come to does not belong to the next one.
                let record = self.of(request);
                *record = Record {
                    due: record.due,
                    sent: record.sent,
                    broken: record.broken,
                    first: record.first,
                    ..Record::default()
                };
            }
            What::Ended { request, outcome } => self.of(request).outcome = outcome,
            _ => {}
        }
    }
}
