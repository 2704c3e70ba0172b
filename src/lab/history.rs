//! The runs and sweeps so far, with a chip each: one can be run again, named, pinned as the baseline that others are
//! compared with, and removed. They are kept until the browser's tab is closed.

use super::form::ask;
use super::state::Lab;
use crate::dom;
use crate::figure::signal::{parts, text, when};
use crate::figure::{Button, Line, Region};
use crate::worker::WorkResult;
use leptos::ev::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;
use warmpath_view::form::{Question, Whole};
use warmpath_view::history::{Past, add, asked, difference, figure, read, written};

/// The key under which the tab's storage keeps the runs.
const KEY: &str = "warmpath.runs";

/// The runs so far. Copies share their state.
#[derive(Clone, Copy)]
pub struct History {
    /// All runs that are kept, the oldest first.
    all: RwSignal<Vec<Past>>,
    /// The number of the run whose chip is open; 0 if none is.
    open: RwSignal<u32>,
    /// The run that others are compared with: its number and its outcome.
    pub(super) pinned: RwSignal<Option<(u32, WorkResult)>>,
    /// The canonical query of the run that a link pins, until it is computed or has failed.
    pub(super) wanted: RwSignal<Option<String>>,
    /// The number of the run that is to be pinned once it is computed again; 0 if there is none.
    to_pin: StoredValue<u32>,
}

/// The runs as they were before they were cleared.
#[derive(Clone, Default)]
pub(super) struct ClearedRuns {
    all: Vec<Past>,
    pinned: Option<(u32, WorkResult)>,
}

impl History {
    /// The history with the runs that the tab's storage has.
    pub(super) fn open() -> Self {
        let kept = storage().and_then(|it| it.get_item(KEY).ok().flatten());
        Self {
            all: RwSignal::new(read(&kept.unwrap_or_default(), is_sound)),
            open: RwSignal::default(),
            pinned: RwSignal::new(None),
            wanted: RwSignal::new(None),
            to_pin: StoredValue::default(),
        }
    }

    /// Adds a run, or a sweep, that has ended, and pins it if a link or the reader asked for that. Returns its number.
    pub(super) fn ended(self, outcome: &WorkResult) -> u32 {
        let of = asked(&outcome.query, &outcome.points);
        let query: String = ask(&Question::Join { of });
        let figure = figure(!outcome.points.is_empty(), &outcome.summaries);
        let name = |before: Option<&str>| difference(before.map(whole).as_ref(), &whole(&query));
        let mut number = 0;
        self.all
            .update(|all| number = add(all, &query, figure, name));
        self.keep();
        let linked = self.wanted.read_untracked().as_ref() == Some(&query);
        if linked || self.to_pin.get_value() == number {
            self.pinned.set(Some((number, outcome.clone())));
        }
        self.to_pin.set_value(0);
        number
    }

    /// The scenario of the pinned run as a query, whether it is computed or a link still asks for it. A sweep is left out,
    /// as no link can pin one.
    pub(super) fn pinned_query(self) -> Option<String> {
        let pinned = self.pinned.read();
        let run = pinned.as_ref().filter(|it| it.1.points.is_empty());
        self.wanted.get().or(run.map(|it| it.1.query.clone()))
    }

    /// The pinned run; `None` if it is the one of this number.
    pub(super) fn beside(self, number: u32) -> Option<(u32, WorkResult)> {
        self.pinned.get().filter(|it| it.0 != number)
    }

    /// Whether there is no run.
    pub(super) fn is_empty(self) -> bool {
        self.all.read().is_empty()
    }

    /// Removes all runs, and returns them so that they can be restored.
    pub(super) fn clear(self) -> ClearedRuns {
        let kept = ClearedRuns {
            all: self.all.get_untracked(),
            pinned: self.pinned.get_untracked(),
        };
        self.restore(ClearedRuns::default());
        self.wanted.set(None);
        self.to_pin.set_value(0);
        kept
    }

    /// Restores runs that were removed.
    pub(super) fn restore(self, kept: ClearedRuns) {
        self.open.set(0);
        self.pinned.set(kept.pinned);
        self.all.set(kept.all);
        self.keep();
    }

    /// Writes the runs to the tab's storage.
    fn keep(self) {
        if let Some(storage) = storage() {
            // If the storage is full, the runs are kept until the page is left.
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

/// Whether a query that was kept is still one of a scenario or of a sweep.
fn is_sound(query: &str) -> bool {
    whole(query).wrong.is_empty()
}

/// The query of a scenario or of a sweep, read as a whole.
fn whole(query: &str) -> Whole {
    ask(&Question::Read {
        query: query.to_owned(),
        swept: true,
    })
}

/// The tab's storage; `None` if it is not allowed.
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

    /// Compares other runs with this one, which is run again for that unless it is the one that is shown; if it is the
    /// baseline already, stops comparing.
    fn pin(self, number: u32) {
        let history = self.history;
        let is_pinned = history
            .pinned
            .read_untracked()
            .as_ref()
            .is_some_and(|it| it.0 == number);
        let run = self.results.run.get_untracked();
        match run.filter(|it| it.number == number) {
            _ if is_pinned => history.pinned.set(None),
            Some(run) => history.pinned.set(Some((number, run.outcome))),
            None => {
                history.to_pin.set_value(number);
                return self.reopen(number);
            }
        }
        self.redraw_charts();
    }

    /// Draws the charts again, because the baseline, which is drawn pale below them, may have changed.
    fn redraw_charts(self) {
        let run = self.results.run.read_untracked();
        let charts = run.as_ref().map(|it| self.charts_now(it));
        if let Some(charts) = charts {
            spawn_local(async move {
                self.draw(charts).await;
            });
        }
    }
}

/// The chips of the runs, and the buttons for the one that is open.
#[component]
pub fn Runs(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let history = lab.history;
    let chips = parts(move || {
        let all = history.all.read();
        let (shown, open) = (lab.shown_number(), history.open.get());
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
    let label = format!("{number}{pin}: {}", it.name);
    let figure = it.figure.clone();
    view! {
        <Button id=format!("lab-run-{number}") class expanded=text(move || expanded.clone()) click=toggle>
            <b>{label}</b>
            " "
            <span class="soft">{figure}</span>
        </Button>
    }
    .into_any()
}

/// The buttons for one run.
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

/// A note on settings that were replaced, with a button that restores them.
#[component]
pub fn Undo(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let none = when(move || lab.settings.before.read().is_none());
    let back = move |()| {
        if let Some(now) = lab.settings.before.get_untracked() {
            lab.replace(&now.query);
            lab.settings.lists.set(now.lists);
            lab.settings.before.set(None);
        }
    };
    view! {
        <Line class="soft undo" id="lab-replaced" role="status" hidden=none>
            "What was set before is kept. "
            <Button id="lab-undo" click=back>
                "Undo"
            </Button>
        </Line>
    }
    .into_any()
}
