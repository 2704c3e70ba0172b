//! The orders in which a waiting line is served, a file each.

mod edf;
mod fcfs;
mod lcfs;
mod priority;
mod wspt;

use super::Waiting;

/// The key by which waiting requests are ordered, the least first: the rule's figure, then when the request came.
pub(super) type Key = (u64, u64);

/// The order in which a line lets requests go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The request that came first.
    #[default]
    Fcfs,
    /// The request that came last.
    Lcfs,
    /// The request with the fewest prompt tokens to compute.
    Wspt,
    /// The request with the earliest deadline.
    Edf,
    /// The request with the lowest priority number.
    Priority,
    /// The first request of the tenant that has been served least.
    Vtc,
}

/// All orders: each with its name, and what it is, in one line.
pub static ORDERS: [(&str, Order, &str); 6] = [
    (
        "fcfs",
        Order::Fcfs,
        "first come, first served (llm-d's and Dynamo's default)",
    ),
    (
        "lcfs",
        Order::Lcfs,
        "last come, first served (Dynamo): who waits long waits on, whoever comes is quick",
    ),
    (
        "wspt",
        Order::Wspt,
        "fewest uncached prompt tokens first (Dynamo)",
    ),
    (
        "edf",
        Order::Edf,
        "earliest deadline first (llm-d's edf and slo-deadline); without a deadline last",
    ),
    (
        "priority",
        Order::Priority,
        "lowest priority number first, then first come (vLLM's priority scheduling)",
    ),
    (
        "vtc",
        Order::Vtc,
        "the tenant that has had the least, by a counter of tokens (virtual token counter, Sheng et al. 2024)",
    ),
];

impl Order {
    /// The order's name, as it is typed.
    pub fn name(self) -> &'static str {
        let entry = ORDERS.iter().find(|(_, order, _)| *order == self);
        entry.map_or("", |(name, ..)| name)
    }

    /// The order of that name; `None` if there is none.
    pub fn named(name: &str) -> Option<Self> {
        let entry = ORDERS.iter().find(|(known, ..)| *known == name);
        entry.map(|&(_, order, _)| order)
    }

    /// The key of a request that joins as number `joined`, from 0.
    pub(super) fn key(self, waiting: &Waiting, joined: u64) -> Key {
        match self {
            // Within a tenant, the request that came first is next.
            Self::Fcfs | Self::Vtc => fcfs::key(joined),
            Self::Lcfs => lcfs::key(joined),
            Self::Wspt => wspt::key(waiting.uncached_tokens, joined),
            Self::Edf => edf::key(waiting.deadline, joined),
            Self::Priority => priority::key(waiting.priority, joined),
        }
    }
}
