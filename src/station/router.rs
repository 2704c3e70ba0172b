//! The station on the router: one prompt, four replicas, a cost for each; weights to drag and a choice that flips.

use crate::figure::rich::item;
use crate::figure::signal::{parts, text as text_signal, when};
use crate::figure::{
    Chips, CostStrip, CostTable, Late, MOST_ACTIVE, PromptBox, Samples, Sentence, SizeChoice,
    Slider, TokenizerChoice, Tokens, TreePicture, Weigh, blocks, costs, metrics, nodes, second,
    tree, weighed,
};
use crate::shell::keep_steps;
use leptos::prelude::*;
use std::rc::Rc;
use warmpath_view::chips::Prompt;
use warmpath_view::cost::{Flips, flips, waterfall};
use warmpath_view::format;
use warmpath_view::playground::BLOCK_SIZE;
use warmpath_view::playground::samples::{SAMPLES, router, router_with};
use warmpath_view::playground::{LARGEST_WEIGHT, Playground, Scene, Weights};
use warmpath_view::sentences;
use warmpath_view::tree::drawing;

/// The fourth station of the page: one prompt, four replicas, and which of them is chosen.
#[component]
pub fn Router(
    /// The prompt from the address; `None` if it has none.
    typed: Option<String>,
) -> impl IntoView {
    let text = RwSignal::new(typed.unwrap_or_else(|| SAMPLES[0].prompt()));
    let size = RwSignal::new(BLOCK_SIZE);
    let fleet = RwSignal::new(router(BLOCK_SIZE));
    let (overlap, load) = (
        RwSignal::new(Weights::default().overlap),
        RwSignal::new(Weights::default().load),
    );
    let log = RwSignal::new(Vec::<String>::new());
    let tokens = Tokens::words();
    // What the fleet's blocks were cut by: their size, and the number of the reader's choice of a tokenizer.
    let made = StoredValue::new((BLOCK_SIZE, 0));
    Effect::new(move |_| {
        let (now, cutter) = ((size.get(), tokens.choices()), tokens.cutter());
        if made.get_value() != now {
            made.set_value(now);
            // The caches are filled anew, as blocks that are cut otherwise match none of theirs. The active requests stay, which
            // the reader has set.
            fleet.update(|fleet| {
                let active = core::mem::take(&mut fleet.active);
                *fleet = router_with(now.0, cutter);
                fleet.active = active;
            });
        }
    });
    keep_steps(
        "router",
        move || {
            let [overlap, load] = [overlap, load].map(|it| it.get().to_bits());
            let sent = log.read().len();
            let mut rest = format!("{overlap} {load} {} {sent}", size.get());
            for it in &fleet.read().active {
                rest += &format!(" {it}");
            }
            [text.get(), rest]
        },
        move || {
            let (prompt, lines) = (text.get_untracked(), log.get_untracked());
            let weights = [overlap, load].map(|it| it.get_untracked());
            let (of, cut) = (fleet.get_untracked(), made.get_value());
            Rc::new(move || {
                text.set(prompt.clone());
                log.set(lines.clone());
                overlap.set(weights[0]);
                load.set(weights[1]);
                // Caches that another tokenizer has filled meanwhile stay.
                if made.get_value().1 == cut.1 {
                    made.set_value(cut);
                    size.set(cut.0);
                    fleet.set(of.clone());
                } else {
                    fleet.update(|fleet| fleet.active.clone_from(&of.active));
                }
            })
        },
        move |prompt| text.set(prompt),
    );
    let weights = move || Weights {
        overlap: overlap.get(),
        load: load.get(),
    };
    // The block size of the fleet, which is made anew a moment after another size was chosen.
    let cut = Memo::new(move |_| fleet.read().block_size());
    let prompt = Memo::new(move |was: Option<&Prompt>| {
        // A text whose tokens have not arrived yet leaves the scene as it was.
        let read = tokens.read(&text.read(), cut.get());
        read.or_else(|| was.cloned()).unwrap_or_default()
    });
    let scene = Memo::new_with_compare(
        move |_| fleet.read().look_read(prompt.get(), weights()),
        |was, now| was.is_none_or(|was| now.is_none_or(|now| now.differs(was))),
    );
    let cached = Memo::new(move |_| scene.read().reused());
    let along = move |term: &'static str| {
        Memo::new(move |_| flips(&scene.read().decision, term, LARGEST_WEIGHT))
    };
    let (by_overlap, by_load) = (along("prefill_blocks"), along("active"));
    let late = Late::after(move || scene.track());
    let marks = |flips: Memo<Flips>| {
        late.value(move || {
            let flips = flips.get();
            let both = flips.below.into_iter().chain(flips.above);
            both.map(|flip| flip.weight)
                .filter(|weight| *weight > 0.0)
                .collect::<Vec<f64>>()
        })
    };
    let facts = Signal::derive(move || {
        let scene = scene.read();
        format!(
            "{} · {} of {} · {} warm on replica {}",
            format::plural(scene.prompt.tokens.len() as u64, "token"),
            format::blocks(scene.prompt.full_blocks()),
            scene.prompt.block_size,
            scene.reused(),
            scene.decision.replica
        )
    });
    let sentence =
        Signal::derive(move || sentences::choice(&scene.read(), &by_overlap.get(), &by_load.get()));
    let send = move |_| {
        let mut next = fleet.get_untracked();
        let before = next.hit_rate();
        next.weights = untrack(weights);
        next.send_read(prompt.get_untracked());
        let after = next.look_read(prompt.get_untracked(), untrack(weights));
        let entry = sentences::sent(&scene.read_untracked(), &after, &before, &next.hit_rate());
        fleet.set(next);
        log.update(|log| log.insert(0, entry));
    };
    let busier = move |(replica, by): (u32, i32)| {
        fleet.update(|fleet| {
            let active = &mut fleet.active[replica as usize];
            *active = (*active as i32 + by).clamp(0, MOST_ACTIVE) as u32;
        });
    };
    let idle = when(move || fleet.read().active.iter().all(|it| *it == 0));
    let finish = move |_| {
        let replicas = fleet.try_update(Playground::finish_one_each);
        if let Some(replicas) = replicas.filter(|it| !it.is_empty()) {
            log.update(|log| log.insert(0, sentences::finished(&replicas)));
        }
    };
    let json = move || {
        let mut fleet = fleet.get();
        fleet.weights = weights();
        fleet.metrics_json()
    };
    let decision = late.value(move || scene.read().decision.clone());
    let chips = view! { <Chips prompt cached /> };
    let picture =
        view! { <TreePicture nodes=Signal::derive(move || scene.read().nodes.clone()) /> };
    let assumed =
        view! { <p class="soft">{text_signal(move || sentences::assumed(size.get()))}</p> };
    let weigh = view! { <Weigh decision overlap load /> };
    let watched = view! {
        <div class="metrics">
            <div>{parts(move || vec![metrics(&fleet.read())])}</div>
            <p class="soft">{sentences::TARGETS}</p>
            <details class="told">
                <summary>"The same as FakeAI's JSON"</summary>
                <pre class="json" tabindex="0" role="region" aria-label="The metrics as JSON">{text_signal(json)}</pre>
            </details>
        </div>
    };
    view! {
        <PromptBox id="router-prompt" label="Prompt" text facts />
        <Samples text />
        {second(text_signal(move || in_blocks(&scene.read())).into_any(), chips.into_any())}
        {second(text_signal(move || drawing::summary(&scene.read().nodes)).into_any(), picture.into_any())}
        <CostTable scene busier=Callback::new(busier) />
        {second(text_signal(move || sentences::about_assumed(size.get())).into_any(), assumed.into_any())}
        <CostStrip scene />
        <div class="controls">
            <Slider id="overlap-weight" label="overlap weight" value=overlap max=LARGEST_WEIGHT step=0.01 marks=marks(by_overlap) />
            <Slider id="load-weight" label="active weight" value=load max=LARGEST_WEIGHT step=0.01 marks=marks(by_load) />
            <SizeChoice name="router-size" size />
            <TokenizerChoice id="router-tokenizer" tokens stored=true typed=[text, text] />
            <span class="end">
                <button type="button" id="router-finish" disabled=idle on:click=finish>"Finish one on each"</button>
                <button type="button" id="router-send" class="go" on:click=send>"Send"</button>
            </span>
        </div>
        <ol class="log" role="log" aria-label="What was sent" hidden=when(move || log.read().is_empty())>
            {parts(move || log.get().into_iter().map(|line| item(vec![line.into_any()])).collect())}
        </ol>
        // Below the sliders: it grows and shrinks, and what is dragged must stay under the finger.
        <Sentence sentence=sentence live=true />
        {second(text_signal(move || waterfall::about(&decision.read())).into_any(), weigh.into_any())}
        {second(text_signal(move || fleet.read().watched()).into_any(), watched.into_any())}
    }
}

/// The station as it is in the page before any program is loaded.
#[component]
pub fn OpeningRouter() -> impl IntoView {
    let mut fleet = router(BLOCK_SIZE);
    let scene = fleet.look(&SAMPLES[0].prompt());
    let along = |term| flips(&scene.decision, term, LARGEST_WEIGHT);
    let sentence = sentences::choice(&scene, &along("prefill_blocks"), &along("active"));
    let weights = Weights::default();
    let assumed = view! { <p class="soft">{sentences::assumed(BLOCK_SIZE)}</p> };
    let watched = view! {
        <div class="metrics">
            <div>{metrics(&fleet)}</div>
            <p class="soft">{sentences::TARGETS}</p>
            <details class="told">
                <summary>"The same as FakeAI's JSON"</summary>
                <pre class="json">{fleet.metrics_json()}</pre>
            </details>
        </div>
    };
    view! {
        {second(in_blocks(&scene).into_any(), blocks(&scene.prompt, scene.reused(), false))}
        {second(drawing::summary(&scene.nodes).into_any(), tree(&scene.nodes))}
        {costs(&scene)}
        {second(sentences::about_assumed(BLOCK_SIZE).into_any(), assumed.into_any())}
        <p class="say">{nodes(&sentence)}</p>
        {second(waterfall::about(&scene.decision).into_any(), weighed(&scene.decision, (weights.overlap, weights.load)))}
        {second(fleet.watched().into_any(), watched.into_any())}
    }
}

/// The line under which a prompt's blocks are folded away.
fn in_blocks(scene: &Scene) -> String {
    let (full, replica) = (scene.prompt.full_blocks(), scene.decision.replica);
    sentences::in_blocks(full, scene.reused(), Some(replica))
}
