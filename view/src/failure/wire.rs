//! A failure as bytes: the engine makes it, the page shows it.

use super::{Course, Failure, Side};
use crate::wire_fields;

wire_fields! {
    Course { lanes, pool_blocks, lives, events, staff, summary }
    Failure { sides, requests, of, befalls, marks, courses }
    Side { policy, with, without }
}
