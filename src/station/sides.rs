//! What the stations that compare policies have in common: the sides with the choice of their policies, the playhead over their lanes,
//! and how far the runs are that were asked for.

use crate::figure::signal::{attribute, parts, text, when};
use crate::figure::{Button, Player, hold, policies};
use leptos::prelude::*;
use warmpath_core::router::PolicyDocs;
use warmpath_core::units::VirtualTime;
use warmpath_view::comparison::play::choose;
use warmpath_view::comparison::{LEAST, MOST, figures::about};
use warmpath_view::format;
use warmpath_view::look::{class, looks_of};
use warmpath_view::playback::controls::share;

/// The height in a lane from which on the waiting requests are drawn, below the engine's band \[share of the lane's height\].
pub(super) const QUEUE: f64 = 0.52;
/// The names of the sides for screen readers.
pub(super) const NAMES: [&str; MOST] = ["First", "Second", "Third", "Fourth"];

/// The policies that a station compares, as its sides choose them. Copies share them.
#[derive(Clone, Copy)]
pub(super) struct Compared {
    /// The station's name, with which the ids of its sides begin.
    station: &'static str,
    /// The policies as they are typed, a side each.
    all: Signal<Vec<String>>,
    /// Replaces the policies, a side each, by those that a reader has chosen.
    set: Callback<Vec<String>>,
}

impl Compared {
    /// The policies `all` of a station, which are changed by `set`.
    pub(super) fn new(
        station: &'static str,
        all: impl Fn() -> Vec<String> + Send + Sync + 'static,
        set: impl Fn(Vec<String>) + Send + Sync + 'static,
    ) -> Self {
        Self {
            station,
            all: Signal::derive(all),
            set: Callback::new(set),
        }
    }

    /// The policy of a side; `None` if there are fewer sides.
    pub(super) fn policy(self, which: usize) -> Option<String> {
        self.all.with(|all| all.get(which).cloned())
    }

    /// The classes of the look of a side's policy.
    fn look(self, which: usize) -> &'static str {
        let looks = |all: &Vec<String>| looks_of(all, |it| it);
        let look = self.all.with(looks);
        look.get(which).map_or("", |it| class(*it))
    }

    fn change(self, change: impl FnOnce(&mut Vec<String>)) {
        let mut all = self.all.get_untracked();
        change(&mut all);
        self.set.run(all);
    }
}

/// The element of side `which`, counted from 0; hidden while there are fewer sides. Beside the choice of its policy are `facts`,
/// and below what the policy does is the `field` of its lanes. `first` is added to the name of the first side's list.
pub(super) fn side(
    compared: Compared,
    which: usize,
    first: &'static str,
    facts: AnyView,
    field: AnyView,
) -> AnyView {
    let policy = move || compared.policy(which).unwrap_or_default();
    // The list has policies without parameters; one with parameters gets an entry of its own.
    let own =
        move || Some(policy()).filter(|it| PolicyDocs::all().iter().all(|docs| docs.name != it));
    let list = NodeRef::new();
    hold(list, policy);
    let name = NAMES[which % MOST];
    let role = if which == 0 { first } else { "" };
    let station = compared.station;
    let explained = format!("{station}-about-{which}");
    let choose = move |event| {
        let to = event_target_value(&event);
        compared.change(|all| choose(all, which, to));
    };
    let remove = move |()| {
        compared.change(|all| {
            all.remove(which);
        });
    };
    let stays = when(move || compared.all.with(|all| all.len() <= LEAST));
    view! {
        <div class="side" id=format!("{station}-{which}") hidden=when(move || compared.policy(which).is_none())>
            <div class="caption">
                <span class=text(move || format!("pick {}", compared.look(which)))>
                    <select aria-label=format!("{name} policy{role}") aria-describedby=explained.clone() node_ref=list on:change=choose>
                        {policies()}
                        <option class="own" hidden=when(move || own().is_none())>{text(move || own().unwrap_or_default())}</option>
                    </select>
                    <Button class="small" name=text(move || format!("{name} policy: take it away")) hidden=stays click=remove>
                        "×"
                    </Button>
                </span>
                <span class="facts">{facts}</span>
            </div>
            <p class="about" id=explained>{text(move || about(&policy()).to_owned())}</p>
            {field}
        </div>
    }
    .into_any()
}

/// A moment that is marked over the lanes, with its name if it is to have one.
pub(super) type Mark = (VirtualTime, String);

/// The playhead over the lanes of a side, and the marks over them.
pub(super) fn playhead(
    player: Player,
    marks: impl Fn() -> Vec<Mark> + Send + Sync + 'static,
) -> AnyView {
    let place = move |at| share(at, player.marks.read().end) * 100.0;
    let head = Memo::new(move |_| {
        let at = place(player.now.get());
        [at, 100.0 - at].map(|it| format!("{it:.3}%"))
    });
    let [x, rest] = [0, 1].map(|part| text(move || head.read()[part].clone()));
    let marks = parts(move || {
        let mark = |(at, name)| mark(place(at), name);
        marks().into_iter().map(mark).collect()
    });
    view! {
        <svg class="cursor" aria-hidden="true">
            <rect y="0" height="100%" x=x width=rest />
            {marks}
            <circle class="head" cx=x cy="7" r="5" />
            <line class="head" y1="7" y2="100%" x1=x x2=x />
        </svg>
    }
    .into_any()
}

/// A mark over the lanes at a place \[% of their width\], with its name on the side where there is room.
fn mark(place: f64, name: String) -> AnyView {
    let x = format!("{place:.3}%");
    let (side, by) = match place < 45.0 {
        true => ("start", "8"),
        false => ("end", "-8"),
    };
    view! {
        <line class="mark" y1="0" y2="100%" x1=x.clone() x2=x.clone() />
        <text x=x dx=by y="11" text-anchor=side>{name}</text>
    }
    .into_any()
}

/// How far the runs are that a station has asked for, and whether it shows any yet.
#[derive(Clone, Copy)]
pub(super) struct Coming {
    /// The share that is done; `None` if none are under way.
    pub share: RwSignal<Option<f64>>,
    /// Whether runs are shown.
    pub shown: Signal<bool>,
}

impl Coming {
    /// Notes that `done` of `total` is done. It changes in steps, so that the text can be read.
    pub(super) fn progress(self, done: f64, total: f64) {
        let share = (done / total.max(1.0) * 20.0).floor() / 20.0;
        if self.share.get_untracked() != Some(share) {
            self.share.set(Some(share));
        }
    }

    /// How far they are, in words; nothing while no runs are shown yet, because the page has pictures of the first ones until then.
    pub(super) fn words(self) -> Signal<String> {
        text(move || {
            let share = self.share.get().filter(|_| self.shown.get());
            share.map_or(String::new(), |it| {
                format!("Being replayed: {}", format::share(it))
            })
        })
    }

    /// The attribute of the lanes while others are to take their place.
    pub(super) fn busy(self) -> Signal<Option<String>> {
        attribute(move || {
            let busy = self.share.read().is_some() && self.shown.get();
            busy.then(|| "true".to_owned())
        })
    }
}
