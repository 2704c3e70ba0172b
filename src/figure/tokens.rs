//! What cuts the prompts of a station: FakeAI's words, or a real tokenizer, whose tables are fetched when it is chosen.

use crate::figure::signal::text as told;
use js_sys::{Array, Promise, Uint32Array};
use leptos::ev::Event;
use leptos::html::{Input, Select};
use leptos::prelude::*;
use leptos::task::spawn_local;
use warmpath_view::chips::Prompt;
use warmpath_view::chips::cutter::{Cutter, OFFERED};
use warmpath_view::format;
use warmpath_view::playground::samples::texts;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// Of `boot.mjs`: the tokens of each text.
    #[wasm_bindgen(catch, js_name = warmpathTokens)]
    fn cut(name: &str, file: &JsValue, texts: &Array) -> Result<Promise, JsValue>;
}

/// What stands in the list for a file.
const FILE: &str = "file";

/// What cuts a station's prompts. A copy is the same.
#[derive(Clone, Copy)]
pub struct Tokens {
    /// What cuts now; followed by what has stored prompts of its own.
    pub cutter: RwSignal<Cutter>,
    /// The chosen tokenizer's name: one of [`OFFERED`], or a file's.
    name: RwSignal<String>,
    /// The file that was chosen, a `File`; undefined where a published tokenizer was.
    file: StoredValue<JsValue, LocalStorage>,
    /// Counts the texts that were told of.
    heard: RwSignal<u32>,
    /// What is to be said of the choice.
    said: RwSignal<String>,
}

impl Tokens {
    /// A choice that stands at words, as every station begins.
    pub fn words() -> Self {
        Self {
            cutter: RwSignal::new(Cutter::default()),
            name: RwSignal::new(OFFERED[0].name.to_owned()),
            file: StoredValue::new_local(JsValue::UNDEFINED),
            heard: RwSignal::new(0),
            said: RwSignal::default(),
        }
    }

    /// A text in blocks of so many tokens; nothing while it is being cut elsewhere.
    pub fn read(self, text: &str, block_size: u32) -> Option<Prompt> {
        self.heard.track();
        self.cutter.track();
        let read = self
            .cutter
            .try_update_untracked(|it| it.cut(text, block_size));
        let read = read.flatten();
        if read.is_none() {
            let text = text.to_owned();
            spawn_local(async move {
                let cutter = self.cutter.get_untracked();
                if let Err(why) = self.ask(&cutter, &[text]).await {
                    self.said.set(why);
                }
            });
        }
        read
    }

    /// Has texts cut, and tells a cutter of them.
    async fn ask(self, cutter: &Cutter, texts: &[String]) -> Result<(), String> {
        let why = |error: JsValue| {
            let text = error.as_string();
            text.unwrap_or_else(|| js_sys::Object::from(error).to_string().into())
        };
        let asked: Array = texts.iter().map(JsValue::from).collect();
        let promise = cut(&self.name.get_untracked(), &self.file.get_value(), &asked);
        let cut = JsFuture::from(promise.map_err(why)?).await.map_err(why)?;
        for (text, numbers) in texts.iter().zip(Array::from(&cut)) {
            cutter.tell(text, &Uint32Array::new(&numbers).to_vec());
        }
        self.heard.update(|heard| *heard = heard.wrapping_add(1));
        Ok(())
    }

    /// Changes to the tokenizer of that name, once it has cut `texts`.
    fn choose(self, name: String, file: JsValue, texts: Vec<String>) {
        let before = (self.name.get_untracked(), self.file.get_value());
        self.name.set(name.clone());
        self.file.set_value(file);
        if name == OFFERED[0].name {
            self.said.set(String::new());
            return self.cutter.set(Cutter::default());
        }
        let size = OFFERED.iter().find(|it| it.name == name).map(|it| it.bytes);
        self.said.set(match size {
            Some(size) => format!("fetching {} …", format::bytes(size)),
            None => format!("reading {name} …"),
        });
        spawn_local(async move {
            let cutter = Cutter::told();
            match self.ask(&cutter, &texts).await {
                // Another may have been chosen meanwhile.
                _ if self.name.get_untracked() != name => {}
                Ok(()) => {
                    self.said.set(String::new());
                    self.cutter.set(cutter);
                }
                Err(why) => {
                    self.name.set(before.0);
                    self.file.set_value(before.1);
                    self.said.set(why);
                }
            }
        });
    }
}

/// The choice of what cuts.
#[component]
pub fn TokenizerChoice(
    /// The id of the list of tokenizers.
    id: &'static str,
    /// The station's choice, which the list changes.
    tokens: Tokens,
    /// Whether the station has prompts stored, which must be cut as well before the choice takes effect.
    #[prop(optional)]
    stored: bool,
    /// The texts in the boxes.
    #[prop(into)]
    typed: Signal<Vec<String>>,
) -> impl IntoView {
    let (list, field) = (NodeRef::<Select>::new(), NodeRef::<Input>::new());
    let all = move || {
        let mut all = typed.get_untracked();
        all.extend(stored.then(texts).into_iter().flatten());
        all
    };
    let choose = move |event: Event| {
        let name = event_target_value(&event);
        match (name.as_str(), field.get_untracked()) {
            (FILE, Some(field)) => field.click(),
            _ => tokens.choose(name, JsValue::UNDEFINED, all()),
        }
    };
    let open = move |_: Event| {
        let files = field.get_untracked().and_then(|it| it.files());
        if let Some(file) = files.and_then(|it| it.get(0)) {
            tokens.choose(file.name(), file.into(), all());
        }
    };
    // A file's name is none of the list's.
    Effect::new(move |_| {
        let name = tokens.name.get();
        let listed = OFFERED.iter().any(|it| it.name == name);
        if let Some(list) = list.get() {
            list.set_value(if listed { &name } else { FILE });
        }
    });
    let option = |it: &'static warmpath_view::chips::cutter::Offered| {
        let size = match it.bytes {
            0 => String::new(),
            bytes => format!(", {}", format::bytes(bytes)),
        };
        view! { <option value=it.name>{format!("{} ({}{size})", it.name, it.about)}</option> }
    };
    let file = told(move || {
        let name = tokens.name.get();
        let listed = OFFERED.iter().any(|it| it.name == name);
        if listed {
            "a tokenizer.json …".to_owned()
        } else {
            name
        }
    });
    view! {
        <div class="asks">
            <label for=id>"tokenizer"</label>
            <select id=id node_ref=list on:change=choose>
                {OFFERED.iter().map(option).collect_view()}
                <option value=FILE>{file}</option>
            </select>
            <input type="file" node_ref=field accept=".json" hidden on:change=open />
            <span class="soft" role="status">{tokens.said}</span>
        </div>
    }
}
