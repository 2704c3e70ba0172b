//! A waiting line in front of the routers: the requests that wait, and which is next.
//!
//! The order is a choice ([`Order`]), a file each in `order`. Five of the six give every request a key when it joins; the request
//! with the least key is next, and of equal keys the first that came. `vtc` keeps a line for each tenant instead and serves the
//! tenant that has been served least ([`Vtc`]).
//!
//! Every step costs the logarithm of the line's length (`vtc` adds a look at each tenant).
//!
//! Left out: jumping ahead by a request's own wish (Dynamo's `priority_jump`); ageing, by which a request that waits long gains on
//! others (no product read here has it but SMG's starvation limit).

mod order;
mod vtc;

pub use order::{ORDERS, Order};
pub use vtc::Vtc;

use std::collections::BTreeMap;

use crate::units::{Map, VirtualTime};
use order::Key;

/// A request that waits, with what the orders go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The number of the request.
    pub request: u32,
    /// The number of its tenant.
    pub tenant: u16,
    /// Its class's priority; the lowest number goes first.
    pub priority: i32,
    /// The time by which it is to have its first token; [`VirtualTime::NEVER`] if it has no deadline.
    pub deadline: VirtualTime,
    /// The length of its prompt \[tokens\].
    pub prompt_tokens: u32,
    /// The prompt tokens that no replica's cache has, as far as the router knows \[tokens\].
    pub uncached_tokens: u32,
}

/// The line of the requests that wait. See the [module](self).
#[derive(Clone, Debug)]
pub struct Line {
    order: Order,
    /// The requests of each lane. There is one lane; under `vtc` there is one for each tenant.
    lanes: Vec<BTreeMap<Key, Waiting>>,
    /// The lane and the key of each waiting request.
    places: Map<u32, (u16, Key)>,
    /// How many requests have joined so far.
    joined: u64,
    vtc: Option<Vtc>,
}

impl Line {
    /// A line in which no request waits. `weights`: the weight of each tenant in fair queueing, for `vtc`.
    pub fn new(order: Order, weights: &[f64]) -> Self {
        let fair = order == Order::Vtc;
        let lanes = if fair { weights.len().max(1) } else { 1 };
        Self {
            order,
            lanes: vec![BTreeMap::new(); lanes],
            places: Map::default(),
            joined: 0,
            vtc: fair.then(|| Vtc::new(weights)),
        }
    }

    /// How many requests wait in the line.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether no request waits in the line.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The tenants' counters; `None` if the order is not `vtc`.
    pub fn vtc(&mut self) -> Option<&mut Vtc> {
        self.vtc.as_mut()
    }

    /// Whether the counters of `vtc` decide something if a request of this tenant joins now, because other tenants wait.
    pub fn weighs(&self, tenant: u16) -> bool {
        let here = |&(lane, who): &(usize, &BTreeMap<Key, Waiting>)| {
            !who.is_empty() && lane != usize::from(tenant)
        };
        let own = self.lanes.get(usize::from(tenant));
        self.vtc.is_some()
            && own.is_none_or(BTreeMap::is_empty)
            && self.lanes.iter().enumerate().any(|it| here(&it))
    }

    /// Whether the counters of `vtc` decide which request is next, because several tenants wait.
    pub fn is_contested(&self) -> bool {
        self.vtc.is_some() && self.lanes.iter().filter(|who| !who.is_empty()).count() > 1
    }

    /// Adds a request to the line.
    pub fn join(&mut self, waiting: Waiting) {
        let lane = match &mut self.vtc {
            Some(vtc) => {
                let waits = |tenant: usize| self.lanes.get(tenant).is_some_and(|it| !it.is_empty());
                vtc.arrives(waiting.tenant, waits);
                usize::from(waiting.tenant).min(self.lanes.len() - 1)
            }
            None => 0,
        };
        let key = self.order.key(&waiting, self.joined);
        self.joined += 1;
        self.lanes[lane].insert(key, waiting);
        self.places.insert(waiting.request, (lane as u16, key));
    }

    /// Takes out the request that is next; `None` if none waits. Under `vtc` its prompt is charged to its tenant.
    pub fn serve(&mut self) -> Option<Waiting> {
        let lane = match &self.vtc {
            Some(vtc) => {
                let waiting = (0..self.lanes.len()).filter(|&lane| !self.lanes[lane].is_empty());
                vtc.least(waiting)?
            }
            None => 0,
        };
        let (_, waiting) = self.lanes.get_mut(lane)?.pop_first()?;
        self.places.remove(&waiting.request);
        if let Some(vtc) = &mut self.vtc {
            vtc.charge_prompt(waiting.tenant, waiting.prompt_tokens);
        }
        Some(waiting)
    }

    /// Takes out a request that waits no longer, as its time is over; `false` if it does not wait.
    pub fn leave(&mut self, request: u32) -> bool {
        let Some((lane, key)) = self.places.remove(&request) else {
            return false;
        };
        self.lanes[usize::from(lane)].remove(&key);
        true
    }
}

#[cfg(test)]
mod tests;
