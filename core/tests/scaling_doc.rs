//! The document on scaling, with every step of an HPA worked by hand. `cargo xtask operations` writes docs/scaling.md anew.
//!
//! The table is not the model's word for it: what each look found is taken from the log, and what follows is worked out here once
//! more by Kubernetes' rule, and compared with what the model did.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use warmpath_core::fleet::{Fact, Replay, Run, What};
use warmpath_core::scenario::Scenario;
use warmpath_core::scenario::scaling::{AUTOSCALERS, FIGURES};
use warmpath_core::workload::Named;

const QUERY: &str = "v=2&w=rag&rate=2&scale=hpa";

const INTRO: &str = "# Fleets of several kinds, and fleets that grow and shrink

Written by `cargo xtask operations`; a test fails when it is old.

## Kinds of replicas

`--fleet 4xh100/tp2,4xl4` takes the place of `--replicas`, `--gpu` and `--tp`: four replicas on two H100 each and four on an L4. Each has
its own pool, step times and speed; the model and all settings are the same, and the context is what fits into the smallest pool. Routers
see of it what their products see: load and use of the pool as each engine reports them (a share of its own pool); where the product asks the engine
for the size of its pool, the router remembers as much of each replica; oracle and conductor estimate with each replica's own speed, preble with one cost
model for all (the first kind's). Every report has a row for each kind.

## Autoscaling

With `--autoscale NAME[:METRIC=TARGET;min=N;max=N;…]` a fleet begins with `--replicas` and changes their number. At equal intervals, at each *look*, the rule
reads its metrics and decides. Metrics are `busy` (share of the time since the last look in which a replica computed: the stand-in for CPU use, and a bad one, since a replica computes whenever anything decodes), `kv` (share of the pool in
use), `inflight` (requests at replicas, at routers for want of one, and in the line in front of these) and `waiting` (requests in the engines' queues: those in the line are none of them). A replica that is started is paid for at
once, ready after its start (`start=S`, else about 60 s for 8 billion parameters, 240 s for 70), begins cold, and is known to routers when a probe has
found it. One that is taken away drains as `--drain` says and is paid for until it is gone; its place is free only then, so none is
started beyond `max` (an event may start one, which goes at the next look). One that is not ready goes first, then the `victim`: the youngest (a Kubernetes ReplicaSet's rule), the `least-loaded` or the
`coldest`. `pending=1` takes no step up while a replica is still coming up (the guard of llm-d's WVA and of Dynamo's planner). The seed draws when the
first look is. A look comes after everything that was set for its moment before; what this sets off at the same moment may come after the look.

After its first death a replica starts again at once; after the second it waits for 10 s, then 20, 40 and so on up to 300 s, and at once again when it had been running for 10 min, its start included (Kubernetes' back-off). A drained
replica has not died: what starts in its place takes its start, not `--mttr`, and has no death behind it.

At zero, KubeAI and Knative hold requests until a replica is ready; under KEDA the router answers 503, as production-stack's does, and clients try again as
openai-python does. A replica that an event takes away for good is replaced at once.

Every report has, in every format: replicas wanted, paid for and ready over time; replica-seconds, GPU-hours and cost (`--price`, `warmpath list prices`; a GPU
without a price is named as such); replicas taken away, the streams cut by that, and the prompt tokens computed anew because a cache went with them; the time
in which P95 of TTFT was above `--ttft-slo` (2,000 ms without one), in spans of 15 s. \"Needed by the work alone\" is a lower bound: for each span of
15 s or more, the replicas that would suffice, rounded up, if the work of that span were done in full batches. What was paid beyond it is an upper bound of what could be saved.

Left out: nodes that have to be added first, images that have to be pulled, failing metrics, several models, GPU optimizers; AIBrix's, WVA's,
Dynamo's and Ray's rules.
";

fn run(query: &str) -> (Scenario, Vec<Run>) {
    let scenario = Scenario::from_query(query).expect("it is right");
    let named = Named::parse(&scenario.workload).expect("a workload");
    let workload = named.generate(scenario.block_size, scenario.seed, scenario.requests);
    let workload = Arc::new(workload.expect("it is generated"));
    let replay = Replay::new(scenario.clone(), workload, true);
    let runs = replay.and_then(Replay::finish).expect("it runs");
    (scenario, runs)
}

/// What one look found, and what was wanted after it.
struct Look {
    at: f64,
    counted: u16,
    left_out: u16,
    busy: f64,
    recommended: u32,
    before: u32,
    after: u32,
}

fn looks(run: &Run) -> Vec<Look> {
    let facts = run.log.as_deref().expect("it is kept");
    let mut wanted = 0;
    let mut looks: Vec<Look> = Vec::new();
    for Fact { at, what } in facts {
        match *what {
            What::Weighed {
                counted,
                left_out,
                thousandths,
                recommended,
                ..
            } => looks.push(Look {
                at: at.secs(),
                counted,
                left_out,
                busy: f64::from(thousandths) / 1000.0,
                recommended: recommended.into(),
                before: wanted,
                after: wanted,
            }),
            What::Wanted { wanted: now } => {
                wanted = now;
                if let Some(last) = looks.last_mut().filter(|it| it.at == at.secs()) {
                    last.after = now;
                }
            }
            _ => {}
        }
    }
    looks
}

/// The rule, once more: a target of 0.8, a tolerance of 0.1.
fn by_hand(look: &Look) -> (u32, String) {
    let (n, counted) = (look.before, f64::from(look.counted));
    let ratio = look.busy / 0.8;
    let near = |ratio: f64| (ratio - 1.0).abs() <= 0.1;
    if look.left_out > 0 && ratio > 1.0 {
        let all = counted + f64::from(look.left_out);
        let filled = look.busy * counted / all / 0.8;
        let sum = format!(
            "{:.3}/0.8 = {ratio:.2} > 1, so {} that cannot be counted yet count as idle: {:.3} × {counted}/{all}/0.8 = {filled:.2}",
            look.busy, look.left_out, look.busy
        );
        return match filled < 1.0 || near(filled) {
            true if near(filled) => (n, format!("{sum}, within 0.1 of 1: nothing")),
            true => (n, format!("{sum}, which is not more: nothing")),
            false => {
                let wants = (filled * all).ceil() as u32;
                (
                    wants.max(n),
                    format!("{sum}; × {all}, rounded up, is {wants}"),
                )
            }
        };
    }
    match near(ratio) {
        true => (
            n,
            format!(
                "{:.3}/0.8 = {ratio:.2}, within 0.1 of 1: nothing",
                look.busy
            ),
        ),
        false => {
            let wants = (ratio * counted).ceil() as u32;
            (
                wants,
                format!(
                    "{:.3}/0.8 = {ratio:.2}; × {counted}, rounded up, is {wants}",
                    look.busy
                ),
            )
        }
    }
}

fn worked(run: &Run) -> String {
    let mut out = format!("\n### {}\n\n", run.policy);
    out += "| at (s) | wanted so far | counted | left out | mean busy | what that recommends | recommended | wanted then | why |\n";
    out += "| ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | --- |\n";
    let looks = looks(run);
    assert!(!looks.is_empty(), "there are looks");
    // What there was before the first look counts as a recommendation of that moment.
    let mut recommended: Vec<(f64, u32)> = vec![(looks[0].at, looks[0].before)];
    for look in &looks {
        let (wants, sum) = by_hand(look);
        // The log has thousandths; where these decide, the model may differ by one.
        assert!(
            wants.abs_diff(look.recommended) <= 1,
            "at {} s: {wants} by hand, {} by the model",
            look.at,
            look.recommended
        );
        let wants = look.recommended;
        let lately = recommended.iter().filter(|(at, _)| look.at - at < 300.0);
        let most = lately.map(|(_, it)| *it).max().unwrap_or(0).max(wants);
        recommended.push((look.at, wants));
        let n = look.before;
        let (then, why) = if wants > n {
            let limit = n + n.max(4);
            let then = wants.min(limit).min(10);
            (
                then,
                format!("more is done at once; at most {limit} in 15 s, at most 10 in all"),
            )
        } else if most < n {
            (
                most.max(1),
                format!("{most} is the most that was recommended in 300 s"),
            )
        } else if wants < n {
            (n, format!("{most} was recommended in the last 300 s"))
        } else {
            (n, "no change".to_owned())
        };
        assert_eq!(then, look.after, "at {} s", look.at);
        let _ = writeln!(
            out,
            "| {:.1} | {n} | {} | {} | {:.3} | {sum} | {wants} | {then} | {why} |",
            look.at, look.counted, look.left_out, look.busy
        );
    }
    let course = &run.scaling.as_ref().expect("it is counted").course;
    let steps: Vec<String> = course
        .iter()
        .map(|it| {
            format!(
                "{:.1} s: {} paid, {} ready",
                it.at.secs(),
                it.paid,
                it.ready
            )
        })
        .collect();
    let _ = writeln!(out, "\nThe fleet: {}.", steps.join("; "));
    out
}

fn document() -> String {
    let mut out = INTRO.to_owned();
    out += "\n## Whose rules\n\n| name | what it does | looks at | min to max | figures | not from its source | source |\n| --- | --- | --- | ---: | --- | --- | --- |\n";
    for it in AUTOSCALERS {
        let targets = it
            .targets
            .iter()
            .map(|(metric, target)| format!("{}={target}", metric.name()));
        let figures = it
            .figures
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} to {} | {} | {} | {} |",
            it.name,
            it.about,
            targets.collect::<Vec<_>>().join("; "),
            it.min,
            it.max,
            figures.collect::<Vec<_>>().join("; "),
            it.assumed,
            it.source
        );
    }
    out += "\n| figure | unit | what it is |\n| --- | --- | --- |\n";
    for it in FIGURES {
        let _ = writeln!(out, "| {} | {} | {} |", it.name, it.unit, it.about);
    }
    out += "\n## An HPA, look by look\n\n`warmpath replay rag --autoscale hpa --rate 2`: 400 questions on 4 L4, CPU target 80 %, a look each 15 s. At a look, the mean use of the replicas that can be measured
is compared with the target. A replica that is coming up, or was ready for less than 15 s in its first 300 s, is left out; if more are wanted, it counts as idle, so that the load it will take
is not wanted twice. A difference of less than 10 % changes nothing. Then the windows: more replicas are started at once, fewer are kept only when nothing more was recommended for 300 s.\n";
    let (_, runs) = run(QUERY);
    for run in &runs {
        out += &worked(run);
    }
    out
}

#[test]
fn the_document_is_current_and_its_steps_are_worked_by_hand() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/scaling.md");
    let document = document();
    if std::env::var_os("WARMPATH_BLESS").is_some() {
        std::fs::write(&path, &document).expect("docs/scaling.md written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == document,
        "docs/scaling.md is old: cargo xtask operations"
    );
}
