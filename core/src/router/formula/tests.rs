use proptest::prelude::*;

use super::*;
use crate::request::{Arrival, Chain, Corpus, Request};
use crate::rng::Rng;
use crate::router::{Ask, Columns, FleetKnowledge, PolicySpec, Signals};

const REQUEST: Request = Request {
    conversation: 0,
    turn: 0,
    prompt_tokens: 160,
    output_tokens: 1,
    max_tokens: None,
    prompt: Chain {
        leaf: crate::request::SegmentId(0),
        depth: 0,
    },
    answered: Chain {
        leaf: crate::request::SegmentId(0),
        depth: 0,
    },
    arrival: Arrival::Open,
    keys: None,
    served_by: None,
    label: crate::request::Label {
        tenant: 0,
        class: 0,
        deadline_ms: 0,
    },
};

/// The value for a replica with 3 active requests and 8 waiting, for a prompt of 160 tokens of which 2 blocks match.
fn value(text: &str) -> f64 {
    let request = REQUEST;
    let corpus = Corpus::default();
    let signals = [Signals {
        active: 3,
        waiting: 8,
        ..Signals::default()
    }];
    let signals = Columns::of(&signals);
    let known = FleetKnowledge::new(&signals, &[2]);
    let ask = Ask::new(&request, &corpus, 16, 100);
    let formula = Formula::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let view = View::new(&ask, &known, (&[], &[]));
    formula.costs(&view, (0, 1), &mut formula.stack::<FEW>())[0]
}

#[test]
fn what_formulas_are_worth() {
    for (text, worth) in [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("8 - 4 - 2", 2.0),
        ("16 / 4 / 2", 2.0),
        ("2 * 3 / 4 * 6", 9.0),
        ("-active + --2", -1.0),
        ("1e-3 + 2.5E+1", 25.001),
        (
            "overlap_blocks * -2 + active * 0.5 + (queue > 8) * 100",
            -2.5,
        ),
        ("(queue >= 8) * 100", 100.0),
        ("queue < 8", 0.0),
        ("queue <= 8", 1.0),
        ("active == 3", 1.0),
        ("active != 3", 0.0),
        ("active + 1 > 3", 1.0),
        ("min(active, queue) + max(1, abs(-7))", 10.0),
        ("uncached_tokens", 128.0),
        ("1 / 0", f64::INFINITY),
        ("2 - (3 - 4)", 3.0),
    ] {
        assert_eq!(value(text), worth, "{text}");
    }
}

/// The replica that a formula chooses among replicas with this many active requests, for a prompt of 10 tokens.
fn choice(text: &str, active: &[u32]) -> u32 {
    let corpus = Corpus::default();
    let request = Request {
        prompt_tokens: 10,
        ..REQUEST
    };
    let signals: Vec<Signals> = active
        .iter()
        .map(|&active| Signals {
            active,
            ..Signals::default()
        })
        .collect();
    let overlaps = vec![0; active.len()];
    let spec = PolicySpec::parse(&format!("mine={text}")).unwrap();
    let mut policy = spec.build(active.len() as u32, 1, Rng::new(1, "ties"));
    let ask = Ask::new(&request, &corpus, 16, 100);
    let signals = Columns::of(&signals);
    let known = FleetKnowledge::new(&signals, &overlaps);
    policy.choose(&ask, &known).replica.0
}

#[test]
fn the_least_is_chosen_over_any_number_of_replicas() {
    assert_eq!(choice("active", &[2, 1, 1]), 1);
    // What is no number is dearest, whatever is beside it; nothing else to take: the first.
    assert_eq!(choice("active / active", &[0, 3]), 1);
    assert_eq!(choice("0 / 0", &[4, 3]), 0);
    assert_eq!(choice("-1 / active", &[3, 0, 0]), 1);
    let most = MANY as u32;
    for replicas in [1, most - 1, most, most + 1, 5 * most + 7] {
        for least in [0, replicas / 2, replicas - 1] {
            let active: Vec<u32> = (0..replicas).map(|r| 5 + u32::from(r != least)).collect();
            assert_eq!(
                choice("abs(active * 2 - 3)", &active),
                least,
                "of {replicas}"
            );
        }
    }
}

#[test]
fn addends_of_a_signal_are_told_by_its_name() {
    let formula = Formula::parse("overlap_blocks * -2 - 0.5 * active + queue + (queue > 8) * 3");
    let formula = formula.unwrap();
    let weights: Vec<f64> = formula.addends.iter().map(|a| a.weight).collect();
    assert_eq!(weights, [-2.0, -0.5, 1.0, 3.0]);
    // A number before several factors stays with them: taken out, the product could be another in its last bit.
    let products = Formula::parse("3 * active * queue + active * queue * 3").unwrap();
    let weights: Vec<f64> = products.addends.iter().map(|a| a.weight).collect();
    assert_eq!(weights, [1.0, 3.0]);
    assert!(formula.addends[..3].iter().all(|a| a.program.len() == 1));
    let mut setup = Setup::new(&[], &[], 1);
    formula.policy(&mut setup);
    let reads = setup.reads();
    assert!(reads.overlaps && reads.engine && !reads.ledger && !reads.blocks && !reads.held);
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let says = |text: &str, what: &str| {
        let error = Formula::parse(text).unwrap_err().to_string();
        assert!(error.contains(what), "{text}: {error}");
    };
    says("", "at 1: found the end");
    says(
        "1 + activ",
        "at 5: there is no signal \"activ\", did you mean \"active\"?",
    );
    says("1 + ", "at 5: found the end, but expected a number");
    says(
        "(1 + 2",
        "at 7: found the end, but expected an operator or \")\"",
    );
    says(
        "1 2",
        "at 3: found '2', but expected an operator or the end",
    );
    says("1 < 2 < 3", "at 7: found '<'");
    says(
        "min(1)",
        "at 6: found ')', but expected an operator or \",\"",
    );
    says("é", "at 1: found 'é'");
    says("1.2.3", "\"1.2.3\" is no number");
    says("1e999", "is no number");
    says(&"(".repeat(900), "nested at most 32 deep");
    says(&"-".repeat(900), "nested at most 32 deep");
    says(&"1+".repeat(600), "at most 1000 bytes");
}

#[test]
fn long_formulas_are_fine() {
    assert_eq!(value(&format!("1{}", " + 1".repeat(200))), 201.0);
    assert_eq!(
        value(&format!("({}1){}", "(1 + ".repeat(20), ")".repeat(20))),
        21.0
    );
    assert_eq!(value(&format!("1 < 1{}", " - 1 + 2".repeat(100))), 1.0);
}

proptest! {
    #[test]
    fn nothing_crashes(text in "[-+*/()<>=!., 0-9a-z_é]{0,60}") {
        let _ = Formula::parse(&text);
    }

    #[test]
    fn what_parses_has_a_value(parts in prop::collection::vec(
        prop::sample::select(vec!["1", "0", "active", "(", ")", "+", "-", "*", "/", "<", "min(", ",", "queue"]), 1..30)
    ) {
        let text = parts.concat();
        if Formula::parse(&text).is_ok() {
            value(&text);
        }
    }
}
