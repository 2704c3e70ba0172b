//! The events of a scenario on a timeline: each in a row on one scale, where it can be moved, added and removed. The text
//! of the events is the one that the command line takes.

use crate::chart::scale::Scale;
use crate::event::{happens, moment};
use crate::form::State;
use crate::lanes::axis::{Tick, ticks};
use core::ops::Range;
use warmpath_core::scenario::life::Events;
use warmpath_core::units::VirtualTime;

/// The length of the shortest scale \[s\].
const LEAST: f64 = 120.0;

/// An event, as a row of the timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineRow {
    /// The time of the event, from the start of the run \[s\].
    pub at: f64,
    /// The time of the event, in words.
    pub when: String,
    /// What happens, in words.
    pub what: String,
}

/// The events of what is set. Their text can always be read: the engine has taken it before it gave this state.
fn events(state: &State) -> Events {
    Events::parse(state.text("events")).unwrap_or_default()
}

/// The whole number that a field has; 0 if it has none.
fn number(state: &State, flag: &str) -> u32 {
    let number = state.whole(flag).and_then(|it| u32::try_from(it).ok());
    number.unwrap_or_default()
}

/// The events of what is set, in the order in which they are written.
pub fn rows(state: &State) -> Vec<TimelineRow> {
    let row = |event: &warmpath_core::scenario::life::Event| TimelineRow {
        at: event.at.secs(),
        when: moment(event.at),
        what: happens(event),
    };
    events(state).all.iter().map(row).collect()
}

/// The end of the scale \[s\]: a round time that is neither before the last event nor before the end of the last run, which
/// took `ran` seconds.
pub fn end(rows: &[TimelineRow], ran: f64) -> f64 {
    let last = rows.iter().map(|it| it.at).fold(ran, f64::max);
    let step = if last > 600.0 { 60.0 } else { 10.0 };
    libm::ceil(last.max(LEAST) / step) * step
}

/// The ticks below a timeline that ends at `end` \[s\].
pub fn axis(end: f64) -> Vec<Tick> {
    ticks(Scale::Linear { from: 0.0, to: end }, 6)
}

/// The events that can be added: the name of each, and the parts of its text before and after the replica or router.
pub const PLACED: [(&str, &str, &str); 6] = [
    ("A replica dies", "kill=", ""),
    ("A replica hangs for a minute", "hang=", "/60s"),
    ("A replica is slow for a minute", "slow=", "x0.3/60s"),
    ("A replica is taken out", "drain=", ""),
    ("A replica starts", "start=", ""),
    ("A router restarts", "restart-router=", ""),
];

/// The entry of [`PLACED`] at a place; the last one if there is no such place.
fn kind(what: usize) -> (&'static str, &'static str, &'static str) {
    PLACED[what.min(PLACED.len() - 1)]
}

/// The numbers of the replicas or routers that an event to be added can befall; `what` is its place in [`PLACED`]. There is
/// always at least one. A replica that is started is always one that does not exist yet.
pub fn numbers_offered(state: &State, what: usize) -> Range<u32> {
    let replicas = number(state, "replicas").max(events(state).replicas());
    match kind(what).1 {
        "start=" => replicas..replicas + 1,
        "restart-router=" => 0..number(state, "routers").max(1),
        _ => 0..replicas.max(1),
    }
}

/// The number nearest to `whom` of those that are offered.
pub fn nearest_offered(state: &State, what: usize, whom: u32) -> u32 {
    let offered = numbers_offered(state, what);
    whom.clamp(offered.start, offered.end - 1)
}

/// The text of the events with one added half a minute after the last: `what` is its place in [`PLACED`], `whom` the number of
/// its replica or router, for which the nearest that is offered is taken.
pub fn placed(state: &State, what: usize, whom: u32) -> String {
    let events = events(state);
    let last = events
        .all
        .iter()
        .map(|event| event.at.secs())
        .fold(0.0, f64::max);
    let (_, verb, after) = kind(what);
    let whom = nearest_offered(state, what, whom);
    let more = format!("{}s:{verb}{whom}{after}", last + 30.0);
    match events.all.is_empty() {
        true => more,
        false => format!("{events};{more}"),
    }
}

/// The text of the events with one moved to another time \[s\], rounded to a tenth of a second.
pub fn moved(state: &State, which: usize, at: f64) -> String {
    changed(state, |events| {
        if let Some(event) = events.all.get_mut(which) {
            event.at = VirtualTime::from_secs(libm::round(at * 10.0) / 10.0);
        }
    })
}

/// The text of the events with one removed.
pub fn without(state: &State, which: usize) -> String {
    changed(state, |events| {
        if which < events.all.len() {
            events.all.remove(which);
        }
    })
}

fn changed(state: &State, change: impl FnOnce(&mut Events)) -> String {
    let mut events = events(state);
    change(&mut events);
    events.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::state_of;
    use crate::format::GAP;
    use warmpath_core::scenario::Scenario;

    fn of(events: &str) -> State {
        let mut scenario = Scenario::default();
        scenario.troubles.events = Events::parse(events).expect("valid");
        state_of(&scenario)
    }

    #[test]
    fn what_is_placed_and_moved_is_what_would_be_typed() {
        let mut text = String::new();
        for (what, _) in PLACED.iter().enumerate() {
            text = placed(&of(&text), what, 9);
            assert!(Events::parse(&text).is_ok(), "{text}");
        }
        assert_eq!(
            text,
            "30s:kill=3;60s:hang=3/60s;90s:slow=3x0.3/60s;120s:drain=3;150s:start=4;180s:restart-router=0"
        );
        let state = of(&text);
        assert!(moved(&state, 1, 12.34).contains(";12.3s:hang=3/60s;"));
        assert_eq!(moved(&state, 99, 1.0), text);
        assert!(!without(&state, 0).contains("kill"));
        assert_eq!(without(&state, 99), text);
        let rows = rows(&state);
        assert_eq!(
            (rows[0].at, &*rows[0].when.replace(GAP, " ")),
            (30.0, "30 s")
        );
        assert_eq!(rows[4].what.replace(GAP, " "), "replica 4 starts");
        let kill = 0;
        assert_eq!(numbers_offered(&state, kill), 0..5);
    }

    #[test]
    fn the_numbers_offered_are_those_of_what_the_event_befalls() {
        let mut scenario = Scenario::default();
        (scenario.replicas, scenario.routers) = (4, 8);
        let state = state_of(&scenario);
        let offered = |verb: &str| {
            let what = PLACED.iter().position(|it| it.1 == verb).expect("a kind");
            (what, numbers_offered(&state, what))
        };
        assert_eq!(offered("kill=").1, 0..4);
        assert_eq!(offered("start=").1, 4..5);
        let (restart, routers) = offered("restart-router=");
        assert_eq!(routers, 0..8);
        assert_eq!(placed(&state, restart, 5), "30s:restart-router=5");
        assert_eq!(nearest_offered(&state, restart, 9), 7);
    }

    #[test]
    fn the_scale_holds_every_event_and_the_last_run() {
        assert_eq!(end(&rows(&of("")), 0.0), 120.0);
        assert_eq!(end(&rows(&of("30s:kill=1")), 133.0), 140.0);
        assert_eq!(end(&rows(&of("3000s:kill=1")), 133.0), 3000.0);
        assert!(axis(140.0).iter().all(|tick| tick.text.ends_with('s')));
    }
}
