//! The state that the parts of the station share: the choice, the runs that are shown, the playhead, and the chosen
//! replica.

use super::card::Card;
use crate::figure::Player;
use leptos::prelude::*;
use warmpath_core::units::VirtualTime;
use warmpath_view::comparison::sentences::moment;
use warmpath_view::failure::Failure;
use warmpath_view::failure::choice::{Act, Choice};
use warmpath_view::fragment;
use warmpath_view::look::{class, looks_of};

/// The state of the station. Copies share it.
#[derive(Clone, Copy)]
pub(super) struct FailureState {
    /// The scenario, events and policies that are chosen.
    pub asked_for: RwSignal<Choice>,
    /// The runs that are shown; `None` before the first.
    pub shown: RwSignal<Option<Failure>>,
    /// The share of the runs under way that is done; `None` if none are.
    pub coming: RwSignal<Option<f64>>,
    /// The number of the runs that are shown, which changes whenever they do.
    pub run: StoredValue<u32>,
    /// Why the last action failed; `None` if it did not.
    pub fault: RwSignal<Option<String>>,
    /// The playhead, which all sides share.
    pub player: Player,
    /// The card of a request, and what is under the pointer.
    pub card: Card,
    /// The replica to which something is to happen.
    pub chosen: RwSignal<u16>,
    /// The moment at which a lane was clicked last; `None` before the first click.
    pub clicked: RwSignal<Option<VirtualTime>>,
}

impl FailureState {
    /// The state before the first runs, which are to be of this choice.
    pub(super) fn new(choice: Choice) -> Self {
        Self {
            asked_for: RwSignal::new(choice),
            shown: RwSignal::new(None),
            coming: RwSignal::new(None),
            run: StoredValue::new(0),
            fault: RwSignal::new(None),
            player: Player::new(Default::default()),
            card: Card::new(),
            chosen: RwSignal::new(1),
            clicked: RwSignal::new(None),
        }
    }

    /// The classes of the look of a side's policy.
    pub(super) fn look(self, which: usize) -> &'static str {
        let looks = |all: &[String]| looks_of(all, |it| it);
        let look = self.asked_for.with(|it| looks(&it.policies));
        look.get(which).map_or("", |it| class(*it))
    }

    /// The policy of a side that is asked for.
    pub(super) fn policy(self, which: usize) -> Option<String> {
        self.asked_for.with(|it| it.policies.get(which).cloned())
    }

    /// A value computed from a side that is shown; `None` if there are fewer sides.
    pub(super) fn of_side<T>(self, which: usize, of: impl FnOnce(&Failure) -> T) -> Option<T> {
        let shown = self.shown.read();
        shown.as_ref().filter(|it| which < it.sides.len()).map(of)
    }

    /// A value computed from the runs that are shown; its default before the first.
    pub(super) fn of_shown<T: Default>(self, of: impl FnOnce(&Failure) -> T) -> T {
        self.shown.read().as_ref().map(of).unwrap_or_default()
    }

    /// What the address says of the station beside the moment: the choice, and whose card is kept.
    pub(super) fn view(self) -> String {
        let card = self.card.kept().map(fragment::card_pair);
        let parts = [Some(self.asked_for.read().fragment()), card];
        let parts = parts.into_iter().flatten().filter(|it| !it.is_empty());
        parts.collect::<Vec<_>>().join("&")
    }

    /// Takes over what another address of the browser's history says of the station beside the moment. The query has changed
    /// only if the laboratory has, so the scenario stays.
    pub(super) fn travel(self, view: &str) {
        let next = self.asked_for.with_untracked(|it| it.travelled(view));
        let card = fragment::card(view);
        if *self.asked_for.read_untracked() != next {
            self.card.wanted.set_value(card);
            self.asked_for.set(next);
        } else if card.is_some() {
            let there = |shown: &Option<Failure>| {
                shown
                    .as_ref()
                    .zip(card)
                    .is_some_and(|(it, card)| it.has(card))
            };
            self.card
                .keep(card.filter(|_| self.shown.with_untracked(there)));
        }
    }

    /// When something is to happen: where the playhead stands. At the end nothing can happen any more; then it is the moment
    /// at which a lane was clicked last, and before any click the middle of the run. `None` before there is a run.
    pub(super) fn moment(self) -> Option<VirtualTime> {
        self.moment_and_why().map(|it| it.0)
    }

    /// The moment that [`Self::moment`] gives, and in words why it is not where the playhead stands; empty if it is.
    fn moment_and_why(self) -> Option<(VirtualTime, &'static str)> {
        let (now, end) = (self.player.now.get(), self.player.marks.read().end);
        let inside = |at: &VirtualTime| *at < end;
        if end == VirtualTime::ZERO {
            return None;
        }
        if inside(&now) {
            return Some((now, ""));
        }
        if let Some(clicked) = self.clicked.get().filter(inside) {
            return Some((clicked, " (where you clicked)"));
        }
        // Cut to a tenth of a second, as a click is.
        let middle = VirtualTime::from_secs((end.secs() * 5.0).floor() / 10.0);
        Some((middle, " (half way, as the run is at its end)"))
    }

    /// Causes an event at [`Self::moment`], to the chosen replica unless it starts a further one; the run goes on from there.
    pub(super) fn act(self, act: Act) {
        let Some(at) = untrack(|| self.moment()) else {
            return;
        };
        let replica = self.chosen.get_untracked();
        self.player.jump(at);
        let mut next = self.asked_for.get_untracked();
        match next.act(act, replica, at) {
            Ok(()) => {
                self.fault.set(None);
                self.asked_for.set(next);
            }
            Err(reason) => self.fault.set(Some(reason)),
        }
    }

    /// Chooses the replica `by` places further on, returning to the first after the last.
    pub(super) fn choose_next(self, by: i32) {
        let all = self.replicas() as i32;
        self.chosen
            .update(|it| *it = (i32::from(*it) + by).rem_euclid(all.max(1)) as u16);
    }

    /// The number of replicas in the runs, those included that have not started yet; 1 before there are runs.
    pub(super) fn replicas(self) -> usize {
        let shown = self.shown.read_untracked();
        let side = shown.as_ref().and_then(|it| it.sides.first());
        side.map_or(1, |side| side.with.lanes.len())
    }

    /// The moment of the next event, in words that the squares of the replicas follow.
    pub(super) fn aim(self) -> String {
        let at = self.moment_and_why();
        at.map_or_else(String::new, |(at, why)| {
            format!("At {}{why}, to replica", moment(at))
        })
    }
}
