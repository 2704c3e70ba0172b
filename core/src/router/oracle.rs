//! A line to compare with: greedy on the estimated completion, with true caches and true output lengths.
//!
//! No router knows how long an answer will be. The estimate is the prefill queued at a replica, this prompt's own, its
//! tokens at the pace of a step with one sequence more, and what all of that costs the requests that are there: its prefill
//! once, and its share of each step for as long as it runs (as if they ran as long). Greedy: it does not look ahead, so it
//! is a strong line, not a bound; another order may do better.

use super::pick::{all, first_least};
use super::{Ask, Knowledge, Known, Made, Policy, Provenance, REFERENCE, Reads, Term};
use crate::rng::Rng;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "oracle",
    about: "strong line, not a bound and not a router: least estimated completion, true caches and output lengths",
    source: REFERENCE,
    provenance: Provenance::OWN,
    parameters: &[],
    knowledge: Knowledge::Truth,
    text: false,
    reference: true,
    build: |_, _, _| Box::new(Oracle),
};

#[derive(Clone)]
struct Oracle;

impl Oracle {
    /// Seconds: queued prefill, this prompt's own, decoding, and what it costs those who are there.
    fn parts(ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> [f64; 4] {
        let (there, speed) = (known.of(replica), known.speed);
        let (active, output) = (
            f64::from(there.active),
            f64::from(ask.request.output_tokens),
        );
        let own = f64::from(ask.uncached_tokens(known.overlap(replica))) * speed.prefill_s;
        let (load, more) = if speed.block_s > 0.0 {
            // Blocks that sequences share are in use once.
            let new = ask.request.prompt.depth.saturating_sub(there.shared_blocks);
            let more = speed.block_s * f64::from(new);
            (speed.block_s * f64::from(there.active_blocks), more)
        } else {
            (speed.sequence_s * active, speed.sequence_s)
        };
        [
            there.prefill_tokens as f64 * speed.prefill_s,
            own,
            output * (speed.step_s + load + more),
            active * (own + output * more),
        ]
    }
}

impl Policy for Oracle {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        first_least(all(known), |replica| {
            Self::parts(ask, known, replica).iter().sum()
        })
    }

    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let [queue, own, decode, others] = Self::parts(ask, known, replica);
        vec![
            Term::new("queued prefill", 1.0, queue, "s"),
            Term::new("this prompt's prefill", 1.0, own, "s"),
            Term::new("decoding", 1.0, decode, "s"),
            Term::new("delay of the others", 1.0, others, "s"),
        ]
    }

    fn reads(&self) -> Reads {
        Reads {
            overlaps: true,
            ledger: true,
            blocks: true,
            ..Reads::default()
        }
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
