//! The state of the station's controls: which scenario, which events, which policies; and the ways to change it.

use super::{BEFALLS, OPENING};
use crate::comparison::play::{self, Own, PLAYS};
use crate::comparison::{LEAST, MOST};
use crate::{fragment, query};
use warmpath_core::order;
use warmpath_core::scenario::life::{Event, Events, Target, Verb};
use warmpath_core::units::VirtualTime;

/// How many replicas the scenario that the station opens with has.
const OPENING_REPLICAS: u32 = 4;

/// An event that a reader can cause with a button or a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The replica dies, and comes back by itself.
    Kill,
    /// The replica keeps its connections and computes nothing for a minute.
    Hang,
    /// The replica computes at 0.3 of its speed for a minute.
    Slow,
    /// The replica is drained and taken away.
    Drain,
    /// One more replica starts.
    Add,
}

impl Act {
    /// All acts, in the order of their buttons.
    pub const ALL: [Self; 5] = [Self::Kill, Self::Hang, Self::Slow, Self::Drain, Self::Add];

    /// The text on the button.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kill => "Kill",
            Self::Hang => "Hang",
            Self::Slow => "Slow",
            Self::Drain => "Drain",
            Self::Add => "Add",
        }
    }

    /// The key that causes it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Kill => "k",
            Self::Hang => "h",
            Self::Slow => "s",
            Self::Drain => "d",
            Self::Add => "a",
        }
    }

    /// What happens, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::Kill => "It dies: queue, batch and cache are lost. It starts again by itself.",
            Self::Hang => "For 60\u{a0}s it keeps its connections and makes no token.",
            Self::Slow => "For 60\u{a0}s it computes at 0.3 of its speed.",
            Self::Drain => {
                "It is taken out: it gets no further requests, and does not come back by itself."
            }
            Self::Add => "One more replica starts, with an empty cache.",
        }
    }
}

/// A scenario, the events that befall its fleet, and the policies.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The scenario without events and policies; `None` for that of the station on the fleet.
    pub own: Option<Box<Own>>,
    /// The events that befall the replicas.
    pub events: Events,
    /// The policies that are compared, as they are typed.
    pub policies: Vec<String>,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            own: None,
            events: Events::parse(BEFALLS).unwrap_or_default(),
            policies: OPENING.map(str::to_owned).into(),
        }
    }
}

impl Choice {
    /// A scenario with its own policies, and its own events or, if it has none, those that the page opens with.
    pub fn of(own: Own) -> Self {
        let events = match own.befallen {
            true => Events::parse(&own.events).unwrap_or_default(),
            false => Self::default().events,
        };
        Self {
            events,
            policies: own.policies.clone(),
            own: Some(Box::new(own)),
        }
    }

    /// The same scenario with the events and policies that it began with.
    #[must_use]
    pub fn begun(&self) -> Self {
        match &self.own {
            Some(own) => Self::of((**own).clone()),
            None => Self::default(),
        }
    }

    /// The whole scenario as a query string, which the command line takes too.
    pub fn query(&self) -> String {
        let scenario = self.own.as_ref().map_or(PLAYS[0].1, |own| &own.query);
        let befallen = query::with(scenario, "ev", &self.events.to_string());
        play::under(&befallen, &self.policies)
    }

    /// The number of replicas at the beginning, plus those that events add.
    pub fn replicas(&self) -> u32 {
        let first = self
            .own
            .as_ref()
            .map_or(OPENING_REPLICAS, |own| own.replicas);
        first.max(self.events.replicas())
    }

    /// Adds an event for a replica at a moment.
    ///
    /// # Errors
    /// If there is no lane for another replica.
    pub fn act(&mut self, act: Act, replica: u16, at: VirtualTime) -> Result<(), String> {
        const MINUTE: VirtualTime = VirtualTime(60_000_000_000);
        // Rounded to the millisecond, as the event's text has it.
        let at = VirtualTime::from_millis(libm::round(at.millis()));
        let (verb, whom) = match act {
            Act::Kill => (Verb::Kill { stay: false }, replica),
            Act::Hang => (
                Verb::Hang {
                    length: Some(MINUTE),
                },
                replica,
            ),
            Act::Slow => (
                Verb::Slow {
                    factor: 0.3,
                    length: Some(MINUTE),
                },
                replica,
            ),
            Act::Drain => (Verb::Drain, replica),
            Act::Add => {
                let next = self.replicas();
                if next >= play::MOST_REPLICAS {
                    return Err(format!(
                        "There are lanes for {} replicas, and all are taken.",
                        play::MOST_REPLICAS
                    ));
                }
                (Verb::Start, next as u16)
            }
        };
        let target = Target::One(whom);
        self.events.all.push(Event { at, verb, target });
        order::by(&mut self.events.all, |a, b| a.at.cmp(&b.at));
        Ok(())
    }

    /// Another policy to compare with; `None` if there is no room for one.
    pub fn another(&self) -> Option<&'static str> {
        const NEXT: [&str; 5] = ["chwbl", "round-robin", "cache-aware", "least-load", "smart"];
        let next = NEXT.into_iter();
        let mut next = next.filter(|name| self.policies.iter().all(|it| it != name));
        next.next().filter(|_| self.policies.len() < MOST)
    }

    /// Whether a policy can be taken out of the comparison.
    pub fn can_remove(&self) -> bool {
        self.policies.len() > LEAST
    }

    /// The part of the choice that an address has behind the `#`: the events and policies, if they differ from those that
    /// the page opens with. (A scenario of the reader's own stands before the `#`.)
    pub fn fragment(&self) -> String {
        let begin = self.begun();
        let mut all = Vec::new();
        if self.events != begin.events {
            all.push(fragment::pair("ev", &self.events.to_string()));
        }
        if self.policies != begin.policies {
            all.push(fragment::pair("p", &self.policies.join(",")));
        }
        all.join("&")
    }

    /// Reads this part of an address; what cannot be read is left as it is.
    pub fn take(&mut self, view: &str) {
        if let Some(events) = fragment::value(view, "ev").and_then(|it| Events::parse(&it).ok()) {
            self.events = events;
        }
        if let Some(policies) = fragment::policies(view) {
            self.policies = policies;
        }
    }

    /// The choice after the reader has gone to this part of an address in the browser's history. One that names events or
    /// policies says all of the choice, and what it leaves out is as it began; one that names the station or a moment alone
    /// leaves the choice as it is.
    #[must_use]
    pub fn travelled(&self, view: &str) -> Self {
        let named = ["ev", "p"].map(|key| fragment::value(view, key));
        let mut next = match named.iter().any(Option::is_some) {
            true => self.begun(),
            false => self.clone(),
        };
        next.take(view);
        next
    }
}
