//! A load generator that is one Python process: everything it does takes its own time on one event loop.
//!
//! The benchmark clients in common use (vLLM's `benchmark_serving.py` among them) run all requests as coroutines of one asyncio
//! loop. Sending a request and reading a streamed chunk cost CPU there, so above some tens of requests a second the client itself
//! is the limit, and the times it stamps include its own queue. A turn of the loop runs the callbacks that were ready when it
//! began, then reads the sockets that have data, then the timer if it is due; what these cause runs a turn later. Costs are in
//! [`ClientCosts`].
//!
//! Left out: garbage collection, the operating system's buffers, reconnections.

use std::collections::VecDeque;

use crate::fleet::fact::What;
use crate::fleet::message::Message;
use crate::fleet::out::Out;
use crate::histogram::Histogram;
use crate::replica::TokenBatch;
use crate::replica::calibration::ClientCosts;
use crate::units::VirtualTime;

/// Tokens of one engine step on their way to the client.
#[derive(Clone, Debug)]
struct Chunks {
    /// When the API server began to send them; the i-th follows (i + 1) × `each` later.
    base: VirtualTime,
    each: VirtualTime,
    /// The requests whose tokens they are, in the order of sending.
    requests: Vec<u32>,
    /// How many of the tokens the client has read.
    sent: usize,
}

impl Chunks {
    /// When the next token that the client has not read reaches it.
    fn due(&self, network: VirtualTime) -> VirtualTime {
        VirtualTime(self.base.0 + (self.sent as u64 + 1) * self.each.0 + network.0)
    }
}

#[derive(Clone, Copy, Debug)]
enum Callback {
    /// Creates the next request of the schedule.
    Create,
    /// Takes a place under the cap for a request, or puts the request into the queue.
    Begin(u32),
    /// Runs the k-th sending callback (the second number) of a request, which holds a place under the cap.
    Send(u32, u32),
    /// Stamps so many tokens (the second number) of a request.
    Chunks(u32, u32),
    /// Does the work after the end of a request, and hands its place under the cap on.
    Wrap,
}

/// The client's event loop.
#[derive(Clone, Debug)]
pub(in crate::fleet) struct PythonLoop {
    costs: Costs,
    network: VirtualTime,
    /// The time that the API server takes to send one token.
    api_token: VirtualTime,
    /// The time of the turn that is asked for; [`VirtualTime::NEVER`] if none is.
    planned: VirtualTime,
    /// The callbacks of the next turn.
    ready: VecDeque<Callback>,
    /// The callbacks of the turn after the one that runs.
    later: VecDeque<Callback>,
    /// When the next request is to be created; [`VirtualTime::NEVER`] while no timer is set.
    timer: VirtualTime,
    busy_until: VirtualTime,
    chunks: Vec<Chunks>,
    /// The chunks that are read in this turn: when each was due, as a number to sort by, and its request.
    readable: Vec<(u64, u32)>,
    /// How many places under the cap are free.
    places: u32,
    /// Requests that wait for a place, the longest waiting first.
    queue: VecDeque<u32>,
    /// How many of the schedule's starts have been created.
    created: usize,
    /// How many turns there were.
    turns: u32,
    /// The socket of each request, from the first token that it reads to the last; [`CLOSED`] before and after.
    sockets: Vec<u32>,
    /// All sockets, also those that are closed.
    open: Vec<Socket>,
    /// The closed sockets, to be used again.
    spare: Vec<u32>,
    /// The gaps between tokens, as they were stamped.
    gaps: Histogram,
}

/// The state of an answer that is being read.
#[derive(Clone, Copy, Debug, Default)]
struct Socket {
    /// How many tokens were read so far.
    received: u32,
    /// The turn of the loop that read it last, and the place in `later` of the callback that the turn made for it.
    turn: u32,
    place: u32,
    /// The moment at which the last token was stamped.
    last: VirtualTime,
}

const CLOSED: u32 = u32::MAX;

/// The times of [`ClientCosts`] in virtual time \[ns\].
#[derive(Clone, Copy, Debug)]
struct Costs {
    turn: u64,
    timer: u64,
    create: u64,
    send: u64,
    send_callbacks: u32,
    read: u64,
    chunk: u64,
    wrap: u64,
}

impl Costs {
    fn of(costs: &ClientCosts) -> Self {
        let ns = |s: f64| VirtualTime::from_secs(s).0;
        Self {
            turn: ns(costs.turn_s),
            timer: ns(costs.timer_s),
            create: ns(costs.create_s),
            send: ns(costs.send_s),
            send_callbacks: costs.send_callbacks,
            read: ns(costs.read_s),
            chunk: ns(costs.chunk_s),
            wrap: ns(costs.wrap_s),
        }
    }
}

impl PythonLoop {
    /// A client that has at most `concurrency` requests under way, of `count` in all.
    pub(in crate::fleet) fn new(
        costs: ClientCosts,
        (network, api_token): (VirtualTime, VirtualTime),
        concurrency: u32,
        count: usize,
    ) -> Self {
        Self {
            costs: Costs::of(&costs),
            network,
            api_token,
            planned: VirtualTime::NEVER,
            ready: VecDeque::from([Callback::Create]),
            later: VecDeque::new(),
            timer: VirtualTime::NEVER,
            busy_until: VirtualTime::ZERO,
            chunks: Vec::new(),
            readable: Vec::new(),
            places: concurrency,
            queue: VecDeque::new(),
            created: 0,
            turns: 0,
            sockets: vec![CLOSED; count],
            open: Vec::new(),
            spare: Vec::new(),
            gaps: Histogram::default(),
        }
    }

    /// When the loop wants to turn next; [`VirtualTime::NEVER`]: it sleeps until something comes.
    fn next_turn(&self) -> VirtualTime {
        if !self.ready.is_empty() {
            return self.busy_until;
        }
        let data = self
            .chunks
            .iter()
            .map(|chunks| chunks.due(self.network))
            .min();
        let next = self.timer.min(data.unwrap_or(VirtualTime::NEVER));
        next.max(self.busy_until)
    }

    /// Asks for the next turn, if it is earlier than the one asked for.
    pub(super) fn plan_turn(&mut self, out: &mut Out) {
        let next = self.next_turn();
        if next < self.planned {
            self.planned = next;
            out.at(next, Message::Turn);
        }
    }

    /// Whether a turn is asked for at `now`; if so, it is no longer asked for.
    pub(super) fn takes_turn(&mut self, now: VirtualTime) -> bool {
        let mine = self.planned == now;
        if mine {
            self.planned = VirtualTime::NEVER;
        }
        mine
    }

    /// Takes tokens that are on their way.
    pub(super) fn deliver(&mut self, batch: TokenBatch) {
        self.chunks.push(Chunks {
            base: batch.base,
            each: self.api_token,
            requests: batch.requests,
            sent: 0,
        });
    }

    /// Begins a later turn of a conversation that is due.
    pub(super) fn begin(&mut self, n: u32, now: VirtualTime) {
        self.ready.push_back(Callback::Begin(n));
        self.busy_until = self.busy_until.max(now);
    }

    /// Goes on with a later stage of the schedule.
    pub(super) fn go_on(&mut self, now: VirtualTime) {
        self.ready.push_back(Callback::Create);
        self.busy_until = self.busy_until.max(now);
    }

    /// Takes in that a request has ended without an answer.
    pub(super) fn refuse(&mut self, now: VirtualTime) {
        self.ready.push_back(Callback::Wrap);
        self.busy_until = self.busy_until.max(now);
    }

    /// One turn of the loop, beginning at `now`. `starts` is the schedule; `output_tokens` says how many tokens a request gets.
    pub(super) fn turn(
        &mut self,
        now: VirtualTime,
        starts: &[(VirtualTime, u32)],
        output_tokens: impl Fn(u32) -> u32,
        out: &mut Out,
    ) {
        let mut clock = now.0 + self.costs.turn;
        for _ in 0..self.ready.len() {
            if let Some(callback) = self.ready.pop_front() {
                self.call(callback, &mut clock, starts, &output_tokens, out);
            }
        }
        self.read(now, &mut clock);
        if self.timer <= now {
            self.timer = VirtualTime::NEVER;
            clock += self.costs.timer;
            self.later.push_back(Callback::Create);
        }
        core::mem::swap(&mut self.ready, &mut self.later);
        self.busy_until = VirtualTime(clock);
    }

    fn call(
        &mut self,
        callback: Callback,
        clock: &mut u64,
        starts: &[(VirtualTime, u32)],
        output_tokens: &impl Fn(u32) -> u32,
        out: &mut Out,
    ) {
        match callback {
            Callback::Create => {
                *clock += self.costs.create;
                let Some(&(at, n)) = starts.get(self.created) else {
                    return;
                };
                self.created += 1;
                out.fact(VirtualTime(*clock), What::Due { request: n });
                self.later.push_back(Callback::Begin(n));
                if let Some(&(next, _)) = starts.get(self.created) {
                    // The loop sleeps for the gap from here on, however late it is.
                    self.timer = VirtualTime(*clock) + (next - at);
                }
            }
            Callback::Begin(n) if self.places == 0 => self.queue.push_back(n),
            Callback::Begin(n) => {
                self.places -= 1;
                self.call(Callback::Send(n, 0), clock, starts, output_tokens, out);
            }
            Callback::Send(n, k) => {
                if k == 0 {
                    out.fact(VirtualTime(*clock), What::Sent { request: n });
                }
                *clock += self.costs.send;
                if k + 1 < self.costs.send_callbacks {
                    self.later.push_back(Callback::Send(n, k + 1));
                } else {
                    out.at(VirtualTime(*clock), Message::Post(n));
                }
            }
            Callback::Chunks(n, count) => {
                for _ in 0..count {
                    *clock += self.costs.chunk;
                    self.stamp(n, VirtualTime(*clock), output_tokens(n), out);
                }
            }
            Callback::Wrap => {
                *clock += self.costs.wrap;
                match self.queue.pop_front() {
                    Some(next) => self.later.push_back(Callback::Send(next, 0)),
                    None => self.places = self.places.saturating_add(1),
                }
            }
        }
    }

    fn stamp(&mut self, n: u32, now: VirtualTime, output_tokens: u32, out: &mut Out) {
        let at = self.socket(n);
        let socket = &mut self.open[at as usize];
        socket.received += 1;
        if socket.received == 1 {
            out.fact(now, What::FirstRead { request: n });
        } else {
            self.gaps.record(now - socket.last, 1);
        }
        socket.last = now;
        if socket.received == output_tokens {
            self.sockets[n as usize] = CLOSED;
            self.spare.push(at);
            self.later.push_back(Callback::Wrap);
            out.fact(now, What::Answered { request: n });
            out.at(now, Message::Received(n));
        }
    }

    /// The socket on which a request is answered.
    fn socket(&mut self, n: u32) -> u32 {
        let socket = &mut self.sockets[n as usize];
        if *socket == CLOSED {
            *socket = self.spare.pop().unwrap_or(self.open.len() as u32);
            match self.open.get_mut(*socket as usize) {
                Some(spare) => *spare = Socket::default(),
                None => self.open.push(Socket::default()),
            }
        }
        *socket
    }

    /// The gaps between tokens since this was last asked.
    pub(super) fn take_gaps(&mut self) -> Histogram {
        core::mem::take(&mut self.gaps)
    }

    /// Reads every socket that has data at `now`, in the order the data came.
    fn read(&mut self, now: VirtualTime, clock: &mut u64) {
        let network = self.network;
        for chunks in &mut self.chunks {
            while chunks.sent < chunks.requests.len() && chunks.due(network) <= now {
                self.readable
                    .push((chunks.due(network).0, chunks.requests[chunks.sent]));
                chunks.sent += 1;
            }
        }
        self.chunks
            .retain(|chunks| chunks.sent < chunks.requests.len());
        crate::order::keys(&mut self.readable);
        self.turns += 1;
        for at in 0..self.readable.len() {
            let n = self.readable[at].1;
            // A socket with several chunks is read once: if this turn has made a callback for it, that stamps the further ones too.
            let socket = self.socket(n);
            let socket = &mut self.open[socket as usize];
            if socket.turn == self.turns
                && let Some(Callback::Chunks(_, count)) = self.later.get_mut(socket.place as usize)
            {
                *count += 1;
                continue;
            }
            *clock += self.costs.read;
            (socket.turn, socket.place) = (self.turns, self.later.len() as u32);
            self.later.push_back(Callback::Chunks(n, 1));
        }
        self.readable.clear();
    }
}
