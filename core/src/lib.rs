//! The model behind Warmpath: prompts become tokens, tokens become blocks, a router picks a replica by who holds which
//! blocks, and a fleet of simulated replicas serves them in virtual time.
//!
//! Data flows one way: Scenario → run → report. A module uses only those above it in this list.
#![forbid(unsafe_code)]

pub mod block;
pub mod cache;
pub mod decimal;
pub mod fakeai;
pub mod fleet;
pub mod hardware;
pub mod histogram;
pub mod json;
pub mod limit;
pub mod llm;
pub mod metrics;
pub mod nearest;
pub mod once;
pub mod order;
pub mod radix;
pub mod reference;
pub mod replica;
pub mod report;
pub mod request;
pub mod rng;
pub mod router;
pub mod scenario;
pub mod text;
pub mod token;
pub mod units;
pub mod words;
pub mod workload;
