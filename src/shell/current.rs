//! Which station the reader is at, marked in the navigation; above the first of them, none.

use crate::dom;
use wasm_bindgen::prelude::*;
use web_sys::{Element, IntersectionObserver, IntersectionObserverInit};

/// Marks the link of the station in the middle of the window, and follows the reader's scrolling.
pub fn mark_current_station() {
    // The observer reports that stations came into view or left it, several at once and in any order.
    let seen = Closure::<dyn FnMut()>::new(|| {
        mark(in_the_middle().as_deref());
    });
    let options = IntersectionObserverInit::new();
    options.set_root_margin("-45% 0px -50% 0px");
    let observer = IntersectionObserver::new_with_options(seen.as_ref().unchecked_ref(), &options);
    let Ok(observer) = observer else { return };
    each("main > section", |section| observer.observe(&section));
    // In the view for a projector (`?present`) stations come and go without scrolling, and a low one never comes to the middle.
    if let Some(window) = dom::window() {
        let _ =
            window.add_event_listener_with_callback("hashchange", seen.as_ref().unchecked_ref());
    }
    // The observer lives as long as the page.
    seen.forget();
}

/// The last station that begins above the middle of the window; none at the top of the page. A station that is not shown,
/// as all but one in the view for a projector, has no height.
fn in_the_middle() -> Option<String> {
    let window = dom::window()?;
    let middle = window.inner_height().ok()?.as_f64()? * 0.5;
    let mut last = None;
    each("main > section", |section| {
        let place = section.get_bounding_client_rect();
        if place.height() > 0.0 && place.top() < middle {
            last = Some(section.id());
        }
    });
    last
}

/// Marks the link of a station and no other; of none, the navigation stands as when the page was opened.
fn mark(station: Option<&str>) {
    if station.is_none()
        && let Some(Ok(Some(bar))) = dom::document().map(|it| it.query_selector(".top nav"))
    {
        bar.set_scroll_left(0);
    }
    each(".top nav a", |link| {
        let here = link
            .get_attribute("href")
            .is_some_and(|to| Some(to.trim_start_matches('#')) == station);
        let _ = if here {
            bring(&link);
            link.set_attribute("aria-current", "true")
        } else {
            link.remove_attribute("aria-current")
        };
    });
}

/// Scrolls the navigation, if it is wider than the window, so that a link is in its middle.
fn bring(link: &Element) {
    let Some(bar) = link.parent_element() else {
        return;
    };
    let [at, within] = [link, &bar].map(Element::get_bounding_client_rect);
    let off = at.x() + at.width() / 2.0 - within.x() - within.width() / 2.0;
    bar.set_scroll_left(bar.scroll_left() + off as i32);
}

fn each(selector: &str, mut act: impl FnMut(Element)) {
    let Some(Ok(found)) = dom::document().map(|document| document.query_selector_all(selector))
    else {
        return;
    };
    for at in 0..found.length() {
        if let Some(Ok(element)) = found.get(at).map(|node| node.dyn_into::<Element>()) {
            act(element);
        }
    }
}
