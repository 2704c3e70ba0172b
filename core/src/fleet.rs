//! What happens: client, router and replicas in virtual time.
//!
//! A [`Simulation`] runs one policy over one workload. It is a discrete-event loop with integer time; ties are first
//! come, first served. It can be run in slices and cloned at any point (the clone goes on independently). The result is
//! a [`Run`]. A [`Fork`] runs every alternative to one of its decisions to the end; a [`race`] compares several policies' runs.
//!
//! A request's way: the client sends it when it is due and the concurrency cap allows; too long for the context, it is
//! rejected; the router chooses a replica; network and API server pass it on to the engine, whose first and last token
//! come back the same way. The router counts a request as active from the choice until the last token has left the
//! replica. A conversation's next turn is due when the client has the answer, plus think time.

mod client;
mod ever;
mod fact;
mod fold;
pub mod fork;
mod front;
mod gate;
mod log;
mod message;
mod out;
pub mod playback;
mod queue;
pub mod race;
mod record;
mod replay;
mod replicas;
mod simulation;
mod view;

pub use fact::{Believed, Fact, LifeStage, What};
pub use fold::marks::{Mark, Phase, marks};
pub use fork::{Effect, Fork, ForkError};
pub use front::Decided;
pub use playback::Playback;
pub use record::{Outcome, Record, Refusals, ReplicaTotals, Run, StageTotals, Work};
pub use replay::{Progress, Replay};
pub use replicas::spec::{ReplicaSpec, Role};
pub use simulation::Simulation;
