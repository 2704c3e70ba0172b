//! Fleets of several kinds of replicas: each has its own pool, step times and speed, and nothing else changes.

#[path = "named/report.rs"]
mod report;
#[path = "named/workload.rs"]
mod workload;

use report::report_of;
use warmpath_core::fleet::{Outcome, Record, Run};
use warmpath_core::report::{csv, html, json, markdown, prometheus, text};
use warmpath_core::scenario::Scenario;
use workload::named;

const RAG: &str = "v=2&w=rag:contexts%3D12;questions%3D10&rate=3";

#[test]
fn a_fleet_of_one_kind_is_that_many_replicas() {
    for policies in [
        "smart,dynamo",
        "endpoint-picker,oracle",
        "smart@routed:lru,conductor",
    ] {
        let (_, plain) = report_of(&format!("{RAG}&p={policies}&r=3&hw=h100&tp=2"));
        let (_, mixed) = report_of(&format!("{RAG}&p={policies}&fleet=2xh100/tp2,1xh100/tp2"));
        for (plain, mixed) in plain.iter().zip(&mixed) {
            assert_eq!(plain.records, mixed.records, "{}", plain.policy);
            assert_eq!(plain.log, mixed.log, "{}", plain.policy);
        }
    }
}

/// Requests one after the other, so that none waits for another: each takes as long as in a fleet of its replica's kind.
#[test]
fn every_replica_has_its_own_step_times() {
    let base = "v=2&w=unique:prompt%3D900;output%3D20;spread%3D0&n=12&conc=1&arr=all-at-once&p=round-robin";
    let (_, mixed) = report_of(&format!("{base}&fleet=1xh100,1xl4"));
    let alone = |gpu: &str| report_of(&format!("{base}&r=2&hw={gpu}")).1.remove(0);
    let (h100, l4) = (alone("h100"), alone("l4"));
    let ms = |run: &Run, n: usize| {
        let record = run.records[n];
        // From the first token to the last, so without the way there.
        (record.done - record.first_token).millis()
    };
    for n in 0..12 {
        let replica = mixed[0].records[n].replica;
        let own = if replica == 0 { &h100 } else { &l4 };
        assert!((ms(&mixed[0], n) - ms(own, n)).abs() < 1e-6, "request {n}");
    }
    assert!(ms(&h100, 0) * 5.0 < ms(&l4, 0), "an H100 is much faster");
}

/// Each figure of a kind a second time, in the plainest way.
#[test]
fn a_kinds_figures_are_those_of_its_replicas() {
    let query = format!("{RAG}&p=round-robin&inflight=40&seqs=3&fleet=1xh100/tp2,2xl4");
    let scenario = Scenario::from_query(&query).unwrap();
    let requests = named(&scenario);
    let (report, runs) = report_of(&query);
    let (run, kinds) = (&runs[0], &report.summaries[0].kinds);
    for (kind, mine, gpus) in [(&kinds[0], 0..1, 2), (&kinds[1], 1..3, 2)] {
        let totals: Vec<_> = run.replicas[mine.clone()].iter().collect();
        let sum = |of: fn(&warmpath_core::fleet::ReplicaTotals) -> u64| {
            totals.iter().map(|it| of(it)).sum::<u64>()
        };
        let (mut ttft, mut tpot, mut found, mut asked) = (vec![], vec![], 0, 0);
        for (n, record) in (0u32..).zip(&run.records) {
            if record.outcome != Outcome::Completed || !mine.contains(&usize::from(record.replica))
            {
                continue;
            }
            let request = requests.request(n);
            ttft.push((record.first_token - record.sent).millis());
            let rest = (record.done - record.first_token).millis();
            tpot.extend(
                (request.output_tokens > 1).then(|| rest / f64::from(request.output_tokens - 1)),
            );
            found += record.hit_tokens;
            asked += request.prompt_tokens;
        }
        ttft.sort_by(f64::total_cmp);
        let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
        assert_eq!((kind.replicas as usize, kind.gpus), (totals.len(), gpus));
        assert_eq!(kind.pool_tokens, u64::from(totals[0].pool_blocks) * 16);
        assert_eq!(kind.completed, ttft.len() as u64);
        assert_eq!(kind.prefilled_tokens, sum(|it| it.tally.prefilled_tokens));
        assert_eq!(kind.generated_tokens, sum(|it| it.tally.generated_tokens));
        assert_eq!(kind.preemptions, sum(|it| it.tally.preemptions));
        let use_of = |it: &&warmpath_core::fleet::ReplicaTotals| {
            f64::from(it.tally.peak_referenced) / f64::from(it.pool_blocks)
        };
        let figures = [
            (kind.token_reuse_rate, f64::from(found) / f64::from(asked)),
            (kind.mean_ttft_ms, mean(&ttft)),
            (kind.mean_tpot_ms, mean(&tpot)),
            (
                kind.peak_kv_usage,
                totals.iter().map(use_of).fold(0.0, f64::max),
            ),
        ];
        for (at, (figure, counted)) in figures.into_iter().enumerate() {
            assert!(
                (figure - counted).abs() < 1e-9 && figure > 0.0,
                "{at}: {figure}, not {counted}"
            );
        }
        // Between the two around 95 % of the way from the least to the most.
        let place = 0.95 * (ttft.len() - 1) as f64;
        let (below, share) = (place as usize, place.fract());
        let p95 = ttft[below] + (ttft[below + 1] - ttft[below]) * share;
        assert!(
            (kind.p95_ttft_ms - p95).abs() < 1e-9,
            "{} not {p95}",
            kind.p95_ttft_ms
        );
    }
}

#[test]
fn every_replica_has_its_own_pool_and_a_row_by_kind_is_told() {
    let query = format!("{RAG}&p=round-robin,least-load&fleet=1xh100,2xl4");
    let (report, runs) = report_of(&query);
    let pool = |gpu: &str| {
        let alone = Scenario::from_query(&format!("v=2&hw={gpu}")).unwrap();
        alone.pool_blocks()
    };
    let pools: Vec<u32> = runs[0].replicas.iter().map(|it| it.pool_blocks).collect();
    assert_eq!(pools, [pool("h100"), pool("l4"), pool("l4")]);
    assert!(pools[0] > 6 * pools[1]);
    // The context is what fits everywhere.
    let l4 = u64::from(pool("l4")) * 16;
    assert_eq!(u64::from(report.scenario.context_tokens()), l4);

    for (summary, run) in report.summaries.iter().zip(&runs) {
        let completed = run
            .records
            .iter()
            .filter(|it| it.outcome == Outcome::Completed);
        let on_first = completed.clone().filter(|it| it.replica == 0).count() as u64;
        let kinds = &summary.kinds;
        assert_eq!(kinds.len(), 2);
        assert_eq!(
            (kinds[0].name.as_str(), kinds[0].replicas, kinds[1].replicas),
            ("h100", 1, 2)
        );
        assert_eq!(kinds[0].completed, on_first);
        assert_eq!(
            kinds[0].completed + kinds[1].completed,
            completed.count() as u64
        );
        let tokens: u64 = kinds.iter().map(|it| it.generated_tokens).sum();
        assert_eq!(
            tokens as f64,
            summary
                .replicas
                .iter()
                .map(|it| it.generated_tokens)
                .sum::<f64>()
        );
    }
    // Least-load sends more to the faster one, as its requests leave sooner; round-robin does not.
    let shares: Vec<u64> = report
        .summaries
        .iter()
        .map(|it| it.kinds[0].completed)
        .collect();
    assert!(shares[0] == 40 && shares[1] > 60, "{shares:?}");

    for (format, written) in [
        ("text", text::write(&report)),
        ("json", json::write(&report)),
        ("csv", csv::write(&report)),
        ("markdown", markdown::write(&report)),
        ("html", html::write(&report, &[])),
        ("prometheus", prometheus::write(&report)),
    ] {
        assert!(
            written.contains("h100") && written.contains("l4"),
            "{format}: {written}"
        );
    }
    let csv = csv::write(&report);
    let cells: Vec<usize> = csv.lines().map(|line| line.split(',').count()).collect();
    assert!(cells.windows(2).all(|pair| pair[0] == pair[1]), "{cells:?}");
}

/// A router that remembers as much as a pool holds goes by each replica's own pool: told that all are as large as the first, it
/// takes for held what the small one has evicted.
#[test]
fn a_routers_memory_of_a_replica_is_as_large_as_that_replicas_pool() {
    // 200 documents of 4,000 tokens: an H100 holds some 120 of them, an L4 some 18.
    let base = "v=2&w=rag:contexts%3D200;questions%3D3;context%3D4000&rate=2&fleet=1xh100,1xl4";
    let believed_in_vain = |knowledge: &str| {
        let (_, runs) = report_of(&format!("{base}&p=smart@routed:{knowledge}"));
        let vain = |it: &Record| u64::from(it.believed_blocks.saturating_sub(it.hit_blocks));
        runs[0].records.iter().map(vain).sum::<u64>()
    };
    let (own, first) = (believed_in_vain("lru"), believed_in_vain("lru%3D494672"));
    assert!(own * 2 < first, "{own} {first}");
}
