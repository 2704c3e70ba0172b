//! The terms of the replica model: each is there, matters somewhere, and can be done without.

#[path = "named/replay.rs"]
mod replay;
#[path = "named/workload.rs"]
mod workload;

use warmpath_core::fleet::Outcome;
use warmpath_core::replica::terms::{ModelPart, Off, TERMS, Term, TermSwitch};
use warmpath_core::report::{Report, json};
use warmpath_core::scenario::{FigureOrigin, Scenario};

use replay::runs;

/// A pressed fleet: little room, long prompts, several in a step.
const PRESSED: &str = "w=kubeai&n=500&r=2&kv=30000&rate=60&batch=2048&p=least-load";

#[test]
fn what_is_off_twice_is_off() {
    assert_eq!(Off::parse("network,network"), Off::parse("network"));
}

#[test]
fn every_switch_stands_once_in_the_table() {
    let names: Vec<&str> = Off::names().collect();
    let all = Off::parse(&names.join(",")).unwrap();
    assert_eq!(all.terms().count(), names.len());
    assert_eq!(all.to_string(), names.join(","));
    for term in TERMS {
        assert_eq!(TERMS.iter().filter(|it| it.name == term.name).count(), 1);
        if let TermSwitch::Off(switch) = term.how {
            let alone = Off::default().with(switch);
            assert_eq!(alone.to_string(), term.name, "two rows with one switch");
        }
    }
}

#[test]
fn every_term_matters_and_can_be_done_without() {
    let with = |more: &str| runs(&format!("{PRESSED}{more}")).2.remove(0);
    // Some are part of other set-ups only: several GPUs, a set-up that is not calibrated, experts, an older engine.
    const PARALLEL: &str = "&tp=2";
    const EXPERTS: &str = "&hw=h100&m=qwen3-30b-a3b&vllm=0.12";
    let bases = ["", PARALLEL, EXPERTS].map(|more| (more, with(more)));
    for name in Off::names() {
        let set_up = match name {
            "all-reduce" | "ranks" | "kernels" | "graph-padding" | "passes" | "front"
            | "front-tokens" => PARALLEL,
            "expert-tiles" | "older-experts" => EXPERTS,
            _ => "",
        };
        let (_, base) = bases.iter().find(|(more, _)| *more == set_up).unwrap();
        let without = with(&format!("{set_up}&off={name}"));
        assert!(
            without.records != base.records,
            "{name} changes nothing here"
        );
        assert!(
            without
                .records
                .iter()
                .all(|record| record.outcome == Outcome::Completed),
            "without {name} a request is lost"
        );
    }
}

#[test]
fn a_lone_request_is_no_slower_without_a_term_of_the_step_time() {
    let end = |off: &str| runs(&format!("w=rag&n=1&r=1&tp=2{off}")).2[0].end;
    let base = end("");
    // Without shared reads there is more to read, not less.
    let saving = |term: &&Term| term.part == ModelPart::StepTime && term.name != "shared-reads";
    for term in TERMS.iter().filter(saving) {
        assert!(end(&format!("&off={}", term.name)) <= base, "{}", term.name);
    }
    let all: Vec<&str> = TERMS
        .iter()
        .filter(|term| term.part == ModelPart::StepTime)
        .map(|term| term.name)
        .collect();
    // What is left of a step is the clock's resolution.
    let all = all.join(",");
    assert!(end(&format!("&off={all},front,front-tokens,network")).0 < 10_000);
}

#[test]
fn without_a_prefix_cache_nothing_is_reused_and_nothing_was_lost() {
    let query = format!("{PRESSED}&warm=random:1&off=prefix-cache");
    let (scenario, workload, runs) = runs(&query.replace("least-load", "smart@truth"));
    let report = Report::new(&scenario, &workload, &runs);
    let values = &report.summaries[0].values;
    assert_eq!(values.token_reuse_rate, 0.0);
    assert_eq!(values.lost_evicted + values.lost_elsewhere, 0.0);
    assert_eq!(values.lost_never_cached, 1.0);
    assert!(json::write(&report).contains("; without prefix-cache"));
}

#[test]
fn the_card_tells_what_is_on_and_where_figures_come_from() {
    let card = |query: &str| Scenario::from_query(query).unwrap().card();
    let line = |query: &str, name: &str| {
        let card = card(query);
        *card.iter().find(|line| line.term.name == name).unwrap()
    };
    let fitted = line("", "mixed");
    assert_eq!(
        (fitted.on, fitted.value, fitted.standing),
        (true, Some(3.07), FigureOrigin::Fitted)
    );
    assert_eq!(line("", "logits").standing, FigureOrigin::Given);
    let assumed = line("hw=h100", "mixed");
    // Assumed to be 1, at which it does nothing.
    assert_eq!(
        (assumed.on, assumed.standing),
        (false, FigureOrigin::Assumed)
    );
    assert!(!line("off=mixed", "mixed").on);
    assert_eq!(line("off=mixed", "mixed").value, Some(3.07));
    assert!(!line("", "all-reduce").on && line("tp=2", "all-reduce").on);
    assert!(!line("", "client").on && line("client=python", "client").on);
    assert!(!line("timing=dynamo", "gemm").on && line("timing=dynamo", "preemption").on);
}

#[test]
fn a_wrong_term_is_refused() {
    let says = |query: &str, what: &str| {
        let error = Scenario::from_query(query).unwrap_err().to_string();
        assert!(error.contains(what), "{query}: {error}");
    };
    says("off=mixd", "off is \"mixd\", but must be one of chunked");
    says("off=mixd", "did you mean \"mixed\"?");
    says("off=load-age", "must be one of");
    says("off=gemm&timing=dynamo", "timing is dynamo");
    assert!(Scenario::from_query("off=preemption&timing=dynamo").is_ok());
}
