use super::*;
use crate::units::Set;
use crate::workload::{ReadOptions, Reader, trace};

const GENERATED: [&str; 5] = ["shared-system", "rag", "template", "unique", "multi-turn"];

fn make(spec: &str, seed: u64) -> Workload {
    Named::parse(spec)
        .unwrap()
        .generate(16, seed, None)
        .unwrap()
}

/// Blocks of all prompts.
fn asked(workload: &Workload) -> u64 {
    workload
        .requests
        .iter()
        .map(|r| u64::from(r.prompt.depth))
        .sum()
}

#[test]
fn a_seed_gives_the_same_workload_and_another_seed_another() {
    for spec in GENERATED {
        let workload = make(spec, 7);
        assert_eq!(workload, make(spec, 7));
        assert_ne!(workload.requests, make(spec, 8).requests);
        assert_eq!((workload.name.as_str(), workload.count), (spec, 400));
        assert_eq!(workload.requests.len(), 400);
        for r in &workload.requests {
            assert_eq!(r.prompt.depth, r.prompt_tokens / 16);
            assert!(r.prompt_tokens > 0 && r.output_tokens > 0);
        }
    }
}

#[test]
fn fewer_requests_are_the_first_ones() {
    for spec in GENERATED {
        let named = Named::parse(spec).unwrap();
        let all = named.generate(16, 3, Some(500)).unwrap();
        let some = named.generate(16, 3, Some(77)).unwrap();
        assert_eq!((all.requests.len(), some.count), (500, 77));
        assert_eq!(some.requests[..], all.requests[..77]);
    }
}

#[test]
fn a_trace_of_it_reads_the_same() {
    for spec in GENERATED {
        let workload = make(spec, 2);
        let mut reader = Reader::new("x", ReadOptions::default());
        reader.push(trace::write(&workload).as_bytes()).unwrap();
        let mut again = reader.finish().unwrap();
        again.name.clone_from(&workload.name);
        assert_eq!(again, workload);
    }
}

#[test]
fn what_is_shared_is_what_the_name_says() {
    let distinct_keys = |workload: &Workload| {
        let keys: Set<u64> = workload
            .requests
            .iter()
            .filter_map(|r| r.keys)
            .map(|k| k.chars_100)
            .collect();
        keys.len()
    };
    let system = make("shared-system:spread=0", 1);
    // 64 blocks of system prompt, and 8 of each question.
    assert_eq!(system.corpus.blocks(), 64 + 400 * 8);
    // The key is the question's: the system prompt is another message.
    assert_eq!(distinct_keys(&system), 400);
    let rag = make("rag:spread=0", 1);
    assert_eq!(rag.corpus.blocks(), 8 * 512 + 400 * 8);
    assert_eq!(distinct_keys(&rag), 8);
    // The tail follows a field of one's own and is never shared.
    let template = make("template:spread=0", 1);
    assert_eq!(template.corpus.blocks(), 4 * 32 + 400 * (64 + 256) / 16);
    let unique = make("unique", 1);
    assert_eq!(unique.corpus.blocks(), asked(&unique));
    assert_eq!(distinct_keys(&unique), 400);
    // A conversation's turns all have its first question's.
    let chats = make("multi-turn", 1);
    let turns = chats.requests.iter().filter(|r| r.turn == 0).count();
    assert_eq!(distinct_keys(&chats), turns);
}

#[test]
fn every_round_sends_the_same_prompts_and_beginnings_come_in_turn() {
    let workload = make("rounds:spread=0", 1);
    assert_eq!(
        (workload.name.as_str(), workload.requests.len()),
        ("rounds:spread=0", 3 * 4 * 5)
    );
    // Three beginnings of 64 blocks, each with four endings of 4.
    assert_eq!(workload.corpus.blocks(), 3 * 64 + 12 * 4);
    for (n, request) in workload.requests.iter().enumerate() {
        assert_eq!(request.prompt, workload.requests[n % 12].prompt, "{n}");
        assert_eq!(request.keys, workload.requests[n % 12].keys, "{n}");
        let beginning = workload.corpus.prefix(request.prompt, 64);
        let shared = |of: usize| workload.corpus.prefix(workload.requests[of].prompt, 64);
        assert_eq!(beginning, shared(n % 3), "{n}");
        assert_ne!(beginning, shared((n + 1) % 3), "{n}");
    }
    // Answers are drawn anew.
    let varied = make("rounds", 1);
    assert_ne!(
        varied.requests[0].output_tokens,
        varied.requests[12].output_tokens
    );
    // Shorter and longer than it is by itself, it begins alike; its trace reads the same.
    let named = Named::parse("rounds").unwrap();
    let (few, many) = (
        named.generate(16, 1, Some(7)).unwrap(),
        named.generate(16, 1, Some(70)).unwrap(),
    );
    assert_eq!(few.requests[..], many.requests[..7]);
    let mut reader = Reader::new("x", ReadOptions::default());
    reader.push(trace::write(&varied).as_bytes()).unwrap();
    assert_eq!(reader.finish().unwrap().requests, varied.requests);
    let wrong = Named::parse("rounds:prefixes=1000;suffixes=1000;rounds=2").unwrap_err();
    assert!(
        wrong
            .to_string()
            .contains("prefixes × suffixes × rounds of at most a million"),
        "{wrong}"
    );
}

#[test]
fn turns_contain_the_turns_before() {
    let workload = make("multi-turn:pause=2", 1);
    let mut gaps = Vec::new();
    for pair in workload.requests.windows(2) {
        let [before, here] = pair else { continue };
        if here.turn == 0 {
            assert_eq!(
                (here.conversation, here.arrival),
                (before.conversation + 1, Arrival::Open)
            );
            continue;
        }
        assert_eq!(
            workload.corpus.prefix(here.prompt, before.answered.depth),
            before.answered
        );
        assert_eq!(
            before.answered.depth,
            (before.prompt_tokens + before.output_tokens) / 16
        );
        match here.arrival {
            Arrival::AfterPrevious(Some(gap)) => gaps.push(gap.secs()),
            other => panic!("{other:?}"),
        }
    }
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    assert!((1.6..2.4).contains(&mean), "{mean}");
    let without_pauses = make("multi-turn", 1);
    assert_eq!(
        without_pauses.requests[1].arrival,
        Arrival::AfterPrevious(None)
    );
}

#[test]
fn lengths_have_the_asked_mean_and_spread() {
    for spread in [0.25, 1.0] {
        let spec = format!("unique:prompt=1000;spread={spread}");
        let workload = Named::parse(&spec)
            .unwrap()
            .generate(16, 1, Some(4000))
            .unwrap();
        let n = workload.requests.len() as f64;
        let lengths = || workload.requests.iter().map(|r| f64::from(r.prompt_tokens));
        let mean = lengths().sum::<f64>() / n;
        let deviation = libm::sqrt(lengths().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n);
        assert!((mean / 1000.0 - 1.0).abs() < 0.06, "{mean}");
        assert!((deviation / mean / spread - 1.0).abs() < 0.1, "{deviation}");
    }
}

#[test]
fn popularity_is_skewed_as_asked() {
    let workload = Named::parse("rag:contexts=4;skew=1;context=512;spread=0").unwrap();
    let workload = workload.generate(16, 1, Some(10_000)).unwrap();
    let mut asked = crate::units::Map::<u64, u32>::default();
    for r in &workload.requests {
        *asked.entry(r.keys.unwrap().chars_100).or_default() += 1;
    }
    let mut asked: Vec<u32> = asked.into_values().collect();
    asked.sort_unstable_by(|a, b| b.cmp(a));
    // 1 : 1/2 : 1/3 : 1/4 of 10,000.
    for (found, expected) in asked.iter().zip([4800, 2400, 1600, 1200]) {
        assert!(found.abs_diff(expected) < 200, "{asked:?}");
    }
}
