//! The reader's own files: dropped on the settings, chosen or pasted; they are read in the worker and never sent anywhere.

use super::state::Lab;
use crate::figure::rich::{bold, items, span};
use crate::figure::signal::parts;
use crate::figure::{Button, Fold, List};
use crate::worker::turn;
use leptos::ev::{DragEvent, Event};
use leptos::html::Textarea;
use leptos::prelude::*;
use leptos::task::spawn_local;
use warmpath_view::controls::on_page;
use warmpath_view::lab::files::{LoadedFile, loaded};
use warmpath_view::rich::plain_text;
use wasm_bindgen::JsCast as _;
use web_sys::{FileList, HtmlInputElement};

impl Lab {
    /// Reads the first of several files.
    fn take_files(self, files: Option<FileList>) {
        if let Some(file) = files.and_then(|files| files.get(0)) {
            self.take_file(file);
        }
    }

    /// Reads a text as a file.
    fn pasted(self, text: &str) {
        let parts = js_sys::Array::of1(&text.into());
        match web_sys::File::new_with_str_sequence(&parts, "pasted.txt") {
            Ok(file) => self.take_file(file),
            Err(error) => self.failed(js_sys::Object::from(error).to_string().into()),
        }
    }

    /// Reads a file that was dropped on the settings.
    pub(super) fn dropped(self, event: &DragEvent) {
        event.prevent_default();
        self.take_files(event.data_transfer().and_then(|it| it.files()));
    }
}

/// The button that chooses a file.
#[component]
pub fn Pick(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let take = move |event: Event| {
        let input = event
            .target()
            .and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input {
            lab.take_files(input.files());
            // Emptied, so that the same file can be chosen again.
            input.set_value("");
        }
    };
    view! {
        <label class="pick">
            <input
                type="file"
                id="lab-file"
                accept=".json,.jsonl,.csv,.txt,.cache"
                aria-describedby="lab-file-help"
                on:change=take
            />
            <span>"Open a file"</span>
        </label>
    }
    .into_any()
}

/// A field into which a copied chat, rows or a table can be pasted, which is then read like a file.
#[component]
pub fn Paste(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let field = NodeRef::<Textarea>::new();
    let read = move || {
        let text = field.get_untracked().map_or(String::new(), |it| it.value());
        if !text.trim().is_empty() {
            lab.pasted(&text);
        }
    };
    // The pasted text is in the field only after this event.
    let pasted = move |_: Event| {
        spawn_local(async move {
            turn().await;
            read();
        });
    };
    let summary = vec!["Paste a chat, rows or a table".into_any()];
    view! {
        <Fold class="inner" id="lab-pasting" summary>
            <textarea
                id="lab-paste"
                node_ref=field
                rows="4"
                spellcheck="false"
                aria-label="Text to be read as a file"
                placeholder="User: What is a lamp? …"
                on:paste=move |it| pasted(it.into())
            ></textarea>
            <Button id="lab-read-pasted" click=move |()| read()>
                "Read it"
            </Button>
        </Fold>
    }
    .into_any()
}

/// The files that the scenario refers to: those that were read, and those that a link names and that still have to
/// be opened.
#[component]
pub fn Loaded(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let files = parts(move || {
        let file = lab.files.workload.read();
        let file = file.as_ref().map(|it| (it.name.as_str(), it.requests));
        let files = loaded(&lab.settings.form.read(), file, &lab.files.attached.read());
        files.iter().map(|it| line(lab, it)).collect()
    });
    view! { <List class="loaded" id="lab-loaded">{files}</List> }.into_any()
}

/// A file, and a button that removes it.
fn line(lab: Lab, file: &LoadedFile) -> AnyView {
    let class = file.about.is_none().then_some("missing");
    let flag = file.flag;
    let take_out = move |()| lab.set(flag, "");
    let words = vec![
        bold(None, file.title.to_owned()),
        format!(" {} ", file.name).into_any(),
        span("soft", file.words().to_owned()),
    ];
    let name = format!("{}: take it out", file.name);
    view! {
        <li class=class>
            <span>{words}</span>
            " "
            <Button class="step" name=name click=take_out>
                "×"
            </Button>
        </li>
    }
    .into_any()
}

/// What was skipped or repaired in the workload's file.
#[component]
pub fn Notes(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let notes = parts(move || {
        let file = lab.files.workload.read();
        let notes = file.as_ref().map_or(&[][..], |it| &it.notes);
        items(
            &notes
                .iter()
                .map(|it| plain_text(on_page(it)))
                .collect::<Vec<_>>(),
        )
    });
    view! { <List class="notes soft" id="lab-file-notes">{notes}</List> }.into_any()
}
