//! The replica with the fewest tokens under way: prompts, and what their clients may ask for.

use super::pick::{all, any_least};
use super::{Ask, Knowledge, Known, Made, Policy, Provenance, Reads, Term, UNRECORDED};
use crate::rng::Rng;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "least-tokens",
    about: "the replica with the fewest tokens of requests in flight, prompt and output limit, ties at random",
    source: "the rule of smg-project/smg dp_min_token, over replicas",
    provenance: Provenance {
        product: "smg",
        version: UNRECORDED,
        files: &["model_gateway/src/policies, dp_min_token"],
        read: UNRECORDED,
        left_out: "data-parallel ranks: replicas stand in for them",
    },
    parameters: &[],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |_, _, _| Box::new(LeastTokens),
};

#[derive(Clone)]
struct LeastTokens;

impl Policy for LeastTokens {
    fn choose(&mut self, _: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        any_least(all(known), |replica| known.of(replica).tokens as f64, rng)
    }

    fn terms(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let tokens = known.of(replica).tokens as f64;
        vec![Term::new("active_tokens", 1.0, tokens, "tokens")]
    }

    fn tie_rule(&self) -> &'static str {
        "at random"
    }

    fn reads(&self) -> Reads {
        Reads {
            ledger: true,
            ..Reads::default()
        }
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
