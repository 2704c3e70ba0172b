//! Continuous batching: who is in the next step, and what comes out of it.
//!
//! The rules are vLLM V1's: running sequences first, then waiting ones in order of arrival; a token budget a step; long
//! prompts in chunks; the prefix cache asked once at admission, and the last token of a prompt always computed; blocks
//! registered when scheduled, so sequences of one step share; a few blocks ahead allocated with each need; out of
//! blocks, the newest running sequence is preempted, recomputed later, and nothing is admitted in that step; admission
//! stops at the first sequence that does not fit.
//!
//! A step costs O(1) however many sequences decode in it: contexts are a sum that grows by the batch size, the step at
//! which a sequence ends is known when it starts to decode, and so is the phase at which it needs its next block.
//! [`Engine::advance`] therefore runs through the steps between two visible events in a tight loop.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::pool::Pool;
use super::timing::{Batch, Timing};
use crate::histogram::Histogram;
use crate::request::{Chain, Corpus};
use crate::units::{RequestId, VirtualTime};

/// The scheduler's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most sequences running at once (vLLM's `max_num_seqs`).
    pub sequences: u32,
    /// Most new tokens a step (vLLM's `max_num_batched_tokens`).
    pub batch_tokens: u32,
    /// Tokens a block.
    pub block_size: u32,
    /// Blocks allocated ahead with each need (4 in the early V1 engine).
    pub preallocate: u32,
}

/// What the engine must know of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sequence {
    /// Whose it is.
    pub request: RequestId,
    /// Prompt length \[tokens\], at least 1.
    pub prompt_tokens: u32,
    /// Tokens to generate, at least 1.
    pub output_tokens: u32,
    /// Full blocks of the prompt.
    pub prompt: Chain,
    /// Full blocks of prompt and answer, as far as known.
    pub answered: Chain,
}

/// What an admission found in the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Prompt tokens taken from the cache.
    pub hit_tokens: u32,
    /// Full prompt blocks found in the cache.
    pub hit_blocks: u32,
}

/// What a replica lets its surroundings know.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Output {
    /// A sequence entered the batch for the first time.
    Admitted(RequestId, VirtualTime, Admission),
    /// Its first token left the API server.
    FirstToken(RequestId, VirtualTime),
    /// Its last token left the API server.
    Finished(RequestId, VirtualTime),
    /// It was thrown out of the batch and will be recomputed.
    Preempted(RequestId, VirtualTime),
}

/// One step, for drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport {
    /// When it began.
    pub start: VirtualTime,
    /// When it ended.
    pub end: VirtualTime,
    /// Prompt tokens computed.
    pub prefill_tokens: u32,
    /// Prompt tokens that sequences new in this step took from the cache.
    pub hit_tokens: u32,
    /// Sequences that decoded.
    pub decoding: u32,
    /// Sequences waiting when it began.
    pub waiting: u32,
    /// Blocks referred to when it began.
    pub referenced_blocks: u32,
}

/// The tokens of one step as they leave the API server, for a client that handles them one by one.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenBatch {
    /// When the API server began; the i-th token leaves (i + 1) × its cost later.
    pub base: VirtualTime,
    /// Whose tokens, in that order.
    pub requests: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    Prefill,
    Decode,
    Gone,
}

#[derive(Clone, Debug)]
struct Slot {
    sequence: Sequence,
    state: State,
    /// Distinguishes the slot's users in the finish heap.
    generation: u32,
    /// Tokens whose KV is computed, while prefilling.
    computed: u32,
    /// Tokens to compute before the next one can be sampled: prompt, and what was generated before a preemption.
    target: u32,
    /// Tokens sampled when decoding began.
    generated: u32,
    /// First step it decodes in.
    join: u64,
    /// Blocks it refers to through the cache.
    covered: Chain,
    /// Blocks it holds besides.
    private: u32,
    /// The phase at which it needs blocks (index into `due`).
    phase: u32,
    admitted: bool,
    /// When its last token came, if it was preempted since.
    cut_off: Option<VirtualTime>,
}

/// Sums over a replica's run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Prompt tokens computed (recomputation included).
    pub prefilled_tokens: u64,
    /// Tokens generated.
    pub generated_tokens: u64,
    /// Engine steps.
    pub steps: u64,
    /// Time in steps \[ns\].
    pub busy_ns: u64,
    /// Preemptions.
    pub preemptions: u64,
    /// Most blocks referred to at once.
    pub peak_referenced: u32,
    /// Waiting sequences, integrated over time \[sequence ns\].
    pub waiting_ns: u128,
    /// Gaps between tokens, weighted by tokens.
    pub gaps: Histogram,
}

#[derive(Clone, Copy, Debug)]
struct Current {
    start: VirtualTime,
    end: VirtualTime,
    prefill_tokens: u32,
    hit_tokens: u32,
    waiting: u32,
}

/// One engine with its pool.
#[derive(Clone, Debug)]
pub struct Engine {
    timing: Timing,
    limits: Limits,
    api_token: VirtualTime,
    /// Its blocks.
    pub pool: Pool,
    /// Sums.
    pub tally: Tally,
    /// Steps, if they are to be kept.
    pub steps: Option<Vec<StepReport>>,
    /// Each step's tokens since last taken, if anybody wants them; every step is then visible.
    pub tokens: Option<Vec<TokenBatch>>,
    slots: Vec<Slot>,
    spare: Vec<u32>,
    waiting: VecDeque<u32>,
    running: Vec<u32>,
    /// Running sequences that still prefill, oldest first, with the tokens this step computes of each.
    prefilling: Vec<(u32, u32)>,
    decoding: u32,
    /// Σ of the decoding sequences' contexts after the coming step \[tokens\].
    context: u64,
    step: u64,
    due: Vec<Vec<u32>>,
    finish: BinaryHeap<Reverse<(u64, u32, u32)>>,
    current: Option<Current>,
    /// Prompt tokens taken from the cache by those admitted since the last step began.
    hits: u32,
    /// The head of the queue found no room, and no room was made since.
    blocked: bool,
    api_free: VirtualTime,
    api_last: VirtualTime,
    waiting_since: VirtualTime,
}

impl Engine {
    /// An idle engine.
    pub fn new(
        timing: Timing,
        limits: Limits,
        pool: Pool,
        api_token: VirtualTime,
        keep_steps: bool,
    ) -> Self {
        let period = limits.block_size * (1 + limits.preallocate);
        Self {
            timing,
            limits,
            api_token,
            pool,
            tally: Tally::default(),
            steps: keep_steps.then(Vec::new),
            tokens: None,
            slots: Vec::new(),
            spare: Vec::new(),
            waiting: VecDeque::new(),
            running: Vec::new(),
            prefilling: Vec::new(),
            decoding: 0,
            context: 0,
            step: 0,
            due: vec![Vec::new(); period as usize],
            finish: BinaryHeap::new(),
            current: None,
            hits: 0,
            blocked: false,
            api_free: VirtualTime::ZERO,
            api_last: VirtualTime::ZERO,
            waiting_since: VirtualTime::ZERO,
        }
    }

    /// Sequences in the batch.
    pub fn running(&self) -> u32 {
        self.running.len() as u32
    }

    /// Sequences waiting for the batch.
    pub fn waiting(&self) -> u32 {
        self.waiting.len() as u32
    }

    /// Whether there is nothing to do.
    pub fn is_idle(&self) -> bool {
        self.current.is_none()
    }

    /// Puts a sequence at the end of the queue at time `now`; call [`Engine::advance`] up to `now` first.
    pub fn enqueue(
        &mut self,
        corpus: &Corpus,
        sequence: Sequence,
        now: VirtualTime,
        out: &mut Vec<Output>,
    ) {
        let slot = Slot {
            sequence,
            state: State::Waiting,
            generation: 0,
            computed: 0,
            target: sequence.prompt_tokens,
            generated: 0,
            join: 0,
            covered: Chain::default(),
            private: 0,
            phase: 0,
            admitted: false,
            cut_off: None,
        };
        let at = match self.spare.pop() {
            Some(at) => {
                let generation = self.slots[at as usize].generation + 1;
                self.slots[at as usize] = Slot { generation, ..slot };
                at
            }
            None => {
                self.slots.push(slot);
                self.slots.len() as u32 - 1
            }
        };
        self.count_waiting(now);
        self.waiting.push_back(at);
        if self.current.is_none() {
            self.begin(corpus, now, out);
        }
    }

    /// A time not later than the next output; [`VirtualTime::NEVER`] when idle. Between now and then nothing that the
    /// surroundings can see happens, but for evictions.
    pub fn wake(&self) -> VirtualTime {
        let Some(current) = self.current else {
            return VirtualTime::NEVER;
        };
        if !self.prefilling.is_empty() || self.tokens.is_some() {
            return current.end;
        }
        let Some(&Reverse((finish, ..))) = self.finish.peek() else {
            return current.end;
        };
        // Steps of an unchanged batch never get shorter, as contexts only grow; a preemption would change the batch,
        // so look no further than the free blocks surely last.
        let need = self.decoding * (1 + self.limits.preallocate);
        let safe = u64::from(self.pool.free() / need.max(1)) * self.due.len() as u64;
        let admission = if self.waiting.is_empty() || self.blocked || self.full() {
            u64::MAX
        } else {
            0
        };
        let steps = finish.saturating_sub(self.step).min(safe).min(admission);
        let length = (current.end - current.start).0.saturating_sub(1);
        VirtualTime(current.end.0.saturating_add(steps.saturating_mul(length)))
    }

    /// Runs every step that ends at or before `to`.
    pub fn advance(&mut self, corpus: &Corpus, to: VirtualTime, out: &mut Vec<Output>) {
        while let Some(current) = self.current {
            if current.end > to {
                return;
            }
            self.complete(corpus, current, out);
            if self.running.is_empty() && self.waiting.is_empty() {
                self.current = None;
            } else {
                self.begin(corpus, current.end, out);
            }
        }
    }

    fn full(&self) -> bool {
        self.running.len() >= self.limits.sequences as usize
    }

    fn count_waiting(&mut self, now: VirtualTime) {
        self.tally.waiting_ns +=
            u128::from((now - self.waiting_since).0) * self.waiting.len() as u128;
        self.waiting_since = now;
    }

    fn begin(&mut self, corpus: &Corpus, now: VirtualTime, out: &mut Vec<Output>) {
        self.pool.clock = now;
        let mut preempted = self.grow_decoding(corpus, now, out);
        let mut budget = self.limits.batch_tokens.saturating_sub(self.decoding);
        if !self.prefilling.is_empty() {
            preempted |= self.continue_prefills(corpus, now, &mut budget, out);
        }
        if !preempted && !self.waiting.is_empty() && !self.blocked {
            self.admit(corpus, now, budget, out);
        }
        let batch = self.batch();
        let length = VirtualTime::from_secs(self.timing.seconds(&batch)).0.max(1);
        self.tally.peak_referenced = self.tally.peak_referenced.max(self.pool.referenced());
        self.current = Some(Current {
            start: now,
            end: VirtualTime(now.0 + length),
            prefill_tokens: batch.prefill_tokens as u32,
            hit_tokens: core::mem::take(&mut self.hits),
            waiting: self.waiting.len() as u32,
        });
    }

    fn batch(&self) -> Batch {
        let mut batch = Batch {
            sequences: self.decoding + self.prefilling.len() as u32,
            decoding: self.decoding,
            new_tokens: u64::from(self.decoding),
            prefill_tokens: 0,
            context_tokens: self.context,
            prefill_attention: 0.0,
            referenced_blocks: self.pool.referenced(),
            pool_blocks: self.pool.capacity(),
            block_size: self.limits.block_size,
            unfilled_blocks: f64::from(1 + self.limits.preallocate) / 2.0,
        };
        for &(at, tokens) in &self.prefilling {
            let computed = self.slots[at as usize].computed;
            batch.new_tokens += u64::from(tokens);
            batch.prefill_tokens += u64::from(tokens);
            batch.context_tokens += u64::from(computed + tokens);
            if tokens > 1 {
                let m = f64::from(tokens);
                batch.prefill_attention += m * (f64::from(computed) + m / 2.0);
            }
        }
        batch
    }

    /// Gives the decoding sequences whose blocks are full their next ones. Returns whether somebody was preempted.
    fn grow_decoding(&mut self, corpus: &Corpus, now: VirtualTime, out: &mut Vec<Output>) -> bool {
        let phase = (self.step % self.due.len() as u64) as usize;
        let want = 1 + self.limits.preallocate;
        let needy = self.due[phase].len() as u32;
        if needy == 0 {
            return false;
        }
        if needy * want <= self.pool.free() {
            self.pool.take(needy * want);
            for index in 0..needy as usize {
                let at = self.due[phase][index];
                self.slots[at as usize].private += want;
            }
            return false;
        }
        let mut preempted = false;
        let mut list = core::mem::take(&mut self.due[phase]);
        list.sort_unstable_by_key(|at| self.running.iter().position(|r| r == at));
        for at in list {
            if self.slots[at as usize].state != State::Decode {
                continue;
            }
            while self.pool.free() == 0 && self.slots[at as usize].state == State::Decode {
                preempted = true;
                self.preempt_newest(corpus, now, out);
            }
            if self.slots[at as usize].state != State::Decode {
                continue;
            }
            let blocks = want.min(self.pool.free());
            self.pool.take(blocks);
            let next =
                (self.step + u64::from(blocks * self.limits.block_size)) % self.due.len() as u64;
            let slot = &mut self.slots[at as usize];
            slot.private += blocks;
            slot.phase = next as u32;
            self.due[next as usize].push(at);
        }
        preempted
    }

    fn continue_prefills(
        &mut self,
        corpus: &Corpus,
        now: VirtualTime,
        budget: &mut u32,
        out: &mut Vec<Output>,
    ) -> bool {
        let mut preempted = false;
        let list = core::mem::take(&mut self.prefilling);
        for (at, _) in list {
            if self.slots[at as usize].state != State::Prefill {
                continue;
            }
            loop {
                let slot = &self.slots[at as usize];
                let tokens = (slot.target - slot.computed).min(*budget);
                let held = slot.covered.depth + slot.private;
                let need = (slot.computed + tokens)
                    .div_ceil(self.limits.block_size)
                    .saturating_sub(held);
                if need <= self.pool.free() {
                    self.schedule(corpus, at, tokens);
                    *budget -= tokens;
                    break;
                }
                preempted = true;
                self.preempt_newest(corpus, now, out);
                if self.slots[at as usize].state != State::Prefill {
                    break;
                }
            }
        }
        preempted
    }

    fn admit(&mut self, corpus: &Corpus, now: VirtualTime, mut budget: u32, out: &mut Vec<Output>) {
        let size = self.limits.block_size;
        while budget > 0 && !self.full() {
            let Some(&at) = self.waiting.front() else {
                return;
            };
            let slot = &self.slots[at as usize];
            // The last token is always computed, so a fully cached prompt still gives logits.
            let chain = corpus.prefix(slot.sequence.answered, (slot.target - 1) / size);
            let hit = self.pool.matched(corpus, chain);
            let found = corpus.prefix(chain, hit);
            let computed = hit * size;
            let tokens = (slot.target - computed).min(budget);
            let need = (computed + tokens).div_ceil(size) - hit;
            if need + self.pool.free_among(corpus, found) > self.pool.free() {
                self.blocked = true;
                return;
            }
            self.count_waiting(now);
            self.waiting.pop_front();
            self.running.push(at);
            self.pool.refer(corpus, Chain::default(), found, true);
            let slot = &mut self.slots[at as usize];
            slot.state = State::Prefill;
            slot.computed = computed;
            slot.covered = found;
            slot.private = 0;
            if !slot.admitted {
                slot.admitted = true;
                let hit_tokens = computed.min(slot.sequence.prompt_tokens);
                self.hits += hit_tokens;
                let hit_blocks = self.pool.matched(corpus, slot.sequence.prompt);
                out.push(Output::Admitted(
                    slot.sequence.request,
                    now,
                    Admission {
                        hit_tokens,
                        hit_blocks,
                    },
                ));
            }
            self.schedule(corpus, at, tokens);
            budget -= tokens;
        }
    }

    /// Puts the next `tokens` of a prefill into this step: allocates for them and registers the blocks they fill.
    fn schedule(&mut self, corpus: &Corpus, at: u32, tokens: u32) {
        let size = self.limits.block_size;
        let slot = &mut self.slots[at as usize];
        let end = slot.computed + tokens;
        let full = (end / size).min(slot.sequence.answered.depth);
        let to = corpus.prefix(slot.sequence.answered, full);
        let need = end.div_ceil(size);
        let held = slot.covered.depth + slot.private;
        // Blocks allocated ahead by the last chunk are filled first.
        let fill = full.saturating_sub(slot.covered.depth);
        let from_private = fill.min(slot.private);
        if from_private > 0 {
            let middle = corpus.prefix(to, slot.covered.depth + from_private);
            let missing = self.pool.refer(corpus, slot.covered, middle, false);
            self.pool.give_back(from_private - missing);
            slot.private -= from_private;
            slot.covered = middle;
        }
        self.pool.refer(corpus, slot.covered, to, true);
        slot.covered = to;
        let more = need.saturating_sub(slot.covered.depth + slot.private);
        let ahead = if need > held {
            self.limits.preallocate
        } else {
            0
        };
        let more = (more + ahead).min(self.pool.free());
        self.pool.take(more);
        slot.private += more;
        self.prefilling.push((at, tokens));
    }

    fn preempt_newest(&mut self, corpus: &Corpus, now: VirtualTime, out: &mut Vec<Output>) {
        let Some(at) = self.running.pop() else { return };
        self.tally.preemptions += 1;
        out.push(Output::Preempted(
            self.slots[at as usize].sequence.request,
            now,
        ));
        let slot = &self.slots[at as usize];
        let computed = match slot.state {
            State::Decode => {
                let decoded = (self.step - slot.join) as u32;
                self.context -= u64::from(slot.target + decoded + 1);
                let (generated, last) = (slot.generated + decoded, self.api_last);
                let computed = slot.target + decoded;
                self.leave_decoding(at);
                let slot = &mut self.slots[at as usize];
                slot.generated = generated;
                slot.cut_off = Some(last);
                slot.target = slot.sequence.prompt_tokens + generated;
                computed
            }
            _ => {
                let computed = slot.computed;
                self.prefilling.retain(|&(other, _)| other != at);
                computed
            }
        };
        self.free(corpus, at, computed);
        let slot = &mut self.slots[at as usize];
        slot.state = State::Waiting;
        slot.generation += 1;
        slot.computed = 0;
        self.count_waiting(now);
        self.waiting.push_front(at);
    }

    fn leave_decoding(&mut self, at: u32) {
        self.decoding -= 1;
        let list = &mut self.due[self.slots[at as usize].phase as usize];
        if let Some(index) = list.iter().position(|&other| other == at) {
            list.swap_remove(index);
        }
    }

    /// Frees a sequence's blocks, of which the first `computed` tokens are filled; what a later prompt may contain
    /// stays cached.
    fn free(&mut self, corpus: &Corpus, at: u32, computed: u32) {
        self.blocked = false;
        let slot = &mut self.slots[at as usize];
        let full = (computed / self.limits.block_size)
            .min(slot.sequence.answered.depth)
            .min(slot.covered.depth + slot.private);
        if full > slot.covered.depth {
            let to = corpus.prefix(slot.sequence.answered, full);
            let missing = self.pool.refer(corpus, slot.covered, to, false);
            // Those that were cached meanwhile stay private, and go back with the rest.
            slot.private -= missing;
            slot.covered = to;
        }
        let (covered, private) = (slot.covered, slot.private);
        slot.covered = Chain::default();
        slot.private = 0;
        self.pool.give_back(private);
        self.pool.release(corpus, covered);
    }

    fn complete(&mut self, corpus: &Corpus, current: Current, out: &mut Vec<Output>) {
        let end = current.end;
        self.pool.clock = end;
        let sampled: u32 = self.decoding
            + self
                .prefilling
                .iter()
                .filter(|&&(at, m)| {
                    self.slots[at as usize].computed + m == self.slots[at as usize].target
                })
                .count() as u32;
        let base = self.api_free.max(end);
        let gap = base - self.api_last;
        self.tally.gaps.record(gap, u64::from(self.decoding));
        self.tally.steps += 1;
        self.tally.busy_ns += (end - current.start).0;
        self.tally.prefilled_tokens += u64::from(current.prefill_tokens);
        self.tally.generated_tokens += u64::from(sampled);
        if let Some(steps) = &mut self.steps {
            steps.push(StepReport {
                start: current.start,
                end,
                prefill_tokens: current.prefill_tokens,
                hit_tokens: current.hit_tokens,
                decoding: self.decoding,
                waiting: current.waiting,
                referenced_blocks: self.pool.referenced(),
            });
        }
        if sampled > 0 && self.tokens.is_some() {
            let requests = self.token_order(sampled);
            if let Some(tokens) = &mut self.tokens {
                tokens.push(TokenBatch { base, requests });
            }
        }
        self.context += u64::from(self.decoding);
        let step = self.step;
        self.step += 1;
        while let Some(&Reverse((finish, at, generation))) = self.finish.peek() {
            if finish > step {
                break;
            }
            self.finish.pop();
            if self.slots[at as usize].generation == generation
                && self.slots[at as usize].state == State::Decode
            {
                self.finish_decoding(corpus, at, base, out);
            }
        }
        if !self.prefilling.is_empty() {
            self.complete_prefills(corpus, base, out);
        }
        self.api_free = VirtualTime(base.0 + u64::from(sampled) * self.api_token.0);
        self.api_last = base;
    }

    /// Whose tokens the step that ends samples, oldest sequence first.
    fn token_order(&self, sampled: u32) -> Vec<u32> {
        let mut requests = Vec::with_capacity(sampled as usize);
        for &at in &self.running {
            let slot = &self.slots[at as usize];
            let samples = match slot.state {
                State::Decode => true,
                _ => self
                    .prefilling
                    .iter()
                    .any(|&(other, m)| other == at && slot.computed + m == slot.target),
            };
            if samples {
                requests.push(slot.sequence.request.0);
            }
        }
        requests
    }

    fn delivered(&self, rank: usize, base: VirtualTime) -> VirtualTime {
        VirtualTime(base.0 + (rank as u64 + 1) * self.api_token.0)
    }

    fn finish_decoding(
        &mut self,
        corpus: &Corpus,
        at: u32,
        base: VirtualTime,
        out: &mut Vec<Output>,
    ) {
        let slot = &self.slots[at as usize];
        // `step` was counted up already, so this includes the step that just ended.
        let computed = slot.target + (self.step - slot.join) as u32;
        self.context -= u64::from(computed + 1);
        let rank = self
            .running
            .iter()
            .position(|&other| other == at)
            .unwrap_or(0);
        out.push(Output::Finished(
            slot.sequence.request,
            self.delivered(rank, base),
        ));
        self.running.remove(rank);
        self.leave_decoding(at);
        self.retire(corpus, at, computed);
    }

    fn retire(&mut self, corpus: &Corpus, at: u32, computed: u32) {
        self.free(corpus, at, computed);
        self.slots[at as usize].state = State::Gone;
        self.spare.push(at);
    }

    fn complete_prefills(&mut self, corpus: &Corpus, base: VirtualTime, out: &mut Vec<Output>) {
        let list = core::mem::take(&mut self.prefilling);
        let mut left = Vec::new();
        for (at, tokens) in list {
            let slot = &mut self.slots[at as usize];
            slot.computed += tokens;
            if slot.computed < slot.target {
                left.push((at, 0));
                continue;
            }
            slot.generated += 1;
            let (request, generated) = (slot.sequence.request, slot.generated);
            let rank = self
                .running
                .iter()
                .position(|&other| other == at)
                .unwrap_or(0);
            let when = self.delivered(rank, base);
            match self.slots[at as usize].cut_off.take() {
                Some(last) => self.tally.gaps.record(when - last, 1),
                None => out.push(Output::FirstToken(request, when)),
            }
            if generated >= self.slots[at as usize].sequence.output_tokens {
                out.push(Output::Finished(request, when));
                self.running.remove(rank);
                let computed = self.slots[at as usize].computed;
                self.retire(corpus, at, computed);
            } else {
                self.start_decoding(at);
            }
        }
        self.prefilling = left;
    }

    fn start_decoding(&mut self, at: u32) {
        let slot = &mut self.slots[at as usize];
        slot.state = State::Decode;
        slot.join = self.step;
        let left = slot.sequence.output_tokens - slot.generated;
        let room = (slot.covered.depth + slot.private) * self.limits.block_size - slot.target;
        // Step `join + room` is the first whose token has no place.
        slot.phase = ((self.step + u64::from(room)) % self.due.len() as u64) as u32;
        self.context += u64::from(slot.target + 1);
        self.decoding += 1;
        self.finish.push(Reverse((
            self.step + u64::from(left) - 1,
            at,
            slot.generation,
        )));
        self.due[slot.phase as usize].push(at);
    }
}
