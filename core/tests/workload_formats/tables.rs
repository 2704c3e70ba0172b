//! Tables: that a row of one is what the same fields are as a line of JSON, and that nothing of a cell is lost.

use super::*;
use warmpath_core::workload::Origin;

fn understood(file: &str) -> (Workload, Origin) {
    let mut reader = Reader::new("file", ReadOptions::default());
    let read = reader.push(file.as_bytes());
    let read = read.and_then(|()| reader.understood());
    read.unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn plain(file: &str) -> Workload {
    understood(file).0
}

/// A text as a cell in quotes.
fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The lengths of prompts and answers.
fn lengths(workload: &Workload) -> Vec<(u32, u32)> {
    let requests = workload.requests.iter();
    requests
        .map(|it| (it.prompt_tokens, it.output_tokens))
        .collect()
}

#[test]
fn what_a_table_measured_is_read_as_from_lines() {
    let rows = [(0.2, 1.5), (0.3, 2.0)];
    let mut table = "time_s,input_tokens,output_tokens,ttft,latency\n".to_owned();
    let mut lines = String::new();
    for (at, (ttft, latency)) in rows.into_iter().enumerate() {
        table += &format!("{at},100,5,{ttft},{latency}\n");
        lines += &format!(
            "{{\"time_s\": {at}, \"input_tokens\": 100, \"output_tokens\": 5, \"ttft\": {ttft}, \"latency\": {latency}}}\n"
        );
    }
    let (of_table, of_lines) = (understood(&table).1, understood(&lines).1);
    assert_eq!(of_table.recorded.ttft_ms, [200.0, 300.0]);
    assert_eq!(of_table.recorded, of_lines.recorded);
    assert_eq!(of_table.unread, Vec::<String>::new());
    // A latency that is no number is still none.
    let (_, worded) = understood(&table.replace("1.5", "1.5s").replace(",2\n", ",2s\n"));
    assert_eq!(worded.unread, ["latency"]);
    assert_eq!(worded.recorded.e2e_ms, Vec::<f64>::new());
}
