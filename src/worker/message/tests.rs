use super::*;
use warmpath_core::metrics::{
    Figures, FoundValue, GroupFigures, HappeningFigures, LifeFigures, LimitKept, LineFigures,
    Recovery, ReplicaFigures, StageFigures, Verdict,
};
use warmpath_view::chart::plane::{Axis, MarkGroup, MarkKind, Measure, Plane, Spot, Subject};
use warmpath_view::comparison::opening;
use warmpath_view::lab::summary::Bars;
use warmpath_view::plans::Listing;

fn survives<T: Wire + PartialEq + std::fmt::Debug>(body: T) {
    let bytes = write(&body);
    assert_eq!(read::<T>(&bytes).as_ref(), Ok(&body));
    for end in (0..bytes.len()).step_by(1 + bytes.len() / 500) {
        assert!(read::<T>(&bytes[..end]).is_err(), "{end} of {body:?}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(read::<T>(&longer).is_err(), "{body:?}");
}

#[test]
fn every_ask_survives_the_journey() {
    let (query, base) = (
        || "v=2&w=rag".to_owned(),
        || "http://localhost/é/".to_owned(),
    );
    for ask in [
        WorkRequest::Run {
            query: query(),
            base: base(),
        },
        WorkRequest::Sweep {
            query: query(),
            rates: "1,2".to_owned(),
            replicas: String::new(),
            base: base(),
        },
        WorkRequest::Fork {
            query: query(),
            policy: 3,
            request: u32::MAX,
            base: base(),
        },
        WorkRequest::Export {
            query: query(),
            format: "trace".to_owned(),
            base: base(),
        },
        WorkRequest::Prepare {
            query: query(),
            base: base(),
        },
        WorkRequest::Write {
            format: "html".to_owned(),
            outcome: Box::new(outcome()),
            pictures: vec![Picture {
                title: "TTFT".to_owned(),
                caption: vec![String::new()],
                svg: "<svg/>".to_owned(),
            }],
        },
        WorkRequest::Failure {
            query: text("v=2&ev=30s:kill%3D1"),
            base: text("https://example.org/"),
            number: 8,
        },
        WorkRequest::Comparison {
            query: "v=2&w=rag&p=least-load,smart,chwbl".to_owned(),
            base: base(),
            number: 9,
        },
        WorkRequest::Decide {
            question: Question {
                quest: Quest::Plan,
                query: query(),
                options: vec![text("1..8"), text("")],
            },
            base: base(),
        },
        WorkRequest::Read { query: query() },
        WorkRequest::Understand { query: query() },
        WorkRequest::Stop,
    ] {
        survives(ask);
    }
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn course() -> Course {
    Course {
        policy: text("smart@events:50ms"),
        completed: 8000,
        ttft: vec![0.25, 1.0 / 3.0],
        within: [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
        duration: 9.5,
        half: 1.0,
        bin: 0.5,
        rate: vec![],
        in_flight: vec![-0.0, f64::MIN_POSITIVE],
        blocks: [0.1, 0.2, 0.3, 0.3, 0.1, 0.0],
        befell: None,
    }
}

fn life() -> LifeFigures {
    LifeFigures {
        outcomes: [1, 2, 3, 4, 5],
        completed_after_again: 6,
        attempts: 7,
        client_again: 8,
        router_again: 9,
        breakers_opened: 10,
        recomputed_tokens: 11,
        sent_to_dead: 12,
        happenings: vec![HappeningFigures {
            at_s: 30.0,
            event: text("kill=1"),
            whom: 1,
            cut: 2,
            reset: 3,
            sent_to_dead: 4,
            known_after_s: Some(0.5),
            ready_after_s: None,
            lost_blocks: 5,
            lost_alone: 6,
            recomputed_tokens: 7,
            hits_back: Recovery::After(8.5),
            ttft_back: Recovery::Never,
        }],
    }
}

fn group(name: &str) -> GroupFigures {
    GroupFigures {
        name: text(name),
        priority: Some(-1),
        weight: Some(2.5),
        requests: 1,
        completed: 2,
        rejected: 3,
        failed: 4,
        refused: 5,
        waited: 6,
        mean_wait_ms: 7.5,
        longest_wait_ms: 8.5,
        ttft_ms: [1.0, 2.0, 3.0, 4.0],
        attainment: 0.5,
        tokens: 9,
    }
}

fn line() -> LineFigures {
    LineFigures {
        all: group("all"),
        tenants: vec![group("a")],
        classes: vec![group("chat")],
        jain_attainment: Some(0.75),
        jain_ttft: None,
        turned_back: vec![0, 1, 2, 3, 4, 5, 6],
        longest_line: 7,
    }
}

fn outcome() -> WorkResult {
    let summary = Summary {
        policy: text("smart"),
        seeds: 3,
        values: Figures::from_fn(|at| at as f64 + 0.5),
        ranges: Some(Figures::from_fn(|at| (at as f64, at as f64 + 1.0))),
        replicas: vec![ReplicaFigures {
            requests: 1.0,
            prefilled_tokens: 2.0,
            generated_tokens: 3.0,
            mean_waiting: 4.0,
            peak_kv_usage: 5.0,
            evicted_blocks: 6.0,
            preemptions: 7.0,
        }],
        stages: vec![StageFigures {
            rate: 4.0,
            start_s: 9.0,
            values: Figures::default(),
            ranges: None,
            verdict: None,
        }],
        life: Some(life()),
        line: Some(line()),
        verdict: Some(Verdict {
            found: vec![FoundValue {
                value: 312.5,
                margin: -0.25,
                standing: LimitKept::Critical,
            }],
            requests: 300,
            unanswered: 4,
        }),
        ..Summary::default()
    };
    let pick = Pick {
        request: 7,
        sent: 0.5,
        prompt: 640,
        found: 320,
        replica: 1,
        ttft: 2.5,
    };
    WorkResult {
        query: text("v=2"),
        summaries: vec![summary],
        points: vec![(2.5, 8)],
        arriving: Arriving::Recorded,
        courses: vec![course()],
        picks: vec![vec![], vec![pick]],
        notes: vec![],
        provenance: text("assumed"),
        facts: Sealed::new(&ScenarioFacts {
            workload: text("rag"),
            seed: u64::MAX,
            ..ScenarioFacts::default()
        }),
        beside: Beside {
            ttft: vec![0.25],
            count: 1,
            unit_inferred: true,
            ..Beside::default()
        },
    }
}

fn decision() -> Decision {
    Decision {
        quest: Quest::Tune,
        query: text("v=2"),
        options: vec![text("64")],
        whole: true,
        sentences: vec![text("smart: keep it")],
        pictures: vec![Plane {
            subject: Subject::Tuning,
            x: Axis::of("load_factor", Measure::Span),
            y: Axis::of("margin", Measure::Names),
            groups: vec![MarkGroup {
                name: text("smart"),
                curve: 4,
                spots: vec![Spot {
                    x: 1.25,
                    y: f64::INFINITY,
                    kind: MarkKind::Best,
                    met: true,
                    size: 0.5,
                    label: text("best found"),
                    sentence: text(""),
                }],
                line: vec![(1.0, 2.0)],
                gap: Some((1.0, 1.5)),
            }],
            limit: Some((0.5, text("limit"))),
            sentences: vec![],
        }],
        tables: vec![Listing {
            title: text("Best settings"),
            names: 2,
            rows: vec![vec![text("policy")]],
            detail: true,
        }],
        notes: vec![],
        provenance: text("assumed"),
        taken: text("v=2&p=smart"),
        files: vec![(text("json"), text("{}\n"))],
    }
}

#[test]
fn every_answer_survives_the_journey() {
    let effect = Effect {
        replica: Some(2),
        ttft_ms: None,
        hit_tokens: 16,
        mean_ttft_ms: 0.1,
        p99_ttft_ms: f64::INFINITY,
        prefilled_tokens: u64::MAX,
    };
    for answer in [
        Answer::File(Sealed::new(&Opened {
            name: text("rivers.json~0123456789abcdef"),
            requests: 12,
            notes: vec![text("ends inside line 3"), text("")],
            card: FileCard {
                facts: vec![(text("Format"), text("chat messages"))],
                inferred: vec![[text("times"), text("seconds"), text("time-unit")]],
                lengths: vec![vec![text("Prompts"), text("1,024")]],
                first: vec![vec![]],
                pictures: vec![Bars {
                    title: text("Arrivals"),
                    counts: vec![0, 1, u64::MAX],
                    from: text("0 s"),
                    to: text("9 s"),
                    sentence: text("3 arrivals."),
                }],
            },
        })),
        Answer::FileFailed {
            reason: text("line 1: 'x'"),
        },
        Answer::Attached {
            field: text("calibration"),
            name: text("own.json~0123456789abcdef"),
            about: text("a calibration"),
        },
        Answer::Progress {
            stage: WorkStage::Fetching,
            done: 0.0,
            total: 1e9,
        },
        Answer::Partial(vec![course(), course()]),
        Answer::Done(Box::new(outcome())),
        Answer::Forked(Box::new(Forked {
            policy: text("smart"),
            request: 3,
            original: effect,
            effects: vec![effect],
        })),
        Answer::Exported {
            format: text("trace"),
            text: text("{}\n"),
        },
        Answer::Comparison {
            number: 9,
            comparison: Sealed::new(&opening().unwrap()),
        },
        Answer::Failure {
            number: 8,
            failure: Sealed::new(&warmpath_view::failure::opening().unwrap()),
        },
        Answer::Decided(Sealed::new(&decision())),
        Answer::Understood(Box::new(Own {
            query: text("v=2&w=rag"),
            name: text("name"),
            policies: vec![text("smart"), text("chwbl")],
            replicas: 4,
            befallen: true,
            events: text("30s:kill=1"),
        })),
        Answer::Stopped,
        Answer::Failed { reason: text("") },
    ] {
        survives(answer);
    }
}

#[test]
fn another_version_is_refused() {
    let mut bytes = write(&WorkRequest::Stop);
    bytes[0] = 6;
    let refused = Err(format!("a message of version 6, not {VERSION}"));
    assert_eq!(read::<WorkRequest>(&bytes), refused);
}
