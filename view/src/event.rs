//! Writes the events that befall a fleet's replicas and routers in words, for marks on charts and for sentences.

use crate::format::{self, GAP};
use warmpath_core::scenario::life::{Event, Target, Verb};
use warmpath_core::units::VirtualTime;

/// An event with its time, in words: "at 30 s replica 1 dies".
pub fn words(event: &Event) -> String {
    format!("at {} {}", moment(event.at), happens(event))
}

/// A moment in seconds, without needless digits.
pub fn moment(at: VirtualTime) -> String {
    format!("{}{GAP}s", format::setting(at.secs()))
}

/// To whom it happens: "replica 1".
fn whom(event: &Event) -> String {
    match (event.target, event.verb) {
        (Target::One(router), Verb::RestartRouter { .. }) => format!("router{GAP}{router}"),
        (Target::One(replica), _) => format!("replica{GAP}{replica}"),
        (Target::Share(share), _) => format!("{}{GAP}% of the replicas", format::setting(share)),
    }
}

/// What happens, in as few words as a picture has room for: without numbers beyond the replica's.
pub fn short(event: &Event) -> String {
    format!("{} {}", whom(event), does_in_short(event.verb, many(event)))
}

/// What happens, in words: "replica 1 dies".
pub fn happens(event: &Event) -> String {
    format!("{} {}", whom(event), does(event.verb, many(event)))
}

fn many(event: &Event) -> bool {
    matches!(event.target, Target::Share(_))
}

/// What one or `many` do when it happens, in as few words as a picture has room for.
pub(crate) fn does_in_short(verb: Verb, many: bool) -> String {
    match verb {
        Verb::Slow { .. } => if many { "slow down" } else { "slows down" }.to_owned(),
        Verb::Hang { .. } => does(Verb::Hang { length: None }, many),
        verb => does(verb, many),
    }
}

/// What one or `many` do when it happens, in words: "dies".
pub(crate) fn does(verb: Verb, many: bool) -> String {
    let form = |one: &str, several: &str| if many { several } else { one }.to_owned();
    let length = |length: Option<VirtualTime>| {
        length.map_or(String::new(), |it| format!(" for {}", moment(it)))
    };
    match verb {
        Verb::Kill { stay: false } => form("dies", "die"),
        Verb::Kill { stay: true } => form("dies for good", "die for good"),
        Verb::Start => form("starts", "start"),
        Verb::Slow {
            factor,
            length: how_long,
        } => format!(
            "{} at {} of {} speed{}",
            form("computes", "compute"),
            format::setting(factor),
            form("its", "their"),
            length(how_long)
        ),
        Verb::Hang { length: how_long } => {
            format!("{}{}", form("hangs", "hang"), length(how_long))
        }
        Verb::Drain => form("is taken out", "are taken out"),
        Verb::RestartRouter { snapshot: true } => "begins anew with what it had saved".to_owned(),
        Verb::RestartRouter { snapshot: false } => "begins anew, and has forgotten all".to_owned(),
    }
}
