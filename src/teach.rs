//! The program that explains the page: terms with their meanings, why figures are what they are, questions to try at a
//! figure, and the lesson.
//!
//! It is fetched once the reader does something with the page ([`crate::start_teach`]), so it is not part of the first
//! load. It adds to the document and never changes what another program draws; a prompt that it proposes is put into the
//! figure's own box as if it had been typed.

pub mod glossary;
pub mod lesson;
pub mod questions;
pub mod why;

use crate::{dom, mount};
use leptos::prelude::*;
use web_sys::HtmlElement;

/// Makes a place behind an element and puts a component there when the reader comes near its section. The place is made at
/// once, so that the order of the places behind one element does not depend on which section the reader comes to first: the place
/// that is made last stands first.
fn beside<V: IntoView + 'static>(
    section: &'static str,
    behind: &'static str,
    id: &'static str,
    component: impl Fn() -> V + 'static,
) {
    if place_behind(behind, id).is_some() {
        let begin = move || mount::now(id, component);
        mount::when_seen(&[section], "100% 0px", Box::new(begin));
    }
}

/// Makes an empty place behind an element, and behind the element's reset button (class `anew`, of `assets/reset.mjs`) if it has
/// one. `None` if there is no such element, or if the place is there already.
fn place_behind(behind: &str, id: &str) -> Option<HtmlElement> {
    let behind = dom::by_id(behind)?;
    if dom::by_id(id).is_some() {
        return None;
    }
    let place = dom::document()?.create_element("div").ok()?;
    place.set_id(id);
    let anew = behind.next_element_sibling();
    match anew.filter(|it| it.class_name() == "anew") {
        Some(anew) => anew.after_with_node_1(&place).ok()?,
        None => behind.after_with_node_1(&place).ok()?,
    }
    dom::by_id(id)
}
