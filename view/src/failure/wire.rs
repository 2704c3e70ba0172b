//! The runs with and without events as bytes, which the engine sends to the page.

use super::{Failure, FailureRun, RunPair};
use crate::wire_fields;

wire_fields! {
    FailureRun { lanes, pool_blocks, lives, events, scaling, summary }
    Failure { sides, requests, of, befalls, rules, marks, courses }
    RunPair { policy, with, without, hits_worse, ttft_worse }
}
