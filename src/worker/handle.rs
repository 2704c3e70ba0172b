//! The page's handle on its worker.

use super::message::{self, Answer, Ask};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, WorkerOptions, WorkerType};

#[wasm_bindgen]
extern "C" {
    /// The address of the glue this wasm runs under, `import.meta.url`.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static GLUE: String;
}

/// A running worker; dropping it ends it.
pub struct Worker {
    worker: web_sys::Worker,
    // Kept so that the browser can call it.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl Worker {
    /// Starts a worker on this page's own module. `on_answer` is called with each answer, or with what went wrong; the error
    /// says why there is no worker.
    pub fn start(
        on_answer: impl Fn(Result<Answer, String>) + Clone + 'static,
    ) -> Result<Self, String> {
        let base = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.base_uri().ok().flatten())
            .ok_or("no document to resolve the worker's address against")?;
        let address = web_sys::Url::new_with_base("sim-worker.mjs", &base).map_err(said)?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = web_sys::Worker::new_with_options(&address.href(), &options).map_err(said)?;

        let on_error = {
            let on_answer = on_answer.clone();
            Closure::<dyn FnMut(_)>::new(move |event: web_sys::Event| {
                on_answer(Err(format!("the worker failed: {}", why(&event))));
            })
        };
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let on_message = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
            on_answer(match event.data().dyn_ref::<Uint8Array>() {
                Some(bytes) => message::read(&bytes.to_vec()),
                None => Err(field(&event.data(), "failed")),
            });
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));

        let first = js_sys::Object::new();
        let set = |key: &str, value: &JsValue| js_sys::Reflect::set(&first, &key.into(), value);
        set("glue", &GLUE.with(|url| JsValue::from_str(url))).map_err(said)?;
        set("module", &wasm_bindgen::module()).map_err(said)?;
        worker.post_message(&first).map_err(said)?;
        Ok(Self {
            worker,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Posts an ask; its answer comes to the function given to [`Worker::start`].
    pub fn ask(&self, ask: &Ask) -> Result<(), String> {
        let bytes = Uint8Array::from(&*message::write(ask));
        self.worker.post_message(&bytes).map_err(said)
    }

    /// Posts a file; what it holds comes to the function given to [`Worker::start`].
    pub fn open(&self, file: &web_sys::File) -> Result<(), String> {
        self.worker.post_message(file).map_err(said)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// What a thrown value says.
fn said(error: JsValue) -> String {
    js_sys::Object::from(error).to_string().into()
}

/// An error event's message; a worker that could not be fetched has none.
fn why(event: &web_sys::Event) -> String {
    match event.dyn_ref::<web_sys::ErrorEvent>() {
        Some(error) => error.message(),
        None => "it could not be loaded".into(),
    }
}

/// A text property of a JavaScript object, or a word on its absence.
fn field(value: &JsValue, key: &str) -> String {
    js_sys::Reflect::get(value, &key.into())
        .ok()
        .and_then(|value| value.as_string())
        .unwrap_or_else(|| "the worker sent what is no answer".into())
}
