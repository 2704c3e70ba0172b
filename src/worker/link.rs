//! The link to the engine: in a worker, or in the page itself if there can be no worker.
//!
//! It begins with the smaller engine, which only runs. Once a file is to be read or written, the larger one replaces it for
//! good. A run in the smaller one goes on until something other than writing is asked for.

use super::program::{self, Engine};
use super::{Answer, WorkRequest, Worker, error_text, message};
use js_sys::{Function, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// The length of a slice if the engine is in the page \[ms\].
const SLICE_MS: f64 = 8.0;

/// The link. It exists before the engine does: what is asked meanwhile is kept in order.
#[derive(Clone)]
pub struct Link(Rc<Ends>);

struct Ends {
    way: RefCell<WorkerLink>,
    /// The messages that may not have arrived: all that were posted before the worker's first answer.
    unheard: RefCell<Vec<JsValue>>,
    /// Whether the worker has ever answered.
    heard: Cell<bool>,
    /// Whether a worker has failed, in which case the engine is in the page from then on.
    lost: Cell<bool>,
    /// Whether the engine must read and write files.
    files: Cell<bool>,
    /// The engine that was replaced, while it may still answer.
    before: RefCell<WorkerLink>,
    on_answer: Box<dyn Fn(Answer)>,
}

enum WorkerLink {
    /// There is no engine; the next request starts one.
    None,
    /// The engine is being started.
    Coming,
    Worker(Worker),
    Here(Engine),
}

impl Link {
    /// Starts a worker, or an engine in this page if there can be none; `on_answer` is called with each answer.
    pub fn start(on_answer: impl Fn(Answer) + 'static) -> Self {
        let link = Self(Rc::new(Ends {
            way: RefCell::new(WorkerLink::Coming),
            unheard: RefCell::default(),
            heard: Cell::new(false),
            lost: Cell::new(false),
            files: Cell::new(false),
            before: RefCell::new(WorkerLink::None),
            on_answer: Box::new(on_answer),
        }));
        wasm_bindgen_futures::spawn_local(link.clone().make());
        link
    }

    /// Sends a request; the error says why it could not be sent.
    pub fn ask(&self, ask: &WorkRequest) -> Result<(), String> {
        if ask.needs_files() {
            self.read_and_write();
        }
        if !matches!(ask, WorkRequest::Write { .. }) {
            self.end_before();
        }
        self.post(Uint8Array::from(&*message::write(ask)).into())
    }

    /// Ends the engine when nothing more is to be asked. Another request would start a new one.
    pub fn end(&self) {
        self.0.before.replace(WorkerLink::None);
        self.0.way.replace(WorkerLink::None);
    }

    /// Hands over a file to be read.
    pub fn open(&self, file: web_sys::File) -> Result<(), String> {
        self.read_and_write();
        self.post(file.into())
    }

    /// Replaces the engine by the one that reads and writes files.
    fn read_and_write(&self) {
        if self.0.files.replace(true)
            || matches!(*self.0.way.borrow(), WorkerLink::None | WorkerLink::Coming)
        {
            // While an engine is being started nothing is done here: the kind is checked again when it is there.
            return;
        }
        self.0
            .before
            .replace(self.0.way.replace(WorkerLink::Coming));
        // These messages were posted to the engine that was replaced.
        self.0.unheard.borrow_mut().clear();
        self.0.heard.set(false);
        wasm_bindgen_futures::spawn_local(self.clone().make());
    }

    /// Ends the engine that was replaced, with whatever it is doing.
    fn end_before(&self) {
        if let WorkerLink::Here(engine) = self.0.before.replace(WorkerLink::None) {
            // An engine in the page cannot be ended, but it stops its work for this request, which has no answer.
            let (query, base) = (String::new(), String::new());
            let nothing = message::write(&WorkRequest::Prepare { query, base });
            let _ = engine.receive(&Uint8Array::from(&*nothing).into());
        }
    }

    fn post(&self, message: JsValue) -> Result<(), String> {
        let (mut begin, mut engine) = (false, None);
        match &*self.0.way.borrow() {
            WorkerLink::Worker(worker) => {
                if !self.0.heard.get() {
                    self.0.unheard.borrow_mut().push(message.clone());
                }
                return worker.post(&message);
            }
            WorkerLink::Here(here) => engine = Some(here.clone()),
            WorkerLink::Coming => {}
            WorkerLink::None => begin = true,
        }
        if let Some(engine) = engine {
            return engine.receive(&message).map_err(error_text);
        }
        self.0.unheard.borrow_mut().push(message);
        if begin {
            self.0.way.replace(WorkerLink::Coming);
            wasm_bindgen_futures::spawn_local(self.clone().make());
        }
        Ok(())
    }

    /// Starts the engine, and sends it the messages that have waited.
    async fn make(self) {
        let made = loop {
            let files = self.0.files.get();
            let made = match self.worker(files).await {
                Ok(Some(worker)) => Ok(WorkerLink::Worker(worker)),
                Ok(None) => self.here(files).await.map(WorkerLink::Here),
                Err(reason) => Err(reason),
            };
            if self.0.files.get() == files {
                break made;
            }
        };
        let (way, fault) = match made {
            Ok(way) => (way, None),
            Err(reason) => (WorkerLink::None, Some(reason)),
        };
        self.0.way.replace(way);
        let waited = self.0.unheard.take();
        if let Some(reason) = fault {
            // The smaller engine may be available for whatever needs no files.
            self.0.files.set(false);
            let reason = format!(
                "The engine that computes this could not be loaded: {reason}. Asking again tries once more."
            );
            return (self.0.on_answer)(Answer::Failed { reason });
        }
        for message in waited {
            if let Err(reason) = self.post(message) {
                (self.0.on_answer)(Answer::Failed { reason });
            }
        }
    }

    /// A worker that has its program; `None` if there can be no worker. It is started while the program is still being
    /// fetched.
    async fn worker(&self, files: bool) -> Result<Option<Worker>, String> {
        let (to, of) = (self.clone(), self.clone());
        let received = move |data| to.received(&data, files);
        let worker = match self.0.lost.get() {
            true => None,
            false => Worker::start(received, move |why| of.lose(why, files)).ok(),
        };
        let (glue, module) = program::compiled(files).await?;
        let worker =
            worker.filter(|worker| !self.0.lost.get() && worker.give(&glue, &module).is_ok());
        Ok(worker)
    }

    async fn here(&self, files: bool) -> Result<Engine, String> {
        let to = self.clone();
        let post = Closure::<dyn Fn(JsValue)>::new(move |data: JsValue| to.received(&data, files));
        let post = post.into_js_value();
        program::here(files, post.unchecked_ref::<Function>(), SLICE_MS).await
    }

    /// Handles a message of a worker or of this page's engine, of the kind given by `files`.
    fn received(&self, data: &JsValue, files: bool) {
        let answer = match data.dyn_ref::<Uint8Array>() {
            Some(bytes) => message::read(&bytes.to_vec()),
            None => Err(field(data, "failed")),
        };
        match answer {
            Ok(answer) => {
                // An answer of the replaced engine says nothing about messages to this one.
                if files == self.0.files.get() {
                    self.0.heard.set(true);
                    self.0.unheard.borrow_mut().clear();
                }
                (self.0.on_answer)(answer);
            }
            Err(reason) => self.lose(reason, files),
        }
    }

    /// Handles the loss of a worker: the engine is in the page from now on. What was asked of a worker that never answered
    /// is asked again there; otherwise the asker gets an error.
    fn lose(&self, reason: String, files: bool) {
        self.0.lost.set(true);
        let link = self.clone();
        // In a task of its own, because the worker that is dropped may be the one that calls this.
        wasm_bindgen_futures::spawn_local(async move {
            if files != link.0.files.get() {
                link.0.before.replace(WorkerLink::None);
                return (link.0.on_answer)(Answer::Failed { reason });
            }
            if !matches!(*link.0.way.borrow(), WorkerLink::Worker(_)) {
                return;
            }
            if link.0.heard.get() {
                link.0.way.replace(WorkerLink::None);
                (link.0.on_answer)(Answer::Failed { reason });
            } else {
                link.0.way.replace(WorkerLink::Coming);
                link.make().await;
            }
        });
    }
}

/// A text property of a JavaScript object, or a text that says it is missing.
fn field(value: &JsValue, key: &str) -> String {
    js_sys::Reflect::get(value, &key.into())
        .ok()
        .and_then(|value| value.as_string())
        .unwrap_or_else(|| "the worker sent what is no answer".into())
}
