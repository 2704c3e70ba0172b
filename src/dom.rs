//! The few functions by which the page uses the document. In a worker, which has none, they give `None` or do nothing. They are
//! for wasm alone: natively wasm-bindgen's functions panic.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlElement, Window};

/// The browser's window; `None` in a worker.
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The page's document; `None` in a worker.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// The root element, `<html>`.
pub fn root() -> Option<HtmlElement> {
    document()?.document_element()?.dyn_into().ok()
}

/// The HTML element with this id; `None` if there is none.
pub fn by_id(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Whether the element with an id has the focus.
pub fn has_focus(id: &str) -> bool {
    let focused = document().and_then(|it| it.active_element());
    focused.is_some_and(|it| it.id() == id)
}

#[wasm_bindgen]
extern "C" {
    /// The browser's monotonic clock \[ms\], with fractions.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    pub fn clock() -> f64;
}

/// The value of a control: an input or a list to choose from.
pub fn value(control: &JsValue) -> String {
    let value = js_sys::Reflect::get(control, &"value".into());
    let value = value.ok().and_then(|it| it.as_string());
    value.unwrap_or_default()
}

/// Sets the value of a control; if it has the value already nothing is done, so that the caret stays.
pub fn set_value(control: &JsValue, text: &str) {
    if value(control) != text {
        // This fails only for what is no object, and a control is one.
        let _ = js_sys::Reflect::set(control, &"value".into(), &text.into());
    }
}

/// Sets a property of an element's style.
pub fn set_style(element: &Element, name: &str, value: &str) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // This fails only for invalid names.
        let _ = element.style().set_property(name, value);
    }
}

/// The address of the folder that the page is in, ending with a slash.
pub fn folder() -> String {
    let base = document().and_then(|document| document.base_uri().ok().flatten());
    let base = base.unwrap_or_default();
    let base = base.split(['?', '#']).next().unwrap_or_default();
    let folder = base.rfind('/').and_then(|end| base.get(..=end));
    folder.unwrap_or(base).to_owned()
}

/// A stored setting; `None` if there is none or storage is not allowed.
pub fn remembered(key: &str) -> Option<String> {
    window()?.local_storage().ok()??.get_item(key).ok()?
}

/// Stores a setting, or removes it. Does nothing if storage is not allowed.
pub fn remember(key: &str, value: Option<&str>) {
    let Some(Ok(Some(storage))) = window().map(|window| window.local_storage()) else {
        return;
    };
    // Where the storage is full, the page goes on without remembering.
    let _ = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}

/// Whether the page is shown in its dark colours.
pub fn is_dark() -> bool {
    match root()
        .and_then(|root| root.get_attribute("data-theme"))
        .as_deref()
    {
        Some("dark") => true,
        Some("light") => false,
        _ => window()
            .and_then(|window| {
                window
                    .match_media("(prefers-color-scheme: dark)")
                    .ok()
                    .flatten()
            })
            .is_some_and(|query| query.matches()),
    }
}

/// Offers a text to the reader as a file to be saved; `kind` is its MIME type.
pub fn download(name: &str, kind: &str, text: &str) {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(&text.into());
    // Making a blob of a text cannot fail.
    if let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options) {
        hand_over(name, &blob);
    }
}

/// Offers a blob to the reader as a file to be saved.
pub fn hand_over(name: &str, blob: &web_sys::Blob) {
    let link = document().and_then(|document| document.create_element("a").ok());
    let address = web_sys::Url::create_object_url_with_blob(blob);
    if let (Some(link), Ok(address)) = (link, address) {
        let link: web_sys::HtmlAnchorElement = link.unchecked_into();
        link.set_href(&address);
        link.set_download(name);
        link.click();
        // This fails only for what is no address.
        let _ = web_sys::Url::revoke_object_url(&address);
    }
}
