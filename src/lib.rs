//! The page: Leptos components that place what `view` computes, and the worker that runs the simulation.
//!
//! One wasm has two roles. The page instantiates it and mounts the components; the worker instantiates the same compiled
//! module and only answers messages.

pub mod app;
pub mod worker;

/// Mounts the page into `#app`.
pub fn start() {
    use wasm_bindgen::JsCast as _;
    let place = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("app"))
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(place) = place {
        leptos::mount::mount_to(place, app::App).forget();
    }
}
