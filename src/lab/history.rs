//! The runs and sweeps so far, a chip each: open one again, name it, hold it beside the last, forget it. They stay for as long as
//! the browser's tab does.

use super::state::Lab;
use crate::dom;
use crate::figure::signal::{parts, text, when};
use crate::figure::{Button, Line, Region};
use crate::worker::Outcome;
use leptos::ev::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;
use warmpath_view::history::{Past, add, asked, read, written};

/// Under which name the tab keeps them.
const KEY: &str = "warmpath.runs";

/// The runs. A copy shares everything.
#[derive(Clone, Copy)]
pub struct History {
    /// All that are kept, the oldest first.
    all: RwSignal<Vec<Past>>,
    /// The number of the run that is shown.
    shown: RwSignal<u32>,
    /// The number of the run whose chip is open; 0: none.
    open: RwSignal<u32>,
    /// The run that the others are held against: its number, and what came of it.
    pub(super) pinned: RwSignal<Option<(u32, Outcome)>>,
    /// The number of a run that is to be held against when it has been computed again; 0: none.
    to_pin: StoredValue<u32>,
}

impl History {
    /// Those that this tab has kept.
    pub(super) fn open() -> Self {
        let kept = storage().and_then(|it| it.get_item(KEY).ok().flatten());
        Self {
            all: RwSignal::new(read(&kept.unwrap_or_default())),
            shown: RwSignal::default(),
            open: RwSignal::default(),
            pinned: RwSignal::new(None),
            to_pin: StoredValue::default(),
        }
    }

    /// A run, or a sweep, has ended.
    pub(super) fn ended(self, outcome: &Outcome) {
        let query = asked(&outcome.query, &outcome.points);
        let mut number = 0;
        self.all
            .update(|all| number = add(all, &query, &outcome.summaries));
        self.keep();
        self.shown.set(number);
        if self.to_pin.get_value() == number {
            self.pinned.set(Some((number, outcome.clone())));
        }
        self.to_pin.set_value(0);
    }

    /// The run that others are held against, unless it is the one that is shown.
    pub(super) fn beside(self) -> Option<(u32, Outcome)> {
        let pinned = self.pinned.get();
        pinned.filter(|it| it.0 != self.shown.get())
    }

    fn keep(self) {
        if let Some(storage) = storage() {
            // Where there is no room they are kept until the page is left.
            let _ = storage.set_item(KEY, &written(&self.all.read_untracked()));
        }
    }

    fn change(self, number: u32, change: impl FnOnce(&mut Past)) {
        self.all.update(|all| {
            if let Some(it) = all.iter_mut().find(|it| it.number == number) {
                change(it);
            }
        });
        self.keep();
    }

    fn forget(self, number: u32) {
        self.all.update(|all| all.retain(|it| it.number != number));
        self.open.set(0);
        if self
            .pinned
            .read_untracked()
            .as_ref()
            .is_some_and(|it| it.0 == number)
        {
            self.pinned.set(None);
        }
        self.keep();
    }
}

/// The tab's storage; none where it is closed.
fn storage() -> Option<web_sys::Storage> {
    dom::window()?.session_storage().ok()?
}

impl Lab {
    /// Computes a run of the history again, and shows it.
    fn reopen(self, number: u32) {
        let all = self.history.all.read_untracked();
        let query = all.iter().find(|it| it.number == number);
        if let Some(query) = query.map(|it| it.query.clone()) {
            drop(all);
            self.replace(&query);
            self.run();
        }
    }

    /// Holds other runs against this one, or none any more.
    fn pin(self, number: u32) {
        let history = self.history;
        let is_pinned = history
            .pinned
            .read_untracked()
            .as_ref()
            .is_some_and(|it| it.0 == number);
        let outcome = self.outcome.get_untracked();
        match outcome.filter(|_| history.shown.get_untracked() == number) {
            _ if is_pinned => history.pinned.set(None),
            Some(outcome) => history.pinned.set(Some((number, outcome))),
            None => {
                history.to_pin.set_value(number);
                return self.reopen(number);
            }
        }
        self.redraw_charts();
    }

    /// Draws the charts anew, since another run is held beside theirs.
    fn redraw_charts(self) {
        let outcome = self.outcome.read_untracked();
        let charts = outcome.as_ref().map(|it| self.charts_now(it));
        if let Some(charts) = charts {
            spawn_local(async move {
                self.draw(charts).await;
            });
        }
    }
}

/// The chips, and what can be done with the one that is open.
#[component]
pub fn Runs(
    /// The laboratory's state, of which every copy is the same.
    lab: Lab,
) -> AnyView {
    let history = lab.history;
    let chips = parts(move || {
        let all = history.all.read();
        let (shown, open) = (history.shown.get(), history.open.get());
        let pinned = history.pinned.read().as_ref().map_or(0, |it| it.0);
        let chip = |it: &Past| chip(history, it, [shown, open, pinned]);
        all.iter().map(chip).collect()
    });
    let number = Memo::new(move |_| history.open.get());
    let inside = parts(move || match number.get() {
        0 => Vec::new(),
        number => vec![tools(lab, number)],
    });
    let none = when(move || history.all.read().is_empty());
    view! {
        <Region class="runs" id="lab-runs" role="group" name=text(|| "Runs so far".to_owned()) hidden=none>
            <div class="run-chips">{chips}</div>
            {inside}
        </Region>
    }
    .into_any()
}

fn chip(history: History, it: &Past, [shown, open, pinned]: [u32; 3]) -> AnyView {
    let number = it.number;
    let toggle = move |()| {
        history
            .open
            .update(|open| *open = if *open == number { 0 } else { number });
    };
    let expanded = (number == open).to_string();
    let class = if number == shown {
        "run-chip now"
    } else {
        "run-chip"
    };
    let pin = if number == pinned { " (baseline)" } else { "" };
    let said = format!("{number}{pin}: {}", it.name);
    let figure = it.figure.clone();
    view! {
        <Button id=format!("lab-run-{number}") class expanded=text(move || expanded.clone()) click=toggle>
            <b>{said}</b>
            " "
            <span class="soft">{figure}</span>
        </Button>
    }
    .into_any()
}

/// What can be done with a run.
fn tools(lab: Lab, number: u32) -> AnyView {
    let history = lab.history;
    let all = history.all.read_untracked();
    let name = all.iter().find(|it| it.number == number);
    let name = name.map_or(String::new(), |it| it.name.clone());
    let rename = move |it: Event| {
        let name = event_target_value(&it).trim().to_owned();
        if !name.is_empty() {
            history.change(number, |past| past.name = name);
        }
    };
    let pin = text(move || {
        let pinned = history.pinned.read().as_ref().map_or(0, |it| it.0);
        match pinned == number {
            true => "No baseline any more",
            false => "Pin as baseline",
        }
        .to_owned()
    });
    let busy = when(move || lab.is_busy());
    let forget = move |()| {
        history.forget(number);
        lab.redraw_charts();
    };
    view! {
        <div class="run-tools">
            <Button id="run-open" disabled=busy click=move |()| lab.reopen(number)>
                "Run it again"
            </Button>
            <Button id="run-pin" disabled=busy click=move |()| lab.pin(number)>
                {pin}
            </Button>
            <label for="run-name">"Name"</label>
            <input type="text" id="run-name" autocomplete="off" value=name on:change=rename />
            <Button id="run-forget" click=forget>
                "Delete"
            </Button>
        </div>
    }
    .into_any()
}

/// What took the place of what somebody had set, and a button that brings that back.
#[component]
pub fn Undo(
    /// The laboratory's state, of which every copy is the same.
    lab: Lab,
) -> AnyView {
    let none = when(move || lab.before.read().is_none());
    let back = move |()| {
        if let Some((query, lists)) = lab.before.get_untracked() {
            lab.replace(&query);
            lab.lists.set(lists);
            lab.before.set(None);
        }
    };
    view! {
        <Line class="soft undo" id="lab-replaced" role="status" hidden=none>
            "Your settings were replaced. "
            <Button id="lab-undo" click=back>
                "Undo"
            </Button>
        </Line>
    }
    .into_any()
}
