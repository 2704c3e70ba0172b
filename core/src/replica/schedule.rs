//! Continuous batching: which sequences are in the next step, and what the step results in.
//!
//! The rules are vLLM V1's: running sequences first, then waiting ones in order of arrival; a token budget per step; long prompts
//! in chunks; the prefix cache is asked once, at admission, and the last token of a prompt is always computed; blocks of prompts are
//! registered when scheduled, so sequences of one step share them; a few blocks ahead are allocated with each need; without free
//! blocks the newest running sequence is preempted and recomputed later, and no sequence is admitted in that step; admission stops
//! at the first sequence that does not fit. The blocks that an answer fills are registered when its sequence leaves the batch.
//!
//! A step costs O(1) however many sequences decode in it: contexts are a sum that grows by the batch size, the step at which a
//! sequence ends is known when it starts to decode, and so is the phase at which it needs its next block. [`Engine::advance`]
//! therefore runs through the steps between two visible events in a tight loop.

mod abort;
mod admit;
mod complete;
mod cruise;
mod gather;
mod output;
mod room;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::pool::Pool;
use super::terms::{Off, Switch};
use super::timing::{Batch, Steady, Timing};
use crate::request::{Chain, Corpus};
use crate::units::{RequestId, VirtualTime};

pub use gather::Gather;
pub use output::{Admission, EngineOutput, StepEnd, StepReport, Tally, TokenBatch};

/// The settings of an engine's scheduler: how it batches, and what it admits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most sequences that run at once (vLLM's `max_num_seqs`).
    pub sequences: u32,
    /// The most new tokens of a step (vLLM's `max_num_batched_tokens`).
    pub batch_tokens: u32,
    /// The size of the blocks of its pool \[tokens\].
    pub block_size: u32,
    /// How many blocks are allocated ahead with each need (4 in the early V1 engine).
    pub preallocate: u32,
    /// Whether a request is admitted only when blocks for its whole prompt are free; if not, blocks for its first chunk are enough.
    pub whole_prompt: bool,
    /// How batches are collected; `None`: requests join and leave the batch at any step.
    pub gather: Option<Gather>,
    /// The rules that are switched off.
    pub off: Off,
}

/// What an engine needs to know of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sequence {
    /// The request that the sequence answers.
    pub request: RequestId,
    /// The length of the prompt \[tokens\], at least 1.
    pub prompt_tokens: u32,
    /// The tokens to generate, at least 1.
    pub output_tokens: u32,
    /// The full blocks of the prompt.
    pub prompt: Chain,
    /// The full blocks of prompt and answer, as far as they are known.
    pub answered: Chain,
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
    /// The moment at which it came to the queue.
    came: VirtualTime,
    state: State,
    /// A number that tells the users of the slot apart in the finish heap.
    generation: u32,
    /// The tokens whose KV cache is computed, while it prefills.
    computed: u32,
    /// The tokens to compute before the next one can be sampled: the prompt, and what was generated before a preemption.
    target: u32,
    /// The tokens that had been sampled when decoding began.
    generated: u32,
    /// The number of the first step in which it decodes.
    join: u64,
    /// The blocks that it refers to through the cache.
    covered: Chain,
    /// The number of private blocks that it holds besides.
    private: u32,
    /// The phase at which it needs further blocks, as an index into `due`.
    phase: u32,
    admitted: bool,
    /// When its last token came, if it was preempted since; else `None`.
    cut_off: Option<VirtualTime>,
}

#[derive(Clone, Copy, Debug)]
struct Current {
    start: VirtualTime,
    end: VirtualTime,
    prefill_tokens: u32,
    hit_tokens: u32,
    waiting: u32,
}

/// One engine with its pool. See the [module](self).
#[derive(Clone, Debug)]
pub struct Engine {
    timing: Timing,
    limits: Limits,
    api_token: VirtualTime,
    /// The engine's blocks: which are in use, cached or free.
    pub pool: Pool,
    /// Sums over all that the engine has done.
    pub tally: Tally,
    /// What it reported when its last step ended; the default before the first.
    pub step_end: StepEnd,
    /// The steps so far; `None` if they are not kept.
    pub steps: Option<Vec<StepReport>>,
    /// Each step's tokens since they were last taken; `None` if no client reads them one by one. If one does, every step is
    /// visible.
    pub tokens: Option<Vec<TokenBatch>>,
    slots: Vec<Slot>,
    spare: Vec<u32>,
    waiting: VecDeque<u32>,
    running: Vec<u32>,
    /// The running sequences that still prefill, oldest first, with the tokens that this step computes of each.
    prefilling: Vec<(u32, u32)>,
    decoding: u32,
    /// The sum of the decoding sequences' contexts after the coming step \[tokens\].
    context: u64,
    step: u64,
    due: Vec<Vec<u32>>,
    finish: BinaryHeap<Reverse<(u64, u32, u32)>>,
    current: Option<Current>,
    /// The prompt tokens taken from the cache by the sequences admitted since the last step began.
    hits: u32,
    /// Whether the head of the queue found no room, and no room was made since.
    blocked: bool,
    /// The blocks that running sequences hold, each counted by every holder; kept where all blocks are reserved at admission.
    reserved: u64,
    api_free: VirtualTime,
    api_last: VirtualTime,
    waiting_since: VirtualTime,
    /// The batch that is collected, where batches are.
    gathering: gather::Gathering,
    /// How many times as long as it should each step takes; 1 unless the engine is slowed down.
    slowness: f64,
    /// Whether the length of the step under way says nothing about the next ones.
    unsteady: bool,
    /// How long steps of the present batch take, unless the step under way is unsteady.
    steady: Steady,
}

impl Engine {
    /// An engine that has nothing to do yet, with these blocks and what they hold.
    pub fn new(
        timing: Timing,
        limits: Limits,
        pool: Pool,
        api_token: VirtualTime,
        keep_steps: bool,
    ) -> Self {
        let period = limits.block_size * (1 + limits.preallocate);
        Self {
            steady: timing.steady(&Batch::default()),
            timing,
            limits,
            api_token,
            pool,
            tally: Tally::default(),
            step_end: StepEnd::default(),
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
            reserved: 0,
            api_free: VirtualTime::ZERO,
            api_last: VirtualTime::ZERO,
            waiting_since: VirtualTime::ZERO,
            gathering: gather::Gathering::default(),
            slowness: 1.0,
            unsteady: false,
        }
    }

    /// The number of sequences in the batch.
    pub fn running(&self) -> u32 {
        self.running.len() as u32
    }

    /// The number of sequences that wait for the batch.
    pub fn waiting(&self) -> u32 {
        self.waiting.len() as u32
    }

    /// The sequences in the batch, with how many tokens each has generated by now.
    pub fn generated(&self) -> impl Iterator<Item = (RequestId, u32)> {
        self.running.iter().map(|&at| {
            let slot = &self.slots[at as usize];
            let decoded = match slot.state {
                State::Decode => (self.step - slot.join) as u32,
                _ => 0,
            };
            (slot.sequence.request, slot.generated + decoded)
        })
    }

    /// Whether no sequence is in the queue or the batch.
    pub fn is_idle(&self) -> bool {
        self.current.is_none() && self.waiting.is_empty()
    }

    /// Puts a sequence at the end of the queue at time `now`; call [`Engine::advance`] up to `now` first.
    pub fn enqueue(
        &mut self,
        corpus: &Corpus,
        mut sequence: Sequence,
        now: VirtualTime,
        out: &mut Vec<EngineOutput>,
    ) {
        if self.without(Switch::PrefixCache) {
            (sequence.prompt, sequence.answered) = (Chain::default(), Chain::default());
        }
        if self.without(Switch::HeadOfLine) {
            self.blocked = false; // the newcomer may fit where those before it do not
        }
        let slot = Slot {
            sequence,
            came: now,
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
        if self.current.is_none() && self.is_gathered(now) {
            self.begin(corpus, now, out);
        }
    }

    /// A time not later than the next output; [`VirtualTime::NEVER`] when idle. Between now and then nothing happens that other
    /// parts can see, except evictions.
    pub fn wake(&self) -> VirtualTime {
        let Some(current) = self.current else {
            return self.gathered_by().unwrap_or(VirtualTime::NEVER);
        };
        if !self.prefilling.is_empty() || self.tokens.is_some() || self.unsteady {
            return current.end;
        }
        let Some(&Reverse((finish, ..))) = self.finish.peek() else {
            return current.end;
        };
        // Steps of an unchanged batch never get shorter, as contexts only grow; a preemption would change the batch, so this looks
        // no further ahead than the free blocks are sure to last.
        let need = self.decoding * (1 + self.limits.preallocate);
        let safe = if self.without(Switch::Preemption) {
            u64::MAX // every block is reserved
        } else {
            u64::from(self.pool.free() / need.max(1)) * self.due.len() as u64
        };
        let closed = self.limits.gather.is_some() && self.gathering.to_come == 0;
        let admission = if self.waiting.is_empty() || self.blocked || closed || self.full() {
            u64::MAX
        } else {
            0
        };
        let steps = finish.saturating_sub(self.step).min(safe).min(admission);
        let length = (current.end - current.start).0.saturating_sub(1);
        VirtualTime(current.end.0.saturating_add(steps.saturating_mul(length)))
    }

    /// When the step under way ends: before that, [`Engine::advance`] does nothing. [`VirtualTime::NEVER`] when idle.
    pub fn step_ends(&self) -> VirtualTime {
        match self.current {
            Some(current) => current.end,
            None => self.gathered_by().unwrap_or(VirtualTime::NEVER),
        }
    }

    /// Runs every step that ends at or before `to`.
    pub fn advance(&mut self, corpus: &Corpus, to: VirtualTime, out: &mut Vec<EngineOutput>) {
        loop {
            let Some(current) = self.current else {
                if self.begin_gathered(corpus, to, out) {
                    continue;
                }
                return;
            };
            if current.end > to {
                return;
            }
            if self.cruises() {
                self.cruise(current, to);
                if self.current.is_none_or(|current| current.end > to) {
                    return;
                }
            }
            let Some(current) = self.current else {
                return;
            };
            self.complete(corpus, current, out);
            self.step_end = StepEnd {
                at: current.end,
                waiting: current.waiting,
                running: self.running(),
                referenced_blocks: self.pool.referenced(),
            };
            let idle = self.running.is_empty()
                && (self.waiting.is_empty() || !self.is_gathered(current.end));
            if idle {
                self.current = None;
            } else {
                self.begin(corpus, current.end, out);
            }
        }
    }

    fn without(&self, switch: Switch) -> bool {
        self.limits.off.has(switch)
    }

    fn full(&self) -> bool {
        self.running.len() >= self.limits.sequences as usize
    }

    fn count_waiting(&mut self, now: VirtualTime) {
        self.tally.waiting_ns +=
            u128::from((now - self.waiting_since).0) * self.waiting.len() as u128;
        self.waiting_since = now;
    }

    fn begin(&mut self, corpus: &Corpus, now: VirtualTime, out: &mut Vec<EngineOutput>) {
        self.pool.reach(now);
        let mut preempted = self.grow_decoding(corpus, now, out);
        let mut budget = self.limits.batch_tokens.saturating_sub(self.decoding);
        if !self.prefilling.is_empty() {
            preempted |= self.continue_prefills(corpus, now, &mut budget, out);
        }
        if !preempted && !self.waiting.is_empty() && !self.blocked && self.admits(now) {
            self.admit(corpus, now, budget, out);
        }
        let batch = self.batch();
        self.steady = self.timing.steady(&batch);
        let (context, blocks) = (batch.context_tokens, batch.referenced_blocks);
        let seconds = self.steady.seconds(context, blocks);
        self.current = Some(self.launch(now, batch.prefill_tokens as u32, seconds));
    }

    /// The step that begins now, with what it computes of prompts; `seconds` is how long it would take at full speed.
    #[inline(always)] // in the loop over steps
    fn launch(&mut self, now: VirtualTime, prefill_tokens: u32, seconds: f64) -> Current {
        let length = VirtualTime::from_secs(seconds * self.slowness).0.max(1);
        self.unsteady = false;
        self.tally.peak_referenced = self.tally.peak_referenced.max(self.pool.referenced());
        Current {
            start: now,
            end: VirtualTime(now.0 + length),
            prefill_tokens,
            hit_tokens: core::mem::take(&mut self.hits),
            waiting: self.waiting.len() as u32,
        }
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
        if self.without(Switch::Preemption) {
            let filled = batch.context_tokens as f64 / f64::from(self.limits.block_size);
            let ahead = (self.reserved as f64 - filled).max(0.0);
            batch.unfilled_blocks = ahead / f64::from(batch.sequences.max(1));
        }
        batch
    }
}
