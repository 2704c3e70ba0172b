//! Events of a fleet's life as text: `30s:kill=2;90s:start=2;40s:slow=1x0.3/20s`.
//!
//! An event is a time, a verb and a target: a replica (or a router) by its number, or `N%` of the replicas, drawn by
//! the seed. After it may stand a factor (`slow`) and, after a slash, how long it lasts, or how it ends (`stay`,
//! `snapshot`). Any number of them in any order. Where slowdowns of a replica overlap, the one that began last sets the speed as long
//! as it lasts; where hangs do, the latest end counts.
//!
//! ```
//! use warmpath_core::scenario::life::{Events, Target, Verb};
//! let events = Events::parse("30s:kill=2; 1m:slow=50%x0.3/20s").unwrap();
//! assert_eq!(events.all[0].target, Target::One(2));
//! assert_eq!(events.to_string(), "30s:kill=2;60s:slow=50%x0.3/20s");
//! let wrong = Events::parse("30s:kill=2;9s:klil=1").unwrap_err().to_string();
//! assert!(wrong.contains("character 15") && wrong.contains("did you mean \"kill\"?"), "{wrong}");
//! ```

use core::fmt;

use crate::decimal;
use crate::scenario::piece::{PartError, Piece};
use crate::units::VirtualTime;

/// The most events of a scenario.
const MOST: usize = 1000;

/// The highest number that a replica can have.
const LAST_REPLICA: u64 = 1023;

/// The replicas, or the router, that an event befalls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// The replica (or, for a router's restart, the router) of this number, from 0.
    One(u16),
    /// So many percent of the replicas, at least one of them, drawn by the seed.
    Share(f64),
}

/// What an event does to its target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verb {
    /// A replica dies: queue, batch and cache are lost, its connections are reset.
    Kill {
        /// Whether it stays down; if not, it restarts after its back-off.
        stay: bool,
    },
    /// A replica that is down (or a new one) starts, with an empty cache.
    Start,
    /// A replica computes at this share of its speed.
    Slow {
        /// The share of its own speed at which it computes; 1 is its own speed.
        factor: f64,
        /// How long it is slow, but for the time in which a later slowdown sets another speed; `None`: to the end of the run. A death
        /// ends it sooner.
        length: Option<VirtualTime>,
    },
    /// A replica keeps its connections and makes no token.
    Hang {
        /// How long it hangs at least, as another hang may last longer; `None`: to the end of the run. A death ends it sooner.
        length: Option<VirtualTime>,
    },
    /// A replica is taken out of the fleet, see [`super::Drain`].
    Drain,
    /// A router restarts: its count of what it sent and its beliefs about the caches are lost.
    RestartRouter {
        /// Whether it reloads both from a snapshot taken just before.
        snapshot: bool,
    },
}

/// An event in the life of the fleet, set by the scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// The time at which it happens, counted from the beginning of the run.
    pub at: VirtualTime,
    /// What happens to the target.
    pub verb: Verb,
    /// The replica, the share of the replicas or the router that it happens to.
    pub target: Target,
}

impl Event {
    /// Why the event befell nobody although it came before the end of the run.
    pub fn why_idle(&self) -> String {
        let why = match self.verb {
            Verb::Start => "there already, or starting",
            Verb::Kill { .. } => "not there",
            Verb::Drain => "not ready, or was being taken out already",
            _ => "not ready",
        };
        match self.target {
            Target::One(replica) => format!("replica {replica} was {why}"),
            Target::Share(_) => format!("each replica drawn was {why}"),
        }
    }
}

/// The events of a scenario, as they were written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Events {
    /// The events, in the order written, which need not be the order of their times.
    pub all: Vec<Event>,
}

/// What an event may do, as it is typed.
pub const VERBS: [&str; 6] = ["kill", "start", "slow", "hang", "drain", "restart-router"];

impl Piece<'_> {
    fn target(self, routers: bool) -> Result<Target, PartError> {
        if let Some(share) = self.text.strip_suffix('%')
            && !routers
        {
            let share = decimal::real(share).filter(|share| *share > 0.0 && *share <= 100.0);
            return match share {
                Some(share) => Ok(Target::Share(share)),
                None => {
                    Err(self.wrong("a share of the replicas of more than 0 % and at most 100 %"))
                }
            };
        }
        let (last, wanted) = match routers {
            true => (15, "a router's number from 0 to 15"),
            false => (
                LAST_REPLICA,
                "a replica's number from 0 to 1023, or a share of them such as 50%",
            ),
        };
        let number = decimal::whole(self.text).filter(|&number| number <= last);
        match number {
            Some(number) => Ok(Target::One(number as u16)),
            None => Err(self.wrong(wanted)),
        }
    }
}

impl Events {
    /// Reads events; an empty text has none.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, PartError> {
        let mut all = Vec::new();
        for piece in Piece::whole("events", text).parts(';') {
            if all.len() == MOST {
                return Err(piece.wrong("no more than 1,000 events"));
            }
            all.push(event(piece)?);
        }
        Ok(Self { all })
    }

    /// One past the highest replica number that an event names; 0 if none names a replica.
    pub fn replicas(&self) -> u32 {
        let named = self.all.iter().filter_map(|event| match event.target {
            Target::One(number) if !matches!(event.verb, Verb::RestartRouter { .. }) => {
                Some(u32::from(number) + 1)
            }
            _ => None,
        });
        named.max().unwrap_or(0)
    }

    /// The first event whose target a fleet of this many replicas and routers never has, and which therefore would do nothing.
    /// A replica that an earlier event starts is there.
    pub fn stray(&self, replicas: u32, routers: u32) -> Option<&Event> {
        let started = |event: &Event| {
            self.all.iter().any(|other| {
                matches!(other.verb, Verb::Start)
                    && other.target == event.target
                    && other.at <= event.at
            })
        };
        self.all
            .iter()
            .find(|event| match (event.target, event.verb) {
                (Target::Share(_), _) | (_, Verb::Start) => false,
                (Target::One(router), Verb::RestartRouter { .. }) => u32::from(router) >= routers,
                (Target::One(replica), _) => u32::from(replica) >= replicas && !started(event),
            })
    }
}

fn event(piece: Piece<'_>) -> Result<Event, PartError> {
    let wanted = "TIME:VERB=REPLICA, as 30s:kill=2";
    let (time, rest) = piece.split(':');
    let rest = rest.ok_or_else(|| piece.wrong(wanted))?;
    let at = time.span()?;
    let (verb, rest) = rest.split('=');
    if !VERBS.contains(&verb.text) {
        return Err(verb.among(
            "one of kill, start, slow, hang, drain, restart-router",
            &VERBS,
        ));
    }
    let rest = rest.ok_or_else(|| verb.wrong("a verb with its target, as kill=2"))?;
    let (whom, after) = rest.split('/');
    let none = |after: Option<Piece<'_>>| match after {
        Some(after) => Err(after.wrong("nothing after this verb's target")),
        None => Ok(()),
    };
    let word = |after: Option<Piece<'_>>, word: &str, wanted| match after {
        None => Ok(false),
        Some(after) if after.text == word => Ok(true),
        Some(after) => Err(after.among(wanted, &[word])),
    };
    let (verb, target) = match verb.text {
        "kill" => {
            let stay = word(after, "stay", "stay, or nothing")?;
            (Verb::Kill { stay }, whom.target(false)?)
        }
        "start" => {
            none(after)?;
            (Verb::Start, whom.target(false)?)
        }
        "slow" => {
            let (whom, factor) = whom.split('x');
            let factor = factor.ok_or_else(|| {
                whom.wrong("a replica and its speed, as 1x0.3 for replica 1 at 0.3 of its speed")
            })?;
            let read = decimal::real(factor.text).filter(|it| (0.01..=100.0).contains(it));
            let read = read.ok_or_else(|| factor.wrong("a factor from 0.01 to 100"))?;
            let slow = Verb::Slow {
                factor: read,
                length: after.map(Piece::length).transpose()?,
            };
            (slow, whom.target(false)?)
        }
        "hang" => {
            let length = after.map(Piece::length).transpose()?;
            (Verb::Hang { length }, whom.target(false)?)
        }
        "drain" => {
            none(after)?;
            (Verb::Drain, whom.target(false)?)
        }
        _ => {
            let snapshot = word(after, "snapshot", "snapshot, or nothing")?;
            (Verb::RestartRouter { snapshot }, whom.target(true)?)
        }
    };
    Ok(Event { at, verb, target })
}

impl fmt::Display for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, event) in self.all.iter().enumerate() {
            if n > 0 {
                f.write_str(";")?;
            }
            write!(f, "{event}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, factor, length, word) = match self.verb {
            Verb::Kill { stay } => ("kill", None, None, stay.then_some("stay")),
            Verb::Start => ("start", None, None, None),
            Verb::Slow { factor, length } => ("slow", Some(factor), length, None),
            Verb::Hang { length } => ("hang", None, length, None),
            Verb::Drain => ("drain", None, None, None),
            Verb::RestartRouter { snapshot } => {
                ("restart-router", None, None, snapshot.then_some("snapshot"))
            }
        };
        write!(f, "{}s:{name}=", self.at.secs())?;
        match self.target {
            Target::One(number) => write!(f, "{number}")?,
            Target::Share(share) => write!(f, "{share}%")?,
        }
        if let Some(factor) = factor {
            write!(f, "x{factor}")?;
        }
        if let Some(length) = length {
            write!(f, "/{}s", length.secs())?;
        }
        word.map_or(Ok(()), |word| write!(f, "/{word}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_and_written() {
        let text = "30s:kill=2;90s:start=2;40s:slow=1x0.3/20s;60s:drain=0;70s:hang=3/15s;100s:restart-router=0";
        let events = Events::parse(text).unwrap();
        assert_eq!(events.all.len(), 6);
        assert_eq!(events.to_string(), text);
        assert_eq!(events.replicas(), 4);
        let loose =
            Events::parse(" 500ms : kill = 50% / stay ; ; 1m:hang=0;2:restart-router=1/snapshot")
                .unwrap();
        let written = "0.5s:kill=50%/stay;60s:hang=0;2s:restart-router=1/snapshot";
        assert_eq!(loose.to_string(), written);
        assert_eq!(Events::parse(written).unwrap(), loose);
        assert!(Events::parse("").unwrap().all.is_empty());
    }

    #[test]
    fn an_event_of_a_replica_or_router_that_is_never_there_is_found() {
        let stray = |text: &str| {
            let events = Events::parse(text).unwrap();
            events.stray(4, 1).map(ToString::to_string)
        };
        let found = |text: &str| Some(text.to_owned());
        assert_eq!(stray("1s:kill=0;30s:kill=3;30s:hang=50%"), None);
        assert_eq!(stray("1s:kill=0;30s:kill=4"), found("30s:kill=4"));
        assert_eq!(stray("30s:kill=9;40s:start=9"), found("30s:kill=9"));
        assert_eq!(stray("20s:start=9;30s:kill=9"), None);
        assert_eq!(stray("1s:restart-router=0"), None);
        assert_eq!(stray("1s:restart-router=1"), found("1s:restart-router=1"));
    }

    #[test]
    fn every_verb_is_named_where_events_are_explained() {
        let wrong = Events::parse("1s:x=1").unwrap_err().to_string();
        let help = crate::scenario::field("events");
        let help = help.unwrap().words().about;
        for verb in VERBS {
            assert!(wrong.contains(verb), "{verb} is not in: {wrong}");
            assert!(
                help.contains(&format!("{verb}=")),
                "{verb} is not in: {help}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let says = |text: &str, at: usize, what: &str| {
            let error = Events::parse(text).unwrap_err();
            assert_eq!(error.at, at, "{text}: {error}");
            assert!(error.to_string().contains(what), "{text}: {error}");
        };
        says("30s:klil=2", 5, "did you mean \"kill\"?");
        says("30s:kill=2;40s:slwo=1x0.3", 16, "did you mean \"slow\"?");
        says("30s", 1, "as 30s:kill=2");
        says("soon:kill=2", 1, "a time from 0");
        says("-1s:kill=2", 1, "a time from 0");
        says("1s:kill", 4, "as kill=2");
        says("1s:kill=1024", 9, "0 to 1023");
        says("1s:kill=0%", 9, "more than 0 %");
        says("1s:kill=1/sty", 11, "did you mean \"stay\"?");
        says("1s:slow=1", 9, "as 1x0.3");
        says("1s:slow=1x0/3s", 11, "a factor from 0.01");
        says("1s:hang=1/0s", 11, "more than 0 s");
        says("1s:start=1/5s", 12, "nothing after");
        says("é1s:kill=1", 1, "a time");
        says("1s:kill=1; 2s:restart-router=16", 30, "0 to 15");
        says(&"1s:kill=0;".repeat(1001), 10_001, "no more than 1,000");
    }
}
