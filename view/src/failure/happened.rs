//! What happened to the fleet of a run, from its log: an event that was set may come after the run's end, or find nothing to do,
//! and what happens by chance was not set.

use super::{Failure, FailureRun};
use crate::event;
use crate::format::{self, GAP};
use warmpath_core::metrics::HappeningFigures;
use warmpath_core::order;
use warmpath_core::scenario::life::{Event, Events, Target, Verb};
use warmpath_core::units::VirtualTime;

/// Something that happened to a router, a replica, or several replicas at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    /// The time since the beginning of the run.
    pub at: VirtualTime,
    /// To whom it happened: the number of the first replica, or of the router.
    pub whom: u16,
    /// To how many it happened.
    pub count: u32,
    /// What was done to them; `None` if they failed by chance.
    pub verb: Option<Verb>,
}

impl FailureRun {
    /// What befell the fleet, in order of time, replica by replica. What the autoscaler takes away is left out: it is a decision, and
    /// happens in the run without the events too.
    pub fn befell(&self) -> impl Iterator<Item = &HappeningFigures> {
        let all = self.life().into_iter().flat_map(|life| &life.happenings);
        all.filter(|it| !it.event.starts_with("scale-in"))
    }

    /// What befell the fleet, in order of time; what befell several replicas at once is one thing.
    pub fn happened(&self) -> Vec<Happened> {
        let mut all: Vec<Happened> = Vec::new();
        for it in self.befell() {
            let verb = verb(it);
            let at = VirtualTime::from_secs(it.at_s);
            match all.last_mut() {
                Some(last)
                    if last.at == at
                        && last.verb == verb
                        && !matches!(verb, Some(Verb::RestartRouter { .. })) =>
                {
                    last.count += 1;
                }
                _ => all.push(Happened {
                    at,
                    whom: it.whom,
                    count: 1,
                    verb,
                }),
            }
        }
        all
    }
}

/// What was done to a replica or router; `None` if it failed by chance.
fn verb(it: &HappeningFigures) -> Option<Verb> {
    // The report has what was set in the scenario's notation, without the time.
    let set = Events::parse(&format!("0s:{}", it.event)).unwrap_or_default();
    set.all.first().map(|event| event.verb)
}

impl Happened {
    /// What happened, in words: "replica 1 dies", "3 replicas die".
    pub fn words(&self) -> String {
        self.told(event::does)
    }

    /// What happened, in as few words as a picture has room for.
    pub fn short(&self) -> String {
        self.told(event::does_in_short)
    }

    fn told(&self, does: fn(Verb, bool) -> String) -> String {
        let many = self.count > 1;
        let whom = match (many, self.verb) {
            (true, _) => format!("{}{GAP}replicas", self.count),
            (false, Some(Verb::RestartRouter { .. })) => format!("router{GAP}{}", self.whom),
            (false, _) => format!("replica{GAP}{}", self.whom),
        };
        let does = match self.verb {
            Some(verb) => does(verb, many),
            None => if many { "fail" } else { "fails" }.to_owned(),
        };
        format!("{whom} {does}")
    }
}

impl Failure {
    /// The time of the first thing that happened under any policy; `None` if nothing did.
    pub fn first(&self) -> Option<VirtualTime> {
        self.moments().first().copied()
    }

    /// The moments at which something happened under any policy, each once, in their order, as marks over the lanes: only the first
    /// has a name, since those of several may have no room.
    pub fn named_moments(&self) -> Vec<(VirtualTime, String)> {
        let all = self.sides.iter().flat_map(|side| side.with.happened());
        let first = all.min_by_key(|it| it.at.0);
        let mut name = first.map_or(String::new(), |it| it.short());
        let moments = self.moments().into_iter();
        moments.map(|at| (at, core::mem::take(&mut name))).collect()
    }

    /// The moments at which something happened under any policy, each once, in their order.
    pub fn moments(&self) -> Vec<VirtualTime> {
        let all = self.sides.iter().flat_map(|side| side.with.befell());
        let mut moments: Vec<VirtualTime> = all.map(|it| VirtualTime::from_secs(it.at_s)).collect();
        order::by(&mut moments, Ord::cmp);
        moments.dedup();
        moments
    }
}

/// Why nothing happened although something was set, to end "Nothing happens to this fleet: ".
pub(super) fn in_vain(failure: &Failure, set: &[Event]) -> String {
    match set.iter().all(|it| it.at > failure.marks.end) {
        true => format!(
            "the run ends at {}, before what was set",
            crate::comparison::sentences::moment(failure.marks.end)
        ),
        false => {
            "what was set finds nothing to do, as a replica that is there cannot start and one that is down cannot die"
                .to_owned()
        }
    }
}

/// What was set and befell nobody under any policy, each with why, as sentences that follow others.
pub(super) fn idle(failure: &Failure, set: &[Event]) -> String {
    let befell = |event: &Event| {
        let mut all = failure.sides.iter().flat_map(|side| side.with.befell());
        all.any(|it| {
            let whom = match event.target {
                Target::One(number) => number == it.whom,
                Target::Share(_) => true,
            };
            whom && verb(it) == Some(event.verb) && VirtualTime::from_secs(it.at_s) == event.at
        })
    };
    let mut text = String::new();
    for event in set.iter().filter(|it| !befell(it)) {
        let why = match event.at > failure.marks.end {
            true => "the run was over".to_owned(),
            false => event.why_idle(),
        };
        text += &format!(
            " Nothing came of what was set for {}{GAP}s, that {}: {why}.",
            format::setting(event.at.secs()),
            event::happens(event)
        );
    }
    text
}
