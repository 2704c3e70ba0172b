//! The state that the parts of the station share: the choice, the replay that is shown, and the playhead.

use super::touch::Touch;
use crate::figure::Player;
use leptos::prelude::*;
use warmpath_view::comparison::play::Own;
use warmpath_view::comparison::{Comparison, MOST, OPENING};
use warmpath_view::look::{class, looks_of};

/// The policies that are offered as the next side, in this order.
const NEXT: [&str; 5] = ["chwbl", "cache-aware", "round-robin", "least-load", "smart"];

/// The scenario whose arrivals are played.
#[derive(Clone, PartialEq)]
pub(super) enum Play {
    /// One of `view`'s scenarios, by its place.
    Offered(usize),
    /// A scenario of the laboratory.
    Own(Box<Own>),
}

/// The state of the station. Copies share it.
#[derive(Clone, Copy)]
pub(super) struct FleetState {
    /// The scenario and the policies that are chosen.
    pub asked_for: RwSignal<(Play, Vec<String>)>,
    /// The replay that is shown; `None` before the first.
    pub shown: RwSignal<Option<Comparison>>,
    /// The share of the replay under way that is done; `None` if none is.
    pub coming: RwSignal<Option<f64>>,
    /// The playhead, which all sides share.
    pub player: Player,
    /// What of the lanes is touched: a request, a stretch, the magnification.
    pub touch: Touch,
    /// Why the last action failed; `None` if it did not.
    pub fault: RwSignal<Option<String>>,
}

impl FleetState {
    /// The state before the first replay: with a scenario of the laboratory and its policies, or else with the first of
    /// `view`'s.
    pub(super) fn new(own: Option<Own>) -> Self {
        let policies = own.as_ref().map(|it| it.policies.clone());
        let policies = policies.unwrap_or_else(|| OPENING.map(str::to_owned).into());
        let play = own.map_or(Play::Offered(0), |it| Play::Own(Box::new(it)));
        Self {
            asked_for: RwSignal::new((play, policies)),
            shown: RwSignal::new(None),
            coming: RwSignal::new(None),
            player: Player::new(Default::default()),
            touch: Touch::new(),
            fault: RwSignal::new(None),
        }
    }

    /// The classes of the look of a side's policy.
    pub(super) fn look(self, which: usize) -> &'static str {
        let looks = |all: &[String]| looks_of(all, |it| it);
        let look = self.asked_for.with(|(_, all)| looks(all));
        look.get(which).map_or("", |it| class(*it))
    }

    /// The policy of a side that is asked for.
    pub(super) fn policy(self, which: usize) -> Option<String> {
        self.asked_for.with(|(_, all)| all.get(which).cloned())
    }

    /// The next policy to compare: the first of [`NEXT`] that is not there yet.
    pub(super) fn another(self) -> Option<String> {
        self.asked_for.with(|(_, all)| {
            let next = NEXT
                .into_iter()
                .find(|name| !all.iter().any(|it| it == name));
            next.filter(|_| all.len() < MOST).map(str::to_owned)
        })
    }

    /// A value computed from a side that is shown; `None` if there are fewer sides.
    pub(super) fn of_side<T>(self, which: usize, of: impl FnOnce(&Comparison) -> T) -> Option<T> {
        let shown = self.shown.read();
        shown.as_ref().filter(|it| which < it.sides.len()).map(of)
    }

    /// A value computed from the replay that is shown; its default before the first.
    pub(super) fn of_shown<T: Default>(self, of: impl FnOnce(&Comparison) -> T) -> T {
        self.shown.read().as_ref().map(of).unwrap_or_default()
    }
}
