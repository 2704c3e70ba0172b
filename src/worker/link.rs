//! To whoever computes: a worker, or the engine in the page itself where there is none.
//!
//! It begins with the engine that only runs. Once a file is to be read or written, the one that does that too takes its place,
//! for good. What runs meanwhile runs on until something else is asked than to write.

use super::program::{self, Engine};
use super::{Answer, Ask, Worker, message, said};
use js_sys::{Function, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// How long the page computes before it takes part in what happens \[ms\].
const SLICE_MS: f64 = 8.0;

/// The link. It is there before the engine is: what is asked meanwhile waits in order.
#[derive(Clone)]
pub struct Link(Rc<Ends>);

struct Ends {
    way: RefCell<Way>,
    /// What was posted and may not have arrived: all that was before the worker's first answer.
    unheard: RefCell<Vec<JsValue>>,
    /// Whether the worker has ever answered.
    heard: Cell<bool>,
    /// Whether a worker failed: from then on the page computes.
    lost: Cell<bool>,
    /// Whether the engine is to read and write files.
    files: Cell<bool>,
    /// The engine that had its place before, while it may still answer.
    before: RefCell<Way>,
    on_answer: Box<dyn Fn(Answer)>,
}

enum Way {
    /// There is none: the next ask makes one.
    None,
    /// It is being made.
    Coming,
    Worker(Worker),
    Here(Engine),
}

impl Link {
    /// Starts a worker, or where that cannot be an engine in this page; `on_answer` is called with each answer.
    pub fn start(on_answer: impl Fn(Answer) + 'static) -> Self {
        let link = Self(Rc::new(Ends {
            way: RefCell::new(Way::Coming),
            unheard: RefCell::default(),
            heard: Cell::new(false),
            lost: Cell::new(false),
            files: Cell::new(false),
            before: RefCell::new(Way::None),
            on_answer: Box::new(on_answer),
        }));
        wasm_bindgen_futures::spawn_local(link.clone().make());
        link
    }

    /// Asks; an ask that cannot be sent says why.
    pub fn ask(&self, ask: &Ask) -> Result<(), String> {
        if ask.needs_files() {
            self.read_and_write();
        }
        if !matches!(ask, Ask::Write { .. }) {
            self.end_before();
        }
        self.post(Uint8Array::from(&*message::write(ask)).into())
    }

    /// Ends the engine, for who asks nothing more. Another ask would begin one anew.
    pub fn end(&self) {
        self.0.before.replace(Way::None);
        self.0.way.replace(Way::None);
    }

    /// Hands over a file to be read.
    pub fn open(&self, file: web_sys::File) -> Result<(), String> {
        self.read_and_write();
        self.post(file.into())
    }

    /// From now on the engine is the one that reads and writes files.
    fn read_and_write(&self) {
        if self.0.files.replace(true) || matches!(*self.0.way.borrow(), Way::None | Way::Coming) {
            // Whoever is being made is looked at again when it is there.
            return;
        }
        self.0.before.replace(self.0.way.replace(Way::Coming));
        // That was the other's.
        self.0.unheard.borrow_mut().clear();
        self.0.heard.set(false);
        wasm_bindgen_futures::spawn_local(self.clone().make());
    }

    /// Ends the engine that had this one's place before, and with it what it still does.
    fn end_before(&self) {
        if let Way::Here(engine) = self.0.before.replace(Way::None) {
            // One in the page cannot be ended, but it gives up for this, which it does not answer.
            let (query, base) = (String::new(), String::new());
            let nothing = message::write(&Ask::Prepare { query, base });
            let _ = engine.receive(&Uint8Array::from(&*nothing).into());
        }
    }

    fn post(&self, message: JsValue) -> Result<(), String> {
        let (mut begin, mut engine) = (false, None);
        match &*self.0.way.borrow() {
            Way::Worker(worker) => {
                if !self.0.heard.get() {
                    self.0.unheard.borrow_mut().push(message.clone());
                }
                return worker.post(&message);
            }
            Way::Here(here) => engine = Some(here.clone()),
            Way::Coming => {}
            Way::None => begin = true,
        }
        if let Some(engine) = engine {
            return engine.receive(&message).map_err(said);
        }
        self.0.unheard.borrow_mut().push(message);
        if begin {
            self.0.way.replace(Way::Coming);
            wasm_bindgen_futures::spawn_local(self.clone().make());
        }
        Ok(())
    }

    /// Makes the way, and sends what has waited for it.
    async fn make(self) {
        let made = loop {
            let files = self.0.files.get();
            let made = match self.worker(files).await {
                Ok(Some(worker)) => Ok(Way::Worker(worker)),
                Ok(None) => self.here(files).await.map(Way::Here),
                Err(reason) => Err(reason),
            };
            if self.0.files.get() == files {
                break made;
            }
        };
        let (way, fault) = match made {
            Ok(way) => (way, None),
            Err(reason) => (Way::None, Some(reason)),
        };
        self.0.way.replace(way);
        let waited = self.0.unheard.take();
        if let Some(reason) = fault {
            // The other may be at hand for what needs no files.
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

    /// A worker that knows its program; none where there is to be none. It starts while the program is still on its way.
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

    /// What a worker or this page's engine posts, of one that does `files` or not.
    fn received(&self, data: &JsValue, files: bool) {
        let answer = match data.dyn_ref::<Uint8Array>() {
            Some(bytes) => message::read(&bytes.to_vec()),
            None => Err(field(data, "failed")),
        };
        match answer {
            Ok(answer) => {
                // The one before says nothing of what was posted to this one.
                if files == self.0.files.get() {
                    self.0.heard.set(true);
                    self.0.unheard.borrow_mut().clear();
                }
                (self.0.on_answer)(answer);
            }
            Err(reason) => self.lose(reason, files),
        }
    }

    /// The worker is lost: the page computes from now on. What was asked of one that never answered is asked again there;
    /// else whoever waits is told.
    fn lose(&self, reason: String, files: bool) {
        self.0.lost.set(true);
        let link = self.clone();
        // In a task of its own, since the worker that goes may be the one that calls.
        wasm_bindgen_futures::spawn_local(async move {
            if files != link.0.files.get() {
                link.0.before.replace(Way::None);
                return (link.0.on_answer)(Answer::Failed { reason });
            }
            if !matches!(*link.0.way.borrow(), Way::Worker(_)) {
                return;
            }
            if link.0.heard.get() {
                link.0.way.replace(Way::None);
                (link.0.on_answer)(Answer::Failed { reason });
            } else {
                link.0.way.replace(Way::Coming);
                link.make().await;
            }
        });
    }
}

/// A text property of a JavaScript object, or a word on its absence.
fn field(value: &JsValue, key: &str) -> String {
    js_sys::Reflect::get(value, &key.into())
        .ok()
        .and_then(|value| value.as_string())
        .unwrap_or_else(|| "the worker sent what is no answer".into())
}
