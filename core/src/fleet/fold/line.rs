//! What the entrance did: which requests waited how long, and which were turned back and why, by tenant and by class.
//!
//! A wait is from when a request joins the line until it leaves it, to a router or because it is refused. Requests that found the line
//! empty and nothing in their way did not wait.

use std::sync::Arc;

use crate::fleet::fact::{Fact, What, Why};
use crate::scenario::entrance::Groups;
use crate::units::{Map, VirtualTime};
use crate::workload::Workload;

/// The sums of the requests of a tenant, of a class, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupSums {
    /// Requests that waited in the line, each attempt counted.
    pub waited: u64,
    /// The sum of their waits \[ns\].
    pub waited_ns: u128,
    /// The longest wait of one request.
    pub longest: VirtualTime,
    /// How many attempts were refused: with status 429, or with 503 at the connection limit.
    pub refused: u64,
}

/// What the entrance of a run did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineSums {
    /// The tenant and the class of each request.
    pub groups: Arc<Groups>,
    /// The sums over all requests.
    pub all: GroupSums,
    /// The sums of each tenant, in the order of [`Groups::tenants`].
    pub tenants: Vec<GroupSums>,
    /// The sums of each class, in the order of [`Groups::classes`].
    pub classes: Vec<GroupSums>,
    /// How many attempts were turned back for each reason, in the order of [`Why::ALL`].
    pub turned_back: [u64; Why::ALL.len()],
    /// The most requests that waited at once.
    pub longest_line: u32,
}

/// The fold. See the [module](self).
#[derive(Clone)]
pub(in crate::fleet) struct LineFold {
    workload: Arc<Workload>,
    sums: LineSums,
    /// The requests that wait, and since when.
    waiting: Map<u32, VirtualTime>,
}

impl LineFold {
    /// The fold before the first fact.
    pub(in crate::fleet) fn new(workload: Arc<Workload>, groups: Arc<Groups>) -> Self {
        Self {
            workload,
            sums: LineSums {
                tenants: vec![GroupSums::default(); groups.tenants.len()],
                classes: vec![GroupSums::default(); groups.classes.len()],
                groups,
                ..LineSums::default()
            },
            waiting: Map::default(),
        }
    }

    /// The sums at the end of the run.
    pub(in crate::fleet) fn into_sums(self) -> LineSums {
        self.sums
    }

    /// Takes in a fact of the log.
    pub(in crate::fleet) fn apply(&mut self, Fact { at, what }: &Fact) {
        match *what {
            What::Waits { request } => {
                self.waiting.insert(request, *at);
                let now = self.waiting.len() as u32;
                self.sums.longest_line = self.sums.longest_line.max(now);
            }
            What::Released { request } => self.leaves(request, *at),
            What::Refused { request } => self.change_sums(request, |sums| sums.refused += 1),
            What::TurnedBack { request, why } => {
                self.leaves(request, *at);
                let place = Why::ALL.iter().position(|known| *known == why);
                self.sums.turned_back[place.unwrap_or(0)] += 1;
                if why == Why::Connections {
                    self.change_sums(request, |sums| sums.refused += 1);
                }
            }
            _ => {}
        }
    }

    fn leaves(&mut self, request: u32, at: VirtualTime) {
        if let Some(since) = self.waiting.remove(&request) {
            let wait = at.since(since);
            self.change_sums(request, |sums| {
                sums.waited += 1;
                sums.waited_ns += u128::from(wait.0);
                sums.longest = sums.longest.max(wait);
            });
        }
    }

    /// Changes all sums that a request counts in: of the whole, of its tenant and of its class.
    fn change_sums(&mut self, request: u32, change: impl Fn(&mut GroupSums)) {
        let label = self.sums.groups.of(&self.workload, request);
        change(&mut self.sums.all);
        if let Some(tenant) = self.sums.tenants.get_mut(usize::from(label.tenant)) {
            change(tenant);
        }
        if let Some(class) = self.sums.classes.get_mut(usize::from(label.class)) {
            change(class);
        }
    }
}
