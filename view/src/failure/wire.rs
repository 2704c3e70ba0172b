//! The runs with and without events as bytes, which the engine sends to the page.

use super::{Course, Failure, Side};
use crate::wire_fields;

wire_fields! {
    Course { lanes, pool_blocks, lives, events, staff, summary }
    Failure { sides, requests, of, befalls, rules, marks, courses }
    Side { policy, with, without }
}
