//! The model behind Warmpath: prompts become tokens, tokens become blocks, a router picks a replica by who holds which
//! blocks, and a fleet of simulated replicas serves them in virtual time.
//!
//! Data flows one way: Scenario → run → report. The modules stand in groups, from the ground up; a module uses only those
//! of its own group and of the groups before it. `tests/order.rs` reads the groups here and fails on a use that runs back.
#![forbid(unsafe_code)]

// Ground: what is this number, how is it read, written, sorted, drawn?
pub mod decimal;
pub mod histogram;
pub mod json;
pub mod nearest;
pub mod once;
pub mod order;
pub mod percent;
pub mod rng;
pub mod text;
pub mod units;
pub mod words;

// Prompt: which tokens, which blocks, who has how much of this prefix?
pub mod block;
pub mod radix;
pub mod request;
pub mod token;

// Machine: how fast is it, what fits, what does it cost?
pub mod hardware;
pub mod llm;
pub mod price;

// Replica: what happens in the next step?
pub mod replica;

// Router: where to, and why?
pub mod router;

// Limit: may it come in?
pub mod limit;

// Workload: what arrives when?
pub mod workload;

// Goal: which figures are there, and what are they to be?
pub mod figure;
pub mod goal;

// Scenario: what is asked, and what do the caches begin with?
pub mod cache;
pub mod scenario;

// Fleet: what happens?
pub mod fleet;

// Metrics: how good was it, and is the model right?
pub mod metrics;
pub mod reference;

// Plan: what should I run?
pub mod plan;

// Report: how is it told?
pub mod report;

// Session: who drives all that, and how far has it come?
pub mod session;
