//! The card of a request that was clicked in a lane: what became of it. Once the engine has sent it to each replica in
//! turn, the card also shows what that would have led to.

use super::stage::FailureState;
use crate::dom;
use crate::figure::signal::{follow, parts, text, when};
use crate::figure::{Button, Line, Region, beside, nodes};
use crate::worker::{Forked, Link, WorkRequest};
use leptos::prelude::*;
use warmpath_core::units::VirtualTime;
use warmpath_view::comparison::play;
use warmpath_view::failure::touch::{last, request_sentence, whose};
use warmpath_view::fork::sentence;
use warmpath_view::rich::plain_text;

/// The height in a lane from which on the waiting requests are drawn \[share of the lane's height\].
const QUEUE: f64 = 0.52;

/// The id of the card beside the pointer.
const TIP: &str = "failure-tip";

/// The side and the request under the pointer, and where that is \[px of the window\].
type Pointed = (usize, u32, (i32, i32));

/// The state of the card. Copies share it.
#[derive(Clone, Copy)]
pub(super) struct Card {
    /// The side and the request that the card is of; `None` if the card is closed.
    kept: RwSignal<Option<(usize, u32)>>,
    /// The effects of sending the request to each replica; `None` until they are computed.
    forked: RwSignal<Option<Forked>>,
    /// Whether those effects are being computed.
    forking: RwSignal<bool>,
    /// What is under the pointer; `None` if no request is.
    under: RwSignal<Option<Pointed>>,
    /// The side and the request whose card is opened once the next runs are there; `None` for none.
    pub(super) wanted: StoredValue<Option<(usize, u32)>>,
}

impl Card {
    /// A card that is closed.
    pub(super) fn new() -> Self {
        Self {
            kept: RwSignal::new(None),
            forked: RwSignal::new(None),
            forking: RwSignal::new(false),
            under: RwSignal::new(None),
            wanted: StoredValue::new(None),
        }
    }

    /// The side and the request that the card is of; `None` if the card is closed.
    pub(super) fn kept(self) -> Option<(usize, u32)> {
        self.kept.get()
    }

    /// Shows beside the pointer what became of the request under it; `None` hides that.
    pub(super) fn point(self, under: Option<Pointed>) {
        if self.under.get_untracked() != under {
            self.under.set(under);
        }
    }

    /// Opens the card for a request of a side; `None` closes it.
    pub(super) fn keep(self, whose: Option<(usize, u32)>) {
        self.forked.set(None);
        self.forking.set(false);
        self.kept.set(whose);
    }

    /// Takes the effects of sending a request elsewhere, if the card is still of that request.
    pub(super) fn came(self, forked: Forked) {
        self.forking.set(false);
        if self.kept.get_untracked().map(|it| it.1) == Some(forked.request) {
            self.forked.set(Some(forked));
        }
    }

    /// Notes that the effects cannot be computed.
    pub(super) fn failed(self) {
        self.forking.set(false);
    }
}

impl FailureState {
    /// The request at a moment in the lane of a replica of side `which`, `down` from its top \[share of its height\]; `None` if
    /// there is none.
    pub(super) fn request_at(
        self,
        which: usize,
        replica: u16,
        now: VirtualTime,
        down: f64,
    ) -> Option<u32> {
        self.shown.with_untracked(|shown| {
            let runs = shown.as_ref()?;
            whose(runs, which, replica, now, down > QUEUE)
        })
    }

    /// Opens the card for the request that was sent last to the chosen replica on the first side; closes it if there is none.
    pub(super) fn keep_last(self) {
        let (replica, now) = (self.chosen.get_untracked(), self.player.now.get_untracked());
        let found = self
            .shown
            .with_untracked(|shown| last(shown.as_ref()?, 0, replica, now));
        self.card.keep(found.map(|request| (0, request)));
    }
}

/// The card beside the pointer.
pub(super) fn tip(stage: FailureState) -> AnyView {
    let under = stage.card.under;
    let inside = parts(move || {
        let under = under.get();
        let sentence = under
            .map(|(which, request, _)| stage.of_shown(|it| request_sentence(it, which, request)));
        nodes(&sentence.unwrap_or_default())
    });
    follow(move || {
        if let Some((.., at)) = under.get() {
            beside(TIP, at);
        }
    });
    let hidden = when(move || under.read().is_none());
    view! { <Region class="lane-card" id=TIP hidden>{inside}</Region> }.into_any()
}

/// The card of the failures' station. `link` leads to the engine that computed the runs.
pub(super) fn card(stage: FailureState, link: Link) -> AnyView {
    let card = stage.card;
    let link = StoredValue::new_local(link);
    let elsewhere = move |()| {
        let Some((policy, request)) = card.kept.get_untracked() else {
            return;
        };
        card.forking.set(true);
        let query = stage.asked_for.with_untracked(|it| it.query());
        let requests = stage
            .shown
            .with_untracked(|it| it.as_ref().map(|it| it.requests));
        let ask = WorkRequest::Fork {
            query: play::forked(&query, requests.unwrap_or(0)),
            policy,
            request,
            base: dom::folder(),
        };
        if let Err(reason) = link.with_value(|link| link.ask(&ask)) {
            card.failed();
            stage.fault.set(Some(reason));
        }
    };
    let what = parts(move || {
        let kept = card.kept.get();
        let sentence =
            kept.map(|(which, request)| stage.of_shown(|it| request_sentence(it, which, request)));
        nodes(&sentence.unwrap_or_default())
    });
    let came = parts(move || {
        let forked = card.forked.read();
        let sentence = forked
            .as_ref()
            .map(|it| sentence(&it.policy, it.request, &it.original, &it.effects));
        nodes(&plain_text(sentence.unwrap_or_default()))
    });
    let label = text(move || {
        match card.forking.get() {
            true => "Being tried on every replica …",
            false => "What if it had gone elsewhere?",
        }
        .to_owned()
    });
    let busy = when(move || card.forking.get() || card.forked.read().is_some());
    let hidden = when(move || card.kept.read().is_none());
    let name = text(|| "The request that is kept".to_owned());
    let buttons = vec![
        view! { <Button id="failure-elsewhere" disabled=busy click=elsewhere>{label}</Button> }
            .into_any(),
        view! { <Button id="failure-let-go" click=move |()| card.keep(None)>"Close"</Button> }
            .into_any(),
    ];
    let buttons = view! { <Region class="controls">{buttons}</Region> };
    let inside = vec![
        view! { <Line class="title" role="status">{what}</Line> }.into_any(),
        view! { <Line class="came-of-it" id="failure-tried" role="status">{came}</Line> }
            .into_any(),
        buttons.into_any(),
    ];
    view! { <Region class="kept" id="failure-kept" role="region" name hidden>{inside}</Region> }
        .into_any()
}
