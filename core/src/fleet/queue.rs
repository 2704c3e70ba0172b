//! Which message is delivered next: integer time, first in, first out among equal times, and nothing that is out of date.
//!
//! A message that is to be delivered at once ([`super::out::Out::now`]) does not come here: with all that follows from it, it is
//! delivered before anything that is queued. A message for later waits in a heap, or alone in front of it: what was queued last is
//! often what comes next (an event loop that turns again at once), and goes past the heap. A message for the present time
//! stands behind all others for that time, unless its rank puts it before everything without a rank. The schedule's arrivals are in
//! order anyway, so only their head is kept; it goes before what is queued for its time without a rank. When a message's turn comes, it
//! is dropped if its attempt or its replica's life is over: so whoever gives up an attempt, or ends a life, cancels all that is under
//! way for it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::message::{Attempt, Later, Life, Message, ORDINARY};
use crate::units::VirtualTime;

/// A message that waits.
#[derive(Clone, Copy)]
struct Waiting {
    at: u64,
    /// Its rank in the upper four bits, below them the number by which it was queued.
    rank_and_order: u64,
    message: Message,
}

impl Waiting {
    /// Nothing waits: later than anything that does.
    const NOTHING: Self = Self {
        at: u64::MAX,
        rank_and_order: u64::MAX,
        message: Message::Turn,
    };

    /// What orders them: the time \[ns\] in the upper half, rank and number in the lower.
    #[inline(always)]
    fn key(&self) -> u128 {
        u128::from(self.at) << 64 | u128::from(self.rank_and_order)
    }

    /// Whether it is a message, and not [`Self::NOTHING`].
    fn is_any(&self) -> bool {
        self.rank_and_order != u64::MAX
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

/// Where a message waits for its turn.
#[derive(Clone, Copy)]
enum Place {
    Front,
    Heap,
    /// At the head of the schedule.
    Schedule,
    /// Behind all that was queued for this very time before.
    Today,
}

/// The messages under way.
#[derive(Clone)]
pub(super) struct Queue {
    now: VirtualTime,
    /// The earliest of those that were queued since this place was last empty; not in the heap.
    front: Waiting,
    heap: BinaryHeap<Reverse<Waiting>>,
    /// Messages for the present time, queued since it began: they come behind those in the heap, which were queued before or go
    /// before them by their ranks.
    today: VecDeque<Message>,
    /// The head of the schedule; `None` while there is none.
    start: Option<Later>,
    /// The number of the last message that was queued in front or in the heap.
    order: u64,
    /// The number of messages taken from here.
    handled: u64,
    /// The number of each request's current attempt, as far as any was tried again.
    attempts: Vec<u32>,
    /// The number of each replica's current life.
    lives: Vec<u16>,
    all_in_first_life: bool,
    /// Whether a message's time lay beyond the end of the clock.
    beyond: bool,
}

impl Queue {
    /// An empty queue of a fleet whose replicas live their first life.
    pub(super) fn new(replicas: usize) -> Self {
        Self {
            now: VirtualTime::ZERO,
            front: Waiting::NOTHING,
            heap: BinaryHeap::new(),
            today: VecDeque::new(),
            start: None,
            order: 0,
            handled: 0,
            attempts: Vec::new(),
            lives: vec![0; replicas],
            all_in_first_life: true,
            beyond: false,
        }
    }

    /// The time of the last message that was taken from here.
    pub(super) fn now(&self) -> VirtualTime {
        self.now
    }

    /// Messages taken from here so far; what is delivered at once is not counted.
    pub(super) fn handled(&self) -> u64 {
        self.handled
    }

    /// Queues a message for later, or for now behind all that is queued for now.
    #[inline]
    pub(super) fn push(&mut self, (at, message): Later) {
        if at == self.now {
            self.today.push_back(message);
            return;
        }
        self.put(at, ORDINARY, message);
    }

    /// Queues a message by its rank, be it for the present time or for later. One for the present time whose rank comes after
    /// [`ORDINARY`] goes behind all others for that time.
    pub(super) fn push_ranked(&mut self, (at, message): Later) {
        match message.rank() {
            rank if rank > ORDINARY && at == self.now => self.today.push_back(message),
            rank => self.put(at, rank, message),
        }
    }

    #[inline]
    fn put(&mut self, at: VirtualTime, rank: u8, message: Message) {
        self.order += 1;
        let new = Waiting {
            at: at.0,
            rank_and_order: u64::from(rank) << 60 | self.order,
            message,
        };
        if new < self.front {
            let behind = core::mem::replace(&mut self.front, new);
            if behind.is_any() {
                self.heap.push(Reverse(behind));
            }
        } else {
            self.heap.push(Reverse(new));
        }
    }

    /// Queues the head of the schedule.
    pub(super) fn push_start(&mut self, start: Later) {
        self.start = Some(start);
    }

    /// Makes this the current attempt of its request.
    pub(super) fn begin(&mut self, attempt: Attempt) {
        let request = attempt.request as usize;
        if self.attempts.len() <= request {
            self.attempts.resize(request + 1, 0);
        }
        self.attempts[request] = attempt.number;
    }

    /// Makes this the current life of its replica.
    pub(super) fn live(&mut self, life: Life) {
        self.all_in_first_life = false;
        if let Some(number) = self.lives.get_mut(usize::from(life.replica)) {
            *number = life.number;
        }
    }

    /// Whether a message was refused because its time lies beyond the end of the clock.
    pub(super) fn went_beyond(&self) -> bool {
        self.beyond
    }

    /// Goes on in time to the next message that is not out of date; `None`: there is none, or it lies beyond the end of the
    /// clock ([`Self::went_beyond`]).
    #[inline(always)] // in the loop over messages
    pub(super) fn next_later(&mut self) -> Option<Message> {
        loop {
            let (at, place) = self.first();
            let message = self.take(place)?;
            if !self.is_current(&message) {
                continue;
            }
            debug_assert!(at >= self.now, "time runs back");
            if at.in_range().is_err() {
                self.beyond = true;
                return None;
            }
            self.now = at;
            self.handled += 1;
            return Some(message);
        }
    }

    /// When the next message's turn is, and where it waits.
    #[inline(always)]
    fn first(&self) -> (VirtualTime, Place) {
        let heap = self.heap.peek();
        let heap = heap.map_or(Waiting::NOTHING.key(), |Reverse(waiting)| waiting.key());
        let (key, place) = match self.front.key() < heap {
            true => (self.front.key(), Place::Front),
            false => (heap, Place::Heap),
        };
        let waiting = VirtualTime((key >> 64) as u64);
        if self.start.is_some() || !self.today.is_empty() {
            if let Some((at, _)) = self.start {
                let rank = key as u64 >> 60;
                // Of what waits for the same time, only messages with a rank go before it.
                let before_waiting = at < waiting || at == waiting && rank >= u64::from(ORDINARY);
                // What is in `today` is for now.
                let before_today = at == self.now || self.today.is_empty();
                if before_waiting && before_today {
                    return (at, Place::Schedule);
                }
            }
            if waiting > self.now && !self.today.is_empty() {
                return (self.now, Place::Today);
            }
        }
        (waiting, place)
    }

    /// Takes the first message that waits there.
    #[inline(always)]
    fn take(&mut self, place: Place) -> Option<Message> {
        match place {
            Place::Front => {
                (self.front.at, self.front.rank_and_order) = (u64::MAX, u64::MAX);
                Some(self.front.message)
            }
            Place::Heap => Some(self.heap.pop()?.0.message),
            Place::Schedule => Some(self.start.take()?.1),
            Place::Today => self.today.pop_front(),
        }
    }

    /// Whether the attempt and the life that a message belongs to still go on.
    #[inline]
    pub(super) fn is_current(&self, message: &Message) -> bool {
        // Most runs have neither second attempts nor second lives.
        if self.attempts.is_empty() && self.all_in_first_life {
            return true;
        }
        self.is_current_by_number(message)
    }

    fn is_current_by_number(&self, message: &Message) -> bool {
        let attempt = message.attempt().is_none_or(|attempt| {
            let number = self.attempts.get(attempt.request as usize);
            number.copied().unwrap_or(0) == attempt.number
        });
        attempt && message.life().is_none_or(|life| self.is_alive(life))
    }

    fn is_alive(&self, life: Life) -> bool {
        self.lives.get(usize::from(life.replica)) == Some(&life.number)
    }
}

#[cfg(test)]
mod tests;
