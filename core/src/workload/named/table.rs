//! The table of named workloads, with their parameters and ranges.

use super::NameError;
use crate::decimal::{real, whole};
use crate::words::{excerpt, limit};

/// Where a named workload comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// It is generated from the seed and the parameters.
    Generated,
    /// It is read from a Warmpath trace of this file name (see [`crate::workload::asset`]).
    Trace(&'static str),
}

/// A parameter of a generated workload.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Param {
    /// Its name in the workload's text, as in `name:key=value`.
    pub name: &'static str,
    /// Its unit; empty for a number without one.
    pub unit: &'static str,
    /// What it sets, in one line.
    pub about: &'static str,
    /// Its value where the text does not give one.
    pub default: f64,
    /// The smallest value that it may have.
    pub min: f64,
    /// The largest value that it may have.
    pub max: f64,
    /// Whether it takes whole numbers only.
    pub whole: bool,
}

/// How many requests a workload makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requests {
    /// This number, whatever the parameters.
    Fixed(u32),
    /// The product of the parameters of these names.
    Product(&'static [&'static str]),
}

/// A workload that can be asked for by its name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorkloadInfo {
    /// Its name, as typed before the parameters.
    pub name: &'static str,
    /// What it is, in one line.
    pub about: &'static str,
    /// How many requests it makes unless another number is asked for.
    pub requests: Requests,
    /// Where its requests come from.
    pub source: Source,
    /// Its parameters, in the order of its canonical text.
    pub params: &'static [Param],
}

impl Param {
    /// Reads a value of this parameter.
    pub(super) fn read(&self, workload: &'static str, text: &str) -> Result<f64, NameError> {
        let grouped = || whole(text).filter(|_| self.whole);
        let value = real(text).or_else(|| grouped().map(|value| value as f64));
        let value = value.unwrap_or(f64::NAN);
        let right =
            (self.min..=self.max).contains(&value) && (!self.whole || value == libm::floor(value));
        if right {
            // A negative zero would print as another value than 0, so it is made positive.
            return Ok(value + 0.0);
        }
        let kind = if self.whole {
            "a whole number"
        } else {
            "a number"
        };
        Err(NameError::Range {
            workload,
            param: self.name,
            found: excerpt(text),
            expected: format!("{kind} from {} to {}", limit(self.min), limit(self.max)),
        })
    }
}

/// A parameter that is a length \[tokens\].
const fn tokens(name: &'static str, default: f64, min: f64, about: &'static str) -> Param {
    Param {
        name,
        unit: "tokens",
        about,
        default,
        min,
        max: 1e6,
        whole: true,
    }
}

/// A parameter that is a number of things.
const fn count(name: &'static str, default: f64, max: f64, about: &'static str) -> Param {
    Param {
        name,
        unit: "",
        about,
        default,
        min: 1.0,
        max,
        whole: true,
    }
}

const SPREAD: Param = Param {
    name: "spread",
    unit: "",
    about: "standard deviation / mean of the lengths that vary (gamma distributed; 0: all equal)",
    default: 0.5,
    min: 0.0,
    max: 3.0,
    whole: false,
};

const QUESTION: Param = tokens("question", 128.0, 1.0, "mean length of a question");
const OUTPUT: Param = tokens("output", 128.0, 1.0, "mean length of an answer");

/// All of them, in teaching order.
pub static WORKLOADS: &[WorkloadInfo] = &[
    WorkloadInfo {
        name: "shared-system",
        about: "one system prompt before every question",
        requests: Requests::Fixed(400),
        source: Source::Generated,
        params: &[
            tokens("system", 1024.0, 0.0, "length of the system prompt"),
            QUESTION,
            OUTPUT,
            SPREAD,
        ],
    },
    WorkloadInfo {
        name: "rag",
        about: "a few long contexts, each asked many questions in random order",
        requests: Requests::Product(&["contexts", "questions"]),
        source: Source::Generated,
        params: &[
            count("contexts", 8.0, 1e5, "how many contexts there are"),
            count(
                "questions",
                50.0,
                1e6,
                "mean number of questions about a context",
            ),
            tokens("context", 8192.0, 1.0, "mean length of a context"),
            QUESTION,
            OUTPUT,
            Param {
                name: "skew",
                unit: "",
                about: "exponent of popularity: the n-th context is asked in proportion to n^-skew (0: all alike)",
                default: 0.0,
                min: 0.0,
                max: 4.0,
                whole: false,
            },
            SPREAD,
        ],
    },
    WorkloadInfo {
        name: "template",
        about: "forms that are filled in: what stands before the first field is shared, what follows it never is",
        requests: Requests::Fixed(400),
        source: Source::Generated,
        params: &[
            count("templates", 4.0, 1e5, "how many templates there are"),
            tokens("head", 512.0, 1.0, "length of a template before its field"),
            tokens("field", 64.0, 1.0, "mean length of what is filled in"),
            tokens("tail", 256.0, 0.0, "length of a template after its field"),
            OUTPUT,
            SPREAD,
        ],
    },
    WorkloadInfo {
        name: "unique",
        about: "prompts with nothing in common",
        requests: Requests::Fixed(400),
        source: Source::Generated,
        params: &[
            tokens("prompt", 1024.0, 1.0, "mean length of a prompt"),
            OUTPUT,
            SPREAD,
        ],
    },
    WorkloadInfo {
        name: "multi-turn",
        about: "conversations whose every turn repeats all before it",
        requests: Requests::Product(&["conversations", "turns"]),
        source: Source::Generated,
        params: &[
            count(
                "conversations",
                50.0,
                1e6,
                "how many conversations there are",
            ),
            count("turns", 8.0, 1000.0, "questions in each"),
            tokens(
                "system",
                256.0,
                0.0,
                "length of the system prompt, the same for all",
            ),
            QUESTION,
            OUTPUT,
            Param {
                name: "pause",
                unit: "s",
                about: "mean pause after an answer (exponential; 0: the scenario's think time)",
                default: 0.0,
                min: 0.0,
                max: 86_400.0,
                whole: false,
            },
            SPREAD,
        ],
    },
    WorkloadInfo {
        name: "rounds",
        about: "prefixes with the same few endings, all asked again in every round: what comes again is known to the token",
        requests: Requests::Product(&["prefixes", "suffixes", "rounds"]),
        source: Source::Generated,
        params: &[
            count("prefixes", 3.0, 1e5, "how many beginnings there are"),
            count("suffixes", 4.0, 1e5, "how many endings each of them has"),
            count("rounds", 5.0, 1e6, "how often each prompt is sent"),
            tokens("prefix", 1024.0, 1.0, "mean length of a beginning"),
            tokens("suffix", 64.0, 1.0, "mean length of an ending"),
            OUTPUT,
            SPREAD,
        ],
    },
    WorkloadInfo {
        name: "sharegpt-sample",
        about: "the first conversations of ShareGPT V3 as lengths and hashes, without texts",
        requests: Requests::Fixed(1496),
        source: Source::Trace("sharegpt-sample.trace.txt"),
        params: &[],
    },
    WorkloadInfo {
        name: "kubeai",
        about: "KubeAI's prefix-aware load-balancing benchmark: 732 prompts of 69 conversations, sent again and again",
        requests: Requests::Fixed(8000),
        source: Source::Trace("kubeai.trace.txt"),
        params: &[],
    },
    WorkloadInfo {
        name: "kubeai-400",
        about: "the same benchmark's smaller run: 375 prompts of 35 conversations",
        requests: Requests::Fixed(4000),
        source: Source::Trace("kubeai-400.trace.txt"),
        params: &[],
    },
    WorkloadInfo {
        name: "sessions",
        about: "2,000 generated sessions of six turns with pauses, each repeating all before it; at most 77 % can be reused",
        requests: Requests::Fixed(12_000),
        source: Source::Trace("sessions.trace.txt"),
        params: &[],
    },
    WorkloadInfo {
        name: "mooncake-conversation",
        about: "Mooncake's conversation trace (kvcache-ai/Mooncake, Apache-2.0): long prompts, recorded arrivals, at most 37 % of blocks can be hit",
        requests: Requests::Fixed(12_031),
        source: Source::Trace("mooncake-conversation.trace.txt"),
        params: &[],
    },
];
