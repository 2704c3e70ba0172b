//! The choice that follows from a board: the least cost, the breaking of ties, and random draws.

use super::Board;
use crate::router::view::View;
use crate::units::ReplicaId;

/// How the choice follows from the costs. Replicas that are shut out take no part.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Pick {
    /// The least cost; of equal ones the first replica.
    #[default]
    First,
    /// The least cost; of equal ones the first replica from this one on, round the ring of all.
    From(u32),
    /// The least cost; of equal ones one at random. It draws only if there is a tie.
    Any,
    /// The least cost; of equal ones one at random. It draws even if there is no tie.
    Draw,
    /// The least cost; of equal ones the one of this number, counted round and round.
    Turn(u32),
    /// The lesser cost of two replicas drawn at random; of equal ones the first drawn.
    Two,
    /// Drawn by softmax of the costs, spread to a range of 1, at this temperature.
    Softmax(f64),
    /// Drawn with this number less the cost as weight; a replica whose weight is 0 is drawn only where all weights are 0.
    Weighted(f64),
}

/// The choice that a policy makes for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The replica that is chosen.
    pub replica: ReplicaId,
    /// Whether the policy lets the request go there; if not, it is rejected for good.
    pub admitted: bool,
}

impl Board {
    /// The choice that follows from the board. If that is a replica which accepts no requests at present, the least busy of the
    /// candidates takes its place, as in most products.
    pub(in crate::router) fn choose(&mut self, view: &View<'_>) -> Choice {
        self.fill();
        let mut replica = match self.taken {
            Some(taken) => taken,
            None => self.pick(),
        };
        let mut accepted = true;
        if view.count() as usize != view.replicas() && !view.is_candidate(replica) {
            let least = view.all().min_by_key(|&it| view.active(it));
            accepted = least.is_some();
            replica = least.unwrap_or(replica);
        }
        let cost = self.costs.get(replica.index());
        let fits = |&cost: &f64| cost <= self.limit || self.limit.is_infinite();
        Choice {
            replica,
            admitted: accepted && cost.is_none_or(fits),
        }
    }

    fn pick(&mut self) -> ReplicaId {
        match self.pick {
            Pick::First => self.first(),
            Pick::From(start) => self.first_from(start),
            Pick::Turn(turn) => self.tied(turn),
            Pick::Any => self.any(false),
            Pick::Draw => self.any(true),
            Pick::Two => self.lesser_of_two(),
            Pick::Softmax(temperature) => self.by_softmax(temperature),
            Pick::Weighted(most) => self.by_weight(most),
        }
    }

    /// The replica with the least cost, of equal ones the first; replica 0 if there is none. A cost that is not a number never
    /// wins.
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

    /// Of the replicas with the least cost, number `turn`, counted round and round; replica 0 if there is none.
    fn tied(&self, turn: u32) -> ReplicaId {
        let least = self.least();
        let tied = self.open().filter(|&it| self.cost(it) == least);
        let count = (tied.clone().count() as u32).max(1);
        tied.clone()
            .nth((turn % count) as usize)
            .unwrap_or_default()
    }

    /// One of the replicas with the least cost, drawn at random; replica 0 if there is none. `always` draws a number even if there is
    /// nothing to choose between, as routers do that draw first.
    fn any(&mut self, always: bool) -> ReplicaId {
        let order = |replica: ReplicaId| {
            let second = self.second.get(replica.index()).copied().unwrap_or(0.0);
            (self.cost(replica), second)
        };
        let mut best = (ReplicaId(0), (f64::INFINITY, f64::INFINITY), 0);
        let plain =
            self.shut.is_empty() && self.second.is_empty() && self.floor == f64::NEG_INFINITY;
        if plain {
            // Two passes without branches are quick however many replicas there are. A cost that is not a number is not among the
            // least.
            let lesser = |least: f64, &cost: &f64| if cost < least { cost } else { least };
            let least = self.costs.iter().fold(f64::INFINITY, lesser);
            let is_least = |&cost: &f64| cost == least;
            let first = match least < f64::INFINITY {
                true => self.costs.iter().position(&is_least),
                false => None,
            };
            let ties = self.costs.iter().map(|it| u32::from(is_least(it))).sum();
            best = (
                ReplicaId(first.unwrap_or(0) as u32),
                (least, if first.is_some() { 0.0 } else { f64::INFINITY }),
                ties,
            );
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
        if plain {
            let equals = (first.0..).zip(&self.costs[first.index()..]);
            let mut equals = equals.filter(|(_, cost)| **cost == least.0);
            return equals.nth(pick).map_or(first, |(id, _)| ReplicaId(id));
        }
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
        // The second replica is drawn from the others, with equal chances.
        let second = (first + 1 + self.draws.below(count - 1)) % count;
        let (first, second) = (place(self, first), place(self, second));
        if self.cost(second) < self.cost(first) {
            second
        } else {
            first
        }
    }

    /// The replica drawn by softmax; where all costs are equal, each has the same chance.
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
                // The largest U^(1/score) wins, which draws each with a probability in proportion to its score (Efraimidis and
                // Spirakis). The logarithm has the same order.
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
}
