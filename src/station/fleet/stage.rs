//! The state that the parts of the station share: the choice, the replay that is shown, and the playhead.

use super::super::replay::Replayed;
use super::super::sides::{Coming, Compared};
use super::touch::Touch;
use crate::address::Address;
use crate::figure::Player;
use crate::figure::signal::when;
use crate::worker::{Answer, Forked, WorkRequest};
use leptos::prelude::*;
use warmpath_view::comparison::play::{self, Own};
use warmpath_view::comparison::{Comparison, MOST, OPENING, PLAYS};
use warmpath_view::fragment;

/// The key in an address for the scenario that is played, and its value for the scenario in the address's query.
const PLAY: &str = "play";
const OWN: &str = "own";

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

impl Play {
    /// One of `view`'s scenarios by its place as an address writes it; `None` if there is none.
    fn offered(text: &str) -> Option<Self> {
        let at = (0..PLAYS.len()).find(|at| at.to_string() == text)?;
        Some(Self::Offered(at))
    }

    /// The policies that are compared if an address names this and no policies.
    fn policies(&self) -> Vec<String> {
        match self {
            Self::Offered(_) => OPENING.map(str::to_owned).into(),
            Self::Own(own) => own.policies.clone(),
        }
    }
}

/// Whether an address asks for the scenario in its query to be played here: it says so, or it names a moment but no scenario of
/// the station, so the moment is one of the query's scenario.
pub fn plays_own(address: &Address) -> bool {
    address.station == super::NAME
        && match fragment::value(&address.view, PLAY) {
            Some(play) => play == OWN,
            None => address.time.is_some(),
        }
}

/// The state of the station. Copies share it.
#[derive(Clone, Copy)]
pub(super) struct FleetState {
    /// The scenario and the policies that are chosen.
    pub asked_for: RwSignal<(Play, Vec<String>)>,
    /// The replay that is shown; `None` before the first.
    pub shown: RwSignal<Option<Comparison>>,
    /// The number of the replay that is shown, which changes whenever another one is.
    pub run: StoredValue<u32>,
    /// How far the next replay is.
    pub coming: Coming,
    /// The policies that are chosen.
    pub compared: Compared,
    /// The playhead, which all sides share.
    pub player: Player,
    /// Whether the playhead is before the end of the run.
    inside: Memo<bool>,
    /// What the reader does with the lanes: the request that is pointed at or kept, the stretch, the magnification.
    pub touch: Touch,
    /// Why the last action failed; `None` if it did not.
    pub fault: RwSignal<Option<String>>,
}

impl FleetState {
    /// The state before the first replay. `view` is what an address says of the station. The scenario is the offered one that is
    /// named there, or else `own`, one of the laboratory's, or else the first one offered; the policies are those named there, or
    /// else the scenario's.
    pub(super) fn new(own: Option<Own>, view: &str) -> Self {
        let begun = own.map_or(Play::Offered(0), |it| Play::Own(Box::new(it)));
        let named = fragment::value(view, PLAY).and_then(|it| Play::offered(&it));
        let play = named.unwrap_or(begun);
        let policies = fragment::policies(view).unwrap_or_else(|| play.policies());
        let (touch, player) = (Touch::new(), Player::new(Default::default()));
        touch.kept.wanted.set_value(fragment::card(view));
        let asked_for = RwSignal::new((play, policies));
        let shown = RwSignal::new(None::<Comparison>);
        let coming = Coming {
            share: RwSignal::new(None),
            shown: when(move || shown.read().is_some()),
        };
        let compared = Compared::new(
            Self::NAME,
            move || asked_for.with(|(_, all)| all.clone()),
            move |to| asked_for.update(|(_, all)| *all = to),
        );
        Self {
            asked_for,
            shown,
            run: StoredValue::new(0),
            coming,
            compared,
            player,
            inside: Memo::new(move |_| player.now.get() < player.marks.read().end),
            touch,
            fault: RwSignal::new(None),
        }
    }

    /// What the address says of the station besides the moment: which scenario is played, under which policies, and whose card is
    /// kept. What the station begins with is left out. (A scenario of the reader's own stands in the query.)
    pub(super) fn view(self) -> String {
        let asked_for = self.asked_for.read();
        let (play, policies) = &*asked_for;
        // In an address with a query, a moment without this pair would be read as one of the query's scenario.
        let other = || self.inside.get() && !Address::here().scenario.is_empty();
        let play_pair = match play {
            Play::Own(_) => Some(fragment::pair(PLAY, OWN)),
            Play::Offered(at) if *at > 0 || other() => Some(fragment::pair(PLAY, &at.to_string())),
            Play::Offered(_) => None,
        };
        let others = *policies != play.policies();
        let sides = others.then(|| fragment::pair("p", &policies.join(",")));
        let card = self.touch.kept.whose.get().map(fragment::card_pair);
        let parts = [play_pair, sides, card].into_iter().flatten();
        parts.collect::<Vec<_>>().join("&")
    }

    /// Takes over what another address of the browser's history says of the station besides the moment. One that names a scenario
    /// or policies says all of the choice: for what it leaves out there are the first scenario offered and the scenario's own
    /// policies. One that names neither leaves the choice as it is; one that names the reader's own scenario leaves the scenario as
    /// it is.
    pub(super) fn travel(self, view: &str) {
        let (play, card) = (fragment::value(view, PLAY), fragment::card(view));
        let sides = fragment::policies(view);
        let mut next = self.asked_for.get_untracked();
        if play.is_some() || sides.is_some() {
            let own = play.as_deref() == Some(OWN);
            let offered = play.and_then(|it| Play::offered(&it));
            if !own {
                next.0 = offered.unwrap_or(Play::Offered(0));
            }
            next.1 = sides.unwrap_or_else(|| next.0.policies());
        }
        self.touch.kept.wanted.set_value(card);
        if *self.asked_for.read_untracked() != next {
            self.asked_for.set(next);
        } else if card.is_some() {
            self.touch.keep_wanted();
        }
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

impl Replayed for FleetState {
    const NAME: &'static str = super::NAME;

    fn query(self) -> String {
        let (played, policies) = &*self.asked_for.read();
        match played {
            Play::Offered(at) => play::query(*at, policies),
            Play::Own(own) => play::under(&own.query, policies),
        }
    }

    fn request(query: String, base: String, number: u32) -> WorkRequest {
        WorkRequest::Comparison {
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
        let comparison = match answer {
            Answer::Comparison { number, comparison } if number == asked => comparison.open()?,
            _ => return Ok(None),
        };
        let requests = comparison.prompts.len() as u32;
        self.player.load(comparison.marks.clone());
        self.run.set_value(asked);
        self.touch.renew(&comparison);
        self.shown.set(Some(comparison));
        Ok(Some(requests))
    }

    fn forked(self, forked: Option<Forked>) {
        self.touch.kept.came(forked);
    }
}
