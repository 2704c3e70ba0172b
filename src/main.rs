//! The wasm's entry: the page where there is a window; in a worker nothing yet, [`warmpath_page::worker`] is called later.

fn main() {
    if web_sys::window().is_some() {
        warmpath_page::start();
    }
}
