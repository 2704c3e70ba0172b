//! Fleets that grow and shrink: the autoscaler's course, what it does to requests, and what reports say of it.

#[path = "named/report.rs"]
mod report;
#[path = "named/workload.rs"]
mod workload;

use report::report_of;
use warmpath_core::fleet::{Fact, LifeStage, Outcome, ReplicaCounts, Run, What};
use warmpath_core::report::{csv, html, json, markdown, perfetto, prometheus, text};
use warmpath_core::scenario::Scenario;
use warmpath_core::units::VirtualTime;
use workload::named;

fn run(query: &str) -> Run {
    report_of(query).1.remove(0)
}

fn log(run: &Run) -> &[Fact] {
    run.log.as_deref().unwrap()
}

fn course(run: &Run) -> &[ReplicaCounts] {
    &run.scaling.as_ref().unwrap().course
}

/// What held at a moment.
fn at(run: &Run, seconds: f64) -> ReplicaCounts {
    let time = VirtualTime::from_secs(seconds);
    let before = course(run).iter().rev().find(|it| it.at <= time);
    *before.unwrap()
}

fn outcomes(run: &Run) -> [usize; 4] {
    [
        Outcome::Completed,
        Outcome::Failed,
        Outcome::Cut,
        Outcome::Rejected,
    ]
    .map(|of| run.records.iter().filter(|it| it.outcome == of).count())
}

const RAG: &str = "v=2&w=rag:contexts%3D12;questions%3D20&rate=2&p=smart";

#[test]
fn a_schedule_is_followed_with_cold_starts_and_drains() {
    let run = run(&format!(
        "{RAG}&r=2&scale=schedule:0s%3D2;30s%3D4;70s%3D1;start%3D20&drain=finish:grace%3D200"
    ));
    let counts = |seconds: f64| {
        let it = at(&run, seconds);
        (it.wanted, it.paid, it.ready)
    };
    assert_eq!(counts(29.9), (2, 2, 2));
    // Two start and are ready 20 s later.
    assert_eq!(counts(30.0), (4, 4, 2));
    assert_eq!(counts(49.9), (4, 4, 2));
    assert_eq!(counts(50.0), (4, 4, 4));
    // Three drain: they are paid until they have ended what they have.
    assert_eq!(counts(70.0), (1, 4, 1));
    let last = course(&run).last().unwrap();
    assert_eq!((last.wanted, last.paid, last.ready), (1, 1, 1));
    // Nobody was cut off, since they ended what they had; the youngest went first, so replica 0 stays.
    assert_eq!(outcomes(&run), [240, 0, 0, 0]);
    let retired: Vec<u16> = log(&run)
        .iter()
        .filter_map(|fact| match fact.what {
            What::Life {
                replica,
                stage: LifeStage::Draining,
            } => Some(replica),
            _ => None,
        })
        .collect();
    assert_eq!(retired, [3, 2, 1]);
    // A start is cold: the replica takes requests, and holds nothing at first.
    let first_on = |replica: u16| {
        let mut all = run.records.iter().filter(|it| it.replica == replica);
        all.next().copied().unwrap()
    };
    assert!(first_on(2).sent > VirtualTime::from_secs(50.0));
    assert_eq!(first_on(2).hit_tokens, 0);
}

/// 958 of the replica-seconds and the GPU-hours are sums that can be made from the course by hand.
#[test]
fn what_is_told_follows_from_the_course() {
    let query =
        format!("{RAG}&r=2&tp=2&hw=h100&scale=schedule:0s%3D2;30s%3D4;70s%3D1;start%3D20&ttft=500");
    let (report, runs) = report_of(&query);
    let (scaling, end) = (
        report.summaries[0].scaling.as_ref().unwrap(),
        runs[0].end.secs(),
    );
    let mut paid = 0.0;
    for (n, it) in course(&runs[0]).iter().enumerate() {
        let until = course(&runs[0])
            .get(n + 1)
            .map_or(end, |next| next.at.secs());
        paid += f64::from(it.paid) * (until - it.at.secs());
    }
    assert!((scaling.paid_s - paid).abs() < 1e-6);
    assert!((scaling.gpu_hours - paid * 2.0 / 3600.0).abs() < 1e-9);
    // An H100 is in the table at 3.49.
    assert!((scaling.cost.unwrap() - scaling.gpu_hours * 3.49).abs() < 1e-9);
    assert_eq!(
        (
            scaling.ups,
            scaling.downs,
            scaling.retired,
            scaling.fewest,
            scaling.most
        ),
        (1, 1, 3, 1, 4)
    );
    assert_eq!(scaling.goal_ms, 500.0);
    let (needed, beyond) = (scaling.needed_s.unwrap(), scaling.overshoot_s.unwrap());
    assert!(needed > 0.0 && needed + beyond >= scaling.paid_s - 1e-6);
    for (format, written) in [
        ("text", text::write(&report)),
        ("json", json::write(&report)),
        ("csv", csv::write(&report)),
        ("markdown", markdown::write(&report)),
        ("html", html::write(&report, &[])),
        ("prometheus", prometheus::write(&report)),
    ] {
        // Prometheus has seconds, and all digits.
        let hours = match format {
            "prometheus" => format!("}} {}\n", scaling.gpu_hours * 3600.0),
            _ => format!("{:.3}", scaling.gpu_hours),
        };
        assert!(
            written.contains(&hours),
            "{format} has no {hours}: {written}"
        );
    }
    let scenario = &report.scenario;
    let trace = perfetto::write(scenario, &named(scenario), &runs);
    assert!(trace.contains("replicas wanted"));
    let csv = csv::write(&report);
    let cells: Vec<usize> = csv.lines().map(|line| line.split(',').count()).collect();
    assert_eq!(cells[0], cells[1]);
}

/// What a replica waits, computes and works is measured over the time that it was there.
#[test]
fn replicas_that_never_came_are_no_part_of_the_fleet() {
    let figures = |query: &str| {
        let (report, _) = report_of(&format!("{RAG}&n=200&r=2&goal=busy<99%25&{query}"));
        let summary = &report.summaries[0];
        let busy = summary.verdict.as_ref().unwrap().found[0].value;
        let values = &summary.values;
        [busy, values.mean_waiting, values.imbalance]
    };
    let fixed = figures("");
    assert!(fixed.iter().all(|it| *it > 0.0), "{fixed:?}");
    assert_eq!(figures("scale=schedule:0s%3D2;9000s%3D20"), fixed);
}

/// The time that each replica was down or starting, told from the log.
#[test]
fn the_time_away_is_that_of_the_log() {
    let run = run(&format!(
        "{RAG}&n=200&r=2&scale=schedule:0s%3D2;30s%3D4;70s%3D1;start%3D20&drain=finish:grace%3D200"
    ));
    for (replica, totals) in run.replicas.iter().enumerate() {
        let mut away = 0.0;
        let mut since: Option<f64> = None;
        for fact in log(&run) {
            if let What::Life { replica: of, stage } = fact.what
                && usize::from(of) == replica
            {
                away += since.map_or(0.0, |since| fact.at.secs() - since);
                let is_away = matches!(stage, LifeStage::Down | LifeStage::Starting);
                since = is_away.then_some(fact.at.secs());
            }
        }
        away += since.map_or(0.0, |since| run.end.secs() - since);
        assert!(
            (totals.away_s + totals.gone_s - away).abs() < 1e-6,
            "{replica}: {} and {} {away}",
            totals.away_s,
            totals.gone_s
        );
    }
    assert!(run.replicas.iter().any(|it| it.away_s + it.gone_s > 0.0));
}

#[test]
fn a_fleet_that_stays_has_a_price_where_one_is_asked_for() {
    let (report, runs) = report_of(&format!("{RAG}&r=3&price=l4%3D0.5"));
    let scaling = report.summaries[0].scaling.as_ref().unwrap();
    let hours = runs[0].end.secs() * 3.0 / 3600.0;
    assert!((scaling.cost.unwrap() - hours * 0.5).abs() < 1e-9);
    let (report, _) = report_of(&format!("{RAG}&fleet=1xh100,2xl4&price=l4%3D0.5"));
    let scaling = report.summaries[0].scaling.as_ref().unwrap();
    assert!((scaling.cost.unwrap() - scaling.gpu_hours / 3.0 * (3.49 + 1.0)).abs() < 1e-9);
    assert!(scaling.price.contains("your own price") && scaling.price.contains("Mercatus"));
    let (report, _) = report_of(&format!("{RAG}&scale=hpa&hw=h20"));
    assert_eq!(report.summaries[0].scaling.as_ref().unwrap().cost, None);
    assert!(text::write(&report).contains("h20: no price known"));
    let wrong = Scenario::from_query("v=2&price=h10%3D2")
        .unwrap_err()
        .to_string();
    assert!(wrong.contains("did you mean \"h100\"?"), "{wrong}");
}

/// KubeAI at zero: a request that comes starts a replica, and waits for it to be ready and known to be.
#[test]
fn at_zero_a_request_waits_where_the_product_holds_it() {
    let base = "v=2&w=unique:prompt%3D300;output%3D20&n=6&rate=0.004&arr=constant&p=smart&r=1&health=kubernetes:period%3D1";
    for scaler in [
        "kubeai:inflight%3D2;window%3D20;start%3D30",
        "knative:inflight%3D2;start%3D30",
    ] {
        let run = run(&format!("{base}&scale={scaler}"));
        assert_eq!(outcomes(&run), [6, 0, 0, 0], "{scaler}");
        let zero = course(&run).iter().filter(|it| it.wanted == 0).count();
        assert!(zero >= 4, "{scaler}: {:?}", course(&run));
        // 250 s apart, so the first finds its replica and the others none: they wait 30 s for a start, and up to a second for a
        // probe (and, of Knative, two for the next look).
        let waits: Vec<f64> = run
            .records
            .iter()
            .map(|it| it.ttft().unwrap().secs())
            .collect();
        assert!(waits[0] < 2.0, "{scaler}: {waits:?}");
        assert!(
            waits[1..].iter().all(|wait| (30.0..34.0).contains(wait)),
            "{scaler}: {waits:?}"
        );
    }
}

/// Sixty at once, of which two may be past the line: all of them fill thirty replicas at two each, those past it one. A rule that
/// goes by the requests at the routers sees all; what engines report are only those that were sent to them.
#[test]
fn who_counts_requests_counts_those_in_the_line() {
    let most = |scaler: &str| {
        let run = run(&format!(
            "v=2&w=unique:prompt%3D200;output%3D200;spread%3D0&n=60&arr=all-at-once&r=1&p=round-robin&drain=finish&inflight=2&queue=100/none&scale={scaler}"
        ));
        assert_eq!(outcomes(&run), [60, 0, 0, 0], "{scaler}");
        course(&run).iter().map(|it| it.wanted).max().unwrap()
    };
    for scaler in ["kubeai", "knative", "hpa", "keda"] {
        let window = match scaler {
            "kubeai" => ";window%3D10",
            _ => "",
        };
        let text = format!("{scaler}:inflight%3D2;min%3D1{window}");
        assert_eq!(most(&text), 10, "{text}");
    }
    for scaler in [
        "hpa:waiting%3D1",
        "hpa:kv%3D0.5",
        "keda:waiting%3D1;min%3D1",
    ] {
        assert_eq!(most(scaler), 1, "{scaler}");
    }
}

/// A schedule's step at 0 s is a step as any other. Between its times it looks as well, so what an event starts beyond what it
/// wants goes at the next look, and the work is known.
#[test]
fn a_schedule_steps_at_once_and_looks_in_between() {
    let steps = |schedule: &str| {
        let (report, _) = report_of(&format!("{RAG}&r=2&scale=schedule:{schedule}"));
        let scaling = report.summaries[0].scaling.clone().unwrap();
        (scaling.ups, scaling.downs)
    };
    assert_eq!(steps("0s%3D2"), (0, 0));
    assert_eq!(steps("0s%3D4"), (1, 0));
    assert_eq!(steps("0s%3D1;60s%3D3"), (1, 1));
    let (report, runs) = report_of(&format!("{RAG}&r=2&scale=schedule:0s%3D2&ev=10s:start%3D2"));
    assert_eq!(at(&runs[0], 10.0).paid, 3);
    assert_eq!(at(&runs[0], 15.0).paid, 2);
    assert!(
        report.summaries[0]
            .scaling
            .as_ref()
            .unwrap()
            .needed_s
            .unwrap()
            > 0.0
    );
}

/// A schedule says nothing of the time before its first, so there are as many replicas as the fleet began with, be they fewer or more
/// than it ever says.
#[test]
fn before_its_first_time_a_schedule_changes_nothing() {
    for (replicas, later) in [(4, 6), (4, 2), (2, 1)] {
        let run = run(&format!(
            "{RAG}&r={replicas}&scale=schedule:20s%3D{later}&drain=finish"
        ));
        for seconds in [0.0, 15.0, 19.9] {
            let it = at(&run, seconds);
            assert_eq!((it.wanted, it.paid), (replicas, replicas), "{later}");
        }
        assert_eq!(at(&run, 20.0).wanted, later);
    }
}

/// Four replicas and nothing to do for them: Knative keeps what it finds for a minute, KEDA leaves them to the HPA for five where
/// one has to stay.
#[test]
fn an_idle_fleet_shrinks_when_its_product_would() {
    let first = |scaler: &str| {
        let run = run(&format!(
            "v=2&w=unique:prompt%3D100;output%3D5&n=10&rate=0.02&arr=constant&p=round-robin&r=4&scale={scaler}"
        ));
        let fewer = course(&run).iter().find(|it| it.wanted < 4);
        fewer.map(|it| it.at.secs()).unwrap()
    };
    let knative = first("knative:min%3D1");
    assert!((60.0..63.0).contains(&knative), "{knative}");
    let keda = first("keda:min%3D1;cooldown%3D60");
    assert!((300.0..316.0).contains(&keda), "{keda}");
}

/// KEDA with production-stack's router: at zero the answer is 503, the client tries twice more within two seconds and
/// gives up; the request is the reason that one replica is there for the next.
#[test]
fn at_zero_a_request_is_refused_where_nobody_holds_it() {
    let run = run(
        "v=2&w=unique:prompt%3D300;output%3D20&n=6&rate=0.005&arr=constant&p=smart&r=1&scale=keda:cooldown%3D60;down%3D0;start%3D30",
    );
    let [completed, failed, ..] = outcomes(&run);
    assert!(
        completed >= 1 && failed >= 3,
        "{completed} {failed}: {:?}",
        course(&run)
    );
    assert!(course(&run).iter().any(|it| it.wanted == 0));
}

/// As in aibrix#2670: while replicas come up, the queue alone decides, and doubles the fleet; counted, those that come up hold
/// it back.
#[test]
fn counting_what_comes_up_stops_the_cascade() {
    let base = "v=2&w=rag:contexts%3D40;questions%3D10&rate=8&p=least-load&r=1";
    let most = |more: &str| {
        let run = run(&format!(
            "{base}&scale=hpa:waiting%3D4;max%3D16;start%3D120{more}"
        ));
        let first = VirtualTime::from_secs(100.0);
        let early = course(&run).iter().filter(|it| it.at < first);
        early.map(|it| it.wanted).max().unwrap()
    };
    let (cascade, guarded) = (most(""), most(";pending%3D1"));
    assert!(cascade >= 8 && guarded <= 5, "{cascade} {guarded}");
}

/// One replica whose pool is full of what runs: its use of the pool is 1, twice a target of a half, so two are wanted at the first
/// look. At a target of 1 there is nothing to do.
#[test]
fn pools_in_use_are_a_metric() {
    let wanted = |target: &str| {
        let run = run(&format!(
            "v=2&w=unique:prompt%3D4000;output%3D2000&n=60&rate=20&r=1&kv=40000&p=least-load&scale=hpa:kv%3D{target};max%3D4;start%3D30"
        ));
        let early = course(&run)
            .iter()
            .filter(|it| it.at < VirtualTime::from_secs(29.0));
        early.map(|it| it.wanted).max().unwrap()
    };
    assert_eq!(["0.5", "1"].map(wanted), [2, 1]);
}

/// A replica taken away takes its cache with it, and what only it held is computed anew: the coldest victim costs less
/// than the youngest.
#[test]
fn the_victim_is_chosen_by_its_rule() {
    let victims = |rule: &str| {
        let (report, runs) = report_of(&format!(
            "v=2&w=rag:contexts%3D30;questions%3D10&rate=1&p=session&r=4&scale=schedule:0s%3D4;120s%3D2;victim%3D{rule}&drain=finish"
        ));
        let first = log(&runs[0]).iter().find_map(|fact| match fact.what {
            What::Life {
                replica,
                stage: LifeStage::Draining,
            } => Some(replica),
            _ => None,
        });
        let scaling = report.summaries[0].scaling.clone().unwrap();
        (first.unwrap(), scaling.recomputed_tokens)
    };
    let (youngest, coldest) = (victims("youngest"), victims("coldest"));
    assert_eq!(youngest.0, 3);
    assert!(youngest.1 > 0);
    assert!(coldest.1 <= youngest.1, "{youngest:?} {coldest:?}");
    let report = report_of(&format!("{RAG}&r=4&scale=schedule:0s%3D4;60s%3D2")).0;
    assert!(text::write(&report).contains("scale-in=3"));
}

#[test]
fn what_does_not_go_together_is_refused() {
    let refused = |query: &str| Scenario::from_query(query).unwrap_err().to_string();
    assert!(refused("v=2&scale=hpa&client=python").contains("client free"));
    assert!(refused("v=2&scale=hpa&fleet=1xh100,1xl4").contains("leave fleet out"));
    assert!(refused("v=2&r=12&scale=hpa").contains("max is 10"));
    let scenario = Scenario::from_query("v=2&r=2&scale=hpa-seed:max%3D4").unwrap();
    assert_eq!(scenario.to_query(), "v=2&r=2&scale=hpa-seed:max%3D4");
}

/// The phase of the looks is drawn from a stream of its own, so nothing else changes when a scaler is there that does nothing.
#[test]
fn a_scaler_that_changes_nothing_changes_nothing() {
    let plain = run(&format!("{RAG}&r=3&ev=1000s:kill%3D0"));
    let scaled = run(&format!("{RAG}&r=3&scale=schedule:0s%3D3"));
    assert_eq!(plain.records, scaled.records);
    let watched = run(&format!("{RAG}&r=3&scale=hpa:kv%3D1;min%3D3;max%3D3"));
    assert_eq!(plain.records, watched.records);
}

/// Twenty requests within one span of 15 s. One late of twenty is 5 %, which P95 forgives; two are not.
#[test]
fn a_span_is_above_the_goal_from_more_than_one_late_in_twenty_on() {
    let query = "v=2&w=unique:prompt%3D400;output%3D4&n=20&arr=all-at-once&r=1&seqs=1&p=round-robin&scale=schedule:0s%3D1";
    let run = run(query);
    let mut ttft: Vec<f64> = run
        .records
        .iter()
        .map(|it| (it.first_token - it.sent).millis())
        .collect();
    ttft.sort_by(f64::total_cmp);
    let above = |goal: f64| {
        let (report, _) = report_of(&format!("{query}&ttft={goal}"));
        report.summaries[0].scaling.as_ref().unwrap().above_goal_s
    };
    assert!(ttft[17] + 0.01 < ttft[18] && ttft[18] + 0.01 < ttft[19]);
    assert_eq!(above((ttft[18] + ttft[19]) / 2.0), 0.0);
    assert_eq!(above((ttft[17] + ttft[18]) / 2.0), 15.0);
}
