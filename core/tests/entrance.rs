//! What stands between clients and routers, in whole runs: the line, its limits, who is who; and batches that are collected.

#[path = "named/workload.rs"]
mod workload;

use std::sync::Arc;

use warmpath_core::fleet::{Fact, Outcome, Replay, Run, What, Why};
use warmpath_core::report::{Report, csv, html, json, markdown, prometheus, requests, text};
use warmpath_core::scenario::Scenario;
use warmpath_core::units::VirtualTime;
use warmpath_core::workload::{ReadOptions, Reader, Workload};
use workload::named;

fn one(query: &str) -> Run {
    let scenario = Scenario::from_query(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    let workload = named(&scenario);
    let replay = Replay::new(scenario, workload, true).unwrap();
    replay.finish().unwrap().remove(0)
}

fn report(query: &str) -> Report {
    let scenario = Scenario::from_query(query).unwrap();
    let workload = named(&scenario);
    let runs = Replay::new(scenario.clone(), Arc::clone(&workload), true).unwrap();
    Report::new(&scenario, &workload, &runs.finish().unwrap())
}

fn log(run: &Run) -> &[Fact] {
    run.log.as_deref().unwrap()
}

/// When each request first came to a fact.
fn times(run: &Run, is: impl Fn(&What) -> Option<u32>) -> Vec<Option<VirtualTime>> {
    let mut all = vec![None; run.records.len()];
    for fact in log(run) {
        if let Some(request) = is(&fact.what) {
            all[request as usize].get_or_insert(fact.at);
        }
    }
    all
}

fn released(run: &Run) -> Vec<u32> {
    let of = |fact: &Fact| match fact.what {
        What::Released { request } => Some(request),
        _ => None,
    };
    log(run).iter().filter_map(of).collect()
}

const ONE: &str = "v=2&w=template:templates%3D1;output%3D20;spread%3D0&r=1&p=round-robin";

#[test]
fn what_is_not_used_changes_nothing() {
    let report_lines = |query: &str| {
        let report = json::write(&report(query));
        let line = |line: &&str| !line.contains("\"scenario\"");
        report.lines().filter(line).collect::<Vec<_>>().join("\n")
    };
    let plain = report_lines(&format!("{ONE}&n=40&rate=20"));
    assert_eq!(
        plain,
        report_lines(&format!(
            "{ONE}&n=40&rate=20&batching=continuous&hold=none&order=fcfs"
        ))
    );
    assert!(!plain.contains("\"line\""));
    // A line that nobody has to wait in changes no request.
    let (a, b) = (
        one(&format!("{ONE}&n=40&rate=20")),
        one(&format!("{ONE}&n=40&rate=20&inflight=1000&queue=100")),
    );
    assert_eq!(a.records, b.records);
    assert_eq!(b.line.unwrap().all.waited, 0);
}

/// Ten at once, two places: the first two go on, then one each time one ends.
#[test]
fn a_place_goes_to_the_next_in_order() {
    let of = |order: &str| {
        released(&one(&format!(
            "{ONE}&n=10&arr=all-at-once&inflight=2&queue=100&order={order}"
        )))
    };
    assert_eq!(of("fcfs"), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(of("lcfs"), [0, 1, 9, 8, 7, 6, 5, 4, 3, 2]);
}

#[test]
fn a_full_line_refuses_and_a_long_wait_ends() {
    let query = format!("{ONE}&n=10&arr=all-at-once&inflight=2&queue=3/0.001&retries=0");
    let run = one(&query);
    let refused = |why| {
        let is = |fact: &&Fact| matches!(fact.what, What::TurnedBack { why: it, .. } if it == why);
        log(&run)
            .iter()
            .filter(is)
            .map(|it| it.at)
            .collect::<Vec<_>>()
    };
    assert_eq!(refused(Why::Full), [VirtualTime::ZERO; 5]);
    assert_eq!(refused(Why::Expired), [VirtualTime::from_millis(1.0); 3]);
    let rejected = run
        .records
        .iter()
        .filter(|it| it.outcome == Outcome::Rejected);
    assert_eq!(rejected.count(), 8);
    assert_eq!((run.refusals.refused, run.refusals.given_up), (8, 8));
}

#[test]
fn what_is_shed_does_not_wait() {
    let query = format!(
        "{ONE}&n=200&arr=all-at-once&inflight=2&queue=1000&order=priority&shed=9&retries=0&classes=chat:1:0,batch:1:9"
    );
    let run = one(&query);
    let line = run.line.as_ref().unwrap();
    let [chat, batch] = line.classes[..] else {
        panic!("two classes");
    };
    assert!(chat.waited > 50 && chat.refused == 0, "{chat:?}");
    assert!(batch.waited == 0 && batch.refused > 50, "{batch:?}");
    assert_eq!(line.turned_back[6], batch.refused);
}

#[test]
fn who_is_refused_at_the_connection_limit_is_told_by_tenant() {
    let run = one(
        "v=2&w=shared-system&n=90&r=1&p=round-robin&arr=all-at-once&conns=20/100&ctries=0&tenants=a:1,b:2",
    );
    let line = run.line.as_ref().unwrap();
    let refused: Vec<u64> = line.tenants.iter().map(|it| it.refused).collect();
    assert!(refused.iter().all(|&it| it > 1), "{refused:?}");
    assert_eq!(refused.iter().sum::<u64>(), line.turned_back[0]);
}

#[test]
fn who_sends_nothing_is_treated_no_worse_than_others() {
    let report = report("v=2&w=unique&n=2&r=1&p=round-robin&tenants=a:1,b:1,c:1");
    let line = report.summaries[0].line.as_ref().unwrap();
    assert!(line.tenants.iter().any(|it| it.requests == 0));
    assert_eq!(line.jain_attainment, Some(1.0));
}

/// 3,000 at once meet the seeds' 1,000 and 2,048: 999 are served, 1,049 answered 503, 952 dropped and sent again.
#[test]
fn the_seeds_connection_limit() {
    let run = one(
        "v=2&w=shared-system&n=3000&r=2&p=round-robin&arr=all-at-once&conns=1000/2048&ctries=0",
    );
    let line = run.line.unwrap();
    let served = run
        .records
        .iter()
        .filter(|it| it.outcome == Outcome::Completed)
        .count();
    assert_eq!(line.turned_back[1], 952);
    assert!(served >= 999);
    assert_eq!(served as u64 + line.turned_back[0], 3000);
    // Those sent again a second later find all places taken, but for who has ended by then.
    assert!(line.turned_back[0] >= 1049);
}

/// At 50 a second for 60 s the seeds' 500 a minute let the first 500 and what the bucket regains through.
#[test]
fn the_seeds_endpoint_limit() {
    let run = one(
        "v=2&w=shared-system&n=3000&r=4&p=round-robin&rate=50&arr=constant&endpoint=500/50000&retries=0",
    );
    let served = run
        .records
        .iter()
        .filter(|it| it.outcome == Outcome::Completed)
        .count();
    // By hand: the last comes at 59.98 s; 500 + 59.98 · 500/60 = 999.8.
    assert_eq!(served, 999);
}

#[test]
fn a_fair_line_protects_the_small_tenant() {
    let of = |order: &str| {
        let query = format!(
            "v=2&w=rag:contexts%3D12;questions%3D20&r=2&rate=20&p=smart&inflight=16&queue=1000/none&order={order}&tenants=small:1,large:9"
        );
        let report = report(&query);
        let line = report.summaries[0].line.clone().unwrap();
        (line.tenants[0].ttft_ms[0], line.jain_ttft.unwrap())
    };
    let (fcfs, fair) = (of("fcfs"), of("vtc"));
    assert!(fair.0 < fcfs.0 / 2.0, "{fair:?} {fcfs:?}");
    assert!(
        fcfs.1 > fair.1,
        "fcfs is even-handed in waiting, vtc is not"
    );
}

/// Columns of a file are tenants, classes and deadlines, in a trace of them too; every format tells of them.
#[test]
fn columns_say_who_is_who() {
    let rows = "arrival,prompt_tokens,output_tokens,tenant,priority,deadline_ms\n\
                0,100,10,acme,9,\n0.1,100,10,zeta,-1,2000\n0.2,100,10,acme,-1,1\n";
    let read = |name: &str, bytes: &[u8], map: &str| {
        let mut options = ReadOptions::default();
        let mut scenario = Scenario::default();
        scenario.set("map", map).unwrap();
        options.reading = scenario.reading;
        let mut reader = Reader::new(name, options);
        reader.push(bytes).and_then(|()| reader.finish())
    };
    let file = read("log.csv", rows.as_bytes(), "").unwrap();
    assert_eq!(file.labels.tenants, ["acme", "zeta"]);
    assert_eq!(file.labels.priorities, [-1, 9]);
    let labels: Vec<(u16, u16, u32)> = file
        .requests
        .iter()
        .map(|it| (it.label.tenant, it.label.class, it.label.deadline_ms))
        .collect();
    assert_eq!(labels, [(0, 1, 0), (1, 0, 2000), (0, 0, 1)]);
    let trace = warmpath_core::workload::trace::write(&file);
    let mut again = read("log.trace", trace.as_bytes(), "").unwrap();
    again.name.clone_from(&file.name);
    assert_eq!(again, file);
    // Other names by --map; what was named must fit.
    let other = rows.replace("tenant", "who").replace("priority", "rank");
    let mapped = read("log.csv", other.as_bytes(), "tenant=who;priority=rank").unwrap();
    assert_eq!(mapped.labels, file.labels);
    let error = read(
        "log.csv",
        other.replace("zeta,-1", "zeta,high").as_bytes(),
        "priority=rank",
    );
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("line 3") && error.contains("a whole number from -1,000,000"),
        "{error}"
    );

    let scenario = Scenario::from_query("v=2&r=1&p=round-robin").unwrap();
    let file = Arc::new(file);
    let runs = Replay::new(scenario.clone(), Arc::clone(&file), true)
        .unwrap()
        .finish()
        .unwrap();
    let report = Report::new(&scenario, &file, &runs);
    let line = report.summaries[0].line.as_ref().unwrap();
    let in_time: Vec<f64> = line.tenants.iter().map(|it| it.attainment).collect();
    assert_eq!(in_time, [0.5, 1.0]); // acme's second has 1 ms
    // By hand: (0.5 + 1)² / (2 · (0.25 + 1)).
    assert_eq!(line.jain_attainment, Some(0.9));
    let (mut table_rows, mut lines) = (String::new(), String::new());
    requests::csv(&file, &runs, &mut table_rows).unwrap();
    requests::jsonl(&file, &runs, &mut lines).unwrap();
    for text in [
        text::write(&report),
        json::write(&report),
        csv::write(&report),
        markdown::write(&report),
        html::write(&report, &[]),
        prometheus::write(&report),
        table_rows,
        lines,
    ] {
        assert!(
            text.contains("acme") && text.contains("priority -1"),
            "{text}"
        );
    }
    // As many cells as columns; only the notes, at the end, hold commas.
    let table = csv::write(&report);
    let (head, row) = table.split_once("\r\n").unwrap();
    let (row, _) = row.split_once(",\"times").unwrap();
    let cells = |line: &str| line.split(',').count();
    assert_eq!(cells(head), cells(row) + 1, "{table}");
}

/// `static:2,10ms`: three requests, 4 ms apart. The first two make a batch when the second comes; the third waits until both
/// have ended, and then its 10 ms are long over. Answers of a batch go out together.
#[test]
fn a_static_batch_runs_to_the_end_of_its_longest() {
    let query = "v=2&w=unique:prompt%3D50;output%3D40;spread%3D1&r=1&p=round-robin&rate=250&arr=constant&off=front,front-tokens,api-requests,api-tokens,network";
    let run = one(&format!("{query}&n=3&batching=static:2,10ms"));
    let queued = times(&run, |it| match *it {
        What::Queued { request, .. } => Some(request),
        _ => None,
    });
    let admitted = times(&run, |it| match *it {
        What::Admitted { request, .. } => Some(request),
        _ => None,
    });
    let finished = times(&run, |it| match *it {
        What::Finished { request } => Some(request),
        _ => None,
    });
    assert_eq!(admitted[0], queued[1], "the second makes the batch full");
    assert_eq!(admitted[1], queued[1]);
    assert_eq!(finished[0], finished[1]);
    assert_eq!(admitted[2], finished[1]);
    // Alone, the third waits 10 ms; with continuous batching nobody waits.
    let run = one(&format!("{query}&n=1&batching=static:2,10ms"));
    let wait = log(&run).iter().find_map(|fact| match fact.what {
        What::Admitted { .. } => Some(fact.at),
        _ => None,
    });
    assert_eq!(wait, Some(VirtualTime::from_millis(10.0)));
}

/// The seeds' knobs against continuous batching, on the same requests.
#[test]
fn static_batching_loses() {
    let of = |batching: &str| {
        let report = report(&format!(
            "v=2&w=rag:contexts%3D12;questions%3D20&r=2&rate=1&p=smart&batching={batching}"
        ));
        let values = report.summaries[0].values;
        (values.mean_ttft_ms, values.mean_e2el_ms)
    };
    let (continuous, seeds) = (of("continuous"), of("static:64,10ms"));
    assert!(
        seeds.0 > 2.0 * continuous.0 && seeds.1 > continuous.1,
        "{seeds:?} {continuous:?}"
    );
}

/// A trace of rows (seconds, first id, prompt length), each of one token, run on one replica.
fn trace(rows: &[(u32, u32, u32)], query: &str) -> (Scenario, Arc<Workload>, Run) {
    let rows = rows.iter().map(|(s, id, tokens)| {
        let ids: Vec<String> = (0..tokens.div_ceil(512)).map(|n| (id + n).to_string()).collect();
        format!(
            "{{\"timestamp\": {}, \"input_length\": {tokens}, \"output_length\": 1, \"hash_ids\": [{}]}}\n",
            s * 1000,
            ids.join(",")
        )
    });
    let mut reader = Reader::new("rows.jsonl", ReadOptions::default());
    reader.push(rows.collect::<String>().as_bytes()).unwrap();
    let workload = Arc::new(reader.finish().unwrap());
    let scenario = Scenario::from_query(&format!("v=2&r=1&p=round-robin&{query}")).unwrap();
    let replay = Replay::new(scenario.clone(), Arc::clone(&workload), true).unwrap();
    (scenario, workload, replay.finish().unwrap().remove(0))
}

/// Kept for 15 s from when the answer leaves, which is within the first second.
#[test]
fn who_asks_what_was_asked_has_the_answer() {
    let rows = [
        (0, 1, 600),
        (10, 1, 600),
        (11, 1, 601),
        (12, 9, 600),
        (20, 1, 600),
    ];
    let (scenario, workload, run) = trace(&rows, "rcache=15");
    let recalled: Vec<bool> = run.records.iter().map(|it| it.recalled).collect();
    assert_eq!(recalled, [false, true, false, false, false]);
    let second = &run.records[1];
    assert!(second.outcome == Outcome::Completed && second.done == second.first_token);
    assert!(second.ttft() < run.records[3].ttft());
    let routed: u32 = run.replicas.iter().map(|it| it.requests).sum();
    assert_eq!(routed, 4);
    let report = Report::new(&scenario, &workload, &[run]);
    assert!(
        report
            .notes
            .iter()
            .any(|it| it.contains("the workload has no texts, so prompts are identical"))
    );
    let recalled = report.summaries[0].above.unwrap().recalled.unwrap();
    assert_eq!(
        (
            recalled.requests,
            recalled.input_tokens,
            recalled.output_tokens
        ),
        (1, 600, 1)
    );
    // By hand: 600 tokens at 2.5 and one at 10 US$ a million.
    assert!((recalled.saved_usd - 0.00151).abs() < 1e-12);
    for text in [
        text::write(&report),
        markdown::write(&report),
        html::write(&report, &[]),
    ] {
        assert!(
            text.contains("1 requests had an answer from the response cache"),
            "{text}"
        );
    }
    for text in [
        json::write(&report),
        csv::write(&report),
        prometheus::write(&report),
    ] {
        assert!(text.contains("recalled_requests"), "{text}");
    }
}

/// By hand, at OpenAI's rule. 2,006 tokens are 125 full blocks, 2,000 tokens known: 1,024 + 7 · 128 = 1,920. What was used at
/// 500 s is known until 1,100 s, though it was computed at 0 s; after that it is forgotten.
#[test]
fn prompts_are_billed_as_apis_bill_them() {
    let rows = [
        (0, 1, 2006),
        (500, 1, 2006),
        (1000, 1, 2006),
        (1700, 1, 2006),
        (1701, 1, 1100),
        (1702, 1, 900),
    ];
    let (scenario, workload, run) = trace(&rows, "pcache=1024/128/600&tprice=2/1/10");
    let plain = trace(&rows, "").2;
    assert_eq!(plain.records, run.records, "billing changes nothing");
    let report = Report::new(&scenario, &workload, &[run]);
    let billed = report.summaries[0].above.unwrap().billed.unwrap();
    assert_eq!((billed.requests, billed.hits), (6, 3));
    // 1,920 twice; of 1,100 tokens 68 blocks or 1,088 tokens are known, 1,024 of them count; 900 are too few.
    assert_eq!(billed.cached_tokens, 2 * 1920 + 1024);
    assert_eq!(
        billed.input_tokens,
        4 * 2006 + 1100 + 900 - billed.cached_tokens
    );
    assert_eq!(billed.output_tokens, 6);
    let cost = (billed.input_tokens as f64 * 2.0 + billed.cached_tokens as f64 + 60.0) / 1e6;
    assert!((billed.cost_usd - cost).abs() < 1e-12);
    assert!((billed.saved_usd() - 4864.0 / 1e6).abs() < 1e-12);
    let text = text::write(&report);
    assert!(
        text.contains("4,864 cached ones (of 3 requests)") && text.contains("your own price"),
        "{text}"
    );
}

/// In time is whoever keeps both goals: half keep the one of the first token, and of these those whose tokens come quickly enough.
#[test]
fn in_time_is_the_first_token_and_the_pace() {
    let query =
        "v=2&w=rag:contexts%3D12;questions%3D5&rate=9&r=2&p=smart&queue=1000/none&hold=saturation";
    let run = one(query);
    let times: Vec<(f64, f64)> = run
        .records
        .iter()
        .map(|it| {
            let rest = (it.done - it.first_token).millis();
            ((it.first_token - it.sent).millis(), rest)
        })
        .collect();
    let scenario = Scenario::from_query(query).unwrap();
    let workload = named(&scenario);
    let pace = |n: usize| times[n].1 / f64::from(workload.request(n as u32).output_tokens - 1);
    let middle = |of: &mut dyn Iterator<Item = f64>| {
        let mut all: Vec<f64> = of.collect();
        all.sort_by(f64::total_cmp);
        (all[all.len() / 2].floor(), all.len())
    };
    let (ttft, all) = middle(&mut times.iter().map(|it| it.0));
    let (tpot, _) = middle(&mut (0..all).map(pace));
    let kept = (0..all)
        .filter(|&n| times[n].0 <= ttft && pace(n) <= tpot)
        .count();
    let quick = (0..all).filter(|&n| times[n].0 <= ttft).count();
    assert!(
        0 < kept && kept < quick && quick < all,
        "{kept} of {quick} of {all}"
    );
    let report = report(&format!("{query}&ttft={ttft}&tpot={tpot}"));
    let line = report.summaries[0].line.as_ref().unwrap();
    assert_eq!(line.all.attainment, kept as f64 / all as f64);
}

/// Dynamo's threshold: held while every replica that is there has more to compute. One of two is dead and known to be, so the other
/// alone decides, and a second prompt waits until the first is computed.
#[test]
fn the_line_does_not_count_on_a_replica_that_is_dead() {
    let query = "v=2&w=unique:prompt%3D3000;output%3D4&n=60&rate=2&arr=constant&r=2&p=least-load&queue=1000/none\
                 &hold=prefill:times%3D1&batch=1000";
    let held = |more: &str| {
        let run = one(&format!("{query}{more}"));
        let late = |it: &&Fact| it.at > VirtualTime::from_secs(15.0);
        let mut since = std::collections::BTreeMap::new();
        let mut held = 0;
        for fact in log(&run).iter().filter(late) {
            match fact.what {
                What::Waits { request } => _ = since.insert(request, fact.at),
                What::Released { request } => {
                    held += u32::from(since.remove(&request).is_some_and(|at| at < fact.at));
                }
                _ => {}
            }
        }
        held
    };
    let (both, one) = (held(""), held("&ev=1s:kill%3D1/stay&ctries=3"));
    assert!(both < 6 && one > 15, "{both} {one}");
}
