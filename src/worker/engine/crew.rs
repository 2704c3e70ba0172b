//! Several engines at one search, one per core: the one that was asked, and helpers in workers of their own. All run the
//! same search, each begins with another part of every round's trials, and they exchange outcomes
//! ([`Searching`](warmpath_core::session::Searching)). So only outcomes are exchanged, and the answer is the same however
//! many engines there are.
//!
//! A search begins alone and starts helpers if it has not ended soon. The engine that was asked gives its helpers the files
//! that it was given; each reads them for itself, so the number of helpers is limited by memory.

use super::jobs::Job;
use super::reach::{Everything, Reach};
use super::{Engine, deciding};
use crate::worker::message::{self, Question};
use crate::worker::{attached, wait};
use js_sys::{Array, Function, Reflect, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use warmpath_core::plan::TrialOutcome;
use warmpath_core::scenario::Scenario;
use warmpath_core::session::KnownOutcomes;
use warmpath_view::wire_choices;
use wasm_bindgen::prelude::*;
use web_sys::{File, MessageEvent};

/// The largest number of engines at one search, since each has the workload in memory.
const MOST: u32 = 4;
/// How long a search goes on alone before it starts helpers \[ms\].
const ALONE_MS: f64 = 150.0;

/// The messages between the engines of a search.
#[derive(Clone, Debug, PartialEq)]
enum CrewMessage {
    /// To a helper: take part in this search.
    Begin {
        question: Question,
        base: String,
        place: u32,
        of: u32,
    },
    /// The outcomes of trials, by the trials' keys.
    Found { all: Vec<(String, TrialOutcome)> },
}

wire_choices! {
    CrewMessage {
        0: Begin { question: a, base: b, place: c, of: d },
        1: Found { all: a },
    }
}

/// The messages that have arrived and were not handled yet: the place of the sender among the connections, and the
/// outcomes.
type Inbox = Rc<RefCell<Vec<(usize, Vec<(String, TrialOutcome)>)>>>;

/// The other engines at a search, as one of them sees them: a helper knows only the engine that it helps, which passes
/// outcomes on.
#[derive(Default)]
pub(super) struct Others {
    inbox: Inbox,
    links: RefCell<Vec<EngineLink>>,
    /// The time at which the search began \[ms\]; `None` once helpers were started, and for a helper.
    alone_since: RefCell<Option<f64>>,
}

/// A connection to another engine.
enum EngineLink {
    /// To a helper, which is ended when this is dropped, with the listener for its messages.
    Helper(
        web_sys::Worker,
        #[expect(dead_code, reason = "kept so that the browser can call it")]
        Closure<dyn FnMut(MessageEvent)>,
    ),
    /// To the engine that this one helps.
    Asker(Function),
}

impl Drop for EngineLink {
    fn drop(&mut self) {
        if let Self::Helper(worker, _) = self {
            worker.set_onmessage(None);
            worker.terminate();
        }
    }
}

impl EngineLink {
    fn post(&self, bytes: &[u8]) {
        let bytes = Uint8Array::from(bytes);
        // An engine that cannot be reached computes everything by itself.
        let _ = match self {
            Self::Helper(worker, _) => worker.post_message(&bytes),
            Self::Asker(post) => post.call1(&JsValue::NULL, &bytes).map(|_| ()),
        };
    }
}

impl Others {
    /// The others of a search that begins alone: none.
    pub(super) fn none_yet() -> Self {
        Self {
            alone_since: RefCell::new(Some(wait::now())),
            ..Self::default()
        }
    }

    /// Sends outcomes to all others, or to all but the one at this place.
    fn tell(&self, all: &[(String, TrialOutcome)], but: Option<usize>) {
        if all.is_empty() || self.links.borrow().is_empty() {
            return;
        }
        let bytes = message::write(&CrewMessage::Found { all: all.to_vec() });
        for (at, link) in self.links.borrow().iter().enumerate() {
            if Some(at) != but {
                link.post(&bytes);
            }
        }
    }

    /// Sends outcomes to the others, passes theirs on, and returns theirs.
    pub(super) fn exchange(&self, found: &[(String, TrialOutcome)]) -> Vec<(String, TrialOutcome)> {
        self.tell(found, None);
        let arrived = self.inbox.take();
        for (from, all) in &arrived {
            self.tell(all, Some(*from));
        }
        arrived.into_iter().flat_map(|it| it.1).collect()
    }

    /// Starts helpers if the search has gone on alone for long enough, and sends them what is known. Returns the number of
    /// engines then; `None` if none were started.
    pub(super) fn call(
        &self,
        job: &Job<impl Reach>,
        question: &Question,
        base: &str,
        known: &KnownOutcomes,
    ) -> Option<usize> {
        let since = *self.alone_since.borrow();
        since.filter(|it| wait::now() - it > ALONE_MS)?;
        self.alone_since.take();
        let helpers = helpers();
        if helpers.is_empty() {
            return None;
        }
        let of = helpers.len() + 1;
        for (at, worker) in helpers.into_iter().enumerate() {
            let inbox = Rc::clone(&self.inbox);
            let on_message = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
                if let Some(CrewMessage::Found { all }) = read(&event.data()) {
                    inbox.borrow_mut().push((at, all));
                }
            });
            worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
            for file in job.opened(&question.query) {
                let _ = worker.post_message(&file);
            }
            let link = EngineLink::Helper(worker, on_message);
            link.post(&message::write(&CrewMessage::Begin {
                question: question.clone(),
                base: base.to_owned(),
                place: at as u32 + 1,
                of: of as u32,
            }));
            self.links.borrow_mut().push(link);
        }
        let known: Vec<_> = known
            .iter()
            .map(|it| (it.0.clone(), it.1.clone()))
            .collect();
        self.tell(&known, None);
        Some(of)
    }
}

/// Starts workers of this kind by `sim-worker.mjs`; empty if that is not possible.
fn helpers() -> Vec<web_sys::Worker> {
    let more = Reflect::get(&js_sys::global(), &"helpers".into()).ok();
    let more = more.and_then(|it| it.dyn_into::<Function>().ok());
    let made = more.and_then(|it| it.call1(&JsValue::NULL, &MOST.into()).ok());
    let made = made.and_then(|it| it.dyn_into::<Array>().ok());
    let made = made.map_or(Vec::new(), |it| it.to_vec());
    made.into_iter().map(JsCast::unchecked_into).collect()
}

fn read(data: &JsValue) -> Option<CrewMessage> {
    message::read(&data.dyn_ref::<Uint8Array>()?.to_vec()).ok()
}

/// An engine that helps another with its search.
pub struct Helper {
    engine: Engine<Everything>,
    files: Rc<RefCell<Vec<File>>>,
    others: Rc<Others>,
}

impl Helper {
    /// A helper that computes for `slice_ms` at a time and calls `post` with the bytes of the outcomes that it finds.
    pub fn new(post: Function, slice_ms: f64) -> Self {
        let others = Others::default();
        others.links.borrow_mut().push(EngineLink::Asker(post));
        Self {
            engine: Engine::new(Rc::new(|_| ()), slice_ms),
            files: Rc::default(),
            others: Rc::new(others),
        }
    }

    /// Takes a file, or a message of the engine that it helps.
    pub fn receive(&self, data: &JsValue) {
        if let Some(file) = data.dyn_ref::<File>() {
            return self.files.borrow_mut().push(file.clone());
        }
        match read(data) {
            Some(CrewMessage::Found { all }) => self.others.inbox.borrow_mut().push((0, all)),
            Some(CrewMessage::Begin {
                question,
                base,
                place,
                of,
            }) => {
                let job = self.engine.begin();
                let (files, others) = (self.files.take(), Rc::clone(&self.others));
                let part = (place as usize, of as usize);
                wasm_bindgen_futures::spawn_local(async move {
                    for file in files {
                        if let Ok(None) = attached::open(&file).await {
                            // No companion file, so it is the workload itself, which is read with the scenario.
                            let scenario = Scenario::from_query(&question.query);
                            let name = scenario.map_or(String::new(), |it| it.workload);
                            *job.files.good.borrow_mut() = Some((name, file));
                        }
                    }
                    // The engine that is helped finds the same answer and sends it.
                    let _ = deciding::decide(&job, question, &base, &others, part).await;
                });
            }
            None => {}
        }
    }
}
