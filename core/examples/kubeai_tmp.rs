use std::sync::Arc;
use warmpath_core::fleet::Replay;
use warmpath_core::report::Report;
use warmpath_core::request::corpus::Interner;
use warmpath_core::request::{Arrival, Chain, Corpus, Request, TextKeys};
use warmpath_core::scenario::Scenario;
use warmpath_core::units::BlockId;
use warmpath_core::workload::Workload;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(format!(
        "/work/shared/data/kubeai/workload-{}.jsonl",
        args[1]
    ))
    .unwrap();
    let mut interner = Interner::default();
    let mut requests = vec![];
    for line in text.lines() {
        let v: serde_json::Value = serde_json::from_str(line).unwrap();
        let u = |k: &str| v[k].as_u64().unwrap() as u32;
        let mut blocks = vec![];
        for run in v["blocks"].as_array().unwrap() {
            let (f, c) = (run[0].as_u64().unwrap(), run[1].as_u64().unwrap());
            blocks.extend((f..f + c).map(|b| BlockId(b + 1)));
        }
        let prompt = interner.intern(&blocks);
        requests.push(Request {
            conversation: requests.len() as u32,
            turn: 0,
            prompt_tokens: u("input_tokens"),
            output_tokens: u("output_tokens"),
            max_tokens: Some(u("output_tokens")),
            prompt,
            answered: prompt,
            arrival: Arrival::Open,
            keys: Some(TextKeys {
                chars_100: xxhash_rust::xxh64::xxh64(&u("lb_key").to_le_bytes(), 0),
                tokens_256: 0,
                chunks: Chain::default(),
            }),
        });
    }
    let workload = Arc::new(Workload {
        name: "kubeai".into(),
        block_size: 16,
        corpus: interner.finish(),
        chunks: Corpus::default(),
        count: if args[1] == "800" { 8000 } else { 4000 },
        requests,
        notes: vec![],
    });
    for query in &args[2..] {
        let scenario = Scenario::from_query(query).unwrap();
        let t = std::time::Instant::now();
        let runs = Replay::new(scenario.clone(), workload.clone(), false)
            .unwrap()
            .finish()
            .unwrap();
        let el = t.elapsed().as_secs_f64();
        let report = Report::new(&scenario, &workload, &runs);
        for s in &report.summaries {
            let g = |k: &str| s.value(k);
            println!(
                "{:12} dur {:6.1} ttft {:8.1} {:8.1} {:8.1} tpot {:6.1} {:6.1} {:6.1} itl {:6.1} {:6.1} {:6.1} reuse {:.3} wait {:.1} kv {:.2} pre {} imb {:.2}",
                s.policy,
                g("duration"),
                g("mean_ttft_ms"),
                g("median_ttft_ms"),
                g("p99_ttft_ms"),
                g("mean_tpot_ms"),
                g("median_tpot_ms"),
                g("p99_tpot_ms"),
                g("mean_itl_ms"),
                g("median_itl_ms"),
                g("p99_itl_ms"),
                g("token_reuse_rate"),
                g("mean_waiting"),
                g("peak_kv_usage"),
                g("preemptions"),
                g("imbalance")
            );
        }
        println!("cpu {el:.3} s");
    }
}
