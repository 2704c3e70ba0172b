//! A line to compare with: greedy on the estimated completion, with true caches and true output lengths.
//!
//! No router knows how long an answer will be. The estimate is the prefill queued at a replica, this prompt's own, and
//! its tokens at the pace of a step with one sequence more. Greedy: it does not look ahead, so it is a strong line, not a
//! bound; another order may do better.

use super::pick::{all, first_least};
use super::{Ask, Entry, Knowledge, Known, Policy, REFERENCE, Reads, Term};
use crate::rng::Rng;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: Entry = Entry {
    name: "oracle",
    about: "strong line, not a bound and not a router: least estimated completion, true caches and output lengths",
    source: REFERENCE,
    parameters: &[],
    knowledge: Knowledge::Truth,
    text: false,
    build: |_, _, _| Box::new(Oracle),
};

#[derive(Clone)]
struct Oracle;

impl Oracle {
    /// Seconds: queued prefill, this prompt's own, decoding.
    fn parts(ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> [f64; 3] {
        let (there, speed) = (known.of(replica), known.speed);
        let own = f64::from(ask.uncached_tokens(known.overlap(replica)));
        let pace = speed.step_s + speed.sequence_s * f64::from(there.active);
        [
            there.prefill_tokens as f64 * speed.prefill_s,
            own * speed.prefill_s,
            f64::from(ask.request.output_tokens) * pace,
        ]
    }
}

impl Policy for Oracle {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        first_least(all(known), |replica| {
            let [queue, own, decode] = Self::parts(ask, known, replica);
            queue + own + decode
        })
    }

    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let [queue, own, decode] = Self::parts(ask, known, replica);
        vec![
            Term::new("queued prefill", 1.0, queue, "s"),
            Term::new("this prompt's prefill", 1.0, own, "s"),
            Term::new("decoding", 1.0, decode, "s"),
        ]
    }

    fn reads(&self) -> Reads {
        Reads {
            overlaps: true,
            ledger: true,
            ..Reads::default()
        }
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
