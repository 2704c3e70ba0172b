//! The prompts that the stations begin with, written for this page: those of a shop's support desk.
//!
//! Half of what a fleet computes is the same system prompt again and again; these prompts share one, and branch where real
//! ones do.

use super::{Playground, Weights};
use crate::chips::Prompt;
use crate::chips::cutter::Cutter;

/// The system prompt that every prompt of the desk begins with.
pub const SYSTEM: &str = "You are the support agent of Lumen, a shop for lamps. Answer from the policy below, in two \
sentences, and never guess. Policy: refunds in the EU only within 14 days, to the original payment method. ";

/// A prompt to begin with, and its name in the list of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The name in the list of samples.
    pub title: &'static str,
    /// The text after [`SYSTEM`], or the whole prompt.
    pub text: &'static str,
    /// Whether [`SYSTEM`] comes before the text.
    pub desk: bool,
}

impl Sample {
    /// The whole prompt: [`SYSTEM`] if it belongs to it, and the sample's own text.
    pub fn prompt(&self) -> String {
        if self.desk {
            format!("{SYSTEM}{}", self.text)
        } else {
            self.text.to_owned()
        }
    }

    /// Whether a text equals this prompt.
    pub fn is(&self, text: &str) -> bool {
        let system = if self.desk { SYSTEM } else { "" };
        text.strip_prefix(system) == Some(self.text)
    }
}

const fn desk(title: &'static str, text: &'static str) -> Sample {
    Sample {
        title,
        text,
        desk: true,
    }
}

/// The samples, with the one that is shown first at the front.
pub const SAMPLES: &[Sample] = &[
    desk(
        "A follow-up question",
        "Customer: when was order 4417 shipped, and is it still open to a refund? It came with a cracked shade.",
    ),
    desk(
        "The same question again",
        "Customer: when was order 4417 shipped, and is it still open to a refund?",
    ),
    desk(
        "Another customer",
        "Customer: how do I reset my password on the tablet?",
    ),
    Sample {
        title: "Nothing in common",
        text: "Write a haiku about the sea in winter, then explain in one line why you chose each of its three images, \
        and which of them you would drop if you had to.",
        desk: false,
    },
    Sample {
        title: "A clock at the front",
        text: "[09:41:07] You are the support agent of Lumen, a shop for lamps. Answer from the policy below, in two \
        sentences, and never guess. Policy: refunds in the EU only within 14 days, to the original payment method. \
        Customer: when was order 4417 shipped, and is it still open to a refund?",
        desk: false,
    },
];

/// What each replica of the router's station has answered before: the replica's number, and the text after [`SYSTEM`].
const HISTORY: &[(u32, &str)] = &[
    (
        0,
        "Customer: when was order 4417 shipped, to which address, and with which carrier?",
    ),
    (1, "Customer: how do I reset my password?"),
    (
        2,
        "Customer: when was order 4417 shipped, and is it still open to a refund?",
    ),
    (
        3,
        "Customer: please export all invoices of last year as one file, sorted by date.",
    ),
    (
        0,
        "Customer: the shade of my floor lamp is cracked, what can you do for me?",
    ),
];

/// The texts (after [`SYSTEM`]) that the tree's replica answered after the prompt in the first box, in order. It is the
/// router's history without its first prompt, and without the one that the first box opens with, which if stored twice would
/// hide what becomes of it.
pub fn stored() -> impl Iterator<Item = &'static str> {
    let rest = HISTORY[1..].iter().map(|(_, text)| *text);
    rest.filter(|text| *text != SAMPLES[1].text)
}

/// The fleet of the router's station as it begins: four replicas that share the system prompt and little else.
pub fn router(block_size: u32) -> Playground {
    router_with(block_size, Cutter::default())
}

/// The texts that the stations have stored when the page opens; another tokenizer must cut them before anything is shown.
pub fn texts() -> impl Iterator<Item = String> {
    HISTORY.iter().map(|(_, text)| format!("{SYSTEM}{text}"))
}

/// The fleet of the router's station, with texts cut by `cutter`.
pub fn router_with(block_size: u32, cutter: Cutter) -> Playground {
    let mut fleet = Playground::with(4, block_size, cutter);
    for ((replica, _), text) in HISTORY.iter().zip(texts()) {
        fleet.answer(*replica, &text);
    }
    fleet.active = vec![5, 1, 2, 0];
    fleet.weights = Weights::default();
    fleet
}

/// The fleet of the tree's station: one replica with room for `capacity` blocks that answers `first` and then the desk's
/// history in order. Also returns the number of blocks it evicted on the way.
pub fn tree(block_size: u32, capacity: Option<u32>, first: &str) -> (Playground, u32) {
    let mut desk = TreeHistory::new(block_size);
    let first = desk.read(first);
    desk.answer(capacity, first, &[])
}

/// The history of the tree's station, cut into blocks already, so that a keystroke costs little.
#[derive(Clone)]
pub struct TreeHistory {
    cutter: Cutter,
    block_size: u32,
    history: Vec<Prompt>,
}

impl TreeHistory {
    /// The history with blocks of `block_size` tokens.
    pub fn new(block_size: u32) -> Self {
        Self::with(block_size, Cutter::default())
    }

    /// The history with texts cut by `cutter`.
    pub fn with(block_size: u32, cutter: Cutter) -> Self {
        let mut desk = Self {
            cutter,
            block_size: block_size.max(1),
            history: Vec::new(),
        };
        for text in stored() {
            let prompt = desk.read(&format!("{SYSTEM}{text}"));
            desk.history.push(prompt);
        }
        desk
    }

    /// Cuts the history into blocks of another size, if it differs from the present one.
    pub fn resize(&mut self, block_size: u32) {
        if self.block_size != block_size.max(1) {
            *self = Self::with(block_size, self.cutter.clone());
        }
    }

    /// The size of the fleet's blocks \[tokens\].
    pub fn block_size(&self) -> u32 {
        self.block_size
    }

    /// Cuts a text into blocks; a text whose tokens are not known yet has none.
    pub fn read(&mut self, text: &str) -> Prompt {
        let read = self.cutter.cut(text, self.block_size);
        read.unwrap_or_default()
    }

    /// The number of full blocks of each stored prompt, in the order of [`stored`].
    pub fn lengths(&self) -> Vec<u32> {
        self.history.iter().map(Prompt::full_blocks).collect()
    }

    /// One replica with room for `capacity` blocks that answered `first` and then the [`stored`] texts except those in
    /// `without` (numbers from 0); and the number of blocks it evicted.
    pub fn answer(
        &self,
        capacity: Option<u32>,
        first: Prompt,
        without: &[usize],
    ) -> (Playground, u32) {
        let mut fleet = Playground::new(1, self.block_size);
        fleet.capacity = capacity;
        let rest = self.history.iter().enumerate();
        let rest = rest.filter(|(at, _)| !without.contains(at));
        let prompts = [first].into_iter().chain(rest.map(|(_, it)| it.clone()));
        let evicted = prompts.map(|prompt| fleet.store_read(0, prompt)).sum();
        (fleet, evicted)
    }
}
