//! The colour theme: light, dark, or the system's.

use crate::dom;
use leptos::prelude::*;

/// The key under which the browser stores the choice.
const KEY: &str = "warmpath.theme";
/// The event that the window gets when the reader has changed the theme.
pub(super) const CHANGED: &str = "warmpath-colours";

/// The theme that the reader chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    System,
    Light,
    Dark,
}

impl Choice {
    fn remembered() -> Self {
        match dom::remembered(KEY).as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    fn name(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::System => "Colours: as the system says",
            Self::Light => "Colours: light",
            Self::Dark => "Colours: dark",
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::System => {
                "M9 1.8a7.2 7.2 0 1 0 0 14.4A7.2 7.2 0 0 0 9 1.8zm0 1.6v11.2A5.6 5.6 0 0 1 9 3.4z"
            }
            Self::Light => {
                "M9 5.4a3.6 3.6 0 1 0 0 7.2 3.6 3.6 0 0 0 0-7.2zM8.3.6h1.4v2.8H8.3zm0 14h1.4v2.8H8.3zM.6 8.3h2.8v1.4H.6zm14 0h2.8v1.4h-2.8zM2.6 3.6l1-1 2 2-1 1zm9.8 9.8 1-1 2 2-1 1zm0-8.8 2-2 1 1-2 2zM2.6 14.4l2-2 1 1-2 2z"
            }
            Self::Dark => "M15.4 11.3A7 7 0 0 1 6.7 2.6a7 7 0 1 0 8.7 8.7z",
        }
    }
}

/// A button that changes from light to dark to the system's theme.
#[component]
pub fn Theme() -> impl IntoView {
    let choice = RwSignal::new(Choice::remembered());
    Effect::new(move |_| {
        let Some(root) = dom::root() else { return };
        let _ = match choice.get().name() {
            Some(name) => root.set_attribute("data-theme", name),
            None => root.remove_attribute("data-theme"),
        };
        if let (Some(window), Ok(changed)) = (dom::window(), web_sys::Event::new(CHANGED)) {
            let _ = window.dispatch_event(&changed);
        }
    });
    let turn = move |_| {
        choice.update(|it| *it = it.next());
        dom::remember(KEY, choice.get_untracked().name());
    };
    view! {
        <button
            type="button"
            class="icon"
            id="theme"
            title=move || choice.get().label()
            aria-label=move || choice.get().label()
            on:click=turn
        >
            <svg viewBox="0 0 18 18" aria-hidden="true">
                <path fill="currentColor" d=move || choice.get().icon() />
            </svg>
        </button>
    }
}
