//! The scenarios of the line in front of the routers: who waits for whom.

use std::fmt::Write as _;
use std::sync::Arc;

use warmpath_core::fleet::Replay;
use warmpath_core::metrics::{GroupFigures, Summary, summarise};
use warmpath_core::plan::suite::operations::{ENTRANCE, Operation};
use warmpath_core::scenario::Scenario;
use warmpath_core::words::grouped;
use warmpath_core::workload::Named;

/// The same requests as elsewhere, six a second: 1.2 times what `smart` serves of them.
const BASE: &str = "v=2&w=rag:contexts%3D40;questions%3D20&r=6&rate=6&p=smart";

/// The group that the sentence is about, and the other.
fn groups(operation: &Operation) -> [(&'static str, &'static str); 2] {
    match operation.name {
        "priority-mix" => [("class", "chat"), ("class", "bulk")],
        _ => [("tenant", "a"), ("tenant", "c")],
    }
}

fn run(operation: &Operation, variant: &str) -> Summary {
    let mut scenario = Scenario::from_query(BASE).expect("the base is right");
    let query = format!("{}&{variant}", operation.with);
    let query = query.trim_end_matches('&');
    scenario.apply_query(query).expect("each variant is right");
    let named = Named::parse(&scenario.workload).expect("a workload");
    let workload = named.generate(scenario.block_size, scenario.seed, scenario.requests);
    let workload = Arc::new(workload.expect("it is generated"));
    let replay = Replay::new(scenario.clone(), Arc::clone(&workload), false);
    let runs = replay.and_then(Replay::finish).expect("it runs");
    summarise(&scenario, &workload, &runs).remove(0)
}

/// A group of a summary.
fn group<'a>(summary: &'a Summary, (kind, name): (&str, &str)) -> &'a GroupFigures {
    let line = summary.line.as_ref().expect("groups are counted");
    let groups = if kind == "tenant" {
        &line.tenants
    } else {
        &line.classes
    };
    groups
        .iter()
        .find(|it| it.name == name)
        .expect("there is such a group")
}

fn row(variant: &str, name: &str, it: &GroupFigures, jain: Option<f64>) -> String {
    let [mean, _, p95, _] = it.ttft_ms;
    format!(
        "| {variant} | {name} | {} | {} | {} | {} | {:.1} | {:.2} | {:.2} | {:.1} | {} |\n",
        it.requests,
        it.completed,
        grouped(it.refused),
        it.waited,
        it.mean_wait_ms / 1e3,
        mean / 1e3,
        p95 / 1e3,
        it.attainment * 100.0,
        jain.map_or_else(|| "–".to_owned(), |it| format!("{it:.3}")),
    )
}

/// Which variant served the first group best, and what the other had then, in a sentence made of the figures.
fn sentence(operation: &Operation, summaries: &[(&str, Summary)]) -> String {
    let [first, other] = groups(operation);
    let of = |summary: &Summary, which| group(summary, which).attainment * 100.0;
    let served = |summary: &Summary| {
        let line = summary.line.as_ref().expect("groups are counted");
        line.all.completed
    };
    let best = summaries
        .iter()
        .max_by(|a, b| of(&a.1, first).total_cmp(&of(&b.1, first)));
    let worst = summaries
        .iter()
        .min_by(|a, b| of(&a.1, first).total_cmp(&of(&b.1, first)));
    let (best, worst) = best.zip(worst).expect("there are variants");
    format!(
        "{} came off best under \"{}\" ({:.1} % in time; {} then {:.1} %, {} of {} answered in all) and worst under \"{}\" ({:.1} %; {} {:.1} %).",
        first.1,
        best.0,
        of(&best.1, first),
        other.1,
        of(&best.1, other),
        served(&best.1),
        best.1.line.as_ref().map_or(0, |line| line.all.requests),
        worst.0,
        of(&worst.1, first),
        other.1,
        of(&worst.1, other),
    )
}

/// The part of the document that tells them.
pub(crate) fn document() -> String {
    let mut out = "\n# The line in front of the routers\n
The same 800 requests, six a second, under `smart`, which serves 4.9 of them a second: so the fleet falls behind all the while
they come, and then catches up. In time means within 2 s to the first token; bulk has no deadline, so all that is answered
is in time. A refusal is an answer with status 429, which a client takes five times before it gives up (never again where
retries are 0). `behind N` means that at most N requests are past the line.

Only the rules are those of products: llm-d serves bands by priority and Dynamo's queue is each router's own, while here one
line serves all. Jain's index says how evenly tenants fare, so it falls where one that floods waits and the others do not.\n"
        .to_owned();
    for operation in &ENTRANCE {
        let _ = write!(out, "\n## {}\n\n{}\n\n", operation.name, operation.asks);
        out += "| variant | group | requests | completed | refusals | waited | mean wait (s) | mean TTFT (s) | P95 TTFT (s) | in time (%) | Jain's index of attainment |\n";
        out += "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
        let mut summaries = Vec::new();
        for (variant, query) in operation.variants {
            let summary = run(operation, query);
            let line = summary.line.as_ref().expect("groups are counted");
            for it in line.tenants.iter().chain(&line.classes) {
                out += &row(variant, &it.name, it, line.jain_attainment);
            }
            summaries.push((*variant, summary));
        }
        let _ = write!(out, "\n- {}\n", sentence(operation, &summaries));
    }
    out
}
