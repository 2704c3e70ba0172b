//! To whoever computes: the worker, or the page itself where there is none.

use super::engine::Engine;
use super::{Answer, Ask, Worker};
use std::cell::RefCell;
use std::rc::Rc;

/// How long the page computes before it takes part in what happens \[ms\].
const SLICE_MS: f64 = 8.0;

/// The link.
#[derive(Clone)]
pub struct Link(Rc<RefCell<Way>>);

enum Way {
    Worker(Worker),
    Here(Engine),
}

impl Link {
    /// Starts a worker, or takes an engine of its own; `on_answer` is called with each answer.
    pub fn start(on_answer: impl Fn(Answer) + Clone + 'static) -> Self {
        let here = {
            let on_answer = on_answer.clone();
            move || Way::Here(Engine::new(Rc::new(on_answer.clone()), SLICE_MS))
        };
        let link = Self(Rc::new(RefCell::new(here())));
        let fallen = link.clone();
        let started = Worker::start(move |answer| match answer {
            Ok(answer) => on_answer(answer),
            Err(reason) => {
                // The worker is lost: the page computes from now on, and whoever waited is told.
                *fallen.0.borrow_mut() = here();
                on_answer(Answer::Failed { reason });
            }
        });
        if let Ok(worker) = started {
            *link.0.borrow_mut() = Way::Worker(worker);
        }
        link
    }

    /// Asks; an ask that cannot be sent says why.
    pub fn ask(&self, ask: Ask) -> Result<(), String> {
        match &mut *self.0.borrow_mut() {
            Way::Worker(worker) => worker.ask(&ask),
            Way::Here(engine) => {
                engine.receive(ask);
                Ok(())
            }
        }
    }

    /// Hands over a file to be read.
    pub fn open(&self, file: web_sys::File) -> Result<(), String> {
        match &mut *self.0.borrow_mut() {
            Way::Worker(worker) => worker.open(&file),
            Way::Here(engine) => {
                engine.open(file);
                Ok(())
            }
        }
    }
}
