//! Where a policy lays out the candidates, and where the choice is made.
//!
//! A policy writes its rule once: it adds terms to the candidates' costs, shuts some of them out, says which conditions hold
//! and how ties are broken. From that the choice follows, and, where somebody wants to see it, the [`Decision`] with every
//! term, gate and exclusion. While nobody does, only costs are kept; names cost nothing.
//!
//! All random draws of policies are made here, from one stream. How the choice follows from the costs is in [`pick`], what
//! an explanation keeps in [`told`].

mod pick;
mod told;

use super::explain::Gate;
use super::view::View;
use crate::rng::Rng;
use crate::units::ReplicaId;
use pick::Pick;
use told::Told;

pub use pick::Choice;

/// See the [module](self).
#[derive(Clone, Debug)]
pub(super) struct Board {
    /// How many replicas there are, candidates or not.
    count: usize,
    /// By replica, as soon as there is a term; empty before.
    costs: Vec<f64>,
    /// By replica: why it is shut out; empty while none is.
    shut: Vec<Option<&'static str>>,
    /// Breaks ties before anything else: by replica, the lesser wins; empty: nothing does.
    second: Vec<f64>,
    pick: Pick,
    tie_rule: &'static str,
    /// The choice, where it does not follow from costs.
    taken: Option<ReplicaId>,
    /// A cost is not less than this.
    floor: f64,
    /// A choice that costs more is turned away.
    limit: f64,
    draws: Rng,
    /// What is kept for an explanation; `None` while nobody wants one.
    told: Option<Told>,
}

impl Board {
    /// An empty one; `draws` is what it draws from.
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
            told: None,
        }
    }

    /// From now on it draws from these.
    pub(super) fn draw_from(&mut self, draws: Rng) {
        self.draws = draws;
    }

    /// Wipes it for another request; `explains`: keeps what an explanation needs.
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
        self.told = explains.then(Told::default);
        if view.count() as usize != view.replicas() {
            self.shut.resize(view.replicas(), Some(NO_CANDIDATE));
            view.all().for_each(|it| self.shut[it.index()] = None);
        }
    }

    /// Whether somebody wants to see it.
    pub(super) fn explains(&self) -> bool {
        self.told.is_some()
    }

    /// Adds `weight` × `value` to every replica's cost. Terms are added in the order in which they are told.
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

    /// As [`Self::term`], with the values by replica: the way for terms made of whole columns, which a processor goes through
    /// several replicas at once.
    #[inline]
    pub(super) fn column(
        &mut self,
        name: &'static str,
        weight: f64,
        unit: &'static str,
        values: impl Iterator<Item = f64> + Clone,
    ) {
        if self.told.is_some() {
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

    /// Where there is no term, all cost nothing.
    #[inline]
    fn fill(&mut self) {
        if self.costs.len() < self.count {
            self.costs.resize(self.count, 0.0);
        }
    }

    /// Of a column of figures by replica the least and the most of those that take part; the largest number there is, and 0, of
    /// none.
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

    /// Writes a term down that was added to [`Self::costs_mut`].
    #[cold]
    pub(super) fn tell(
        &mut self,
        name: &'static str,
        weight: f64,
        unit: &'static str,
        values: Vec<f64>,
    ) {
        if let Some(told) = &mut self.told {
            told.column(name, weight, unit, values);
        }
    }

    /// By replica: the costs so far, for rules that add to many at once.
    pub(super) fn costs_mut(&mut self) -> &mut [f64] {
        self.fill();
        &mut self.costs
    }

    /// Asks whether a value is above a threshold.
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

    /// A gate that opens by another comparison; it gives back whether it fired.
    pub(super) fn condition(
        &mut self,
        fired: bool,
        name: &'static str,
        (value, threshold): (f64, f64),
        unit: &'static str,
        effect: &'static str,
    ) -> bool {
        if let Some(told) = &mut self.told {
            told.gate(Gate {
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

    /// Shuts out the candidates that do not fit; why the first time counts.
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

    /// Whether a replica takes part.
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

    /// What a replica costs.
    #[inline]
    pub(super) fn cost(&self, replica: ReplicaId) -> f64 {
        let cost = self.costs.get(replica.index());
        cost.copied().unwrap_or(0.0).max(self.floor)
    }

    /// The least cost of those that take part.
    pub(super) fn least(&self) -> f64 {
        let costs = self.open().map(|it| self.cost(it));
        costs.fold(f64::INFINITY, f64::min)
    }

    /// The choice, whatever the costs.
    pub(super) fn take(&mut self, replica: ReplicaId) {
        self.taken = Some(replica);
    }

    /// Takes the first that takes part, in this order; if none does, the first.
    pub(super) fn walk(&mut self, mut order: impl Iterator<Item = ReplicaId> + Clone) {
        let found = order.clone().find(|&it| self.is_open(it));
        self.taken = found.or_else(|| order.next());
    }

    /// Says in words how ties are broken, where the way of choosing does not say it.
    pub(super) fn ties(&mut self, rule: &'static str) {
        self.tie_rule = rule;
    }

    /// Of those with the least cost the ones with the least of this are left.
    pub(super) fn second(&mut self, value: impl Fn(ReplicaId) -> f64) {
        let all = (0..self.count as u32).map(ReplicaId);
        self.second.clear();
        self.second.extend(all.map(value));
    }

    /// Ties at random.
    pub(super) fn at_random(&mut self) {
        (self.pick, self.tie_rule) = (Pick::Any, "at random");
    }

    /// Ties at random, as by a router that draws whether there is a tie or not.
    pub(super) fn always_draws(&mut self) {
        (self.pick, self.tie_rule) = (Pick::Draw, "at random");
    }

    /// Ties to the first from `start` on.
    pub(super) fn from(&mut self, start: u32) {
        self.pick = Pick::From(start);
    }

    /// The lesser of two drawn at random.
    pub(super) fn of_two(&mut self) {
        self.pick = Pick::Two;
        self.tie_rule = "the less busy of two drawn at random; of equals the first drawn";
    }

    /// Ties in turn: of so many the one of this number, counted round and round.
    pub(super) fn in_turn(&mut self, turn: u32) {
        (self.pick, self.tie_rule) = (Pick::Turn(turn), "in turn");
    }

    /// Drawn by softmax of the costs.
    pub(super) fn softmax(&mut self, temperature: f64) {
        (self.pick, self.tie_rule) = (Pick::Softmax(temperature), "drawn by softmax");
    }

    /// Drawn with `most` less the cost as weight.
    pub(super) fn weighted(&mut self, most: f64) {
        self.pick = Pick::Weighted(most);
        self.tie_rule = "drawn with the score as weight";
    }

    /// With this chance.
    pub(super) fn chance(&mut self, share: f64) -> bool {
        self.draws.uniform() < share
    }

    /// A cost below counts as this, in the choice.
    pub(super) fn at_least(&mut self, floor: f64) {
        self.floor = floor;
    }

    /// A choice that costs more is turned away.
    pub(super) fn at_most(&mut self, limit: f64) {
        self.limit = limit;
    }
}

/// How ties are broken unless a policy says otherwise.
pub(super) const FIRST: &str = "the lowest-numbered replica";
/// Why a replica is shut out that takes no requests now.
const NO_CANDIDATE: &str = "takes no requests";
