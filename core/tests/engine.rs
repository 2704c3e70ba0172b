//! One engine: jumping equals stepping (I-13), budgets hold (I-14), first tokens are never faster than the roofline (I-17).

use proptest::prelude::*;
use warmpath_core::hardware::gpu;
use warmpath_core::llm::{Dtype, model};
use warmpath_core::replica::roofline::{Efficiency, Machine, Roofline};
use warmpath_core::replica::terms::{Off, Switch};
use warmpath_core::replica::{
    Batch, Engine, EngineOutput, Gather, Limits, Pool, Sequence, StepEnd, Timing,
};
use warmpath_core::request::{Chain, Corpus};
use warmpath_core::units::{RequestId, VirtualTime};

fn timing(roofline: bool) -> Timing {
    match (roofline, gpu("l4"), model("llama-3.1-8b")) {
        (true, Some(gpu), Some(llm)) => Timing::Roofline(Roofline::new(
            Machine {
                gpu,
                llm,
                dtype: Dtype::Fp8,
                kv_dtype: Dtype::Bf16,
                tensor_parallel: 1,
                experts_over: 1,
                cuda_graphs: true,
                older: false,
            },
            Efficiency::ASSUMED,
            false,
        )),
        _ => Timing::Dynamo,
    }
}

/// Sequences with the times they arrive, prompts sharing prefixes.
fn arrivals(corpus: &mut Corpus, shapes: &[(u32, u32, u32, u32)]) -> Vec<(VirtualTime, Sequence)> {
    let mut chains = vec![Chain::default()];
    let mut now = 0;
    let mut list = Vec::new();
    for (n, &(gap_ms, parent, more, output_tokens)) in shapes.iter().enumerate() {
        now += u64::from(gap_ms) * 1_000_000;
        let from = chains[parent as usize % chains.len()];
        let prompt = corpus.extend(from, more / 16);
        let prompt_tokens = prompt.depth * 16 + more % 16 + 1;
        let answered = corpus.extend(prompt, (prompt_tokens + output_tokens) / 16 - prompt.depth);
        chains.push(answered);
        let request = RequestId(n as u32);
        list.push((
            VirtualTime(now),
            Sequence {
                request,
                prompt_tokens,
                output_tokens,
                prompt,
                answered,
            },
        ));
    }
    list
}

/// When an engine says something.
fn time_of(output: &EngineOutput) -> VirtualTime {
    match *output {
        EngineOutput::Admitted(_, at, _) => at,
        EngineOutput::FirstToken(_, at)
        | EngineOutput::Finished(_, at)
        | EngineOutput::Preempted(_, at)
        | EngineOutput::Readmitted(_, at)
        | EngineOutput::Resumed(_, at) => at,
    }
}

/// Runs to the end, stopping at each arrival, and after every step too if `stepping`.
fn run(
    engine: &mut Engine,
    corpus: &Corpus,
    arrivals: &[(VirtualTime, Sequence)],
    stepping: bool,
) -> Vec<EngineOutput> {
    let mut out = Vec::new();
    if stepping {
        engine.tokens = Some(Vec::new()); // every step is then visible
    }
    let settle = |engine: &mut Engine, to: VirtualTime, out: &mut Vec<EngineOutput>| {
        while engine.wake() <= to && engine.wake() != VirtualTime::NEVER {
            let (wake, before) = (engine.wake(), out.len());
            engine.advance(corpus, wake, out);
            let early = out[before..].iter().find(|it| time_of(it) < wake);
            assert_eq!(early, None, "said before {wake:?}, when it was to be woken");
        }
        let before = out.len();
        engine.advance(corpus, to, out);
        assert_eq!(out.get(before), None, "it was not to be woken for this");
    };
    for (at, sequence) in arrivals {
        settle(engine, *at, &mut out);
        engine.enqueue(corpus, *sequence, *at, &mut out);
        assert!(!engine.is_idle());
    }
    settle(engine, VirtualTime(u64::MAX - 1), &mut out);
    out
}

/// Any set of the scheduler's rules to do without.
fn rules() -> impl Strategy<Value = Off> {
    let all = [
        Switch::ChunkedPrefill,
        Switch::PrefixCache,
        Switch::StepSharing,
        Switch::Preemption,
        Switch::HeadOfLine,
    ];
    prop::collection::vec(prop::sample::select(all.to_vec()), 0..4)
        .prop_map(|some| some.into_iter().fold(Off::default(), Off::with))
}

/// In half of the cases none; else batches that are collected.
fn gathers() -> impl Strategy<Value = Option<Gather>> {
    let rule = (1u32..9, 0u64..400).prop_map(|(most, ms)| Gather {
        most,
        wait: VirtualTime(ms * 1_000_000),
    });
    prop::option::of(rule)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn jumping_equals_stepping(
        shapes in prop::collection::vec((0u32..400, 0u32..8, 1u32..700, 1u32..120), 1..25),
        blocks in 70u32..260, sequences in 1u32..12, batch_tokens in 16u32..900, preallocate in 0u32..5,
        roofline in any::<bool>(), api_us in prop_oneof![0u64..200, 0u64..20_000], off in rules(), gather in gathers(),
    ) {
        let mut corpus = Corpus::default();
        let mut arrivals = arrivals(&mut corpus, &shapes);
        arrivals.retain(|(_, s)| s.prompt_tokens + s.output_tokens <= blocks * 16);
        let limits = Limits { sequences, batch_tokens: batch_tokens.max(sequences), block_size: 16, preallocate, whole_prompt: preallocate == 0, gather, off };
        let new = || Engine::new(timing(roofline), limits, Pool::new(blocks, false), VirtualTime(api_us * 1000), true);
        let (mut jumping, mut stepping) = (new(), new());
        let jumped = run(&mut jumping, &corpus, &arrivals, false);
        let stepped = run(&mut stepping, &corpus, &arrivals, true);
        prop_assert_eq!(jumped, stepped);
        prop_assert_eq!(&jumping.tally, &stepping.tally);
        prop_assert_eq!(&jumping.steps, &stepping.steps);
        prop_assert_eq!(jumping.pool.audit(), Ok(()));
        prop_assert_eq!(jumping.pool.referenced(), 0, "blocks still held at the end");
        let asked: u64 = arrivals.iter().map(|(_, s)| u64::from(s.output_tokens)).sum();
        prop_assert_eq!(jumping.tally.generated_tokens, asked, "a sequence was forgotten");
        // The API server takes up the tokens of a step once it has passed on those of the step before.
        let batches = stepping.tokens.as_deref().unwrap_or_default();
        for pair in batches.windows(2) {
            let busy = pair[0].requests.len() as u64 * api_us * 1000;
            prop_assert!(gather.is_some() || pair[1].base.0 >= pair[0].base.0 + busy, "{pair:?}");
        }
        // Each step that has tokens tells of them, and no other step does.
        let sizes: Vec<usize> = stepping.tokens.iter().flatten().map(|it| it.requests.len()).collect();
        prop_assert!(!sizes.contains(&0), "a step without tokens tells of none");
        prop_assert_eq!(sizes.iter().sum::<usize>() as u64, asked);
        if off.has(Switch::Preemption) {
            prop_assert_eq!(jumping.tally.preemptions, 0);
        }
    }

    /// I-2 and I-3, whoever is given up and whenever the machine dies.
    #[test]
    fn blocks_are_conserved_when_sequences_are_given_up(
        shapes in prop::collection::vec((0u32..300, 0u32..8, 1u32..700, 1u32..120), 1..25),
        cuts in prop::collection::vec((0u32..4000, 0u32..30), 0..25),
        crash in prop::option::of(0u64..4000),
        blocks in 70u32..260, sequences in 1u32..12, batch_tokens in 16u32..900, preallocate in 0u32..5, off in rules(), gather in gathers(),
    ) {
        let mut corpus = Corpus::default();
        let mut arrivals = arrivals(&mut corpus, &shapes);
        arrivals.retain(|(_, s)| s.prompt_tokens + s.output_tokens <= blocks * 16);
        let limits = Limits { sequences, batch_tokens: batch_tokens.max(sequences), block_size: 16, preallocate, whole_prompt: false, gather, off };
        let mut engine = Engine::new(timing(true), limits, Pool::new(blocks, false), VirtualTime::ZERO, true);
        let mut out = Vec::new();
        // What happens, in order of time: arrivals, then cuts of one sequence, then the death of the machine.
        let mut course: Vec<(u64, u8, usize)> = Vec::new();
        course.extend(arrivals.iter().enumerate().map(|(n, (at, _))| (at.0, 0, n)));
        course.extend(cuts.iter().map(|&(ms, n)| (u64::from(ms) * 1_000_000, 1, n as usize)));
        course.extend(crash.map(|ms| (ms * 1_000_000, 2, 0)));
        course.sort_unstable();
        let (mut here, mut given_up) = (Vec::new(), Vec::new());
        for (at, what, n) in course {
            let now = VirtualTime(at);
            engine.advance(&corpus, now, &mut out);
            here.retain(|&n: &usize| !out.iter().any(|o| matches!(o, EngineOutput::Finished(r, _) if *r == arrivals[n].1.request)));
            match what {
                0 => {
                    engine.enqueue(&corpus, arrivals[n].1, now, &mut out);
                    here.push(n);
                }
                1 => {
                    let request = RequestId(n as u32);
                    let mine = here.iter().position(|&it| arrivals[it].1.request == request);
                    prop_assert_eq!(engine.abort(&corpus, request, now), mine.is_some());
                    if let Some(at) = mine {
                        given_up.push(here.remove(at));
                    }
                }
                _ => {
                    let mut lost: Vec<u32> = engine.crash(now).iter().map(|r| r.0).collect();
                    lost.sort_unstable();
                    let mut mine: Vec<u32> = here.iter().map(|&n| arrivals[n].1.request.0).collect();
                    mine.sort_unstable();
                    prop_assert_eq!(lost, mine);
                    prop_assert_eq!(engine.pool.referenced() + engine.pool.cached() as u32, 0);
                    given_up.append(&mut here);
                }
            }
            prop_assert_eq!(engine.pool.audit(), Ok(()));
        }
        engine.advance(&corpus, VirtualTime(u64::MAX - 1), &mut out);
        prop_assert_eq!(engine.pool.audit(), Ok(()));
        prop_assert_eq!(engine.pool.referenced(), 0, "blocks still held at the end");
        prop_assert!(engine.is_idle() && engine.running() + engine.waiting() == 0);
        for (n, (_, sequence)) in arrivals.iter().enumerate() {
            let finished = out.iter().filter(|o| matches!(o, EngineOutput::Finished(r, _) if *r == sequence.request)).count();
            prop_assert_eq!(finished, usize::from(!given_up.contains(&n)), "sequence {}", n);
        }
    }

    #[test]
    fn no_step_exceeds_its_limits(
        shapes in prop::collection::vec((0u32..60, 0u32..8, 1u32..900, 1u32..60), 1..30),
        sequences in 1u32..10, batch_tokens in 16u32..500,
    ) {
        let mut corpus = Corpus::default();
        let arrivals = arrivals(&mut corpus, &shapes);
        let batch_tokens = batch_tokens.max(sequences);
        let limits = Limits { sequences, batch_tokens, block_size: 16, preallocate: 0, whole_prompt: true, gather: None, off: Off::default() };
        let mut engine = Engine::new(timing(true), limits, Pool::new(4000, false), VirtualTime::ZERO, true);
        run(&mut engine, &corpus, &arrivals, false);
        for step in engine.steps.iter().flatten() {
            prop_assert!(step.prefill_tokens + step.decoding <= batch_tokens);
            prop_assert!(step.decoding <= sequences);
        }
        let asked: u64 = arrivals.iter().map(|(_, s)| u64::from(s.output_tokens)).sum();
        prop_assert_eq!(engine.tally.generated_tokens, asked);
    }

    #[test]
    fn a_first_token_is_never_faster_than_its_roofline(
        prompt in 1u32..6000, output_tokens in 1u32..20,
    ) {
        let mut corpus = Corpus::default();
        let chain = corpus.extend(Chain::default(), prompt / 16);
        let sequence = Sequence { request: RequestId(0), prompt_tokens: prompt, output_tokens, prompt: chain, answered: chain };
        let limits = Limits { sequences: 8, batch_tokens: 512, block_size: 16, preallocate: 0, whole_prompt: true, gather: None, off: Off::default() };
        let mut engine = Engine::new(timing(true), limits, Pool::new(4000, false), VirtualTime::ZERO, false);
        let mut out = Vec::new();
        engine.enqueue(&corpus, sequence, VirtualTime::ZERO, &mut out);
        engine.advance(&corpus, VirtualTime(u64::MAX - 1), &mut out);
        let first = out.iter().find_map(|output| match output {
            EngineOutput::FirstToken(_, at) => Some(at.secs()),
            _ => None,
        });
        let Timing::Roofline(roofline) = timing(true) else { return Ok(()) };
        let least = roofline.prefill_seconds_per_token() * f64::from(prompt);
        prop_assert!(first.is_some_and(|first| first >= least), "{first:?} < {least}");
    }
}

/// Two sequences come during the first one's prefill. What the engine says when that step ends knows of neither, though
/// both are in the step that it schedules then; and what it says when the next ends has them in the batch.
#[test]
fn a_report_at_a_steps_end_knows_nothing_of_what_came_during_the_step() {
    let mut corpus = Corpus::default();
    let shapes = [(0, 0, 400, 30), (1, 0, 400, 30), (1, 0, 400, 30)];
    let arrivals = arrivals(&mut corpus, &shapes);
    let limits = Limits {
        sequences: 8,
        batch_tokens: 2048,
        block_size: 16,
        preallocate: 0,
        whole_prompt: true,
        gather: None,
        off: Off::default(),
    };
    let pool = Pool::new(4000, false);
    let mut engine = Engine::new(timing(true), limits, pool, VirtualTime::ZERO, true);
    let mut out = Vec::new();
    for (at, sequence) in &arrivals {
        engine.enqueue(&corpus, *sequence, *at, &mut out);
    }
    assert_eq!(engine.step_end, StepEnd::default());
    let first = engine.step_ends();
    assert!(first > arrivals[2].0, "they come during the step");
    engine.advance(&corpus, first, &mut out);
    let step_end = engine.step_end;
    assert_eq!(
        (step_end.at, step_end.waiting, step_end.running),
        (first, 0, 1)
    );
    assert_eq!((engine.waiting(), engine.running()), (0, 3));
    assert!(step_end.referenced_blocks < engine.pool.referenced());

    let second = engine.step_ends();
    engine.advance(&corpus, second, &mut out);
    assert_eq!((engine.step_end.at, engine.step_end.running), (second, 3));
    engine.advance(&corpus, VirtualTime(u64::MAX - 1), &mut out);
    let (waiting, running) = (engine.step_end.waiting, engine.step_end.running);
    assert_eq!(
        (waiting, running, engine.step_end.referenced_blocks),
        (0, 0, 0)
    );
}

/// Batches of three are collected, and the pool has room for two. What is in it is the batch: the third waits until both of them
/// have ended, also when one has ended and left room.
#[test]
fn a_collected_batch_is_what_fits() {
    let mut corpus = Corpus::default();
    let shapes = [(0, 0, 400, 5), (0, 0, 400, 300), (0, 0, 400, 5)];
    let arrivals = arrivals(&mut corpus, &shapes);
    let gather = Gather {
        most: 3,
        wait: VirtualTime(1_000_000_000),
    };
    let limits = Limits {
        sequences: 8,
        batch_tokens: 2048,
        block_size: 16,
        preallocate: 0,
        whole_prompt: true,
        gather: Some(gather),
        off: Off::default(),
    };
    let mut engine = Engine::new(
        timing(true),
        limits,
        Pool::new(75, false),
        VirtualTime::ZERO,
        true,
    );
    let out = run(&mut engine, &corpus, &arrivals, false);
    let admitted = |request: u32| {
        let mine =
            |it: &&EngineOutput| matches!(it, EngineOutput::Admitted(id, ..) if id.0 == request);
        time_of(out.iter().find(mine).expect("it comes in"))
    };
    let finished = |request: u32| {
        let mine =
            |it: &&EngineOutput| matches!(it, EngineOutput::Finished(id, _) if id.0 == request);
        time_of(out.iter().find(mine).expect("it is answered"))
    };
    assert_eq!(finished(0), finished(1), "a batch is answered together");
    assert!(admitted(1) < finished(0), "two fit");
    assert!(admitted(2) >= finished(1), "the third comes after them");
}

/// Three fit, but their answers do not: the newest is preempted, and comes in again when the first have ended. It is of their batch
/// still, so all three are answered together, and the fourth comes after them, however long it has waited.
#[test]
fn a_member_that_was_preempted_is_answered_with_its_batch() {
    // Whether the first to end leaves room for the third while the second runs, or not.
    for (first, wait_s) in [(150, 1), (300, 1), (300, 1000)] {
        let mut corpus = Corpus::default();
        let shapes = [
            (0, 0, 400, first),
            (0, 0, 400, 300),
            (0, 0, 400, 300),
            (1, 0, 400, 5),
            (1, 0, 400, 5),
            (1, 0, 400, 5),
        ];
        let arrivals = arrivals(&mut corpus, &shapes);
        let limits = Limits {
            sequences: 8,
            batch_tokens: 2048,
            block_size: 16,
            preallocate: 0,
            whole_prompt: true,
            gather: Some(Gather {
                most: 3,
                wait: VirtualTime::from_secs(f64::from(wait_s)),
            }),
            off: Off::default(),
        };
        let pool = Pool::new(100, false);
        let mut engine = Engine::new(timing(true), limits, pool, VirtualTime::ZERO, true);
        let out = run(&mut engine, &corpus, &arrivals, false);
        let time =
            |is: &dyn Fn(&EngineOutput) -> bool| time_of(out.iter().find(|it| is(it)).unwrap());
        let finished = |request: u32| {
            time(&|it| matches!(it, EngineOutput::Finished(id, _) if id.0 == request))
        };
        let admitted = |request: u32| {
            time(&|it| matches!(it, EngineOutput::Admitted(id, ..) if id.0 == request))
        };
        let preempted =
            |it: &&EngineOutput| matches!(it, EngineOutput::Preempted(id, _) if id.0 == 2);
        assert!(
            out.iter().any(|it| preempted(&it)),
            "the third is preempted"
        );
        assert_eq!(finished(0), finished(1));
        assert_eq!(finished(0), finished(2));
        for later in 3..6 {
            assert!(
                admitted(later) >= finished(2),
                "{later} joins no batch that runs"
            );
        }
    }
}

/// Experts spread over eight times the GPUs see eight times the tokens: each GPU reads an eighth of them, and about eight times as
/// many are touched, so a step of one token a rank is not shorter for it.
#[test]
fn spread_experts_see_the_tokens_of_all_ranks() {
    let seconds = |experts_over: u32, tokens: u64| {
        let machine = Machine {
            gpu: gpu("h100").unwrap(),
            llm: model("gpt-oss-120b").unwrap(),
            dtype: Dtype::Bf16,
            kv_dtype: Dtype::Bf16,
            tensor_parallel: 1,
            experts_over,
            cuda_graphs: true,
            older: false,
        };
        let roofline = Roofline::new(machine, Efficiency::ASSUMED, false);
        roofline.seconds_by_size(&Batch {
            sequences: tokens as u32,
            decoding: tokens as u32,
            new_tokens: tokens,
            ..Batch::default()
        })
    };
    assert!(
        seconds(8, 1) > 0.95 * seconds(1, 1),
        "{} {}",
        seconds(8, 1),
        seconds(1, 1)
    );
    // Where all are touched, an eighth is read.
    assert!(
        seconds(8, 64) < seconds(1, 64),
        "{} {}",
        seconds(8, 64),
        seconds(1, 64)
    );
}
