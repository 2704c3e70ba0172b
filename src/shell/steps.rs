//! Steps at a station that going back undoes: a sample that was chosen, a prompt that was sent, a field that was left.
//!
//! The browser's history gets an entry when the reader begins to change something, and none for what they go on typing. The
//! entry's state has the number of the step; how to restore the station at that step is kept here until the page is left. Of an
//! entry of an earlier visit only the prompt can be restored, which its address has.

use super::on_travel;
use crate::address::{self, Address};
use crate::figure::signal::follow;
use crate::{dom, mount};
use core::cell::{Cell, RefCell};
use core::time::Duration;
use js_sys::{Object, Reflect};
use leptos::prelude::*;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::History;

/// How long the address waits for further keystrokes.
const STILL: Duration = Duration::from_millis(250);
/// The number of steps that are kept.
const MOST: usize = 64;
/// The key of an entry's state under which the numbers of its steps are, by station.
const STEPS: &str = "steps";
/// The attribute that a figure has while it is being set to what a link says; such changes are no steps of the reader's.
const RESTORING: &str = "data-restoring";

/// A state of the station that going back can restore.
struct Step {
    /// The number of the step, which the history's entries refer to. Numbers begin at the time of the visit, so that those of
    /// different visits differ.
    id: f64,
    /// The prompt for the address, and a text of all else by which two states differ.
    key: [String; 2],
    restore: Rc<dyn Fn()>,
}

/// The steps of one station.
struct Steps {
    station: &'static str,
    /// The key of the present state.
    now: Box<dyn Fn() -> [String; 2]>,
    /// Makes a function that restores the present state.
    save: Box<dyn Fn() -> Rc<dyn Fn()>>,
    /// Sets the prompt that an address brings.
    put: Box<dyn Fn(String)>,
    kept: RefCell<VecDeque<Step>>,
    /// The number of the step that is shown.
    at: Cell<f64>,
    next: Cell<f64>,
    /// Whether the reader is still at the change that the history's entry was made for, so that further changes belong to it.
    open: Cell<bool>,
    /// Whether the next change is the effect of going back or forward.
    travelled: Cell<bool>,
    /// The timer until the reader has paused, and the fragment when it was set.
    waiting: Cell<Option<TimeoutHandle>>,
    hash: RefCell<String>,
    /// The timer until what a click or a control that was left has caused is there, and the change is over.
    ending: Cell<Option<TimeoutHandle>>,
}

/// Keeps a station's steps in the history, and its prompt in the address. `now` gives the key of the present state (the prompt, and a
/// text of all else by which two states differ) and is called again whenever a signal that it reads changes. `save` makes a function
/// that restores the present state, and `put` sets the prompt of an address.
pub fn keep_steps(
    station: &'static str,
    now: impl Fn() -> [String; 2] + 'static,
    save: impl Fn() -> Rc<dyn Fn()> + 'static,
    put: impl Fn(String) + 'static,
) {
    let first = js_sys::Date::now();
    let steps = Rc::new(Steps {
        station,
        now: Box::new(now),
        save: Box::new(save),
        put: Box::new(put),
        kept: RefCell::default(),
        at: Cell::new(first),
        next: Cell::new(first),
        open: Cell::new(false),
        travelled: Cell::new(false),
        waiting: Cell::new(None),
        hash: RefCell::default(),
        ending: Cell::new(None),
    });
    steps.keep();
    let followed = Rc::clone(&steps);
    let ran = Cell::new(false);
    follow(move || {
        let _ = (followed.now)();
        if ran.replace(true) {
            followed.wait();
        }
    });
    // A change is over once a control is left or a button is pressed, in this station or anywhere. What was typed is looked at before
    // the button acts, or both would be one step; and what is typed begins only after what the click before it has caused is looked at.
    for event in ["change", "click", "input"] {
        let typed = event == "input";
        let before = Rc::clone(&steps);
        let before = Closure::<dyn Fn()>::new(move || {
            if !typed || before.is_ending() {
                before.end();
            }
        });
        if let Some(window) = dom::window() {
            let heard = before.as_ref().unchecked_ref();
            let _ = window.add_event_listener_with_callback_and_bool(event, heard, true);
            mount::on_leave(move || {
                let heard = before.as_ref().unchecked_ref();
                let _ = window.remove_event_listener_with_callback_and_bool(event, heard, true);
            });
        }
        if typed {
            continue;
        }
        let steps = Rc::clone(&steps);
        let done = window_event_listener_untyped(event, move |_| {
            let ended = Rc::clone(&steps);
            // In a later turn, because only then have the signals been set and their effects run.
            let ending = set_timeout_with_handle(move || ended.end(), Duration::ZERO);
            if let Some(earlier) = steps.ending.replace(ending.ok()) {
                earlier.clear();
            }
        });
        mount::on_leave(move || done.remove());
    }
    on_travel(move |address| steps.travel(address.prompt_for(steps.station)));
}

impl Steps {
    /// Keeps the present state as a step of its own.
    fn keep(&self) {
        let id = self.next.get();
        self.next.set(id + 1.0);
        self.at.set(id);
        let mut kept = self.kept.borrow_mut();
        kept.push_back(Step {
            id,
            key: untrack(&self.now),
            restore: (self.save)(),
        });
        if kept.len() > MOST {
            kept.pop_front();
        }
    }

    /// Looks at the station, and ends the change that the reader was at.
    fn end(&self) {
        if let Some(ending) = self.ending.take() {
            ending.clear();
        }
        self.look();
        self.open.set(false);
    }

    /// Whether the end of a change is still to come.
    fn is_ending(&self) -> bool {
        let ending = self.ending.take();
        self.ending.set(ending);
        ending.is_some()
    }

    /// Looks at the station once the reader has paused.
    fn wait(self: &Rc<Self>) {
        if let Some(waiting) = self.waiting.take() {
            waiting.clear();
        }
        self.hash.replace(hash());
        let steps = Rc::clone(self);
        let waiting = set_timeout_with_handle(move || steps.look(), STILL);
        self.waiting.set(waiting.ok());
    }

    /// Puts what has changed since the last step into the history.
    fn look(&self) {
        let waited = self.waiting.take();
        if let Some(waiting) = waited {
            waiting.clear();
        }
        let now = untrack(&self.now);
        let before = self.shown().unwrap_or_default();
        let travelled = self.travelled.replace(false);
        if now == before {
            return;
        }
        let Some(history) = dom::window().and_then(|window| window.history().ok()) else {
            return;
        };
        // If the address has changed meanwhile, it is another figure's now.
        let moved = waited.is_some() && *self.hash.borrow() != hash();
        let fragment = address::fragment(self.station, &now[0]);
        // What a figure is set to again, that the address does not name, is not where the reader is.
        let elsewhere = self.is_restored() && Address::here().station != self.station;
        let url = (now[0] != before[0] && !travelled && !moved && !elsewhere).then_some(fragment);
        if travelled || moved || self.open.get() || self.is_restored() {
            // The step that is shown is replaced by one of the present state.
            self.kept.borrow_mut().retain(|it| it.id != self.at.get());
            self.keep();
            self.mark(&history, url.as_deref(), false);
        } else {
            // The entry that is left gets the number of its step, in case it has none yet.
            self.mark(&history, None, false);
            self.keep();
            self.mark(&history, url.as_deref(), true);
            self.open.set(true);
        }
    }

    /// The key of the step that is shown; `None` if it is no longer among the [`MOST`] that are kept.
    fn shown(&self) -> Option<[String; 2]> {
        let kept = self.kept.borrow();
        let shown = kept.iter().find(|it| it.id == self.at.get());
        shown.map(|it| it.key.clone())
    }

    /// Writes the step that is shown into the history's entry, or into a new one.
    fn mark(&self, history: &History, url: Option<&str>, new: bool) {
        // The reader's place on the page, which `place.mjs` keeps in the state, is kept.
        let state = copy(&history.state().unwrap_or_default());
        let steps = Reflect::get(&state, &STEPS.into()).unwrap_or_default();
        let steps = copy(&steps);
        // Setting fails only for what is no object; browsers refuse entries that come too often, and the next step tries again.
        let _ = Reflect::set(&steps, &self.station.into(), &self.at.get().into());
        let _ = Reflect::set(&state, &STEPS.into(), &steps);
        let _ = match new {
            true => history.push_state_with_url(&state, "", url),
            false => history.replace_state_with_url(&state, "", url),
        };
    }

    /// Whether the figure is being set to what a link says.
    fn is_restored(&self) -> bool {
        let figure = dom::by_id(&format!("figure-{}", self.station));
        figure.is_some_and(|it| it.has_attribute(RESTORING))
    }

    /// Brings back the state that the history's entry names, or the prompt of its address.
    fn travel(self: &Rc<Self>, prompt: Option<String>) {
        let state = dom::window().and_then(|window| window.history().ok()?.state().ok());
        let steps = state.and_then(|it| Reflect::get(&it, &STEPS.into()).ok());
        let id = steps.and_then(|it| Reflect::get(&it, &self.station.into()).ok()?.as_f64());
        let known = |it: &&Step| Some(it.id) == id;
        let kept = self.kept.borrow();
        let restore = kept.iter().find(known).map(|it| Rc::clone(&it.restore));
        drop(kept);
        match (restore, id, prompt) {
            (_, Some(id), _) if id == self.at.get() => return,
            (Some(restore), Some(id), _) => {
                self.at.set(id);
                restore();
            }
            (_, _, Some(prompt)) => (self.put)(prompt),
            _ => return,
        }
        self.open.set(false);
        // The changes that follow from it are no steps of the reader's.
        self.travelled.set(true);
        self.wait();
    }
}

fn hash() -> String {
    let location = dom::window().map(|window| window.location());
    location.and_then(|it| it.hash().ok()).unwrap_or_default()
}

/// A copy of an object; an empty one of anything else.
fn copy(of: &JsValue) -> Object {
    Object::assign(
        &Object::new(),
        of.dyn_ref::<Object>().unwrap_or(&Object::new()),
    )
}
