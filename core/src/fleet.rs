//! The fleet: client, gate, routers and replicas in virtual time.
//!
//! A [`Simulation`] runs one policy over one workload. It is a discrete-event loop over parts. A part owns its state and has
//! one entry, `handle`; what it wants of other parts it writes into `out::Out`, and the loop carries it there. No part calls
//! another or knows its type, so nothing is entered twice. A `message::Message` names the attempt of a request and the life
//! of a replica that it belongs to; one that is out of date is dropped on the way, so what is under way can be cancelled.
//!
//! # A request's way through the files
//!
//! | file | what happens |
//! | --- | --- |
//! | `queue` | the request's time comes: `Start` (from the schedule) or `Due` (a later turn) |
//! | `client` | the request is due; the cap lets it go, at once or when another has ended: `Arrive` |
//! | `gate` | a request longer than the context is turned down; one over its tier's limits is refused, and the client tries again or gives up; one that finds the fleet full fails; else `Route`, or `Join` where there is a line in front of the routers |
//! | `front` | a router takes the request. If the router looks at replicas, those are brought up to now (`Observe`). The router chooses and notes what it sent (`Routed`), or turns the request away: `Dispatch` |
//! | `replicas` | network and API server (`Reach`), the engine's queue, its batch (`Admitted`), tokens (`FirstToken`, `Preempted`, `Finished`); when there is something to report, the replica is woken (`Wake`) |
//! | `scaler` | looks at the fleet at times of its own, starts replicas and takes them away (`Begin`, `Retire`) |
//! | `front` | the last token has left (`Left`): the router no longer counts it as active |
//! | `gate` | its place among those in flight is free, and the answer goes out |
//! | `client` | the answer is there (`Answered`), the request has ended; its conversation's next turn is due after a pause, and the next waiting request is sent |
//!
//! The router counts a request as active from the choice until the last token has left the replica.
//!
//! # The log
//!
//! Everything that happens is a [`Fact`], appended to the `log`. Records, losses and refusals are folds over it that run
//! along (`fold`) in constant memory per finished request; engines and the client that reads every token keep their own
//! sums. Where pictures ask for it the facts are kept ([`Run::log`]): [`visits`] lists a request's visits to replicas, a
//! [`Playback`] goes to any moment. A [`Fork`] runs every alternative to one decision to the end, from a clone of the parts
//! just before it; a [`race`] compares several policies' runs.
//!
//! A run can be made in slices and cloned at any point; the clone goes on independently.

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
mod scaler;
mod simulation;
mod view;

pub use fact::{Believed, Fact, LifeStage, RETIRED, What, Why};
pub use fold::line::{GroupSums, LineSums};
pub use fold::lives::{Happening, Lives};
pub use fold::marks::{Mark, Phase, Visit, marks, visits};
pub use fold::scaling::{ReplicaCounts, Scaling};
pub use fold::stays::Stay;
pub use fork::{Effect, Fork, ForkError};
pub use front::Decided;
pub use log::Keep;
pub use playback::{Playback, Watch, WatchedEvents};
pub use record::{Outcome, Record, Refusals, ReplicaTotals, Run, StageTotals, Work, ttfts_ms};
pub use replay::{Progress, Replay};
pub use replicas::spec::{ReplicaSpec, Role};
pub use simulation::Simulation;
