//! The pinned run, with which others are compared, in the page's address: a link carries its scenario as `pin=`.
//!
//! A link has no figures: when it is opened, the pinned scenario is run first, and then the link's own is shown beside it.
//! If the workload is a reader's own file, a link can only name the file; until that is opened, the run fails and asks for it.

use super::form::ask;
use super::shown::AskedRun;
use super::state::Lab;
use crate::address::Address;
use crate::dom;
use crate::worker::{WorkRequest, WorkResult};
use leptos::prelude::*;
use warmpath_core::percent;
use warmpath_view::form::{Question, Whole};

/// The query of the run that an address pins, decoded but not yet read; the error says why what follows `pin=` is none.
pub(super) fn asked_for(address: &Address) -> Result<Option<String>, String> {
    let Some(typed) = &address.pin else {
        return Ok(None);
    };
    let query = percent::decode(typed).ok_or("it is no encoded text")?;
    if query.is_empty() {
        return Err("it names no scenario".to_owned());
    }
    Ok(Some(query))
}

/// The canonical query of a scenario, or what is wrong with it.
fn canonical(query: String) -> Result<String, String> {
    let swept = false;
    let read: Whole = ask(&Question::Read { query, swept });
    match read.wrong.is_empty() {
        true => Ok(read.query),
        false => Err(read.wrong),
    }
}

/// The part of an address that pins a run, given its scenario.
pub(super) fn piece(query: &str) -> String {
    let mut piece = String::from("pin=");
    percent::encode(query, &percent::UNRESERVED, &mut piece);
    piece
}

impl Lab {
    /// Runs the scenario that the link pins, if any. If it cannot be read, the reason is shown at the top.
    pub fn open_pinned(self, address: &Address) {
        let asked = asked_for(address).and_then(|it| it.map(canonical).transpose());
        match asked {
            Ok(None) => {}
            Ok(Some(query)) => {
                let ignored = self.address.ignored.get_untracked();
                self.history.wanted.set(Some(query.clone()));
                self.work.asked.set_value(AskedRun::once(query.clone()));
                self.begin("Running what is pinned");
                // These are of the link's own scenario and still have to be shown; `begin` has cleared them.
                self.address.ignored.set(ignored);
                let base = dom::folder();
                self.ask(WorkRequest::Run { query, base });
            }
            Err(reason) => self.tell_of(&format!("the pinned run, pin= ({reason})")),
        }
    }

    /// If this is the run that a link pins, and what is set is another scenario or a sweep, runs that one now, unless Run waits
    /// for a text to be corrected. Returns whether it does.
    pub(super) fn goes_on_from(self, outcome: &WorkResult) -> bool {
        let history = self.history;
        let is_it = history.wanted.read_untracked().as_ref() == Some(&outcome.query);
        if !is_it {
            return false;
        }
        history.wanted.set(None);
        let same = *self.settings.query.read_untracked() == outcome.query;
        let goes_on = !self.held() && (!same || self.settings.lists.read_untracked().is_some());
        if goes_on {
            self.run();
        }
        goes_on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pinned_scenario_comes_apart_and_together() {
        let query = "v=2&w=rag&n=40&p=smart,chwbl:load_factor%3D1.5";
        let search = format!("?v=2&r=8&{}", piece(query));
        let address = Address::parse(&search, "#lab");
        assert_eq!(address.scenario, "v=2&r=8");
        assert_eq!(asked_for(&address), Ok(Some(query.to_owned())));
        assert_eq!(asked_for(&Address::parse("?v=2&r=8", "")), Ok(None));
    }

    #[test]
    fn what_is_no_text_is_refused_with_the_reason() {
        let refused =
            |pin: &str| asked_for(&Address::parse(&format!("?pin={pin}"), "")).unwrap_err();
        assert!(refused("%zz").contains("encoded"), "{}", refused("%zz"));
        assert!(refused("").contains("no scenario"));
    }
}
