//! A figure made of `view`'s markup: set once; then its parts follow the signals, and what a reader does is heard in one place.
//!
//! A component made this way says in its file what the figure listens to and which part shows what; parts and what is
//! listened to are named by selectors within the figure. A part is changed only when what it shows does, so focus, caret
//! and open details stay where they are.

use crate::dom;
use crate::figure::edit;
use leptos::html::Div;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event};

/// The figure's root in the page. A copy is the same.
#[derive(Clone)]
pub struct Sheet(Rc<Inner>);

struct Inner {
    root: Element,
    /// What is listened for: the event, the selector of what it must happen in, and what it does.
    acts: RefCell<Vec<(&'static str, &'static str, Act)>>,
    /// What was put into parts last.
    filled: RefCell<Vec<(String, String)>>,
}

type Act = Rc<dyn Fn(&Hit)>;

/// An event and the element it was listened for at.
pub struct Hit {
    /// The element that fits the selector.
    pub at: Element,
    /// The event.
    pub event: Event,
}

impl Hit {
    /// The value of the control it happened in.
    pub fn value(&self) -> String {
        let target = self.event.target();
        target.map_or(String::new(), |it| dom::value(&it))
    }

    /// The text of `data-…` on the element.
    pub fn data(&self, name: &str) -> String {
        let name = format!("data-{name}");
        self.at.get_attribute(&name).unwrap_or_default()
    }

    /// The number of `data-…` on the element.
    pub fn number<T: core::str::FromStr>(&self, name: &str) -> Option<T> {
        self.data(name).parse().ok()
    }
}

/// A figure of this markup; `wire` is called with it once it stands in the page.
pub fn sheet(markup: String, wire: impl FnOnce(&Sheet) + 'static) -> AnyView {
    placed(markup, Box::new(wire))
}

/// [`sheet`], once for all figures.
fn placed(markup: String, wire: Box<dyn FnOnce(&Sheet)>) -> AnyView {
    let root = NodeRef::<Div>::new();
    root.on_load(move |root| wire(&Sheet::new(root.into())));
    view! { <div class="sheet" node_ref=root inner_html=markup></div> }.into_any()
}

/// A figure of this markup outside the framework's views, wired before it stands anywhere; none without a document. It stays for
/// as long as the page.
pub fn apart(markup: &str, wire: impl FnOnce(&Sheet)) -> Option<Element> {
    let root = dom::document()?.create_element("div").ok()?;
    root.set_class_name("sheet");
    root.set_inner_html(markup);
    wire(&Sheet::new(root.clone()));
    Some(root)
}

impl Sheet {
    fn new(root: Element) -> Self {
        Self(Rc::new(Inner {
            root,
            acts: RefCell::default(),
            filled: RefCell::default(),
        }))
    }

    /// A part.
    pub fn part(&self, selector: &str) -> Option<Element> {
        self.0.root.query_selector(selector).ok().flatten()
    }

    /// Parts that are alike.
    pub fn parts(&self, selector: &str) -> Vec<Element> {
        let found = self.0.root.query_selector_all(selector).ok();
        let count = found.as_ref().map_or(0, |it| it.length());
        (0..count)
            .filter_map(|at| found.as_ref()?.item(at)?.dyn_into().ok())
            .collect()
    }

    /// Calls `act` whenever the event happens in a part, whenever that part came.
    pub fn on(&self, event: &'static str, selector: &'static str, act: impl Fn(&Hit) + 'static) {
        self.listen(event, selector, Rc::new(act));
    }

    fn listen(&self, event: &'static str, selector: &'static str, act: Act) {
        let heard = self.0.acts.borrow().iter().any(|it| it.0 == event);
        self.0.acts.borrow_mut().push((event, selector, act));
        if heard {
            return;
        }
        let sheet = self.clone();
        let listener = Closure::<dyn Fn(Event)>::new(move |it: Event| sheet.heard(event, it));
        // On the way down, where events that do not rise are heard too. The figure stays for as long as the page.
        let _ = self.0.root.add_event_listener_with_callback_and_bool(
            event,
            listener.into_js_value().unchecked_ref(),
            true,
        );
    }

    fn heard(&self, name: &'static str, event: Event) {
        let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else {
            return;
        };
        // What is done may listen for more.
        let acts = self.0.acts.borrow().clone();
        for (_, selector, act) in acts.iter().filter(|it| it.0 == name) {
            if let Ok(Some(at)) = target.closest(selector) {
                let event = event.clone();
                act(&Hit { at, event });
            }
        }
    }

    /// Calls `act` now, and again whenever a signal has changed that it has read.
    pub fn follow(&self, act: impl Fn(&Self) + 'static) {
        let sheet = self.clone();
        effect(Box::new(move || act(&sheet)));
    }

    /// Keeps what is inside a part at this markup.
    pub fn inside(&self, selector: &'static str, markup: impl Fn() -> String + 'static) {
        self.follow(move |sheet| sheet.fill(selector, &markup()));
    }

    /// Keeps what is inside a part at this text.
    pub fn text(&self, selector: &'static str, text: impl Fn() -> String + 'static) {
        self.follow(move |sheet| sheet.fill(selector, &warmpath_view::markup::escape(&text())));
    }

    /// Hides a part for as long as this holds.
    pub fn hidden(&self, selector: &'static str, hidden: impl Fn() -> bool + 'static) {
        self.follow(move |sheet| sheet.mark(selector, "hidden", hidden().then_some("")));
    }

    /// Disables a control for as long as this holds.
    pub fn disabled(&self, selector: &'static str, disabled: impl Fn() -> bool + 'static) {
        self.follow(move |sheet| sheet.mark(selector, "disabled", disabled().then_some("")));
    }

    /// Puts markup into a part, unless it is there already.
    pub fn fill(&self, selector: &str, markup: &str) {
        let mut filled = self.0.filled.borrow_mut();
        let before = match filled.iter_mut().find(|it| it.0 == selector) {
            Some((_, before)) if before == markup => return,
            Some((_, before)) => Some(core::mem::replace(before, markup.to_owned())),
            None => {
                filled.push((selector.to_owned(), markup.to_owned()));
                None
            }
        };
        drop(filled);
        match (self.part(selector), before) {
            (Some(part), Some(before)) => edit::inside(&part, &before, markup),
            (Some(part), None) => part.set_inner_html(markup),
            (None, _) => {}
        }
    }

    /// Keeps these and nothing else inside a part, in this order. What stays is not moved unless the order changes.
    pub fn keep(&self, selector: &str, children: &[Element]) {
        let Some(part) = self.part(selector) else {
            return;
        };
        let mut next = part.first_element_child();
        for child in children {
            while let Some(gone) = next.take_if(|it| !children.contains(it)) {
                next = gone.next_element_sibling();
                gone.remove();
            }
            match next.take() {
                Some(same) if same == *child => next = same.next_element_sibling(),
                later => {
                    let _ = part.insert_before(child, later.as_deref());
                    next = later;
                }
            }
        }
        while let Some(gone) = next {
            next = gone.next_element_sibling();
            gone.remove();
        }
    }

    /// Puts texts into a list, an item each. What stays keeps its element, so that only what is new is read out.
    pub fn lines(&self, selector: &str, texts: &[String]) {
        let document = dom::document();
        let (Some(list), Some(document)) = (self.part(selector), document) else {
            return;
        };
        let mut item = list.first_element_child();
        for text in texts {
            let said = |it: &Element| it.text_content().unwrap_or_default();
            while let Some(old) = item.take_if(|it| !texts.contains(&said(it))) {
                item = old.next_element_sibling();
                old.remove();
            }
            match item.take() {
                Some(same) if said(&same) == *text => item = same.next_element_sibling(),
                later => {
                    if let Ok(new) = document.create_element("li") {
                        new.set_text_content(Some(text));
                        let _ = list.insert_before(&new, later.as_deref());
                    }
                    item = later;
                }
            }
        }
        while let Some(old) = item.take() {
            item = old.next_element_sibling();
            old.remove();
        }
    }

    /// Sets an attribute of a part, or takes it away.
    pub fn mark(&self, selector: &str, attribute: &str, value: Option<&str>) {
        if let Some(part) = self.part(selector) {
            mark(&part, attribute, value);
        }
    }

    /// The value of a control.
    pub fn value(&self, selector: &str) -> String {
        self.part(selector)
            .map_or(String::new(), |it| dom::value(&it))
    }

    /// Sets the value of a control.
    pub fn set_value(&self, selector: &str, value: &str) {
        if let Some(part) = self.part(selector) {
            dom::set_value(&part, value);
        }
    }
}

/// Sets an attribute, or takes it away; one that is so already is left alone.
pub fn mark(element: &Element, attribute: &str, value: Option<&str>) {
    if element.get_attribute(attribute).as_deref() == value {
        return;
    }
    // Refused only for names that are none.
    let _ = match value {
        Some(value) => element.set_attribute(attribute, value),
        None => element.remove_attribute(attribute),
    };
}

/// An effect, once for all that are boxed: each function of its own would be a copy of its machinery.
pub fn effect(act: Box<dyn Fn()>) {
    Effect::new(move |_| act());
}
