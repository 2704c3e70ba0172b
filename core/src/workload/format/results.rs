//! Results of benchmarks, request by request: each request becomes a record of a few fields that [`columns`](super::columns) knows.
//!
//! | program | file | read |
//! | --- | --- | --- |
//! | vLLM | `vllm bench serve --save-detailed` | `input_lens`, `output_lens`, `start_times` \[s\], `ttfts` \[s\]; a latency is the time to first token and all gaps (`itls`) |
//! | GuideLLM | its JSON report | of each of `benchmarks`, `requests.successful`: `request_start_time` \[s\], `prompt_tokens`, `output_tokens`, `time_to_first_token_ms`, `request_latency` \[s\], a `prompt` where there is one |
//! | AIPerf | `profile_export.jsonl` | `metadata.request_start_ns`, session, `metrics` of a value and a unit |
//!
//! Requests that failed or were broken off are left out and counted, those of a warm-up as well. Sources: vllm-project/vllm
//! `benchmarks/serve.py`; vllm-project/guidellm `schemas/request_stats.py`, and 0.3, whose `start_time` was called so;
//! ai-dynamo/aiperf `docs/tutorials/working-with-profile-exports.md` (all read in November 2026). Left out: gaps between
//! tokens one by one, texts that were generated.

use super::frame::Rows;
use super::lines::{Fault, Records, parse};
use super::requests::Requests;
use crate::json::{Text, Value};
use crate::words::{counted, grouped};
use crate::workload::draft::Draft;
use crate::workload::reader::ReadOptions;
use crate::workload::{Place, WorkloadError};

/// The reason for which a request is left out.
const FAILED: &str = "the request failed";
const WARM_UP: &str = "sent to warm up";

/// One request of a benchmark's results.
pub(super) enum ResultRecord<'a> {
    /// It was answered: a record of its figures.
    Answered(Value<'a>),
    /// It is left out, for this reason.
    LeftOut(&'static str),
}

/// The requests of a benchmark, and the name of its format.
type Benchmark<'a> = (&'static str, Vec<ResultRecord<'a>>);

/// The requests of a benchmark that is one JSON value; `None` if the value is none.
pub(super) fn of_value<'a>(value: &Value<'a>) -> Result<Option<Benchmark<'a>>, WorkloadError> {
    if let Some(results) = vllm(value) {
        return Ok(Some(("vLLM benchmark results", results?)));
    }
    Ok(guidellm(value).map(|results| ("GuideLLM report", results)))
}

/// Whether a value is a benchmark's results.
pub(super) fn is_result(value: &Value<'_>) -> bool {
    list(value, "input_lens").is_some() && list(value, "output_lens").is_some()
        || list(value, "benchmarks")
            .is_some_and(|runs| runs.iter().any(|it| requests(it).is_some()))
}

fn list<'a, 'b>(value: &'b Value<'a>, name: &str) -> Option<&'b [Value<'a>]> {
    match value.get(name) {
        Some(Value::List(list)) => Some(list),
        _ => None,
    }
}

/// A record of those of the fields that have a value.
fn record<'a>(fields: Vec<(&'static str, Option<Value<'a>>)>) -> Value<'a> {
    let there = fields.into_iter().filter_map(|(name, value)| {
        let value = value.filter(|it| *it != Value::Null)?;
        Some((Text::plain(name), value))
    });
    Value::Object(there.collect())
}

fn number(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Integer(n) => Some(*n as f64),
        Value::Real(x, _) if *x >= 0.0 => Some(*x),
        _ => None,
    }
}

/// The requests of vLLM's results, which are lists, one for each figure, in the order of the requests.
fn vllm<'a>(value: &Value<'a>) -> Option<Result<Vec<ResultRecord<'a>>, WorkloadError>> {
    let (input, output) = (list(value, "input_lens")?, list(value, "output_lens")?);
    if input.len() != output.len() {
        return Some(Err(WorkloadError::Nothing(format!(
            "`input_lens` has {} and `output_lens` {}: of each there must be one for each request",
            counted(input.len() as u64, "number", "numbers"),
            grouped(output.len() as u64)
        ))));
    }
    let at = |name: &str, at: usize| list(value, name)?.get(at);
    let request = |n: usize| {
        if matches!(at("errors", n), Some(Value::Text(error)) if !error.read().is_empty()) {
            return ResultRecord::LeftOut(FAILED);
        }
        let first = at("ttfts", n);
        let latency = || {
            let gaps = match at("itls", n)? {
                Value::List(gaps) => gaps.iter().map(number).sum::<Option<f64>>()?,
                _ => return None,
            };
            Some(Value::Real(number(first?)? + gaps, ""))
        };
        ResultRecord::Answered(record(vec![
            ("times", at("start_times", n).cloned()),
            ("input_len", input.get(n).cloned()),
            ("output_len", output.get(n).cloned()),
            ("ttft_s", first.cloned()),
            ("e2e_s", latency()),
        ]))
    };
    Some(Ok((0..input.len()).map(request).collect()))
}

/// The requests of one of GuideLLM's benchmarks.
fn requests<'a, 'b>(benchmark: &'b Value<'a>) -> Option<&'b Value<'a>> {
    let requests = benchmark.get("requests")?;
    list(requests, "successful").map(|_| requests)
}

fn guidellm<'a>(value: &Value<'a>) -> Option<Vec<ResultRecord<'a>>> {
    let mut results = Vec::new();
    let runs = list(value, "benchmarks")?;
    for requests in runs.iter().filter_map(requests) {
        let answered = list(requests, "successful").unwrap_or_default();
        results.extend(answered.iter().map(guidellm_request));
        for name in ["errored", "incomplete"] {
            let failed = list(requests, name).unwrap_or_default();
            results.extend(failed.iter().map(|_| ResultRecord::LeftOut(FAILED)));
        }
    }
    (!results.is_empty()).then_some(results)
}

fn guidellm_request<'a>(it: &Value<'a>) -> ResultRecord<'a> {
    let first = |names: &[&str]| names.iter().find_map(|name| it.get(name)).cloned();
    let text = |names: &[&str]| first(names).filter(|it| matches!(it, Value::Text(_)));
    ResultRecord::Answered(record(vec![
        (
            "request_start_time",
            first(&["request_start_time", "start_time"]),
        ),
        ("prompt_tokens", first(&["prompt_tokens"])),
        ("output_tokens", first(&["output_tokens"])),
        ("ttft_ms", first(&["time_to_first_token_ms"])),
        ("e2e_s", first(&["request_latency"])),
        ("prompt", text(&["prompt"])),
        ("response", text(&["prompt"]).and(text(&["output"]))),
    ]))
}

/// The parser of AIPerf's records, one in each line.
pub(super) struct AiPerf(Requests);

impl AiPerf {
    /// The parser of records like `first`; `None` if that is none of AIPerf's.
    pub(super) fn recognise(
        first: &Value<'_>,
        options: &ReadOptions,
    ) -> Result<Option<Self>, WorkloadError> {
        let field = |object: &str, name: &str| first.get(object).and_then(|it| it.get(name));
        // A request that failed may have no metrics.
        let told = first.get("metrics").or_else(|| first.get("error"));
        if field("metadata", "request_start_ns").is_none() || told.is_none() {
            return Ok(None);
        }
        // The first record may be of a request that failed, so all fields count as there that a record can have.
        let some = Some(Value::Integer(1));
        let whole = record(vec![
            ("request_start_ns", some.clone()),
            ("input_tokens", some.clone()),
            ("output_tokens", some.clone()),
            ("ttft_ms", some.clone()),
            ("e2e_ms", some),
        ]);
        let requests = Requests::recognise(&whole, options)?;
        Ok(requests.map(|it| Self(it.called("AIPerf records"))))
    }
}

/// Reads one of AIPerf's records.
fn aiperf<'a>(it: &Value<'a>) -> ResultRecord<'a> {
    let metadata = |name: &str| it.get("metadata").and_then(|all| all.get(name));
    if matches!(metadata("benchmark_phase"), Some(Value::Text(phase)) if phase.read() == "warmup") {
        return ResultRecord::LeftOut(WARM_UP);
    }
    let broken = matches!(metadata("was_cancelled"), Some(Value::Bool(true)));
    if broken || it.get("error").is_some_and(|error| *error != Value::Null) {
        return ResultRecord::LeftOut(FAILED);
    }
    let metric = |name: &str, unit: &str| {
        let metric = it.get("metrics")?.get(name)?;
        let same = matches!(metric.get("unit"), Some(Value::Text(its)) if its.read() == unit);
        metric.get("value").filter(|_| same).cloned()
    };
    let session = metadata("x_correlation_id").or(metadata("conversation_id"));
    let output = metric("output_sequence_length", "tokens");
    ResultRecord::Answered(record(vec![
        ("request_start_ns", metadata("request_start_ns").cloned()),
        ("session_id", session.cloned()),
        ("input_tokens", metric("input_sequence_length", "tokens")),
        (
            "output_tokens",
            output.or(metric("output_token_count", "tokens")),
        ),
        ("ttft_ms", metric("time_to_first_token", "ms")),
        ("ttft_s", metric("time_to_first_token", "s")),
        ("e2e_ms", metric("request_latency", "ms")),
        ("e2e_s", metric("request_latency", "s")),
    ]))
}

impl Records for AiPerf {
    fn record(&mut self, place: Place, line: &str) -> Result<(), Fault> {
        let record = parse(place, line)?;
        Ok(self.0.result(place, &aiperf(&record))?)
    }

    fn full(&self) -> bool {
        self.0.full()
    }

    fn read(&self) -> u64 {
        self.0.read()
    }

    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError> {
        Box::new(self.0).finish()
    }
}

impl Requests {
    /// Takes a request of a benchmark.
    pub(super) fn result(
        &mut self,
        place: Place,
        result: &ResultRecord<'_>,
    ) -> Result<(), WorkloadError> {
        match result {
            ResultRecord::Answered(record) => self.row(place, record),
            ResultRecord::LeftOut(why) => {
                self.left_out(place, why);
                Ok(())
            }
        }
    }
}
