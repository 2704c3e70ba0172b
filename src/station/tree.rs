//! The station on the tree: what one replica has cached, the path that a second prompt shares with it, and what a small
//! cache evicts.

use crate::figure::signal::text;
use crate::figure::{
    Chips, Late, Notes, PromptBox, Samples, Sentence, SizeChoice, Slider, TokenizerChoice, Tokens,
    TreePicture, indented, nodes, second as folded, tree,
};
use crate::shell::keep_steps;
use leptos::prelude::*;
use std::rc::Rc;
use warmpath_view::chips::{Prompt, change};
use warmpath_view::format;
use warmpath_view::lint::{lint, lint_pair};
use warmpath_view::playground::BLOCK_SIZE;
use warmpath_view::playground::samples::{SAMPLES, TreeHistory, router, stored, tree as tree_of};
use warmpath_view::playground::{Playground, PromptLook};
use warmpath_view::rich::RichText;
use warmpath_view::sentences::{self, Tone};

/// The cache of one replica that has answered the first prompt and others.
#[derive(Clone, Copy)]
struct Cache {
    /// What the support desk was asked before.
    desk: StoredValue<TreeHistory>,
    /// Changes with each cut of these texts, so that what reads the desk, which is no signal, can follow it.
    cut: Memo<u32>,
    /// The prompt that was asked first.
    first: Memo<Prompt>,
    /// The numbers of the stored prompts that the reader has taken out.
    without: RwSignal<Vec<usize>>,
    /// The replica with room for all, and how many blocks it evicted.
    roomy: Memo<(Playground, u32)>,
    /// The number of blocks that are stored if there is room for all; the slider ends there, where nothing is evicted.
    all: Memo<f64>,
    /// Where the slider stands \[blocks\].
    room: RwSignal<f64>,
    /// The number of blocks that there is room for; `None` if there is room for all.
    capacity: Memo<Option<u32>>,
    /// The replica with less room, and how many blocks it evicted; `None` if there is room for all.
    small: Memo<Option<(Playground, u32)>>,
}

impl Cache {
    fn new(size: RwSignal<u32>, tokens: Tokens, text: RwSignal<String>) -> Self {
        let desk = StoredValue::new(TreeHistory::new(BLOCK_SIZE));
        let cut = Memo::new(move |was: Option<&u32>| {
            let (size, cutter) = (size.get(), tokens.cutter());
            desk.set_value(TreeHistory::with(size, cutter));
            was.map_or(0, |was| was + 1)
        });
        let first = Memo::new(move |was| read(tokens, text, size, cut, was));
        let without = RwSignal::new(Vec::<usize>::new());
        let answer =
            move |room| desk.with_value(|desk| desk.answer(room, first.get(), &without.read()));
        // Two such replicas cannot be compared, so each counts as a change.
        let roomy = Memo::new_with_compare(move |_| answer(None), |_, _| true);
        let all = Memo::new(move |_| roomy.read().0.held(0) as f64);
        let room = RwSignal::new(f64::INFINITY);
        // If the reader left the slider at its end there is always room for all, however long the prompt becomes.
        Effect::new(move |before: Option<f64>| {
            let (all, room_now) = (all.get(), room.get_untracked());
            if room_now > all || before == Some(room_now) {
                room.set(all);
            }
            all
        });
        let capacity = Memo::new(move |_| (room.get() < all.get()).then(|| room.get() as u32));
        let small = Memo::new_with_compare(
            move |_| capacity.get().map(|room| answer(Some(room))),
            |_, _| true,
        );
        Self {
            desk,
            cut,
            first,
            without,
            roomy,
            all,
            room,
            capacity,
            small,
        }
    }

    /// What a prompt finds there.
    fn look(self, prompt: Prompt) -> PromptLook {
        let (small, roomy) = (self.small.read(), self.roomy.read());
        let fleet = small.as_ref().map_or(&roomy.0, |small| &small.0);
        fleet.look_read(prompt, fleet.weights)
    }

    /// Where the first prompt stands among those that were asked, and what is left of it.
    fn facts_of_first(self) -> String {
        let others = stored().count() - self.without.read().len();
        let first = self.first.read();
        let held = self
            .small
            .read()
            .as_ref()
            .map(|(fleet, _)| fleet.holds(0, &first));
        let evicted = first.full_blocks() - held.unwrap_or(first.full_blocks());
        sentences::place_of_first(first.full_blocks(), others, evicted)
    }

    /// What the second prompt finds, and why.
    fn verdict(self, look: &PromptLook) -> RichText {
        let mut sentence = sentences::reuse(&look.prompt, look.deepest(), self.capacity.get());
        let own = change(&self.first.read(), &look.prompt).kept;
        sentence.extend(sentences::by_others(own, look.deepest()).map(|it| (Tone::Plain, it)));
        let evicted = self.small.read().as_ref().map_or(0, |small| small.1);
        let room = self.capacity.get().unwrap_or(0);
        sentence.extend(sentences::evictions(evicted, room).into_iter().flatten());
        sentence
    }

    /// The room that the slider is set to, in words.
    fn room_in_words(self) -> String {
        // First `all`, on which `capacity` depends: of what an effect reads, the signals overlook a memo that changes while another, read
        // before it, is found to be as it was.
        let all = self.all.get();
        match self.capacity.get() {
            None => format!("all {}", format::blocks(all as u32)),
            Some(n) => format::blocks(n),
        }
    }

    /// Keeps each change of the cache and of the two prompts as a step that the reader can go back to.
    fn keep_steps(self, size: RwSignal<u32>, [first, second]: [RwSignal<String>; 2]) {
        let Self {
            without,
            capacity,
            room,
            all,
            ..
        } = self;
        keep_steps(
            "tree",
            move || {
                let [size, room] =
                    [Some(size.get()), capacity.get()].map(Option::unwrap_or_default);
                let mut rest = format!("{size} {room} ");
                for it in without.read().iter() {
                    rest += &format!("{it} ");
                }
                [second.get(), rest + &first.read()]
            },
            move || {
                let [one, two] = [first, second].map(|it| it.get_untracked());
                let (cut, gone) = (size.get_untracked(), without.get_untracked());
                let small = capacity.get_untracked();
                Rc::new(move || {
                    size.set(cut);
                    first.set(one.clone());
                    second.set(two.clone());
                    without.set(gone.clone());
                    room.set(small.map_or_else(|| all.get_untracked(), f64::from));
                })
            },
            move |prompt| second.set(prompt),
        );
    }
}

/// A text as a prompt. One whose tokens have not arrived yet leaves the prompt as it was.
fn read(
    tokens: Tokens,
    text: RwSignal<String>,
    size: RwSignal<u32>,
    cut: Memo<u32>,
    was: Option<&Prompt>,
) -> Prompt {
    let _ = cut.get();
    let read = tokens.read(&text.read(), size.get());
    read.or_else(|| was.cloned()).unwrap_or_default()
}

/// The third station of the page: two prompts and the tree of what is cached.
#[component]
pub fn Tree(
    /// The second prompt from the address; `None` if it has none.
    typed: Option<String>,
) -> impl IntoView {
    let first = RwSignal::new(SAMPLES[1].prompt());
    let second = RwSignal::new(typed.unwrap_or_else(|| SAMPLES[0].prompt()));
    let size = RwSignal::new(BLOCK_SIZE);
    let tokens = Tokens::words();
    let cache = Cache::new(size, tokens, first);
    let now = Memo::new(move |was| read(tokens, second, size, cache.cut, was));
    let look = Memo::new_with_compare(
        move |_| cache.look(now.get()),
        |was, now| was.is_none_or(|was| now.is_none_or(|now| now.differs(was))),
    );
    cache.keep_steps(size, [first, second]);

    // The sentences on the figure come after the paint that shows the letter just typed.
    let late = Late::after(move || {
        now.track();
        cache.small.track();
        look.track();
    });
    // First where the two prompts differ, then notes on the second one alone.
    let odd = late.value(move || {
        let now = now.read();
        let mut notes: Vec<_> = lint_pair(&cache.first.read(), &now).into_iter().collect();
        notes.extend(lint(&now));
        notes
    });
    let notes = Memo::new(move |_| odd.get());
    let cached = Memo::new(move |_| look.read().deepest());
    let facts = Signal::derive(move || {
        let look = look.read();
        format!(
            "{} · {} reused",
            format::blocks(look.prompt.full_blocks()),
            look.deepest()
        )
    });
    let first_facts = Signal::derive(move || cache.facts_of_first());
    let verdict = late.value(move || cache.verdict(&look.read()));
    let shown = Signal::derive(move || cache.room_in_words());
    let (without, room, all) = (cache.without, cache.room, cache.all);
    let others = text(move || sentences::others(stored().count(), without.read().len()));
    let reused = text(move || {
        let look = look.read();
        sentences::in_blocks(look.prompt.full_blocks(), look.deepest(), None)
    });
    let list = stored_list(cache.desk, cache.cut, without).into_any();
    let chips = view! {
        <Chips prompt=now cached notes />
        <Notes notes=notes.into() />
    };
    view! {
        <div class="pair">
            <PromptBox id="tree-first" label="Asked first" text=first facts=first_facts />
            <PromptBox id="tree-second" label="Asked now" text=second facts />
        </div>
        {folded(others.into_any(), list)}
        <Samples text=second />
        {folded(reused.into_any(), chips.into_any())}
        <TreePicture nodes=Signal::derive(move || look.read().nodes.clone()) />
        <Sentence sentence=verdict live=true />
        <div class="controls">
            <Slider id="tree-room" label="room in the cache" value=room max=all step=1.0 shown />
            <TokenizerChoice id="tree-tokenizer" tokens stored=true typed=[first, second] />
            <span class="end"><SizeChoice name="tree-size" size /></span>
        </div>
    }
}

/// The list of what is stored besides the first prompt: the length of each text, and buttons that remove or restore it.
fn stored_list(
    desk: StoredValue<TreeHistory>,
    cut: Memo<u32>,
    without: RwSignal<Vec<usize>>,
) -> impl IntoView {
    let lengths = Memo::new(move |_| {
        let _ = cut.get();
        desk.with_value(TreeHistory::lengths)
    });
    let item = move |(at, text): (usize, &'static str)| {
        let toggle = move |_| {
            without.update(|without| {
                let before = without.len();
                without.retain(|it| *it != at);
                if without.len() == before {
                    without.push(at);
                }
            });
        };
        let length = move || lengths.read().get(at).copied().map(format::blocks);
        view! {
            <label>
                <input type="checkbox" prop:checked=true on:change=toggle />
                <span>{text.strip_prefix("Customer: ").unwrap_or(text)}</span>
                " "
                <small>{length}</small>
            </label>
        }
    };
    view! {
        <div class="sheet">
            <fieldset class="stored">
                <legend>"Asked in between, after the same system prompt"</legend>
                {stored().enumerate().map(item).collect_view()}
            </fieldset>
        </div>
    }
}

/// What the first sample prompt finds in the page's first figures: in the tree of `one` replica, or else of four.
fn opening(one: bool) -> PromptLook {
    let text = SAMPLES[0].prompt();
    match one {
        true => tree_of(BLOCK_SIZE, None, &SAMPLES[1].prompt())
            .0
            .look(&text),
        false => router(BLOCK_SIZE).look(&text),
    }
}

/// The station as it is in the page before any program is loaded.
#[component]
pub fn OpeningTree() -> impl IntoView {
    let look = opening(true);
    view! {
        <p class="typed">{look.prompt.text.clone()}</p>
        {tree(&look.nodes)}
        <p class="say">{nodes(&sentences::reuse(&look.prompt, look.deepest(), None))}</p>
    }
}

/// The path of the page's opening question in the tree, as an indented list.
#[component]
pub fn Hero() -> impl IntoView {
    let look = opening(false);
    view! {
        {indented(&look.nodes)}
        <p class="say">{nodes(&sentences::reuse(&look.prompt, look.deepest(), None))} {sentences::warmest(&look)}</p>
        <p class="soft">{sentences::lengths(&look)}</p>
    }
}
