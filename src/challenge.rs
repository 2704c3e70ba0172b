//! The cards of the challenges, and the challenge that is being tried beside the laboratory. The laboratory's last run
//! decides whether a card is solved.

use crate::dom;
use crate::figure::signal::{follow, parts, text, when};
use crate::lab::Lab;
use crate::lab::form::ask;
use crate::lab::work::Status;
use crate::shell;
use crate::worker::WorkResult;
use leptos::ev::Custom;
use leptos::prelude::*;
use warmpath_view::challenge::{CHALLENGES, Challenge, ChallengeResult, judge, standing};
use warmpath_view::form::Question;
use warmpath_view::format;
use web_sys::Event;

/// The events by which the button behind the cards (`reset.mjs`) asks for a reset, and for undoing it.
const RESET: &str = "warmpath-challenges-reset";
const RESTORE: &str = "warmpath-challenges-restore";

/// The key under which the browser stores the ids of solved challenges, separated by commas.
const KEY: &str = "warmpath.solved";

/// Which challenge is being tried and which were solved. Copies share their state.
#[derive(Clone, Copy)]
pub struct ChallengeState {
    lab: Lab,
    /// The challenge that is being tried: the one whose start was last put into the laboratory. `None` if there was none, or if
    /// the reader has put it away.
    tried: RwSignal<Option<&'static Challenge>>,
    /// Whether nothing has been run since the challenge was begun, so that the last run is no attempt at it.
    fresh: RwSignal<bool>,
    solved: RwSignal<Vec<&'static str>>,
    /// The verdict on the laboratory's last run for each challenge, in their order; empty before a run.
    verdicts: RwSignal<Vec<ChallengeResult>>,
}

impl ChallengeState {
    /// The state with the challenges that the browser remembers as solved.
    pub fn new(lab: Lab) -> Self {
        let before = dom::remembered(KEY).unwrap_or_default();
        let known = CHALLENGES.iter().map(|it| it.id);
        let solved = known.filter(|id| before.split(',').any(|it| it == *id));
        let state = Self {
            lab,
            tried: RwSignal::new(None),
            fresh: RwSignal::new(false),
            solved: RwSignal::new(solved.collect()),
            verdicts: RwSignal::new(Vec::new()),
        };
        follow(move || {
            let run = lab.results.run.read();
            let verdicts = run.as_ref().map(|it| judged(&it.outcome));
            let verdicts = verdicts.unwrap_or_default();
            drop(run);
            state.fresh.set(false);
            state.remember_solved(&verdicts);
            state.verdicts.set(verdicts);
        });
        state.listen();
        state
    }

    /// Tells the reset button whether there is anything to reset (`data-touched`), and does what the button asks for. After a reset no
    /// challenge is being tried, and none counts as solved.
    fn listen(self) {
        follow(move || {
            let touched = self.tried.read().is_some() || !self.solved.read().is_empty();
            if let Some(figure) = dom::by_id("figure-challenges") {
                let _ = figure.toggle_attribute_with_force("data-touched", touched);
            }
        });
        let before = StoredValue::new(None);
        let set = move |(tried, solved): (Option<&'static Challenge>, Vec<&'static str>)| {
            let kept = solved.join(",");
            dom::remember(KEY, (!kept.is_empty()).then_some(kept.as_str()));
            self.tried.set(tried);
            self.solved.set(solved);
        };
        window_event_listener(Custom::<Event>::new(RESET), move |_| {
            before.set_value(Some((
                self.tried.get_untracked(),
                self.solved.get_untracked(),
            )));
            set((None, Vec::new()));
        });
        window_event_listener(Custom::<Event>::new(RESTORE), move |_| {
            if let Some(before) = before.try_update_value(Option::take).flatten() {
                set(before);
            }
        });
    }

    /// Stores the challenges that a run has solved for the first time.
    fn remember_solved(self, verdicts: &[ChallengeResult]) {
        for (challenge, verdict) in CHALLENGES.iter().zip(verdicts) {
            if verdict.solved && !self.solved.read_untracked().contains(&challenge.id) {
                self.solved.update(|solved| solved.push(challenge.id));
                dom::remember(KEY, Some(&self.solved.read_untracked().join(",")));
            }
        }
    }

    /// The verdict on the last attempt at the challenge that is being tried; `None` if nothing was run since it was begun.
    fn last_attempt(self) -> Option<ChallengeResult> {
        let tried = self.tried.get().filter(|_| !self.fresh.get())?;
        let at = CHALLENGES.iter().position(|it| it.id == tried.id)?;
        self.verdicts.read().get(at).cloned()
    }

    /// The verdict to be shown on a card; `None` unless its challenge is being tried.
    fn of_card(self, challenge: &Challenge) -> Option<ChallengeResult> {
        let mine = self.tried.get().is_some_and(|it| it.id == challenge.id);
        mine.then(|| self.last_attempt()).flatten()
    }

    /// Whether a challenge is being tried.
    pub fn is_trying(self) -> bool {
        self.tried.with_untracked(Option::is_some)
    }

    fn is_solved(self, challenge: &Challenge) -> bool {
        self.solved.read().contains(&challenge.id)
    }

    fn start(self, challenge: &'static Challenge) {
        let lab = self.lab;
        // A run that is still under way is of another scenario, so it is stopped.
        if matches!(*lab.work.status.read_untracked(), Status::Busy { .. }) {
            lab.stop();
        }
        shell::go_to("lab");
        lab.replace(challenge.start);
        self.fresh.set(true);
        self.tried.set(Some(challenge));
        // Run gets the focus, so that the next key press starts it.
        if let Some(run) = dom::by_id("lab-run") {
            let _ = run.focus();
        }
    }
}

/// The verdict on a run for each of the challenges, in their order.
fn judged(outcome: &WorkResult) -> Vec<ChallengeResult> {
    let facts = outcome.facts();
    let differs: Vec<Vec<String>> = ask(&Question::Differ {
        from: CHALLENGES.iter().map(|it| it.start.to_owned()).collect(),
        query: outcome.query.clone(),
    });
    let each = CHALLENGES.iter().zip(&differs);
    each.map(|(it, differs)| judge(it, &facts, &outcome.summaries, differs))
        .collect()
}

/// All challenges as cards, each with its start, its task and whether it is solved.
#[component]
pub fn Cards(
    /// Which challenge is being tried and which were solved.
    state: ChallengeState,
) -> impl IntoView {
    let card = move |(at, challenge): (usize, &'static Challenge)| {
        let solved = move || state.is_solved(challenge);
        view! {
            <li class="card dare" class:done=when(solved) id=format!("dare-{}", challenge.id)>
                <p class="which">
                    <span class="state">{text(move || if solved() { "Solved" } else { "Not solved yet" }.to_owned())}</span>
                    " "
                    <span class="soft">{number(at)}</span>
                </p>
                <div>{words(challenge)}</div>
                <Conditions verdict=Signal::derive(move || state.of_card(challenge)) />
                <button type="button" data-challenge=challenge.id on:click=move |_| state.start(challenge)>
                    "Set the lab to its start"
                </button>
            </li>
        }
    };
    view! {
        {swipe_hint()}
        <ol class="dares">{CHALLENGES.iter().enumerate().map(card).collect_view()}</ol>
    }
}

/// The hint above the cards, which the style sheets show where the cards stand in a row that is wider than the window.
fn swipe_hint() -> AnyView {
    let count = format::plural(CHALLENGES.len() as u64, "card");
    view! { <p class="swipe">{count}" in a row: swipe sideways for the next"</p> }.into_any()
}

/// The number of a card and how many there are; `at` is its place, from 0.
fn number(at: usize) -> String {
    format!("{}\u{a0}of\u{a0}{}", at + 1, CHALLENGES.len())
}

/// The cards as they are in the page before any program is loaded.
#[component]
pub fn OpeningCards() -> impl IntoView {
    let card = |(at, challenge)| view! { <li class="card dare"><p class="which"><span class="soft">{number(at)}</span></p>{words(challenge)}</li> };
    view! {
        {swipe_hint()}
        <ol class="dares">{CHALLENGES.iter().enumerate().map(card).collect_view()}</ol>
    }
}

/// The title and goal of a challenge, and folded away why its limit is as it is, and a hint.
fn words(challenge: &'static Challenge) -> AnyView {
    view! {
        <h3>{challenge.title}</h3>
        <p>{challenge.goal}</p>
        <details>
            <summary>"Why this limit, and three hints"</summary>
            <p>{challenge.limit}</p>
            {hints(&challenge.hints, 1)}
        </details>
    }
    .into_any()
}

/// The hints from this one on, each folded away in the one before it.
fn hints(all: &'static [&'static str], number: usize) -> AnyView {
    let Some((first, rest)) = all.split_first() else {
        return ().into_any();
    };
    let line = match rest.is_empty() {
        true => format!("Hint {number}, which names a solution"),
        false => format!("Hint {number}"),
    };
    view! {
        <details>
            <summary>{line}</summary>
            <p>{*first}</p>
            {hints(rest, number + 1)}
        </details>
    }
    .into_any()
}

/// The challenge that is being tried, above the Run button; empty if there is none.
#[component]
pub fn Tried(
    /// Which challenge is being tried and which were solved.
    state: ChallengeState,
) -> impl IntoView {
    let of = move |part: fn(&Challenge) -> &'static str| {
        text(move || state.tried.get().map(part).unwrap_or_default().to_owned())
    };
    let verdict = Signal::derive(move || state.last_attempt());
    view! {
        <div class="tried" role="group" aria-label="The challenge that is tried" hidden=when(move || state.tried.get().is_none())>
            <details>
                <summary>{of(|it| it.title)}</summary>
                <p class="words">{of(|it| it.goal)}</p>
                <p class="ways">
                    <a href="#challenges">"All challenges"</a>
                    <button type="button" class="small" on:click=move |_| state.tried.set(None)>"Put it away"</button>
                </p>
            </details>
            <Conditions verdict />
            <p class="state" role="status">{text(move || standing(verdict.read().as_ref()).to_owned())}</p>
        </div>
    }
}

/// The conditions of a challenge at the laboratory's last run, each with a mark that does not rely on colour; empty before
/// a run.
#[component]
fn Conditions(
    /// The verdict on the last run.
    verdict: Signal<Option<ChallengeResult>>,
) -> impl IntoView {
    let item = |it: warmpath_view::challenge::Condition| {
        let (class, mark, words) = match it.met {
            true => ("near", "✓", "met: "),
            false => ("open", "·", "not met: "),
        };
        view! {
            <li class=class>
                <i aria-hidden="true">{mark}</i>
                <span><span class="unseen">{words}</span>{it.text}</span>
            </li>
        }
        .into_any()
    };
    let items = move || {
        let all = verdict.get().map(|it| it.conditions).unwrap_or_default();
        all.into_iter().map(item).collect::<Vec<_>>()
    };
    view! { <ul class="conditions" hidden=when(move || verdict.read().is_none())>{parts(items)}</ul> }
}
