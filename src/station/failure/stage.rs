//! The state that the parts of the station share: the choice, the runs that are shown, the playhead, and the chosen
//! replica.

use super::super::replay::Replayed;
use super::super::sides::{Coming, Compared};
use super::card::Card;
use crate::figure::Player;
use crate::figure::signal::when;
use crate::worker::{Answer, Forked, WorkRequest};
use leptos::prelude::*;
use warmpath_core::units::VirtualTime;
use warmpath_view::comparison::sentences::moment;
use warmpath_view::failure::Failure;
use warmpath_view::failure::choice::{Act, Choice};
use warmpath_view::fragment;

/// The state of the station. Copies share it.
#[derive(Clone, Copy)]
pub(super) struct FailureState {
    /// The scenario, events and policies that are chosen.
    pub asked_for: RwSignal<Choice>,
    /// The runs that are shown; `None` before the first.
    pub shown: RwSignal<Option<Failure>>,
    /// How far the next runs are.
    pub coming: Coming,
    /// The policies that are chosen.
    pub compared: Compared,
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
        let asked_for = RwSignal::new(choice);
        let shown = RwSignal::new(None::<Failure>);
        let coming = Coming {
            share: RwSignal::new(None),
            shown: when(move || shown.read().is_some()),
        };
        let compared = Compared::new(
            Self::NAME,
            move || asked_for.with(|it| it.policies.clone()),
            move |to| asked_for.update(|it| it.policies = to),
        );
        Self {
            asked_for,
            shown,
            coming,
            compared,
            run: StoredValue::new(0),
            fault: RwSignal::new(None),
            player: Player::new(Default::default()),
            card: Card::new(),
            chosen: RwSignal::new(1),
            clicked: RwSignal::new(None),
        }
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
        let card = self.card.kept.whose.get().map(fragment::card_pair);
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
            self.card.kept.wanted.set_value(card);
            self.asked_for.set(next);
        } else if card.is_some() {
            let there = |shown: &Option<Failure>| {
                shown
                    .as_ref()
                    .zip(card)
                    .is_some_and(|(it, card)| it.has(card))
            };
            let there = self.shown.with_untracked(there);
            self.card.kept.keep(card.filter(|_| there));
        }
    }

    /// When something is to happen: where the playhead stands. At the end nothing can happen any more; then it is the moment
    /// at which a lane was clicked last, and before any click the middle of the run. `None` before there is a run.
    pub(super) fn moment(self) -> Option<VirtualTime> {
        self.moment_and_why().map(|it| it.0)
    }

    /// The moment that [`Self::moment`] gives, and in words which it is.
    fn moment_and_why(self) -> Option<(VirtualTime, &'static str)> {
        let (now, end) = (self.player.now.get(), self.player.marks.read().end);
        let inside = |at: &VirtualTime| *at < end;
        if end == VirtualTime::ZERO {
            return None;
        }
        if inside(&now) {
            return Some((now, "where the playhead is"));
        }
        if let Some(clicked) = self.clicked.get().filter(inside) {
            return Some((clicked, "where you clicked"));
        }
        // Cut to a tenth of a second, as a click is.
        let middle = VirtualTime::from_secs((end.secs() * 5.0).floor() / 10.0);
        Some((middle, "the middle of the run"))
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
            format!("What happens at {}, {why}, to replica", moment(at))
        })
    }
}

impl Replayed for FailureState {
    const NAME: &'static str = super::NAME;

    fn query(self) -> String {
        self.asked_for.with(Choice::query)
    }

    fn request(query: String, base: String, number: u32) -> WorkRequest {
        WorkRequest::Failure {
            query,
            base,
            number,
        }
    }

    fn player(self) -> Player {
        self.player
    }

    fn coming(self) -> Coming {
        self.coming
    }

    fn fault(self) -> RwSignal<Option<String>> {
        self.fault
    }

    fn show(self, answer: Answer, asked: u32) -> Result<Option<u32>, String> {
        let failure = match answer {
            Answer::Failure { number, failure } if number == asked => failure.open()?,
            _ => return Ok(None),
        };
        let requests = failure.requests;
        self.player.load(failure.marks.clone());
        self.run.set_value(asked);
        self.card.kept.keep(None);
        self.card.kept.keep_wanted(|it| failure.has(*it));
        self.shown.set(Some(failure));
        Ok(Some(requests))
    }

    fn forked(self, forked: Option<Forked>) {
        self.card.kept.came(forked);
    }
}
