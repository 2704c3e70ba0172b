//! The table of all figures of a run, from which a struct with a field for each is made, so that a figure that does not exist
//! cannot be asked for.

use core::ops::{Index, IndexMut};

use serde::{Deserialize, Serialize};

/// Which direction of a figure is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// Less is better, as with a latency.
    Lower,
    /// More is better, as with a throughput.
    Higher,
    /// Neither: the figure describes the load, or how the run went.
    Neither,
}

/// A figure of a run, with its title and unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// Its key in JSON, vLLM's where it has one; its field in [`Figures`] has the same name.
    pub key: &'static str,
    /// The figure's title in tables, in words.
    pub title: &'static str,
    /// Its unit, `share` and `times` for ratios; empty for counts.
    pub unit: &'static str,
    /// Which direction of the figure is better.
    pub better: Better,
    /// Whether its values are whole numbers.
    pub whole: bool,
    /// How many decimals it is printed with in text and Markdown.
    pub decimals: usize,
}

const fn count(title: &'static str, better: Better) -> Figure {
    Figure {
        key: "",
        title,
        unit: "",
        better,
        whole: true,
        decimals: 0,
    }
}

const fn real(title: &'static str, unit: &'static str, better: Better, decimals: usize) -> Figure {
    Figure {
        key: "",
        title,
        unit,
        better,
        whole: false,
        decimals,
    }
}

const fn ms(title: &'static str) -> Figure {
    real(title, "ms", Better::Lower, 2)
}

use Better::{Higher, Lower, Neither};

macro_rules! figures {
    ($($key:ident: $kind:ident($title:literal $($rest:tt)*),)*) => {
        /// Something for each figure: its value, or its least and largest value over several runs.
        ///
        /// ```
        /// use warmpath_core::metrics::{FIGURES, Figures, PLACES};
        /// let mut values = Figures::from_fn(|_| 0.0);
        /// values.mean_ttft_ms = 120.0;
        /// // By its name, and by its place in the table.
        /// assert_eq!(FIGURES[PLACES.mean_ttft_ms].key, "mean_ttft_ms");
        /// assert_eq!(values[PLACES.mean_ttft_ms], 120.0);
        /// ```
        ///
        /// A figure that does not exist does not compile:
        ///
        /// ```compile_fail
        /// let _ = warmpath_core::metrics::PLACES.mean_ttft;
        /// ```
        #[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
        pub struct Figures<T = f64> {
            $(#[doc = concat!($title, ".")] pub $key: T,)*
        }

        /// All figures, in the order they are printed.
        pub static FIGURES: [Figure; COUNT] = [$(Figure {
            key: stringify!($key),
            ..$kind($title $($rest)*)
        },)*];

        /// The number of figures.
        const COUNT: usize = [$(stringify!($key)),*].len();

        impl<T> Figures<T> {
            /// The values that `of` gives for each place in [`FIGURES`], in their order.
            pub fn from_fn(mut of: impl FnMut(usize) -> T) -> Self {
                let mut places = 0..;
                let mut next = || of(places.next().unwrap_or_default());
                Self { $($key: next(),)* }
            }

            /// Each, in the order of [`FIGURES`].
            pub fn each(&self) -> [&T; COUNT] {
                [$(&self.$key),*]
            }

            fn each_mut(&mut self) -> [&mut T; COUNT] {
                [$(&mut self.$key),*]
            }
        }

        impl Figures<usize> {
            const fn places() -> Self {
                let mut next = 0;
                $(let $key = next; next += 1;)*
                let _ = next;
                Self { $($key),* }
            }
        }
    };
}

figures! {
    completed: count("Successful requests", Higher),
    rejected: count("Rejected requests", Lower),
    failed: count("Failed requests", Lower),
    refused: count("Answers with status 429", Lower),
    retried: count("Retries after status 429", Neither),
    given_up: count("Requests given up after status 429", Lower),
    duration: real("Benchmark duration", "s", Lower, 2),
    total_input_tokens: count("Total input tokens", Neither),
    total_output_tokens: count("Total generated tokens", Neither),
    request_throughput: real("Request throughput", "req/s", Higher, 2),
    output_throughput: real("Output token throughput", "tok/s", Higher, 2),
    total_token_throughput: real("Total token throughput", "tok/s", Higher, 2),
    request_goodput: real("Request goodput", "req/s", Higher, 2),
    mean_ttft_ms: ms("Mean TTFT"),
    median_ttft_ms: ms("Median TTFT"),
    p90_ttft_ms: ms("P90 TTFT"),
    p95_ttft_ms: ms("P95 TTFT"),
    p99_ttft_ms: ms("P99 TTFT"),
    mean_tpot_ms: ms("Mean TPOT"),
    median_tpot_ms: ms("Median TPOT"),
    p90_tpot_ms: ms("P90 TPOT"),
    p95_tpot_ms: ms("P95 TPOT"),
    p99_tpot_ms: ms("P99 TPOT"),
    mean_itl_ms: ms("Mean ITL"),
    median_itl_ms: ms("Median ITL"),
    p90_itl_ms: ms("P90 ITL"),
    p95_itl_ms: ms("P95 ITL"),
    p99_itl_ms: ms("P99 ITL"),
    mean_e2el_ms: ms("Mean E2E latency"),
    median_e2el_ms: ms("Median E2E latency"),
    p90_e2el_ms: ms("P90 E2E latency"),
    p95_e2el_ms: ms("P95 E2E latency"),
    p99_e2el_ms: ms("P99 E2E latency"),
    mean_client_wait_ms: ms("Mean wait for the cap"),
    median_client_wait_ms: ms("Median wait for the cap"),
    p90_client_wait_ms: ms("P90 wait for the cap"),
    p95_client_wait_ms: ms("P95 wait for the cap"),
    p99_client_wait_ms: ms("P99 wait for the cap"),
    token_reuse_rate: real("Prompt tokens reused", "share", Higher, 4),
    cache_hit_rate: real("Prompt blocks found in cache", "share", Higher, 4),
    lost_never_cached: real("Prompt blocks never cached before", "share", Neither, 4),
    lost_evicted: real("Prompt blocks lost: evicted", "share", Lower, 4),
    lost_elsewhere: real("Prompt blocks lost: on another replica", "share", Lower, 4),
    lost_forgotten: real("Prompt blocks lost: router forgot", "share", Lower, 4),
    lost_unknown: real("Prompt blocks lost: router did not know", "share", Lower, 4),
    false_hits: real("Prompt blocks believed cached, but not", "share", Lower, 4),
    imbalance: real("Largest over mean work of a replica", "times", Lower, 3),
    mean_waiting: real("Mean requests waiting at a replica", "requests", Lower, 3),
    peak_kv_usage: real("Peak share of the KV pool in use", "share", Neither, 4),
    preemptions: count("Preemptions", Lower),
}

/// The place of each figure in [`FIGURES`].
pub const PLACES: Figures<usize> = Figures::places();

impl<T> Figures<T> {
    /// The value of each figure, in the order of [`FIGURES`].
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.each().into_iter()
    }

    /// The values that `of` makes of the value of each figure.
    pub fn map<U>(&self, of: impl Fn(&T) -> U) -> Figures<U> {
        Figures::from_fn(|at| of(&self[at]))
    }
}

/// Indexing is by the place in [`FIGURES`].
impl<T> Index<usize> for Figures<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        self.each()[at]
    }
}

impl<T> IndexMut<usize> for Figures<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        self.each_mut()
            .into_iter()
            .nth(at)
            .expect("a place in the table")
    }
}

/// The place in [`FIGURES`] of the figure with this key; `None` if there is none. Code that knows its figure uses [`PLACES`].
pub fn figure(key: &str) -> Option<usize> {
    FIGURES.iter().position(|figure| figure.key == key)
}
