//! The numbers in the story's words, compared with the simulator and the published benchmark.
//!
//! The figures are drawn from runs; the words of `index.html` are written by hand, and must say what a run gives today.

use crate::{format, trial};
use warmpath_core::llm::{Dtype, model};
use warmpath_core::metrics::{PLACES, summarise};
use warmpath_core::reference::kubeai::{PUBLISHED, ROWS};
use warmpath_core::request::Chain;
use warmpath_core::scenario::{PRESETS, Scenario, standard};
use warmpath_core::workload::{Named, Workload};

/// The words of the story without markup, separated by single spaces. (Figures are put into the page when it is built.)
fn words() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../index.html");
    let page = std::fs::read_to_string(path).expect("index.html");
    let mut plain = String::new();
    for piece in page.split('<') {
        plain += piece.split_once('>').map_or(piece, |(_, text)| text);
    }
    let plain = plain.replace("&nbsp;", " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn says(words: &str, sentence: &str) {
    // The story has ordinary spaces where figures have narrow ones.
    let sentence: String = sentence
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    assert!(words.contains(&sentence), "the story lacks: {sentence}");
}

fn preset(name: &str) -> Scenario {
    let preset = PRESETS.iter().find(|preset| preset.name == name);
    Scenario::from_query(preset.expect("a preset").query).expect("valid")
}

fn requests(scenario: &Scenario) -> Workload {
    Named::parse(&scenario.workload)
        .expect("a known workload")
        .generate(scenario.block_size, scenario.seed, scenario.requests)
        .expect("generated, or built in")
}

/// The value of a figure under each policy.
fn figures(name: &str, policies: &str, at: usize) -> Vec<f64> {
    let preset = PRESETS.iter().find(|preset| preset.name == name);
    let query = format!("{}&p={policies}", preset.expect("a preset").query);
    let replay = trial::run(&query);
    summarise(replay.scenario(), replay.workload(), replay.runs())
        .iter()
        .map(|summary| summary.values[at])
        .collect()
}

#[test]
fn the_hook_is_the_published_benchmark() {
    let mean = |policy: &str| {
        let row = ROWS.iter().find(|row| row.policy == policy);
        row.expect("a row").measured[4]
    };
    let (without, with) = (mean("least-load"), mean("chwbl"));
    let words = words();
    says(
        &words,
        &format!(
            "after {} ms on average",
            format::count(without.round() as u64)
        ),
    );
    says(
        &words,
        &format!("after {} ms when it went where", with.round()),
    );
    says(
        &words,
        &format!(
            "up to {} requests at once",
            format::count(u64::from(ROWS[0].concurrency))
        ),
    );
    assert!((50.0..60.0).contains(&(without / with)), "fifty times");
}

#[test]
fn what_a_token_takes_is_the_models() {
    let llm = model("llama-3.1-8b").expect("a model");
    let whole = llm.kv_bytes_per_token(Dtype::Bf16) as u64;
    let (words, bytes) = (words(), format::bytes(whole));
    says(&words, &format!("some {bytes} a token"));
    says(
        &words,
        &format!(
            "2 vectors × {} layers × {} heads × {} numbers × {} bytes = {} bytes",
            llm.layers,
            llm.kv_heads,
            llm.head_size,
            Dtype::Bf16.bytes(),
            format::count(whole)
        ),
    );
    assert_eq!(
        (standard::MACHINE.dtype, standard::MACHINE.kv_dtype),
        (Dtype::Fp8, Dtype::Bf16)
    );
}

/// The reason why least-load loses is true: what all prompts hold does not fit into one cache, but an eighth of it does.
#[test]
fn the_benchmarks_prompts_do_not_fit_into_one_cache() {
    let scenario = preset("kubeai-1600");
    let workload = requests(&scenario);
    let corpus = &workload.corpus;
    // Only prompts count: an answer is part of another request's prompt only by chance.
    let mut seen = vec![0u32; corpus.len()];
    for request in &workload.requests {
        let Chain {
            mut leaf,
            mut depth,
        } = request.prompt;
        while depth > 0 {
            let segment = corpus.segment(leaf);
            let here = depth - segment.before;
            let known = &mut seen[leaf.0 as usize];
            *known = here.max(*known);
            (leaf, depth) = (segment.parent, segment.before);
        }
    }
    let blocks: u64 = seen.iter().map(|it| u64::from(*it)).sum();
    let tokens = blocks * u64::from(scenario.block_size);
    let room = scenario.kv_tokens.expect("the preset says it");
    assert!(tokens > room && tokens / 8 < room / 2);
    // Why there is less room than in the figures above.
    let above = u64::from(standard::pool_blocks() * standard::BLOCK_SIZE);
    assert!(room < above && scenario.batch_tokens > standard::BATCH_TOKENS);
    let words = words();
    says(
        &words,
        &format!("hold {} different tokens", format::count(tokens)),
    );
    says(
        &words,
        &format!("with KubeAI's {} tokens", format::count(tokens)),
    );
    says(
        &words,
        &format!(
            "room for some {}. (Above it is {}:",
            format::count(room),
            format::count(above)
        ),
    );
    says(
        &words,
        &format!(
            "a step computes up to {} tokens above, up to {} in the benchmark.",
            format::count(u64::from(standard::BATCH_TOKENS)),
            format::count(u64::from(scenario.batch_tokens))
        ),
    );
}

#[test]
fn where_prefix_routing_does_not_help_is_what_the_presets_say() {
    let words = words();
    let policies = "least-load,chwbl,smart";
    let nothing = figures("unique", policies, PLACES.mean_ttft_ms);
    says(
        &words,
        &format!(
            "chwbl takes {} to the mean first token, least-load {}.",
            format::millis(nothing[1]),
            format::millis(nothing[0])
        ),
    );
    says(
        &words,
        &format!(
            "does not help: {} against {}",
            format::millis(nothing[1]),
            format::millis(nothing[0])
        ),
    );
    let all = figures("shared-system", policies, PLACES.mean_ttft_ms);
    says(
        &words,
        &format!(
            "{} under chwbl, {} under least-load.",
            format::millis(all[1]),
            format::millis(all[0])
        ),
    );
    says(
        &words,
        &format!(
            "the same one of four, and takes {}.",
            format::millis(all[2])
        ),
    );
    let uneven = figures("shared-system", policies, PLACES.imbalance);
    assert!(uneven[2] > 3.99, "all on one of four: {uneven:?}");
}

/// What the story says about the death of replica 1 at 30 s, and its cost under both policies, agrees with the runs of the
/// figure.
#[test]
fn what_happens_when_a_gpu_dies_is_what_the_runs_say() {
    use crate::failure::choice::{Act, Choice};
    use crate::failure::{Failure, whole};
    use warmpath_core::units::VirtualTime;
    let at = VirtualTime::from_secs(30.0);
    let after = |act: Act| {
        let mut choice = Choice::default();
        choice.events.all.clear();
        choice.act(act, 1, at).expect("there is room");
        whole(&choice.query()).expect("valid")
    };
    let life = |failure: &Failure, side: usize| {
        let life = failure.sides[side].with.life();
        life.expect("something happens").clone()
    };
    let words = words();
    let killed = after(Act::Kill);
    let [least, smart] = [0, 1].map(|side| life(&killed, side).sent_to_dead);
    says(
        &words,
        &format!("Least-load sends it {least} attempts, smart {smart}."),
    );
    says(
        &words,
        &format!("the dead replica gets {least} attempts and {smart},"),
    );
    // The replica would be shown as busy if the requests sent to it waited there.
    let hung = after(Act::Hang);
    let least = &hung.sides[0];
    let [without, with] = [&least.without, &least.with].map(|it| format!("{:.1}\u{20}s", it.p95()));
    says(
        &words,
        &format!("All are answered, but its P95 of TTFT rises from {without} to {with}."),
    );
    let hung = life(&hung, 0);
    says(
        &words,
        &format!("keeps away after {} attempts.", hung.sent_to_dead),
    );
    assert!(hung.outcomes[0] == 300 && hung.happenings[0].known_after_s > Some(20.0));
    let drained = after(Act::Drain);
    for side in [0, 1] {
        let figures = life(&drained, side);
        assert!(figures.sent_to_dead == 0 && figures.outcomes[3] > 0);
        assert!(figures.happenings[0].known_after_s < Some(1.0));
    }
    let again = format::count(life(&drained, 1).recomputed_tokens);
    says(
        &words,
        &format!("smart computes {again} prompt tokens again"),
    );
}

/// The story, without the figures that are put in when the page is built, has 1,200 to 2,000 words.
#[test]
fn the_story_is_told_in_1200_to_2000_words() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../index.html");
    let page = std::fs::read_to_string(path).expect("index.html");
    let start = page.find("<div class=\"hook\">").expect("the hook");
    let end = page.find("</main>").expect("the end");
    let story = &page[start..end];
    let mut words = String::new();
    let mut inside = false;
    for c in story.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                words.push(' ');
            }
            c if !inside => words.push(c),
            _ => {}
        }
    }
    let count = words.split_whitespace().count();
    assert!((1_200..=2_000).contains(&count), "{count} words");
}

/// The benchmark is linked at the top and beside the comparison, with `rel="noopener"`, and no other page is linked.
#[test]
fn the_benchmark_is_linked_where_it_is_named() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../index.html");
    let page = std::fs::read_to_string(path).expect("index.html");
    let link = format!("<a href=\"{PUBLISHED}\" rel=\"noopener\">");
    // The links are at the top of the page and beside the reality check.
    assert_eq!(page.matches(&link).count(), 2);
    assert_eq!(page.matches("href=\"http").count(), 2);
}
