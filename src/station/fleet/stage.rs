//! What the parts of the station share: what is asked for, what is shown, and where the playhead is.

use super::touch::Touch;
use crate::figure::Player;
use leptos::prelude::*;
use warmpath_view::duel::play::Own;
use warmpath_view::duel::{Duel, MOST};

/// What is offered for comparison, in this order.
const NEXT: [&str; 5] = ["chwbl", "cache-aware", "round-robin", "least-load", "smart"];

/// Which arrivals are played.
#[derive(Clone, PartialEq)]
pub(super) enum Play {
    /// One of `view`'s plays.
    Told(usize),
    /// A scenario of the laboratory.
    Own(Box<Own>),
}

/// What the parts share. A copy shares everything.
#[derive(Clone, Copy)]
pub(super) struct Stage {
    /// What is asked, and under which policies.
    pub asked_for: RwSignal<(Play, Vec<String>)>,
    /// The last replay that came; none before the first.
    pub shown: RwSignal<Option<Duel>>,
    /// How far the replay is that is being made \[share\].
    pub coming: RwSignal<Option<f64>>,
    /// The playhead, which all sides share.
    pub player: Player,
    /// What of the lanes is touched.
    pub touch: Touch,
    /// Why something could not be done.
    pub fault: RwSignal<Option<String>>,
}

impl Stage {
    /// The policy of a side that is asked for.
    pub(super) fn policy(self, which: usize) -> Option<String> {
        self.asked_for.with(|(_, all)| all.get(which).cloned())
    }

    /// A policy to compare next: the first of [`NEXT`] that is not there.
    pub(super) fn another(self) -> Option<String> {
        self.asked_for.with(|(_, all)| {
            let next = NEXT
                .into_iter()
                .find(|name| !all.iter().any(|it| it == name));
            next.filter(|_| all.len() < MOST).map(str::to_owned)
        })
    }

    /// What is shown, as far as there is a side of that number.
    pub(super) fn of_side<T>(self, which: usize, of: impl FnOnce(&Duel) -> T) -> Option<T> {
        let shown = self.shown.read();
        shown.as_ref().filter(|it| which < it.sides.len()).map(of)
    }

    /// Something of what is shown; its default before the first replay.
    pub(super) fn of_shown<T: Default>(self, of: impl FnOnce(&Duel) -> T) -> T {
        self.shown.read().as_ref().map(of).unwrap_or_default()
    }
}
