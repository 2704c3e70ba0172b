//! A waiting line in front of the routers: who stands in it, and who is next.
//!
//! The order is a choice ([`Order`]), a file each in `order`. Five of the six give every request a key when it joins, the
//! least key is next, and of equal keys the first that came. `vtc` keeps a line for each tenant instead and serves the
//! tenant that has had the least ([`Vtc`]).
//!
//! Every step costs the logarithm of the line's length (`vtc` adds a look at each tenant).
//!
//! Left out: jumping ahead by a request's own wish (Dynamo's `priority_jump`); ageing, by which a request that waits long
//! gains on others (no product read here has it but SMG's starvation limit).

mod order;
mod vtc;

pub use order::{ORDERS, Order};
pub use vtc::Vtc;

use std::collections::BTreeMap;

use crate::units::{Map, VirtualTime};
use order::Key;

/// A request that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The request, by number.
    pub request: u32,
    /// Its tenant, by number.
    pub tenant: u16,
    /// Its class's priority; the lowest number goes first.
    pub priority: i32,
    /// When it is to have its first token at the latest; [`VirtualTime::NEVER`]: it does not say.
    pub deadline: VirtualTime,
    /// Length of its prompt \[tokens\].
    pub prompt_tokens: u32,
    /// Prompt tokens that no replica's cache has, as far as the router knows.
    pub uncached_tokens: u32,
}

/// The requests that wait. See the [module](self).
#[derive(Clone, Debug)]
pub struct Line {
    order: Order,
    /// By lane: who waits there. There is one lane; under `vtc` one for each tenant.
    lanes: Vec<BTreeMap<Key, Waiting>>,
    /// Where each waiting request stands.
    places: Map<u32, (u16, Key)>,
    /// Requests that have joined so far.
    joined: u64,
    vtc: Option<Vtc>,
}

impl Line {
    /// Nobody waits. `weights`: by tenant, what of the service is due to each, for `vtc`.
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

    /// The tenants' counters, if the order is `vtc`.
    pub fn vtc(&mut self) -> Option<&mut Vtc> {
        self.vtc.as_mut()
    }

    /// Whether the counters of `vtc` decide something if a request of this tenant joins now: it begins to wait beside others.
    pub fn weighs(&self, tenant: u16) -> bool {
        let here = |&(lane, who): &(usize, &BTreeMap<Key, Waiting>)| {
            !who.is_empty() && lane != usize::from(tenant)
        };
        let own = self.lanes.get(usize::from(tenant));
        self.vtc.is_some()
            && own.is_none_or(BTreeMap::is_empty)
            && self.lanes.iter().enumerate().any(|it| here(&it))
    }

    /// Whether they decide who is next: several tenants wait.
    pub fn is_contested(&self) -> bool {
        self.vtc.is_some() && self.lanes.iter().filter(|who| !who.is_empty()).count() > 1
    }

    /// A request joins the line.
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

    /// Takes out the one that is next. Under `vtc` its prompt is charged to its tenant.
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

    /// Takes out one that waits no longer, as its time is over; `false`: it does not wait.
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
