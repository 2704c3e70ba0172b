//! The page's handle on a worker: it starts the worker, posts messages to it and ends it.

use super::error_text;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, WorkerOptions, WorkerType};

/// A running worker, which ends when this is dropped.
pub struct Worker {
    worker: web_sys::Worker,
    // Kept so that the browser can call it.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl Worker {
    /// Starts a worker, which waits for its program. `on_message` is called with each message, `on_error` with each error.
    ///
    /// # Errors
    /// Why there is no worker.
    pub fn start(
        on_message: impl Fn(JsValue) + 'static,
        on_error: impl Fn(String) + 'static,
    ) -> Result<Self, String> {
        let base = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.base_uri().ok().flatten())
            .ok_or("no document to resolve the worker's address against")?;
        let address = web_sys::Url::new_with_base("sim-worker.mjs", &base).map_err(error_text)?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker =
            web_sys::Worker::new_with_options(&address.href(), &options).map_err(error_text)?;

        let on_error = Closure::<dyn FnMut(_)>::new(move |event: web_sys::Event| {
            on_error(format!("the worker failed: {}", why(&event)));
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let on_message = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
            on_message(event.data());
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Posts the program that the worker is to run, which must come before anything else: the address of its `glue` script and
    /// the compiled `module`.
    ///
    /// # Errors
    /// Why it could not be posted.
    pub fn give(&self, glue: &str, module: &JsValue) -> Result<(), String> {
        let first = js_sys::Object::new();
        let set = |key: &str, value: &JsValue| js_sys::Reflect::set(&first, &key.into(), value);
        set("glue", &glue.into()).map_err(error_text)?;
        set("module", module).map_err(error_text)?;
        self.worker.post_message(&first).map_err(error_text)
    }

    /// Posts a message: a request's bytes or a file.
    ///
    /// # Errors
    /// Why it could not be posted.
    pub fn post(&self, message: &JsValue) -> Result<(), String> {
        self.worker.post_message(message).map_err(error_text)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// The message of an error event; if it has none, the worker's script could not be fetched.
fn why(event: &web_sys::Event) -> String {
    match event.dyn_ref::<web_sys::ErrorEvent>() {
        Some(error) => error.message(),
        None => "it could not be loaded".into(),
    }
}
