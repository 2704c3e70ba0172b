//! A file of the reader's own: dropped here or chosen, read in the worker, never sent anywhere.

use super::state::{Lab, field};
use crate::figure::{Sheet, mark};
use warmpath_view::lab::files::loaded;
use warmpath_view::lab::results::sentences;
use wasm_bindgen::JsCast as _;
use web_sys::{DragEvent, FileList, HtmlInputElement};

/// The place to drop it, the choice, and what was skipped or repaired in it.
pub(super) fn wire(sheet: &Sheet, lab: Lab) {
    let take = move |files: Option<FileList>| {
        if let Some(file) = files.and_then(|files| files.get(0)) {
            lab.read(file);
        }
    };
    sheet.on("dragover", "#lab-settings", |it| {
        it.event.prevent_default();
        mark(&it.at, "data-over", Some(""));
    });
    sheet.on("dragleave", "#lab-settings", |it| {
        mark(&it.at, "data-over", None);
    });
    sheet.on("drop", "#lab-settings", move |it| {
        it.event.prevent_default();
        mark(&it.at, "data-over", None);
        let event = it.event.dyn_ref::<DragEvent>();
        let data = event.and_then(DragEvent::data_transfer);
        take(data.and_then(|it| it.files()));
    });
    sheet.on("change", "#lab-file", move |it| {
        if let Some(input) = it.at.dyn_ref::<HtmlInputElement>() {
            take(input.files());
            // The same file can be chosen again.
            input.set_value("");
        }
    });
    // What is loaded, and what a link names that is not.
    sheet.inside("#lab-loaded", move || {
        let file = lab.file.read();
        let file = file.as_ref().map(|it| (it.name.as_str(), it.requests));
        loaded(&lab.scenario.read(), file, &lab.attached.read())
    });
    sheet.on("click", "[data-unload]", move |it| {
        if let Some(field) = field(&it.data("unload")) {
            lab.set(field, "");
        }
    });
    sheet.inside("#lab-file-notes", move || {
        let file = lab.file.read();
        sentences(file.as_ref().map_or(&[], |it| &it.notes))
    });
}
