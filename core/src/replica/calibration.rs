//! Which efficiencies hold for which hardware and model, as data.
//!
//! One set-up is calibrated: Llama-3.1-8B in fp8 on an L4, fitted to two rows of a published benchmark (the data file says which;
//! docs/fidelity.md says how). Everything else runs on [`Efficiency::ASSUMED`] and is called uncalibrated wherever its figures are
//! shown, unless the user gives measurements of their own in the same form.

mod read;
mod shipped;

use std::sync::OnceLock;

use serde::Serialize;
use thiserror::Error;

use super::roofline::Efficiency;
use crate::hardware::Gpu;
use crate::llm::{Dtype, Llm};
pub use shipped::ENGINE as SHIPPED_ENGINE;

const L4_LLAMA_8B_FP8: &str = include_str!("../../data/calibration-l4-llama-3.1-8b-fp8.json");

/// The times that the client's one core takes for each kind of work \[s\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ClientCosts {
    /// A turn of the event loop \[s\].
    pub turn_s: f64,
    /// Each of the callbacks that send a request, of which one runs in a turn \[s\].
    pub send_s: f64,
    /// How many such callbacks a request takes.
    pub send_callbacks: u32,
    /// The work that is left after a request's last chunk \[s\].
    pub wrap_s: f64,
    /// Reading what a socket holds \[s\].
    pub read_s: f64,
    /// Handing one chunk to its coroutine, which stamps its time; a turn after the read \[s\].
    pub chunk_s: f64,
    /// The arrival timer, when it is due \[s\].
    pub timer_s: f64,
    /// Creating the next request, a turn later \[s\].
    pub create_s: f64,
}

/// One of a client's costs, as a model card shows it.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// The work that it is the cost of, in words.
    pub about: &'static str,
    /// The unit in which it is shown.
    pub unit: &'static str,
    /// The cost in that unit, taken from all costs.
    pub of: fn(&ClientCosts) -> f64,
    /// Whether it was fitted to a measurement; if not, it is assumed.
    pub fitted: bool,
}

/// All costs of a client, in the order in which they are shown.
pub static CLIENT_COSTS: [Cost; 8] = [
    Cost {
        about: "a turn of the event loop",
        unit: "µs",
        of: |it| it.turn_s * 1e6,
        fitted: false,
    },
    Cost {
        about: "each callback that sends a request, one a turn",
        unit: "µs",
        of: |it| it.send_s * 1e6,
        fitted: true,
    },
    Cost {
        about: "callbacks it takes to send a request",
        unit: "",
        of: |it| f64::from(it.send_callbacks),
        fitted: false,
    },
    Cost {
        about: "what is left to do after a request's last chunk",
        unit: "µs",
        of: |it| it.wrap_s * 1e6,
        fitted: false,
    },
    Cost {
        about: "reading what a socket holds",
        unit: "µs",
        of: |it| it.read_s * 1e6,
        fitted: true,
    },
    Cost {
        about: "handing a chunk to its coroutine",
        unit: "µs",
        of: |it| it.chunk_s * 1e6,
        fitted: true,
    },
    Cost {
        about: "the arrival timer, when due",
        unit: "µs",
        of: |it| it.timer_s * 1e6,
        fitted: false,
    },
    Cost {
        about: "creating the next request",
        unit: "µs",
        of: |it| it.create_s * 1e6,
        fitted: false,
    },
];

/// The step times of a GPU and a model that [`Efficiency::ASSUMED`] was fitted to, and how near it comes to them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The name of the GPU that was measured.
    pub gpu: &'static str,
    /// The name of the model that was measured.
    pub model: &'static str,
    /// The format of the weights.
    pub dtype: Dtype,
    /// How many runs were measured.
    pub rows: u32,
    /// The mean absolute error of the time of an output token, as a share of it, as docs/accuracy.md has it.
    pub error: f64,
}

const fn measured(
    gpu: &'static str,
    model: &'static str,
    dtype: Dtype,
    rows: u32,
    error: f64,
) -> Measured {
    Measured {
        gpu,
        model,
        dtype,
        rows,
        error,
    }
}

/// All measurements, as `warmpath reproduce step-times` printed them: the table of docs/accuracy.md by GPU and model, which a test
/// compares with this one.
pub static MEASURED: [Measured; 6] = [
    measured("h100", "qwen3-32b", Dtype::Bf16, 90, 0.056),
    measured("h100", "gpt-oss-120b", Dtype::Mxfp4, 45, 0.077),
    measured("h200", "gpt-oss-120b", Dtype::Mxfp4, 60, 0.026),
    measured("h100", "minimax-m2.5", Dtype::Fp8, 15, 0.081),
    measured("h200", "minimax-m2.5", Dtype::Fp8, 51, 0.072),
    measured("h200", "qwen3-235b-a22b", Dtype::Fp8, 51, 0.126),
];

/// Why a calibration file was refused. The message is one sentence without the file's name, which the caller knows.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum CalibrationError {
    /// The text is not JSON, or not of the shipped file's form.
    #[error("{detail}; expected the form of the shipped calibration")]
    Json {
        /// The fault, in the words of the parser, with its line.
        detail: String,
    },
    /// A figure has a value that it cannot have.
    #[error("field `{field}` is {}, {wanted} expected", short(*.found))]
    Value {
        /// The field of the file, by its name.
        field: &'static str,
        /// The number that the file has there.
        found: f64,
        /// What would be right, in words.
        wanted: &'static str,
    },
}

/// A number as a person would write it: with an exponent where it has many zeros.
fn short(number: f64) -> String {
    match number.abs() {
        many if many >= 1e15 || (many > 0.0 && many < 1e-4) => format!("{number:e}"),
        _ => number.to_string(),
    }
}

/// The efficiencies and costs of one set-up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// What was measured, in one line.
    pub about: String,
    /// What the figures were fitted to, one entry for each source; empty if they are assumed.
    pub fitted_to: Vec<String>,
    /// The size of a replica's KV pool in what was measured, for the record \[tokens\]: a run takes its own from the scenario, or derives
    /// it.
    pub kv_tokens: Option<u64>,
    /// The efficiencies of the engine, and the fixed costs of its steps.
    pub engine: Efficiency,
    /// The costs of the single-process client that made the measurement.
    pub client: ClientCosts,
}

impl Calibration {
    /// Reads a calibration file.
    ///
    /// # Errors
    /// What is wrong with the JSON, with its line; a figure that cannot be.
    pub fn parse(text: &str) -> Result<Self, CalibrationError> {
        let read = read::read(text)?;
        read.check()?;
        Ok(read)
    }

    /// Checks that each figure can be what it is called: a share is at most 1, and a cost no more than any engine has, so that a run
    /// with these figures ends.
    fn check(&self) -> Result<(), CalibrationError> {
        let (e, c) = (&self.engine, &self.client);
        let counts = [
            ("engine.graph_tokens", e.graph_tokens as f64, 1e6),
            ("engine.graph_step", e.graph_step as f64, 1e4),
            (
                "engine.preallocate_blocks",
                e.preallocate_blocks.into(),
                1e4,
            ),
            ("client.send_callbacks", c.send_callbacks.into(), 1e4),
        ];
        let shares = [
            ("engine.weight_bandwidth", e.weight_bandwidth),
            ("engine.kv_bandwidth", e.kv_bandwidth),
            ("engine.gemm", e.gemm),
            ("engine.logits", e.logits),
            ("engine.prefill_attention", e.prefill_attention),
            ("engine.expert_bandwidth", e.expert_bandwidth),
            ("engine.expert_gemm", e.expert_gemm),
            ("engine.reduce_bandwidth", e.reduce_bandwidth),
        ];
        let costs = [
            ("engine.step_s", e.step_s),
            ("engine.sequence_s", e.sequence_s),
            ("engine.rank_s", e.rank_s),
            ("engine.kernel_s", e.kernel_s),
            ("engine.older_experts_s", e.older_experts_s),
            ("engine.eager_s", e.eager_s),
            ("engine.eager_layer_s", e.eager_layer_s),
            ("engine.front_s", e.front_s),
            ("engine.front_token_s", e.front_token_s),
            ("engine.api_request_s", e.api_request_s),
            ("engine.api_token_s", e.api_token_s),
            ("engine.network_s", e.network_s),
            ("client.turn_s", c.turn_s),
            ("client.send_s", c.send_s),
            ("client.wrap_s", c.wrap_s),
            ("client.read_s", c.read_s),
            ("client.chunk_s", c.chunk_s),
            ("client.timer_s", c.timer_s),
            ("client.create_s", c.create_s),
        ];
        let of = |least, most, wanted| {
            move |(field, found): (&'static str, f64)| (field, found, least, most, wanted)
        };
        let share = of(1e-3, 1.0, "a share from 0.001 to 1");
        let cost = of(0.0, 10.0, "0 to 10 seconds");
        let others = [
            (
                "engine.shared_read",
                e.shared_read,
                0.0,
                1.0,
                "a share from 0 to 1",
            ),
            ("engine.passes", e.passes, 0.0, 100.0, "0 to 100 passes"),
            (
                "engine.expert_passes",
                e.expert_passes,
                0.0,
                100.0,
                "0 to 100 passes",
            ),
            (
                "engine.mixed",
                e.mixed,
                0.0,
                100.0,
                "a factor from 0 to 100",
            ),
        ];
        let counts = counts.map(|(field, found, most)| {
            let wanted = match most {
                1e6 => "a whole number from 0 to 1,000,000",
                _ => "a whole number from 0 to 10,000",
            };
            (field, found, 0.0, most, wanted)
        });
        let figures = shares.map(share).into_iter().chain(costs.map(cost));
        let mut figures = figures.chain(others).chain(counts);
        match figures.find(|(_, found, least, most, _)| !(*least..=*most).contains(found)) {
            None => Ok(()),
            Some((field, found, _, _, wanted)) => Err(CalibrationError::Value {
                field,
                found,
                wanted,
            }),
        }
    }

    /// The calibration that is part of the project: early vLLM V1 with Llama-3.1-8B in fp8 on an L4.
    pub fn shipped() -> Result<Self, CalibrationError> {
        // Every run asks for it, so it is read only once.
        static READ: OnceLock<Result<Calibration, CalibrationError>> = OnceLock::new();
        READ.get_or_init(|| Self::parse(L4_LLAMA_8B_FP8)).clone()
    }

    /// Whether the shipped calibration was made with this GPU, model and format. It was made with one GPU per replica, which is not
    /// checked here.
    pub fn covers(gpu: &Gpu, llm: &Llm, dtype: Dtype) -> bool {
        (gpu.name, llm.name, dtype) == ("l4", "llama-3.1-8b", Dtype::Fp8)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_data_file_is_readable() {
        let parsed = super::Calibration::shipped().expect("read");
        let written = serde_json::to_string(&parsed).expect("written");
        assert_eq!(super::Calibration::parse(&written), Ok(parsed));
    }

    #[test]
    fn another_form_is_refused() {
        let shipped = super::L4_LLAMA_8B_FP8;
        let says = |from: &str, to: &str, what: &str| {
            assert!(shipped.contains(from), "{from}");
            let error = super::Calibration::parse(&shipped.replace(from, to));
            let error = error.expect_err(what).to_string();
            assert!(error.contains(what), "{error}");
        };
        says("\"mixed\": 3.07,", "", "`engine.mixed` is missing");
        says("3.07", "\"3\"", "`engine.mixed` is text, not a number");
        says(
            "\"mixed\"",
            "\"mixd\"",
            "engine has an unknown field `mixd`",
        );
        says(
            "\"kv_tokens\"",
            "\"kv\"",
            "the whole has an unknown field `kv`",
        );
        for (from, to, what) in [
            ("0.346", "0", "`engine.gemm` is 0, a share from 0.001 to 1"),
            ("0.346", "1e308", "`engine.gemm` is 1e308,"),
            ("0.851", "1e-12", "`engine.weight_bandwidth` is 1e-12,"),
            (
                "0.892",
                "1.01",
                "`engine.kv_bandwidth` is 1.01, a share from",
            ),
            (
                "0.549",
                "1.5",
                "`engine.shared_read` is 1.5, a share from 0 to 1",
            ),
            (
                "3.07",
                "1e9",
                "`engine.mixed` is 1000000000, a factor from 0 to 100",
            ),
            (
                "0.00094",
                "1e9",
                "`engine.step_s` is 1000000000, 0 to 10 seconds",
            ),
            (
                "0.002,",
                "-0.002,",
                "`engine.network_s` is -0.002, 0 to 10 seconds",
            ),
            ("0.00076", "11", "`client.wrap_s` is 11, 0 to 10 seconds"),
            (
                "512",
                "4000000000",
                "`engine.graph_tokens` is 4000000000, a whole",
            ),
            (
                "_callbacks\": 5",
                "_callbacks\": 50000",
                "`client.send_callbacks` is 50000, a",
            ),
        ] {
            says(from, to, what);
        }
        says(
            "512",
            "512.5",
            "`engine.graph_tokens` is 512.5, a whole number",
        );
        says(
            "\"about\"",
            "about",
            "expected a name in quotes at line 2 column 3",
        );
    }
}
