//! What a router may know about each replica: every figure with its source, unit, lifetime and age.
//!
//! There are two kinds. The router's own **ledger** counts what it sent itself; it is always current, but each of several routers
//! knows its own requests only. What **engines report** is as old as the scenario's load age makes it.

use serde::Serialize;

use super::{Ask, FleetKnowledge, Reads};
use crate::replica::roofline::Roofline;
use crate::units::{ReplicaId, VirtualTime};

/// Declares the figures once, as the fields of one replica's row and as columns over all replicas.
macro_rules! figures {
    ($($(#[$about:meta])* $name:ident: $type:ty,)*) => {
        /// What a router knows of one replica, apart from its cache.
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct Signals {
            $($(#[$about])* pub $name: $type,)*
        }

        /// The same figures of all replicas, as one column for each figure: a policy that reads two of them for every replica of a
        /// large fleet goes through two short arrays.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Columns {
            $(pub(super) $name: Vec<$type>,)*
        }

        impl Columns {
            /// The columns of this many replicas of which nothing is known yet.
            pub fn new(replicas: usize) -> Self {
                Self { $($name: vec![Default::default(); replicas],)* }
            }

            /// The columns of these rows, one row for each replica, in the order of their numbers.
            pub fn of(rows: &[Signals]) -> Self {
                Self { $($name: rows.iter().map(|row| row.$name).collect(),)* }
            }

            /// What is known of one replica.
            pub fn row(&self, replica: ReplicaId) -> Signals {
                let at = replica.index();
                Signals { $($name: self.$name[at],)* }
            }
        }
    };
}

figures! {
    /// Requests that this router sent to the replica and that are not finished.
    active: u32,
    /// All requests that this router has ever sent to the replica.
    sent: u32,
    /// Prompt tokens believed not to be cached, of the requests that this router sent to the replica and whose first token has not
    /// come back \[tokens\].
    prefill_tokens: u64,
    /// Prompt tokens, and output tokens asked for, of the requests that this router sent to the replica and that are not finished
    /// \[tokens\].
    tokens: u64,
    /// Distinct full prompt blocks of the requests that this router sent to the replica and that are not finished \[blocks\].
    active_blocks: u32,
    /// Those of `active_blocks` that the prompt of the request to be routed begins with \[blocks\].
    shared_blocks: u32,
    /// Blocks that this router believes the replica's cache holds, of all prompts \[blocks\].
    held_blocks: u32,
    /// The time from the decision to the first token, of the request whose first token came back last \[ms\]; 0 before any has.
    ttft_ms: f64,
    /// Requests that wait for a place in the engine's batch, as the engine reports.
    waiting: u32,
    /// Requests in the engine's batch, as the engine reports.
    running: u32,
    /// The share of the KV pool that running requests hold, from 0 to 1, as the engine reports.
    kv_usage: f64,
}

impl Columns {
    /// How many replicas there are.
    pub fn len(&self) -> usize {
        self.active.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.active.is_empty()
    }

    /// The row of each replica, in the order of their numbers.
    pub fn rows(&self) -> impl Iterator<Item = Signals> + '_ {
        (0..self.len() as u32).map(|at| self.row(ReplicaId(at)))
    }
}

/// The load that engines report: a column for each figure, with an entry for each replica.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EngineLoads {
    /// Requests that wait for a place in the batch.
    pub waiting: Vec<u32>,
    /// Requests in the batch.
    pub running: Vec<u32>,
    /// The share of the KV pool in use, from 0 to 1.
    pub kv_usage: Vec<f64>,
}

impl EngineLoads {
    /// The report of this many engines that have nothing to do.
    pub fn new(replicas: usize) -> Self {
        Self {
            waiting: vec![0; replicas],
            running: vec![0; replicas],
            kv_usage: vec![0.0; replicas],
        }
    }

    /// Sets what the engine of replica `at` reports.
    pub fn set(&mut self, at: usize, (waiting, running, kv_usage): (u32, u32, f64)) {
        self.waiting[at] = waiting;
        self.running[at] = running;
        self.kv_usage[at] = kv_usage;
    }
}

impl FromIterator<(u32, u32, f64)> for EngineLoads {
    /// Collects the reports of the engines: of each the requests waiting, the requests in its batch, and the share of its pool in
    /// use.
    fn from_iter<T: IntoIterator<Item = (u32, u32, f64)>>(each: T) -> Self {
        let mut loads = Self::default();
        for (waiting, running, kv_usage) in each {
            loads.waiting.push(waiting);
            loads.running.push(running);
            loads.kv_usage.push(kv_usage);
        }
        loads
    }
}

/// How fast a replica is, as far as a router that estimates times knows \[s\].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// The time to compute one prompt token \[s\].
    pub prefill_s: f64,
    /// The time of a step that decodes, without what its sequences add \[s\].
    pub step_s: f64,
    /// The time that each sequence adds to a step \[s\].
    pub sequence_s: f64,
    /// The time that each distinct block in use adds to a step, where sequences cost by their blocks \[s\]; 0 where
    /// [`Self::sequence_s`] holds.
    pub block_s: f64,
}

impl Default for Speed {
    /// Round figures of an 8B model on a small GPU, where nothing better is known.
    fn default() -> Self {
        Self {
            prefill_s: 2e-4,
            step_s: 0.03,
            sequence_s: 2e-4,
            block_s: 0.0,
        }
    }
}

impl Speed {
    /// The speed that a roofline gives, with up to `most` sequences in a step.
    pub fn of(roofline: &Roofline, most: u32) -> Self {
        let alone = roofline.decode_seconds_per_token(1);
        let most = f64::from(most.max(2));
        let full = roofline.decode_seconds_per_token(most as u32) * most;
        let sequence_s = (full - alone).max(0.0) / (most - 1.0);
        Self {
            prefill_s: roofline.prefill_seconds_per_token(),
            step_s: (alone - sequence_s).max(0.0),
            sequence_s,
            block_s: 0.0,
        }
    }
}

/// How old the load is that engines report; by default it is the load at the moment of the decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadAge {
    /// Whether an engine reports the load at the end of its last step, before it scheduled the next, as vLLM does; if not, it
    /// reports the load at the moment when it is asked.
    pub at_step_ends: bool,
    /// The period at which reports are collected, at 0, one period, two periods…; `None`: at every decision.
    pub every: Option<VirtualTime>,
}

/// A figure that formulas may use, with its documentation.
#[derive(Clone, Copy, Serialize)]
pub struct Signal {
    /// Its name in formulas and in the terms of a cost.
    pub name: &'static str,
    /// What it counts or measures, in words.
    pub about: &'static str,
    /// Its unit, in words.
    pub unit: &'static str,
    /// The part that knows it: the request, the router's own ledger, its belief about the caches, or the engine.
    pub source: &'static str,
    /// From when to when a request counts in it, in words.
    pub lifetime: &'static str,
    /// How old it may be, in words.
    pub age: &'static str,
    /// What must be kept for a policy that uses it.
    #[serde(skip)]
    pub reads: Reads,
    /// Writes its values for the replicas from the given number on, as many as there is room for.
    #[serde(skip)]
    pub fill: fn(&Ask<'_>, &FleetKnowledge<'_>, usize, &mut [f64]),
}

impl Signal {
    /// The figure's value for one replica.
    pub fn get(&self, ask: &Ask<'_>, known: &FleetKnowledge<'_>, replica: ReplicaId) -> f64 {
        let mut value = [0.0];
        (self.fill)(ask, known, replica.index(), &mut value);
        value[0]
    }
}

/// Writes what `of` makes of a column's entries, from replica `first` on.
fn column<T: Copy>(column: &[T], first: usize, out: &mut [f64], of: impl Fn(T) -> f64) {
    for (value, &there) in out.iter_mut().zip(&column[first..]) {
        *value = of(there);
    }
}

/// Writes what `of` makes of the blocks that each replica is believed to hold of the prompt, from replica `first` on.
fn believed(known: &FleetKnowledge<'_>, first: usize, out: &mut [f64], of: impl Fn(u32) -> f64) {
    for (value, &overlap) in out.iter_mut().zip(&known.overlaps[first..]) {
        *value = of(overlap);
    }
}

const FRESH: &str = "never old; each router counts its own requests";
const REPORTED: &str = "load-age";
const BELIEVED: &str = "as the router's knowledge says (@routed, @events, @truth)";

const NOTHING: Reads = Reads::NOTHING;
const OVERLAPS: Reads = Reads {
    overlaps: true,
    ..NOTHING
};
const HELD: Reads = Reads {
    overlaps: true,
    held: true,
    ..NOTHING
};
const LEDGER: Reads = Reads {
    ledger: true,
    ..NOTHING
};
const LATENCY: Reads = Reads {
    latency: true,
    ..LEDGER
};
const BLOCKS: Reads = Reads {
    blocks: true,
    ..NOTHING
};
const ENGINE: Reads = Reads {
    engine: true,
    ..NOTHING
};

/// Every figure a formula may use.
pub static SIGNALS: &[Signal] = &[
    Signal {
        name: "prompt_tokens",
        about: "length of the prompt",
        unit: "tokens",
        source: "request",
        lifetime: "this request",
        age: "",
        reads: NOTHING,
        fill: |ask, _, _, out| out.fill(f64::from(ask.request.prompt_tokens)),
    },
    Signal {
        name: "prompt_blocks",
        about: "full blocks of the prompt",
        unit: "blocks",
        source: "request",
        lifetime: "this request",
        age: "",
        reads: NOTHING,
        fill: |ask, _, _, out| out.fill(f64::from(ask.request.prompt.depth)),
    },
    Signal {
        name: "output_tokens",
        about: "the limit the client asked for, or 100",
        unit: "tokens",
        source: "request",
        lifetime: "this request",
        age: "",
        reads: NOTHING,
        fill: |ask, _, _, out| out.fill(f64::from(ask.estimated_output)),
    },
    Signal {
        name: "turn",
        about: "the request's place in its conversation, from 0",
        unit: "turns",
        source: "request",
        lifetime: "this request",
        age: "",
        reads: NOTHING,
        fill: |ask, _, _, out| out.fill(f64::from(ask.request.turn)),
    },
    Signal {
        name: "overlap_blocks",
        about: "leading full blocks of the prompt the replica is believed to hold",
        unit: "blocks",
        source: "belief",
        lifetime: "stored until evicted, or until the router forgets",
        age: BELIEVED,
        reads: OVERLAPS,
        fill: |_, known, first, out| believed(known, first, out, f64::from),
    },
    Signal {
        name: "overlap_share",
        about: "the share of the prompt's tokens in those blocks",
        unit: "share",
        source: "belief",
        lifetime: "stored until evicted, or until the router forgets",
        age: BELIEVED,
        reads: OVERLAPS,
        fill: |ask, known, first, out| {
            believed(known, first, out, |overlap| ask.matched_share(overlap))
        },
    },
    Signal {
        name: "uncached_tokens",
        about: "prompt tokens the replica would have to compute",
        unit: "tokens",
        source: "belief",
        lifetime: "stored until evicted, or until the router forgets",
        age: BELIEVED,
        reads: OVERLAPS,
        fill: |ask, known, first, out| {
            believed(known, first, out, |overlap| {
                f64::from(ask.uncached_tokens(overlap))
            })
        },
    },
    Signal {
        name: "held_blocks",
        about: "blocks the replica is believed to hold, of all prompts",
        unit: "blocks",
        source: "belief",
        lifetime: "stored until evicted, or until the router forgets",
        age: BELIEVED,
        reads: HELD,
        fill: |_, known, first, out| column(&known.signals.held_blocks, first, out, f64::from),
    },
    Signal {
        name: "active",
        about: "requests sent there and not finished",
        unit: "requests",
        source: "ledger",
        lifetime: "from the decision until the last token has left the replica",
        age: FRESH,
        reads: NOTHING,
        fill: |_, known, first, out| column(&known.signals.active, first, out, f64::from),
    },
    Signal {
        name: "sent",
        about: "requests ever sent there",
        unit: "requests",
        source: "ledger",
        lifetime: "from the decision on",
        age: FRESH,
        reads: NOTHING,
        fill: |_, known, first, out| column(&known.signals.sent, first, out, f64::from),
    },
    Signal {
        name: "prefill_tokens",
        about: "prompt tokens sent there, believed not cached, and not yet computed",
        unit: "tokens",
        source: "ledger",
        lifetime: "from the decision until the first token has left the replica",
        age: FRESH,
        reads: LEDGER,
        fill: |_, known, first, out| {
            column(&known.signals.prefill_tokens, first, out, |there| {
                there as f64
            })
        },
    },
    Signal {
        name: "active_tokens",
        about: "prompt tokens and output tokens asked for, of active requests",
        unit: "tokens",
        source: "ledger",
        lifetime: "from the decision until the last token has left the replica",
        age: FRESH,
        reads: LEDGER,
        fill: |_, known, first, out| {
            column(&known.signals.tokens, first, out, |there| there as f64)
        },
    },
    Signal {
        name: "active_blocks",
        about: "distinct full prompt blocks of active requests",
        unit: "blocks",
        source: "ledger",
        lifetime: "from the decision until the last token has left the replica",
        age: FRESH,
        reads: BLOCKS,
        fill: |_, known, first, out| column(&known.signals.active_blocks, first, out, f64::from),
    },
    Signal {
        name: "new_blocks",
        about: "blocks of this prompt that no active request there has",
        unit: "blocks",
        source: "ledger",
        lifetime: "this request",
        age: FRESH,
        reads: BLOCKS,
        fill: |ask, known, first, out| {
            column(&known.signals.shared_blocks, first, out, |there| {
                f64::from(ask.request.prompt.depth) - f64::from(there)
            })
        },
    },
    Signal {
        name: "ttft",
        about: "from decision to first token, of the last request whose first token came back; 0: none yet",
        unit: "ms",
        source: "ledger",
        lifetime: "until the next first token",
        age: "as old as that request's first token",
        reads: LATENCY,
        fill: |_, known, first, out| column(&known.signals.ttft_ms, first, out, |there| there),
    },
    Signal {
        name: "queue",
        about: "requests waiting for the engine's batch",
        unit: "requests",
        source: "engine",
        lifetime: "from arrival at the engine until admission, and again after a preemption",
        age: REPORTED,
        reads: ENGINE,
        fill: |_, known, first, out| column(&known.signals.waiting, first, out, f64::from),
    },
    Signal {
        name: "running",
        about: "requests in the engine's batch",
        unit: "requests",
        source: "engine",
        lifetime: "from admission until the last token",
        age: REPORTED,
        reads: ENGINE,
        fill: |_, known, first, out| column(&known.signals.running, first, out, f64::from),
    },
    Signal {
        name: "kv_usage",
        about: "share of the pool held by running requests",
        unit: "share",
        source: "engine",
        lifetime: "from allocation until the request ends",
        age: REPORTED,
        reads: ENGINE,
        fill: |_, known, first, out| column(&known.signals.kv_usage, first, out, |there| there),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::standard::roofline;

    /// A step of n sequences is the step itself and n times what a sequence adds, not one time more.
    #[test]
    fn a_step_has_each_of_its_sequences_once() {
        let roofline = roofline();
        for most in [1, 2, 256] {
            let speed = Speed::of(&roofline, most);
            for n in [1u32, 7, 256] {
                let step = speed.step_s + f64::from(n) * speed.sequence_s;
                let wanted = f64::from(n) * roofline.decode_seconds_per_token(n);
                assert!(
                    (step / wanted - 1.0).abs() < 1e-12,
                    "{most} {n}: {step} {wanted}"
                );
            }
        }
    }
}
