//! The request whose card a station keeps open, and what would have come of sending it elsewhere.

use crate::dom;
use crate::figure::signal::{parts, text, when};
use crate::figure::{Button, Line, nodes};
use crate::worker::{Forked, Link, WorkRequest};
use leptos::prelude::*;
use warmpath_view::comparison::play;
use warmpath_view::fork::sentence;
use warmpath_view::rich::plain_text;

/// A side and a request of its run.
pub(super) type Whose = (usize, u32);

/// The state of the card. Copies share it.
#[derive(Clone, Copy)]
pub(super) struct Kept {
    /// The side and the request that the card is of; `None` if it is closed.
    pub whose: RwSignal<Option<Whose>>,
    /// The side and the request whose card is opened once the next runs are there; `None` for none.
    pub wanted: StoredValue<Option<Whose>>,
    /// The effects of sending the request to each replica; `None` until they are computed.
    pub forked: RwSignal<Option<Forked>>,
    /// Whether the engine is computing these effects.
    forking: RwSignal<bool>,
}

impl Kept {
    /// A card that is closed.
    pub(super) fn new() -> Self {
        Self {
            whose: RwSignal::new(None),
            wanted: StoredValue::new(None),
            forked: RwSignal::new(None),
            forking: RwSignal::new(false),
        }
    }

    /// Opens the card for a request of a side; `None` closes it.
    pub(super) fn keep(self, whose: Option<Whose>) {
        if self.whose.get_untracked() != whose {
            self.forked.set(None);
            self.forking.set(false);
            self.whose.set(whose);
        }
    }

    /// Opens the card that is wanted, if `there` says that there is such a request.
    pub(super) fn keep_wanted(self, there: impl FnOnce(&Whose) -> bool) {
        let wanted = self.wanted.try_update_value(Option::take).flatten();
        if let Some(wanted) = wanted.filter(there) {
            self.keep(Some(wanted));
        }
    }

    /// Takes the effects of sending a request elsewhere, if the card is still of that request; `None` if they could not be
    /// computed.
    pub(super) fn came(self, forked: Option<Forked>) {
        self.forking.set(false);
        let kept = self.whose.get_untracked().map(|it| it.1);
        if let Some(forked) = forked.filter(|it| kept == Some(it.request)) {
            self.forked.set(Some(forked));
        }
    }

    /// Whether the card is closed.
    pub(super) fn closed(self) -> Signal<bool> {
        when(move || self.whose.read().is_none())
    }

    /// The sentence on what would have come of sending the request elsewhere; empty until that is computed.
    pub(super) fn tried(self, id: &'static str) -> AnyView {
        let came = parts(move || {
            let forked = self.forked.read();
            let sentence = forked
                .as_ref()
                .map(|it| sentence(&it.policy, it.request, &it.original, &it.effects));
            nodes(&plain_text(sentence.unwrap_or_default()))
        });
        view! { <Line class="came-of-it" id role="status">{came}</Line> }.into_any()
    }

    /// The button that has the engine send the request to each replica in turn. `run` is the query of the run that is shown, and
    /// of how many requests it is.
    pub(super) fn elsewhere(
        self,
        id: &'static str,
        link: Link,
        run: impl Fn() -> (String, u32) + Send + Sync + 'static,
        fault: RwSignal<Option<String>>,
    ) -> AnyView {
        let link = StoredValue::new_local(link);
        let ask = move |()| {
            let Some((policy, request)) = self.whose.get_untracked() else {
                return;
            };
            self.forking.set(true);
            let (query, requests) = untrack(&run);
            let ask = WorkRequest::Fork {
                query: play::forked(&query, requests),
                policy,
                request,
                base: dom::folder(),
            };
            if let Err(reason) = link.with_value(|link| link.ask(&ask)) {
                self.came(None);
                fault.set(Some(reason));
            }
        };
        let label = text(move || {
            match self.forking.get() {
                true => "Being tried on every replica …",
                false => "What if it had gone elsewhere?",
            }
            .to_owned()
        });
        let busy = when(move || self.forking.get() || self.forked.read().is_some());
        view! { <Button id disabled=busy click=ask>{label}</Button> }.into_any()
    }
}
