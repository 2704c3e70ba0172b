//! The board on which a policy lays out the candidates, and from which the choice follows.
//!
//! A policy writes its rule once: it adds terms to the candidates' costs, shuts some candidates out, and states which conditions
//! hold and how ties are broken. From that the choice follows and, where an explanation is wanted, the
//! [`Decision`](super::Decision) with every term, condition and exclusion. Where none is wanted, only costs are kept; names cost
//! nothing.
//!
//! All random draws that decide a choice are made here, from one stream (the names on a hash ring are drawn once, by the ring).
//! How the choice follows from the costs is in [`pick`], what is kept for an explanation in [`stated`].

mod pick;
mod stated;

use super::explain::Gate;
use super::view::View;
use crate::rng::Rng;
use crate::units::ReplicaId;
use pick::Pick;
use stated::StatedTerms;

pub use pick::Choice;

/// The board of one decision. See the [module](self).
#[derive(Clone, Debug)]
pub(super) struct Board {
    /// How many replicas there are, whether or not they are candidates.
    count: usize,
    /// The cost of each replica; empty before the first term is added.
    costs: Vec<f64>,
    /// Why each replica is shut out, `None` for one that is not; empty while none is.
    shut: Vec<Option<&'static str>>,
    /// A second figure of each replica: of those with the least cost, the least of it wins, before any other tie-breaking; empty
    /// where the policy gives none.
    second: Vec<f64>,
    pick: Pick,
    tie_rule: &'static str,
    /// The choice of a policy that takes a replica whatever the costs; `None` where the choice follows from the costs.
    taken: Option<ReplicaId>,
    /// Costs below this count as this in the choice.
    floor: f64,
    /// A choice that costs more than this is not admitted.
    limit: f64,
    draws: Rng,
    /// What is kept for an explanation; `None` where none is wanted.
    stated: Option<StatedTerms>,
}

impl Board {
    /// An empty board; random draws come from `draws`.
    pub(super) fn new(draws: Rng) -> Self {
        Self {
            count: 0,
            costs: Vec::new(),
            shut: Vec::new(),
            second: Vec::new(),
            pick: Pick::First,
            tie_rule: FIRST,
            taken: None,
            floor: f64::NEG_INFINITY,
            limit: f64::INFINITY,
            draws,
            stated: None,
        }
    }

    /// Draws from this stream from now on.
    pub(super) fn draw_from(&mut self, draws: Rng) {
        self.draws = draws;
    }

    /// Clears the board for another request; if `explains`, it keeps what an explanation needs.
    pub(super) fn begin(&mut self, view: &View<'_>, explains: bool) {
        self.count = view.replicas();
        self.costs.clear();
        self.shut.clear();
        self.second.clear();
        self.pick = Pick::First;
        self.tie_rule = FIRST;
        self.taken = None;
        self.floor = f64::NEG_INFINITY;
        self.limit = f64::INFINITY;
        self.stated = explains.then(StatedTerms::default);
        if view.count() as usize != view.replicas() {
            self.shut.resize(view.replicas(), Some(NO_CANDIDATE));
            view.all().for_each(|it| self.shut[it.index()] = None);
        }
    }

    /// Whether what an explanation needs is kept.
    pub(super) fn explains(&self) -> bool {
        self.stated.is_some()
    }

    /// Adds `weight` × `value` to every replica's cost. Explanations list the terms in the order in which they are added.
    #[inline]
    pub(super) fn term(
        &mut self,
        name: &'static str,
        weight: f64,
        unit: &'static str,
        value: impl Fn(ReplicaId) -> f64 + Clone,
    ) {
        let replicas = (0..self.count as u32).map(ReplicaId);
        self.column(name, weight, unit, replicas.map(value));
    }

    /// Adds a term as [`Self::term`] does, with the values of all replicas as a column, which a processor goes through several
    /// replicas at once.
    #[inline]
    pub(super) fn column(
        &mut self,
        name: &'static str,
        weight: f64,
        unit: &'static str,
        values: impl Iterator<Item = f64> + Clone,
    ) {
        if self.stated.is_some() {
            let values = values.clone().take(self.count).collect();
            self.tell(name, weight, unit, values);
        }
        if self.costs.is_empty() {
            let costs = values.take(self.count).map(|value| 0.0 + weight * value);
            self.costs.extend(costs);
            return;
        }
        for (cost, value) in self.costs.iter_mut().zip(values) {
            *cost += weight * value;
        }
    }

    /// Gives every replica a cost of 0 where no term was added.
    #[inline]
    fn fill(&mut self) {
        if self.costs.len() < self.count {
            self.costs.resize(self.count, 0.0);
        }
    }

    /// The least and the most of a column's entries, over the replicas that take part; `(u32::MAX, 0)` if none does.
    #[inline]
    pub(super) fn extremes(&self, column: &[u32]) -> (u32, u32) {
        let (mut least, mut most) = (u32::MAX, 0);
        let mut take = |there: u32| (least, most) = (least.min(there), most.max(there));
        let column = &column[..self.count];
        match self.shut.is_empty() {
            true => column.iter().for_each(|&there| take(there)),
            false => self.open().for_each(|it| take(column[it.index()])),
        }
        (least, most)
    }

    /// Records for the explanation a term that was added to [`Self::costs_mut`] directly.
    #[cold]
    pub(super) fn tell(
        &mut self,
        name: &'static str,
        weight: f64,
        unit: &'static str,
        values: Vec<f64>,
    ) {
        if let Some(stated) = &mut self.stated {
            stated.column(name, weight, unit, values);
        }
    }

    /// The cost of each replica so far, for rules that add to many at once.
    pub(super) fn costs_mut(&mut self) -> &mut [f64] {
        self.fill();
        &mut self.costs
    }

    /// Records a condition, that `value` is above `threshold`, for the explanation; returns whether it holds.
    pub(super) fn gate(
        &mut self,
        name: &'static str,
        value: f64,
        threshold: f64,
        unit: &'static str,
        effect: &'static str,
    ) -> bool {
        self.condition(value > threshold, name, (value, threshold), unit, effect)
    }

    /// Records a condition for the explanation that is another comparison; returns `fired`, whether it holds.
    pub(super) fn condition(
        &mut self,
        fired: bool,
        name: &'static str,
        (value, threshold): (f64, f64),
        unit: &'static str,
        effect: &'static str,
    ) -> bool {
        if let Some(stated) = &mut self.stated {
            stated.gate(Gate {
                name,
                value,
                threshold,
                unit,
                fired,
                effect,
            });
        }
        fired
    }

    /// Shuts out the candidates that do not fit; a replica that is shut out twice keeps the first reason.
    pub(super) fn keep(
        &mut self,
        view: &View<'_>,
        why: &'static str,
        fits: impl Fn(ReplicaId) -> bool,
    ) {
        for replica in view.all() {
            if !fits(replica) {
                self.shut_out(replica, why);
            }
        }
    }

    fn shut_out(&mut self, replica: ReplicaId, why: &'static str) {
        if self.shut.is_empty() {
            self.shut.resize(self.count, None);
        }
        self.shut[replica.index()].get_or_insert(why);
    }

    /// Whether a replica takes part: it is a candidate and not shut out.
    #[inline]
    pub(super) fn is_open(&self, replica: ReplicaId) -> bool {
        self.shut
            .get(replica.index())
            .is_none_or(|why| why.is_none())
    }

    /// The replicas that take part, in order.
    pub(super) fn open(&self) -> impl Iterator<Item = ReplicaId> + Clone + '_ {
        let all = (0..self.count as u32).map(ReplicaId);
        all.filter(|&it| self.is_open(it))
    }

    /// The cost of a replica so far, at least the floor.
    #[inline]
    pub(super) fn cost(&self, replica: ReplicaId) -> f64 {
        let cost = self.costs.get(replica.index());
        cost.copied().unwrap_or(0.0).max(self.floor)
    }

    /// The least cost of the replicas that take part.
    pub(super) fn least(&self) -> f64 {
        let costs = self.open().map(|it| self.cost(it));
        costs.fold(f64::INFINITY, f64::min)
    }

    /// Takes this replica, whatever the costs.
    pub(super) fn take(&mut self, replica: ReplicaId) {
        self.taken = Some(replica);
    }

    /// Takes the first replica of this order that takes part; if none does, the first of the order.
    pub(super) fn walk(&mut self, mut order: impl Iterator<Item = ReplicaId> + Clone) {
        let found = order.clone().find(|&it| self.is_open(it));
        self.taken = found.or_else(|| order.next());
    }

    /// States in words how ties are broken, where the way of choosing does not say it.
    pub(super) fn ties(&mut self, rule: &'static str) {
        self.tie_rule = rule;
    }

    /// Gives the replicas a second figure: of those with the least cost, the least of it wins.
    pub(super) fn second(&mut self, value: impl Fn(ReplicaId) -> f64) {
        let all = (0..self.count as u32).map(ReplicaId);
        self.second.clear();
        self.second.extend(all.map(value));
    }

    /// Breaks ties at random; draws only if there is a tie.
    pub(super) fn at_random(&mut self) {
        (self.pick, self.tie_rule) = (Pick::Any, "at random");
    }

    /// Breaks ties at random, and draws even if there is no tie, as some routers do.
    pub(super) fn always_draws(&mut self) {
        (self.pick, self.tie_rule) = (Pick::Draw, "at random");
    }

    /// Breaks ties in favour of the first replica from `start` on, round the ring of all.
    pub(super) fn from(&mut self, start: u32) {
        self.pick = Pick::From(start);
    }

    /// Chooses the one with the lesser cost of two replicas drawn at random.
    pub(super) fn of_two(&mut self) {
        self.pick = Pick::Two;
        self.tie_rule = "the less busy of two drawn at random; of equals the first drawn";
    }

    /// Breaks ties in turn: takes number `turn` of the tied replicas, counted round and round.
    pub(super) fn in_turn(&mut self, turn: u32) {
        (self.pick, self.tie_rule) = (Pick::Turn(turn), "in turn");
    }

    /// Draws the choice by softmax of the costs.
    pub(super) fn softmax(&mut self, temperature: f64) {
        (self.pick, self.tie_rule) = (Pick::Softmax(temperature), "drawn by softmax");
    }

    /// Draws the choice with `most` less the cost as weight.
    pub(super) fn weighted(&mut self, most: f64) {
        self.pick = Pick::Weighted(most);
        self.tie_rule = "drawn with the score as weight";
    }

    /// Draws whether something happens that has this probability.
    pub(super) fn chance(&mut self, share: f64) -> bool {
        self.draws.uniform() < share
    }

    /// Makes costs below `floor` count as `floor` in the choice.
    pub(super) fn at_least(&mut self, floor: f64) {
        self.floor = floor;
    }

    /// Rejects the request if the choice costs more than `limit`.
    pub(super) fn at_most(&mut self, limit: f64) {
        self.limit = limit;
    }
}

/// How ties are broken unless a policy says otherwise.
pub(super) const FIRST: &str = "the lowest-numbered replica";
/// Why a replica is shut out that takes no requests now.
const NO_CANDIDATE: &str = "takes no requests";
