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
use warmpath_view::playground::sent::{self, Step};
use warmpath_view::playground::{LARGEST_WEIGHT, Playground, PromptLook, Weights};
use warmpath_view::sentences;
use warmpath_view::tree::drawing;

/// What the station shows and the reader changes.
#[derive(Clone, Copy)]
struct Desk {
    /// The prompt, as it is typed.
    text: RwSignal<String>,
    /// The number of tokens in a block, as it is chosen.
    size: RwSignal<u32>,
    /// What cuts texts into tokens.
    tokens: Tokens,
    /// The four replicas, with what each has cached and how many requests are active on it.
    fleet: RwSignal<Playground>,
    /// What the fleet's blocks were cut by: their size, and the number of the reader's choice of a tokenizer.
    made: StoredValue<(u32, u32)>,
    /// The weight of a block to prefill.
    overlap: RwSignal<f64>,
    /// The weight of an active request.
    load: RwSignal<f64>,
    /// What was sent and finished, the last first.
    log: RwSignal<Vec<String>>,
    /// What was sent and finished since the caches were last filled anew, as a link carries it, the first first.
    sent: RwSignal<Vec<Step>>,
}

impl Desk {
    fn new(text: String) -> Self {
        let weights = Weights::default();
        let desk = Self {
            text: RwSignal::new(text),
            size: RwSignal::new(BLOCK_SIZE),
            tokens: Tokens::words(),
            fleet: RwSignal::new(router(BLOCK_SIZE)),
            made: StoredValue::new((BLOCK_SIZE, 0)),
            overlap: RwSignal::new(weights.overlap),
            load: RwSignal::new(weights.load),
            log: RwSignal::new(Vec::new()),
            sent: RwSignal::new(Vec::new()),
        };
        desk.cut_anew();
        desk.keep_steps();
        desk
    }

    fn weights(self) -> Weights {
        Weights {
            overlap: self.overlap.get(),
            load: self.load.get(),
        }
    }

    /// Fills the caches anew when blocks are cut in another way, as they would match none of what is there. The active requests
    /// stay, which the reader has set.
    fn cut_anew(self) {
        let Self {
            size,
            tokens,
            fleet,
            made,
            sent,
            ..
        } = self;
        Effect::new(move |_| {
            let (now, cutter) = ((size.get(), tokens.choices()), tokens.cutter());
            if made.get_value() != now {
                made.set_value(now);
                sent.set(Vec::new());
                fleet.update(|fleet| {
                    let active = core::mem::take(&mut fleet.active);
                    *fleet = router_with(now.0, cutter);
                    fleet.active = active;
                });
            }
        });
    }

    /// Keeps each change as a step that the reader can go back to.
    fn keep_steps(self) {
        let Self {
            text,
            size,
            fleet,
            made,
            overlap,
            load,
            log,
            sent,
            ..
        } = self;
        keep_steps(
            "router",
            move || {
                let [overlap, load] = [overlap, load].map(|it| it.get().to_bits());
                let count = log.read().len();
                let mut rest = format!("{overlap} {load} {} {count}", size.get());
                for it in &fleet.read().active {
                    rest += &format!(" {it}");
                }
                [text.get(), rest]
            },
            move || {
                let (prompt, lines) = (text.get_untracked(), log.get_untracked());
                let weights = [overlap, load].map(|it| it.get_untracked());
                let (of, cut) = (fleet.get_untracked(), made.get_value());
                let steps = sent.get_untracked();
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
                        sent.set(steps.clone());
                    } else {
                        fleet.update(|fleet| fleet.active.clone_from(&of.active));
                    }
                })
            },
            move |prompt| text.set(prompt),
        );
    }

    /// Sends the prompt, which is stored and counted where it is answered, and says what that changed; `looked` is what it found.
    fn send(self, prompt: Prompt, looked: &PromptLook) {
        let mut next = self.fleet.get_untracked();
        let before = next.hit_rate();
        next.weights = untrack(|| self.weights());
        self.record(Some((next.weights, prompt.text.clone())));
        next.send_read(prompt.clone());
        let after = next.look_read(prompt, next.weights);
        let entry = sentences::sent(looked, &after, &before, &next.hit_rate());
        self.fleet.set(next);
        self.log.update(|log| log.insert(0, entry));
    }

    /// Changes the number of requests active on a replica.
    fn change_active(self, (replica, by): (u32, i32)) {
        self.fleet.update(|fleet| {
            let active = &mut fleet.active[replica as usize];
            *active = (*active as i32 + by).clamp(0, MOST_ACTIVE) as u32;
        });
    }

    /// Finishes a request on each replica that has one.
    fn finish(self) {
        self.record(None);
        let replicas = self.fleet.try_update(Playground::finish_one_each);
        if let Some(replicas) = replicas.filter(|it| !it.is_empty()) {
            self.log
                .update(|log| log.insert(0, sentences::finished(&replicas)));
        }
    }

    /// Keeps a step for a link, before it is done.
    fn record(self, sent: Option<(Weights, String)>) {
        let active = self.fleet.with_untracked(|it| it.active.clone());
        self.sent.update(|all| all.push(Step { active, sent }));
    }

    /// Does from the beginning what a link says was done, as far as the tokens of its prompts are known, and leaves the weights as
    /// they are.
    fn replay(self, text: &str) {
        let weights = untrack(|| self.weights());
        let size = self.size.get_untracked();
        self.fleet
            .set(untrack(|| router_with(size, self.tokens.cutter())));
        self.log.set(Vec::new());
        self.sent.set(Vec::new());
        for step in sent::read(text) {
            self.fleet.update(|fleet| {
                for (now, then) in fleet.active.iter_mut().zip(step.active) {
                    *now = then;
                }
            });
            let Some((weights, prompt)) = step.sent else {
                self.finish();
                continue;
            };
            let Some(prompt) = untrack(|| self.tokens.read(&prompt, size)) else {
                break;
            };
            self.overlap.set(weights.overlap);
            self.load.set(weights.load);
            let fleet = self.fleet.read_untracked();
            let look = fleet.look_read(prompt.clone(), weights);
            drop(fleet);
            self.send(prompt, &look);
        }
        self.overlap.set(weights.overlap);
        self.load.set(weights.load);
    }

    /// The counters of the fleet as FakeAI gives them.
    fn json(self) -> String {
        let mut fleet = self.fleet.get();
        fleet.weights = self.weights();
        fleet.metrics_json()
    }
}

/// The fourth station of the page: one prompt, four replicas, and which of them is chosen.
#[component]
pub fn Router(
    /// The prompt from the address; `None` if it has none.
    typed: Option<String>,
) -> impl IntoView {
    let desk = Desk::new(typed.unwrap_or_else(|| SAMPLES[0].prompt()));
    let Desk {
        text,
        size,
        tokens,
        fleet,
        log,
        ..
    } = desk;
    // The block size of the fleet, which is made anew a moment after another size was chosen.
    let cut = Memo::new(move |_| fleet.read().block_size());
    let prompt = Memo::new(move |was: Option<&Prompt>| {
        // A text whose tokens have not arrived yet leaves the look as it was.
        let read = tokens.read(&text.read(), cut.get());
        read.or_else(|| was.cloned()).unwrap_or_default()
    });
    let look = Memo::new_with_compare(
        move |_| fleet.read().look_read(prompt.get(), desk.weights()),
        |was, now| was.is_none_or(|was| now.is_none_or(|now| now.differs(was))),
    );
    let cached = Memo::new(move |_| look.read().reused());
    let facts = Signal::derive(move || facts(&look.read()));
    // Without a word there is nothing to send.
    let wordless = when(move || text.read().trim().is_empty());
    let idle = when(move || fleet.read().active.iter().all(|it| *it == 0));
    let chips = view! { <Chips prompt cached /> };
    let picture = view! { <TreePicture nodes=Signal::derive(move || look.read().nodes.clone()) /> };
    let assumed =
        view! { <p class="soft">{text_signal(move || sentences::assumed(size.get()))}</p> };
    let (sliders, told) = weighing(desk, look);
    view! {
        <PromptBox id="router-prompt" label="Prompt" text facts />
        // What a shared link says of the prompts that were sent.
        <textarea
            id="router-sent"
            aria-label="What was sent"
            hidden
            prop:value=move || sent::lines(&desk.sent.read())
            on:input=move |event| desk.replay(&event_target_value(&event))
        ></textarea>
        <Samples text />
        {second(text_signal(move || in_blocks(&look.read())).into_any(), chips.into_any())}
        {second(text_signal(move || drawing::summary(&look.read().nodes)).into_any(), picture.into_any())}
        <CostTable look busier=Callback::new(move |by| desk.change_active(by)) />
        {second(text_signal(move || sentences::about_assumed(size.get())).into_any(), assumed.into_any())}
        <CostStrip look />
        <div class="controls">
            {sliders}
            <SizeChoice name="router-size" size />
            <TokenizerChoice id="router-tokenizer" tokens stored=true typed=[text, text] />
            <span class="end">
                <button type="button" id="router-finish" disabled=idle on:click=move |_| desk.finish()>"Finish one on each"</button>
                <button type="button" id="router-send" class="go" disabled=wordless on:click=move |_| desk.send(prompt.get_untracked(), &look.read_untracked())>"Send"</button>
            </span>
        </div>
        <ol class="log" role="log" aria-label="What was sent" hidden=when(move || log.read().is_empty())>
            {parts(move || log.get().into_iter().map(|line| item(vec![line.into_any()])).collect())}
        </ol>
        {told}
        {watched(desk)}
    }
}

/// The sliders of the two weights with the marks where the choice flips, and what is said and drawn of the choice.
fn weighing(desk: Desk, look: Memo<PromptLook>) -> (AnyView, AnyView) {
    let (overlap, load) = (desk.overlap, desk.load);
    let along = move |term: &'static str| {
        Memo::new(move |_| flips(&look.read().decision, term, LARGEST_WEIGHT))
    };
    let (by_overlap, by_load) = (along("prefill_blocks"), along("active"));
    let late = Late::after(move || look.track());
    let marks = |flips: Memo<Flips>| {
        late.value(move || {
            let flips = flips.get();
            let both = flips.below.into_iter().chain(flips.above);
            both.map(|flip| flip.weight)
                .filter(|weight| *weight > 0.0)
                .collect::<Vec<f64>>()
        })
    };
    let sentence =
        Signal::derive(move || sentences::choice(&look.read(), &by_overlap.get(), &by_load.get()));
    let decision = late.value(move || look.read().decision.clone());
    let weigh = view! { <Weigh decision overlap load /> };
    let sliders = view! {
        <Slider id="overlap-weight" label="overlap weight" value=overlap max=LARGEST_WEIGHT step=0.01 marks=marks(by_overlap) />
        <Slider id="load-weight" label="active weight" value=load max=LARGEST_WEIGHT step=0.01 marks=marks(by_load) />
    };
    let told = view! {
        // Below the sliders: it grows and shrinks, and what is dragged must stay under the finger.
        <Sentence sentence=sentence live=true />
        {second(text_signal(move || waterfall::about(&decision.read())).into_any(), weigh.into_any())}
    };
    (sliders.into_any(), told.into_any())
}

/// The counters by which a router is watched.
fn watched(desk: Desk) -> AnyView {
    let fleet = desk.fleet;
    let json = move || desk.json();
    let inside = view! {
        <div class="metrics">
            <div>{parts(move || vec![metrics(&fleet.read())])}</div>
            <p class="soft">{sentences::TARGETS}</p>
            <details class="told">
                <summary>"The same as FakeAI's JSON"</summary>
                <pre class="json" tabindex="0" role="region" aria-label="The metrics as JSON">{text_signal(json)}</pre>
            </details>
        </div>
    };
    second(
        text_signal(move || fleet.read().watched()).into_any(),
        inside.into_any(),
    )
}

/// The facts beside the prompt's name.
fn facts(look: &PromptLook) -> String {
    let tokens = format::plural(look.prompt.tokens.len() as u64, "token");
    let (blocks, size) = (
        format::blocks(look.prompt.full_blocks()),
        look.prompt.block_size,
    );
    let (warm, replica) = (look.reused(), look.decision.replica);
    format!("{tokens} · {blocks}\u{a0}of\u{a0}{size} · {warm} warm on replica {replica}")
}

/// The station as it is in the page before any program is loaded.
#[component]
pub fn OpeningRouter() -> impl IntoView {
    let mut fleet = router(BLOCK_SIZE);
    let look = fleet.look(&SAMPLES[0].prompt());
    let along = |term| flips(&look.decision, term, LARGEST_WEIGHT);
    let sentence = sentences::choice(&look, &along("prefill_blocks"), &along("active"));
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
        {second(in_blocks(&look).into_any(), blocks(&look.prompt, look.reused(), false))}
        {second(drawing::summary(&look.nodes).into_any(), tree(&look.nodes))}
        {costs(&look)}
        {second(sentences::about_assumed(BLOCK_SIZE).into_any(), assumed.into_any())}
        <p class="say">{nodes(&sentence)}</p>
        {second(waterfall::about(&look.decision).into_any(), weighed(&look.decision, (weights.overlap, weights.load)))}
        {second(fleet.watched().into_any(), watched.into_any())}
    }
}

/// The line under which a prompt's blocks are folded away.
fn in_blocks(look: &PromptLook) -> String {
    let (full, replica) = (look.prompt.full_blocks(), look.decision.replica);
    sentences::in_blocks(full, look.reused(), Some(replica))
}
