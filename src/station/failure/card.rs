//! The card of a request that was clicked in a lane: what became of it. Once the engine has sent it to each replica in
//! turn, the card also shows what that would have led to.

use super::super::kept::Kept;
use super::super::replay::Replayed;
use super::super::sides::QUEUE;
use super::stage::FailureState;
use crate::figure::signal::{follow, parts, text, when};
use crate::figure::{Button, Line, Region, beside, nodes};
use crate::worker::Link;
use leptos::prelude::*;
use warmpath_core::units::VirtualTime;
use warmpath_view::failure::touch::{last, request_sentence, whose};

/// The id of the card beside the pointer.
const TIP: &str = "failure-tip";

/// The side and the request under the pointer, and where that is \[px of the window\].
type Pointed = (usize, u32, (i32, i32));

/// What of requests is shown: the card that is kept, and what is under the pointer. Copies share it.
#[derive(Clone, Copy)]
pub(super) struct Card {
    /// The request whose card is open.
    pub(super) kept: Kept,
    /// What is under the pointer; `None` if no request is.
    under: RwSignal<Option<Pointed>>,
}

impl Card {
    /// A card that is closed.
    pub(super) fn new() -> Self {
        Self {
            kept: Kept::new(),
            under: RwSignal::new(None),
        }
    }

    /// Shows beside the pointer what became of the request under it; `None` hides that.
    pub(super) fn point(self, under: Option<Pointed>) {
        if self.under.get_untracked() != under {
            self.under.set(under);
        }
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
        self.card.kept.keep(found.map(|request| (0, request)));
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
    let kept = stage.card.kept;
    let run = move || (stage.query(), stage.of_shown(|it| it.requests));
    let what = parts(move || {
        let sentence = kept
            .whose
            .get()
            .map(|(which, request)| stage.of_shown(|it| request_sentence(it, which, request)));
        nodes(&sentence.unwrap_or_default())
    });
    let name = text(|| "The request that is kept".to_owned());
    let buttons = vec![
        kept.elsewhere("failure-elsewhere", link, run, stage.fault),
        view! { <Button id="failure-let-go" click=move |()| kept.keep(None)>"Close"</Button> }
            .into_any(),
    ];
    let inside = vec![
        view! { <Line class="title" role="status">{what}</Line> }.into_any(),
        kept.tried("failure-tried"),
        view! { <Region class="controls">{buttons}</Region> }.into_any(),
    ];
    view! { <Region class="kept" id="failure-kept" role="region" name hidden=kept.closed()>{inside}</Region> }
        .into_any()
}
