//! Where a policy lays out the candidates, and where the choice is made.
//!
//! A policy writes its rule once: it adds terms to the candidates' costs, shuts some of them out, says which conditions hold
//! and how ties are broken. From that the choice follows, and, where somebody wants to see it, the [`Decision`] with every
//! term, gate and exclusion. While nobody does, only costs are kept; names cost nothing.
//!
//! All random draws of policies are made here, from one stream.

use super::explain::{Candidate, Decision, Gate, Term, decision};
use super::view::View;
use crate::rng::Rng;
use crate::units::ReplicaId;

/// How the choice follows from the costs. Replicas that are shut out take no part.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Pick {
    /// The least, ties to the first.
    #[default]
    First,
    /// The least, ties to the first from this replica on, round the ring of all.
    From(u32),
    /// The least, ties at random; draws only if there is a tie.
    Any,
    /// The least, ties at random; always draws.
    Draw,
    /// The lesser of two drawn at random; of equals the first drawn.
    Two,
    /// Drawn by softmax of the costs, spread to a range of 1, at this temperature.
    Softmax(f64),
    /// Drawn with what the cost lacks to this as weight; whoever has none only where nobody has any.
    Weighted(f64),
}

/// A column of the table of terms.
#[derive(Clone, Debug)]
struct Column {
    name: &'static str,
    weight: f64,
    unit: &'static str,
    /// By replica.
    values: Vec<f64>,
}

/// See the [module](self).
#[derive(Clone, Debug)]
pub(super) struct Board {
    /// By replica, candidate or not.
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

#[derive(Clone, Debug, Default)]
struct Told {
    columns: Vec<Column>,
    gates: Vec<Gate>,
}

/// A choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The replica.
    pub replica: ReplicaId,
    /// Whether the policy lets the request go there; if not, it is rejected for good.
    pub admitted: bool,
}

impl Board {
    /// An empty one; `draws` is what it draws from.
    pub(super) fn new(draws: Rng) -> Self {
        Self {
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
        self.costs.clear();
        self.costs.resize(view.replicas(), 0.0);
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
        value: impl Fn(ReplicaId) -> f64,
    ) {
        for (replica, cost) in (0..).map(ReplicaId).zip(&mut self.costs) {
            *cost += weight * value(replica);
        }
        if self.told.is_some() {
            let replicas = (0..self.costs.len() as u32).map(ReplicaId);
            let values = replicas.map(value).collect();
            self.tell(name, weight, unit, values);
        }
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
            told.columns.push(Column {
                name,
                weight,
                unit,
                values,
            });
        }
    }

    /// By replica: the costs so far, for rules that add to many at once.
    pub(super) fn costs_mut(&mut self) -> &mut [f64] {
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
            told.gates.push(Gate {
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
            self.shut.resize(self.costs.len(), None);
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
        let all = (0..self.costs.len() as u32).map(ReplicaId);
        all.filter(|&it| self.is_open(it))
    }

    /// What a replica costs.
    #[inline]
    pub(super) fn cost(&self, replica: ReplicaId) -> f64 {
        self.costs[replica.index()].max(self.floor)
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
        let all = (0..self.costs.len() as u32).map(ReplicaId);
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

    /// The choice that follows. A rule that has only replicas in mind that take no requests leaves it to the least busy of
    /// the others, as most products do.
    pub(super) fn choose(&mut self, view: &View<'_>) -> Choice {
        let mut replica = match self.taken {
            Some(taken) => taken,
            None => self.pick(),
        };
        let mut takes = true;
        if view.count() as usize != view.replicas() && !view.is_candidate(replica) {
            let least = view.all().min_by_key(|&it| view.active(it));
            takes = least.is_some();
            replica = least.unwrap_or(replica);
        }
        let cost = self.costs.get(replica.index());
        let fits = |&cost: &f64| cost <= self.limit || self.limit.is_infinite();
        Choice {
            replica,
            admitted: takes && cost.is_none_or(fits),
        }
    }

    fn pick(&mut self) -> ReplicaId {
        match self.pick {
            Pick::First => self.first(),
            Pick::From(start) => self.first_from(start),
            Pick::Any => self.any(false),
            Pick::Draw => self.any(true),
            Pick::Two => self.lesser_of_two(),
            Pick::Softmax(temperature) => self.by_softmax(temperature),
            Pick::Weighted(most) => self.by_weight(most),
        }
    }

    /// The least of the costs, ties to the first; replica 0 if there is none. What is no number is less than nothing.
    fn first(&self) -> ReplicaId {
        let mut best = (0, f64::INFINITY);
        if self.shut.is_empty() && self.floor == f64::NEG_INFINITY {
            for (id, &cost) in (0..).zip(&self.costs) {
                if cost < best.1 {
                    best = (id, cost);
                }
            }
            return ReplicaId(best.0);
        }
        for replica in self.open() {
            let cost = self.cost(replica);
            if cost < best.1 {
                best = (replica.0, cost);
            }
        }
        ReplicaId(best.0)
    }

    fn first_from(&self, start: u32) -> ReplicaId {
        let count = self.costs.len().max(1) as u32;
        let mut best = (ReplicaId(start % count), f64::INFINITY);
        for step in 0..count {
            let replica = ReplicaId((start + step) % count);
            if self.is_open(replica) && self.cost(replica) < best.1 {
                best = (replica, self.cost(replica));
            }
        }
        best.0
    }

    /// The least of the costs, ties at random; replica 0 if there is none.
    fn any(&mut self, always: bool) -> ReplicaId {
        let order = |replica: ReplicaId| {
            let second = self.second.get(replica.index()).copied().unwrap_or(0.0);
            (self.cost(replica), second)
        };
        let mut best = (ReplicaId(0), (f64::INFINITY, f64::INFINITY), 0);
        if self.shut.is_empty() && self.second.is_empty() && self.floor == f64::NEG_INFINITY {
            for (id, &cost) in (0..).zip(&self.costs) {
                if cost < best.1.0 {
                    best = (ReplicaId(id), (cost, 0.0), 1);
                } else if cost == best.1.0 {
                    best.2 += 1;
                }
            }
        } else {
            for replica in self.open() {
                let mine = order(replica);
                if mine < best.1 {
                    best = (replica, mine, 1);
                } else if mine == best.1 {
                    best.2 += 1;
                }
            }
        }
        let (first, least, ties) = best;
        if ties < 2 && !(always && ties == 1) {
            return first;
        }
        let pick = self.draws.below(ties) as usize;
        let order = |replica: ReplicaId| {
            let second = self.second.get(replica.index()).copied().unwrap_or(0.0);
            (self.cost(replica), second)
        };
        let mut tied = self.open().filter(|&it| order(it) == least);
        tied.nth(pick).unwrap_or(first)
    }

    fn lesser_of_two(&mut self) -> ReplicaId {
        let count = self.open().count() as u32;
        let first = self.draws.below(count.max(1));
        let place = |board: &Self, at: u32| board.open().nth(at as usize).unwrap_or_default();
        if count < 2 {
            return place(self, first);
        }
        // The second among the others, with equal chances.
        let second = (first + 1 + self.draws.below(count - 1)) % count;
        let (first, second) = (place(self, first), place(self, second));
        if self.cost(second) < self.cost(first) {
            second
        } else {
            first
        }
    }

    /// With equal chances if all costs are equal.
    fn by_softmax(&mut self, temperature: f64) -> ReplicaId {
        let costs = || self.open().map(|it| self.cost(it));
        let least = costs().fold(f64::INFINITY, f64::min);
        let most = costs().fold(f64::NEG_INFINITY, f64::max);
        if most <= least {
            let pick = self.draws.below(self.open().count() as u32) as usize;
            return self.open().nth(pick).unwrap_or_default();
        }
        let chance = |cost: f64| libm::exp(-(cost - least) / (most - least) / temperature);
        let sum: f64 = costs().map(chance).sum();
        let mut left = self.draws.uniform() * sum;
        for replica in self.open() {
            left -= chance(self.cost(replica));
            if left < 0.0 {
                return replica;
            }
        }
        self.open().last().unwrap_or_default()
    }

    fn by_weight(&mut self, most: f64) -> ReplicaId {
        let mut draws = self.draws.clone();
        let mut best = (None, f64::NEG_INFINITY);
        for replica in self.open() {
            let score = most - self.cost(replica);
            if score > 0.0 {
                // The largest U^(1/score); its logarithm has the same order.
                let key = libm::log(1.0 - draws.uniform()) / score;
                if key > best.1 {
                    best = (Some(replica), key);
                }
            }
        }
        self.draws = draws;
        best.0.unwrap_or_else(|| {
            self.costs.fill(0.0);
            self.any(false)
        })
    }

    /// The choice of a replica laid out, as far as it was told.
    pub(super) fn decision(
        &self,
        view: &View<'_>,
        overlaps: &[u32],
        replica: ReplicaId,
    ) -> Decision {
        let nothing = Told::default();
        let told = self.told.as_ref().unwrap_or(&nothing);
        let candidates = (0..overlaps.len()).map(|at| {
            let columns = told.columns.iter();
            let terms: Vec<Term> = columns
                .map(|column| Term {
                    name: column.name,
                    weight: column.weight,
                    value: column.values.get(at).copied().unwrap_or(0.0),
                    unit: column.unit,
                })
                .collect();
            // From left to right, as costs are added.
            let parts = terms.iter().map(|term| term.weight * term.value);
            Candidate {
                replica: at as u32,
                overlap_blocks: overlaps[at],
                cost: parts.fold(0.0, |sum, part| sum + part),
                terms,
                excluded: match at < view.replicas() {
                    true => self.shut.get(at).copied().flatten(),
                    false => Some(NO_CANDIDATE),
                },
            }
        });
        decision(
            candidates.collect(),
            told.gates.clone(),
            self.tie_rule,
            replica,
        )
    }
}

/// How ties are broken unless a policy says otherwise.
pub(super) const FIRST: &str = "the lowest-numbered replica";
/// Why a replica is shut out that takes no requests now.
const NO_CANDIDATE: &str = "takes no requests";
