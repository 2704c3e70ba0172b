//! The choice of what cuts the prompts of a station: FakeAI's words, or a real tokenizer whose tables are fetched when it
//! is chosen.

use crate::figure::signal::{follow, text as text_signal};
use js_sys::{Array, Promise, Uint32Array};
use leptos::ev::Event;
use leptos::html::{Input, Select};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Mutex;
use warmpath_view::chips::Prompt;
use warmpath_view::chips::cutter::{Cutter, OFFERED, Offered};
use warmpath_view::format;
use warmpath_view::playground::samples::texts;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// The function of `boot.mjs` that gives the tokens of each text. A file is passed when it is chosen, and is known by
    /// its name from then on.
    #[wasm_bindgen(catch, js_name = warmpathTokens)]
    fn cut(name: &str, file: &JsValue, texts: &Array) -> Result<Promise, JsValue>;
}

/// The entry of the list for the reader's own file.
const FILE: &str = "file";

/// The tokenizer that a station has chosen. Copies share their state.
#[derive(Clone, Copy)]
pub struct Tokens {
    // It belongs to a station, which lives as long as the page.
    cutter: &'static Mutex<Cutter>,
    /// Counts the changes of the tokenizer.
    changed: RwSignal<u32>,
    /// The name of the tokenizer.
    name: RwSignal<String>,
    /// Counts the texts whose tokens have arrived.
    heard: RwSignal<u32>,
    /// The message about the choice, such as that tables are being fetched.
    message: RwSignal<String>,
}

impl Tokens {
    /// A choice of FakeAI's words, as every station begins.
    pub fn words() -> Self {
        Self {
            cutter: Box::leak(Box::default()),
            changed: RwSignal::new(0),
            name: RwSignal::new(OFFERED[0].name.to_owned()),
            heard: RwSignal::new(0),
            message: RwSignal::new(String::new()),
        }
    }

    /// The station's cutter; an effect that calls this runs again when the choice changes.
    pub fn cutter(self) -> Cutter {
        self.changed.track();
        self.here()
    }

    /// The number of choices so far.
    pub fn choices(self) -> u32 {
        self.changed.get()
    }

    fn here(self) -> Cutter {
        self.cutter.lock().map(|it| it.clone()).unwrap_or_default()
    }

    fn change(self, to: Cutter) {
        if let Ok(mut cutter) = self.cutter.lock() {
            *cutter = to;
        }
        self.changed.update(|it| *it += 1);
    }

    /// A text in blocks of a size; `None` while another program cuts it.
    pub fn read(self, text: &str, block_size: u32) -> Option<Prompt> {
        self.heard.track();
        self.changed.track();
        let read = self.cutter.lock().ok()?.cut(text, block_size);
        if read.is_none() {
            let text = text.to_owned();
            spawn_local(async move {
                if let Err(why) = self.ask(self.here(), JsValue::UNDEFINED, vec![text]).await {
                    self.message.set(why);
                }
            });
        }
        read
    }

    /// Has texts cut, and stores their tokens in a cutter.
    async fn ask(
        self,
        cutter: Cutter,
        file: JsValue,
        texts: Vec<String>,
    ) -> Result<Cutter, String> {
        let why = |error: JsValue| {
            let text = error.as_string();
            text.unwrap_or_else(|| js_sys::Object::from(error).to_string().into())
        };
        let asked: Array = texts.iter().map(JsValue::from).collect();
        let promise = cut(&self.name.get_untracked(), &file, &asked).map_err(why)?;
        let cut = JsFuture::from(promise).await.map_err(why)?;
        for (text, numbers) in texts.iter().zip(Array::from(&cut)) {
            cutter.tell(text, &Uint32Array::new(&numbers).to_vec());
        }
        self.heard.update(|heard| *heard += 1);
        Ok(cutter)
    }

    /// Changes to the tokenizer with a name, once it has cut `texts`.
    fn choose(self, name: String, file: JsValue, texts: Vec<String>) {
        let before = self.name.get_untracked();
        self.name.set(name.clone());
        if name == OFFERED[0].name {
            self.message.set(String::new());
            return self.change(Cutter::default());
        }
        let size = OFFERED.iter().find(|it| it.name == name);
        self.message.set(match size {
            Some(it) => format!("fetching {}, and what reads it …", format::bytes(it.bytes)),
            None => format!("reading {name} …"),
        });
        spawn_local(async move {
            let cut = self.ask(Cutter::lookup(), file, texts).await;
            // Another tokenizer may have been chosen meanwhile.
            if self.name.get_untracked() != name {
                return;
            }
            let message = match cut {
                Ok(cutter) => {
                    self.change(cutter);
                    String::new()
                }
                Err(why) => {
                    self.name.set(before);
                    why
                }
            };
            self.message.set(message);
        });
    }
}

/// Whether the list has a tokenizer with a name.
fn is_listed(name: &str) -> bool {
    OFFERED.iter().any(|it| it.name == name)
}

/// The list of tokenizers, with the message about the choice.
#[component]
pub fn TokenizerChoice(
    /// The id of the list of tokenizers.
    id: &'static str,
    /// The station's choice, which the list changes.
    tokens: Tokens,
    /// Whether the station has stored prompts, which must be cut as well before the choice takes effect.
    #[prop(optional)]
    stored: bool,
    /// The texts in the station's boxes.
    typed: [RwSignal<String>; 2],
) -> impl IntoView {
    let (list, field) = (NodeRef::<Select>::new(), NodeRef::<Input>::new());
    let choose = move |name: String, file: JsValue| {
        let mut all: Vec<String> = typed.iter().map(|it| it.get_untracked()).collect();
        all.extend(stored.then(texts).into_iter().flatten());
        tokens.choose(name, file, all);
    };
    let chosen = move |event: Event| {
        let name = event_target_value(&event);
        match (name.as_str(), field.get_untracked()) {
            (FILE, Some(field)) => field.click(),
            _ => choose(name, JsValue::UNDEFINED),
        }
    };
    let opened = move |_: Event| {
        let files = field.get_untracked().and_then(|it| it.files());
        if let Some(file) = files.and_then(|it| it.get(0)) {
            choose(file.name(), file.into());
        }
    };
    // The name of a file is not an entry of the list.
    follow(move || {
        let name = tokens.name.get();
        if let Some(list) = list.get() {
            list.set_value(if is_listed(&name) { &name } else { FILE });
        }
    });
    let option = |it: &'static Offered| {
        let size = match it.bytes {
            0 => String::new(),
            bytes => format!(", {} to fetch", format::bytes(bytes)),
        };
        view! { <option value=it.name>{format!("{} ({}{size})", it.name, it.about)}</option> }
    };
    let file = text_signal(move || {
        let name = tokens.name.get();
        match is_listed(&name) {
            true => "a tokenizer.json …".to_owned(),
            false => name,
        }
    });
    view! {
        <div class="asks">
            <label for=id>"tokenizer"</label>
            <select id=id node_ref=list on:change=chosen>
                {OFFERED.iter().map(option).collect_view()}
                <option value=FILE>{file}</option>
            </select>
            <input type="file" node_ref=field accept=".json" hidden on:change=opened />
            <span class="soft" role="status">{tokens.message}</span>
        </div>
    }
}
