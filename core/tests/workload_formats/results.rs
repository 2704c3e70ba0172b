//! Results of benchmarks, request by request.

use warmpath_core::request::Arrival;
use warmpath_core::workload::{Origin, ReadOptions, Reader, Workload};

fn understood(file: &str) -> (Workload, Origin) {
    let mut reader = Reader::new("file", ReadOptions::default());
    reader.push(file.as_bytes()).unwrap();
    reader.understood().unwrap()
}

fn lengths(workload: &Workload) -> Vec<(u32, u32)> {
    let requests = workload.requests.iter();
    requests
        .map(|it| (it.prompt_tokens, it.output_tokens))
        .collect()
}

fn seconds(workload: &Workload) -> Vec<f64> {
    // To the millisecond: a number of seconds since 1970 holds no more than microseconds.
    let at = workload.requests.iter().map(|it| match it.arrival {
        Arrival::At(time) => (time.secs() * 1e3).round() / 1e3,
        _ => -1.0,
    });
    at.collect()
}

/// How many are left out, why, and where the first is.
fn left_out(origin: &Origin) -> Vec<(u64, &str, String)> {
    let skipped = origin.skipped.iter();
    let skipped =
        skipped.map(|(count, why, first)| (*count, why.as_str(), first.unwrap().to_string()));
    skipped.collect()
}

const GUIDELLM: &str = r#"{"metadata": {"version": 1, "python_version": "3.12", "guidellm_version": "0.5.0"},
 "args": {"target": "http://localhost:8000", "data": ["prompt_tokens=256,output_tokens=128"]},
 "benchmarks": [
  {"type_": "generative_benchmark", "config": {}, "metrics": {"request_latency": {"successful": {"mean": 1.0}}},
   "requests": {
    "successful": [
     {"request_id": "a", "output": "So it is.", "info": {"timings": {"request_start": 1759813207.5}}, "request_start_time": 1759813207.5,
      "request_end_time": 1759813209.0, "request_latency": 1.5, "prompt_tokens": 256, "output_tokens": 128, "time_to_first_token_ms": 750.5},
     {"request_id": "b", "request_start_time": 1759813208.25, "request_latency": 700.0, "prompt_tokens": 300, "output_tokens": 64, "time_to_first_token_ms": 250}],
    "incomplete": [{"request_id": "c", "prompt_tokens": 256, "output_tokens": null}],
    "errored": [{"request_id": "d"}, {"request_id": "e"}]}},
  {"type_": "generative_benchmark",
   "requests": {"successful": [{"request_start_time": 1759813217.5, "request_latency": 2.0, "prompt_tokens": 20, "output_tokens": 8, "time_to_first_token_ms": null}], "incomplete": [], "errored": []}}
 ]}
"#;

#[test]
fn guidellm_s_report_is_its_requests() {
    for file in [GUIDELLM.to_owned(), GUIDELLM.replace('\n', " ")] {
        let (workload, origin) = understood(&file);
        assert_eq!(origin.format, "GuideLLM report");
        assert_eq!(lengths(&workload), [(256, 128), (300, 64), (20, 8)]);
        assert_eq!(seconds(&workload), [0.0, 0.75, 10.0]);
        // A latency of 700 s is no reason to take it for milliseconds.
        assert_eq!(origin.recorded.e2e_ms, [1500.0, 700_000.0, 2000.0]);
        assert_eq!(origin.recorded.ttft_ms, [750.5, 250.0]);
        assert!(!origin.recorded.unit_inferred);
        assert_eq!(
            left_out(&origin),
            [(3, "the request failed", "conversation 3".to_owned())]
        );
        assert_eq!(origin.rows, 6);
        assert!(workload.notes.iter().any(
            |it| it == "3 records are left out: the request failed (the first: conversation 3)"
        ));
    }
}

#[test]
fn guidellm_s_prompts_are_read_where_it_kept_them() {
    let file = r#"{"benchmarks": [{"requests": {"successful": [
        {"prompt": "What is a lamp? Say it in one line.", "output": "A light.", "prompt_tokens": 12, "output_tokens": 3, "start_time": 100.5, "request_latency": 1.0},
        {"prompt": "What is a lamp? Say it in one word.", "output": "Light.", "prompt_tokens": 12, "output_tokens": 2, "start_time": 101.5, "request_latency": 1.0}]}}]}"#;
    let (workload, origin) = understood(file);
    assert_eq!(lengths(&workload), [(11, 3), (11, 2)]);
    assert_eq!(seconds(&workload), [0.0, 1.0]);
    assert_eq!(origin.recorded.e2e_ms, [1000.0, 1000.0]);
}

fn aiperf(start: u64, session: &str, phase: &str, metrics: &str, rest: &str) -> String {
    format!(
        "{{\"metadata\": {{\"session_num\": 1, \"x_request_id\": \"r{start}\", \"x_correlation_id\": \"{session}\", \"conversation_id\": \"c\", \"turn_index\": 0, \
         \"request_start_ns\": {start}, \"request_end_ns\": {}, \"worker_id\": \"worker_1\", \"benchmark_phase\": \"{phase}\", {rest}}}, \
         \"metrics\": {metrics}, \"error\": null}}\n",
        start + 1_000_000_000
    )
}

#[test]
fn aiperf_s_records_are_its_requests() {
    let metrics = |input: u32, output: u32, ttft: f64, latency: f64| {
        format!(
            "{{\"input_sequence_length\": {{\"value\": {input}, \"unit\": \"tokens\"}}, \"output_sequence_length\": {{\"value\": {output}, \"unit\": \"tokens\"}}, \
             \"output_token_count\": {{\"value\": 1, \"unit\": \"tokens\"}}, \"time_to_first_token\": {{\"value\": {ttft}, \"unit\": \"ms\"}}, \
             \"request_latency\": {{\"value\": {latency}, \"unit\": \"ms\"}}, \"inter_chunk_latency\": {{\"value\": [4.5, 5.5], \"unit\": \"ms\"}}}}"
        )
    };
    const START: u64 = 1_759_813_207_000_000_000;
    let kept = "\"was_cancelled\": false";
    let broken = "\"was_cancelled\": true";
    let file = [
        // The first one failed.
        aiperf(
            START,
            "s0",
            "profiling",
            "{\"error_isl\": {\"value\": 5, \"unit\": \"tokens\"}}",
            broken,
        ),
        aiperf(START + 500, "s0", "warmup", &metrics(9, 9, 9.0, 9.0), kept),
        aiperf(
            START + 1_000_000_000,
            "s1",
            "profiling",
            &metrics(550, 9, 255.5, 297.25),
            kept,
        ),
        aiperf(
            START + 3_500_000_000,
            "s2",
            "profiling",
            &metrics(100, 20, 50.0, 90.0),
            kept,
        ),
        aiperf(
            START + 4_000_000_000,
            "s1",
            "profiling",
            &metrics(700, 10, 700.5, 900.0),
            kept,
        ),
        aiperf(START + 5_000_000_000, "s3", "profiling", "{}", kept)
            .replace("\"error\": null", "\"error\": {\"code\": 500}"),
    ]
    .concat();
    let (workload, origin) = understood(&file);
    assert_eq!(origin.format, "AIPerf records");
    assert_eq!(lengths(&workload), [(550, 9), (100, 20), (700, 10)]);
    assert_eq!(seconds(&workload), [0.0, 2.5, 3.0]);
    let talks: Vec<_> = workload
        .requests
        .iter()
        .map(|it| (it.conversation, it.turn))
        .collect();
    assert_eq!(talks, [(0, 0), (1, 0), (0, 1)]);
    assert_eq!(origin.recorded.ttft_ms, [255.5, 50.0, 700.5]);
    assert_eq!(origin.recorded.e2e_ms, [297.25, 90.0, 900.0]);
    // What sent them is no replica.
    assert!(origin.recorded.replicas.is_empty());
    assert!(!origin.recorded.unit_inferred);
    assert_eq!(
        left_out(&origin),
        [
            (2, "the request failed", "line 1".to_owned()),
            (1, "sent to warm up", "line 2".to_owned())
        ]
    );
}

#[test]
fn vllm_s_detailed_results_say_when_requests_were_sent_and_how_long_they_took() {
    let file = r#"{"date": "x", "num_prompts": 3, "input_lens": [100, 20, 7], "output_lens": [3, 4, 0], "ttfts": [0.125, 0.25, 0.0],
        "itls": [[0.25, 0.5], [], []], "start_times": [5021.5, 5020.25, 5022.0], "generated_texts": ["a", "b", ""], "errors": ["", "", "refused"]}"#;
    let (workload, origin) = understood(file);
    assert_eq!(origin.format, "vLLM benchmark results");
    assert_eq!(lengths(&workload), [(20, 4), (100, 3)]);
    assert_eq!(seconds(&workload), [0.0, 1.25]);
    assert_eq!(origin.recorded.ttft_ms, [125.0, 250.0]);
    assert_eq!(origin.recorded.e2e_ms, [875.0, 250.0]);
    assert_eq!(
        left_out(&origin),
        [(1, "the request failed", "conversation 3".to_owned())]
    );
}

#[test]
fn a_row_without_tokens_measures_nothing() {
    let file = "{\"timestamp\": 1000, \"input_length\": 100, \"output_length\": 5, \"ttft_ms\": 40}\n{\"timestamp\": 3000, \"input_length\": 100, \"output_length\": 0, \"ttft_ms\": 9000}\n";
    assert_eq!(understood(file).1.recorded.ttft_ms, [40.0]);
}

#[test]
fn a_time_without_a_unit_is_judged_by_its_own_kind() {
    let file = "{\"timestamp\": 1000, \"input_length\": 100, \"output_length\": 5, \"ttft_ms\": 4000, \"latency\": 4.5}\n";
    let recorded = understood(file).1.recorded;
    assert_eq!(
        (recorded.ttft_ms, recorded.e2e_ms),
        (vec![4000.0], vec![4500.0])
    );
}

#[test]
fn a_benchmark_without_answers_is_refused() {
    let file = "{\"benchmarks\": [{\"requests\": {\"successful\": [], \"errored\": [{\"request_id\": \"a\"}]}}]}";
    let mut reader = Reader::new("file", ReadOptions::default());
    reader.push(file.as_bytes()).unwrap();
    let why = reader.understood().unwrap_err().to_string();
    assert!(
        why.contains("no request of the benchmark was answered"),
        "{why}"
    );
}

/// Each time has the unit of its own column's name.
#[test]
fn measured_times_of_two_units_are_told_apart() {
    let file = "{\"input_length\": 10, \"output_length\": 5, \"ttft_ms\": 50}\n\
                {\"input_length\": 10, \"output_length\": 5, \"ttft_s\": 0.06}\n";
    let mut ttft = understood(file).1.recorded.ttft_ms;
    ttft.sort_by(f64::total_cmp);
    assert_eq!(ttft, [50.0, 60.0]);
}
