//! The page's address: the query is the scenario, the fragment is the view.
//!
//! `?v=2&r=8&embed=lab#router?q=You%20are`: the query goes to `core` as it is, without the keys that are the page's own ([`OWN`]); behind the `#` stand a
//! station's name and, after a `?`, the prompt typed there (`q=`) or the playhead (`t=12.4s`), and what else of the station's
//! view is not as it began: what is asked (`play=`), policies (`p=`), events (`ev=`), the card that is kept (`card=`). The
//! fragment never reaches a server.

use crate::dom;
use warmpath_core::decimal::{real, short};
use warmpath_core::percent;
use warmpath_core::units::VirtualTime;

/// The longest prompt that is put into an address \[bytes, before encoding\].
pub const MOST_PROMPT: usize = 2048;

/// The keys of the query that belong to the page and not to the scenario. The page's scripts find them in `data-own` of
/// `index.html`.
pub const OWN: [&str; 5] = ["embed", "figures", "lesson", "pin", "present"];

/// The key of a `key=value` pair of the query.
fn key(piece: &str) -> &str {
    piece.split('=').next().unwrap_or_default()
}

/// The parts of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The scenario's query, without what is the page's own.
    pub scenario: String,
    /// The station that is shown alone, by its id; `None` if all are shown.
    pub embed: Option<String>,
    /// Which figures the laboratory's comparison shows; `None` for the most important ones.
    pub figures: Option<String>,
    /// The scenario of the run that is held beside the laboratory's, encoded as it stands there.
    pub pin: Option<String>,
    /// The station in the fragment.
    pub station: String,
    /// The prompt in the fragment; `None` if there is none.
    pub prompt: Option<String>,
    /// The rest of the fragment behind the station's name, not decoded.
    pub view: String,
    /// The playhead in the fragment, in virtual time; `None` if there is none.
    pub time: Option<VirtualTime>,
}

impl Address {
    /// The present address of the page; an empty one in a worker, which has no window.
    pub fn here() -> Self {
        let Some(location) = dom::window().map(|window| window.location()) else {
            return Self::default();
        };
        let (search, hash) = (
            location.search().unwrap_or_default(),
            location.hash().unwrap_or_default(),
        );
        Self::parse(&search, &hash)
    }

    /// Reads a query and a fragment.
    pub fn parse(search: &str, hash: &str) -> Self {
        let pieces = search.trim_start_matches('?').split('&');
        let (own, scenario): (Vec<&str>, Vec<&str>) = pieces
            .filter(|piece| !piece.is_empty())
            .partition(|piece| OWN.contains(&key(piece)));
        let mine = |key: &str| {
            let value = own.iter().find_map(|piece| piece.strip_prefix(key));
            value.map(str::to_owned)
        };
        let hash = hash.trim_start_matches('#');
        let (station, rest) = hash.split_once('?').unwrap_or((hash, ""));
        let value = |key: &str| rest.split('&').find_map(|piece| piece.strip_prefix(key));
        let (prompt, time) = (value("q="), value("t="));
        Self {
            scenario: scenario.join("&"),
            embed: mine("embed="),
            figures: mine("figures="),
            pin: mine("pin="),
            station: station.to_owned(),
            view: rest.to_owned(),
            prompt: prompt.and_then(percent::decode),
            time: time.and_then(seconds),
        }
    }

    /// The playhead in the fragment, if the fragment names this station.
    pub fn time_for(&self, station: &str) -> Option<VirtualTime> {
        self.time.filter(|_| self.station == station)
    }

    /// The prompt in the fragment, if the fragment names this station.
    pub fn prompt_for(&self, station: &str) -> Option<String> {
        self.prompt.clone().filter(|_| self.station == station)
    }
}

/// The fragment for a station and its playhead, to the millisecond. `None` stands for the end of the run, where the playhead is
/// when a run is first shown, and is left out.
pub fn moment(station: &str, at: Option<VirtualTime>) -> String {
    match at {
        Some(at) => format!("#{station}?t={}s", short(at.secs(), 3)),
        None => format!("#{station}"),
    }
}

/// The fragment for a station, its playhead, and further `key=value` pairs that are separated by `&` and already encoded.
pub fn view(station: &str, at: Option<VirtualTime>, rest: &str) -> String {
    let fragment = moment(station, at);
    match (rest.is_empty(), at) {
        (true, _) => fragment,
        (false, Some(_)) => format!("{fragment}&{rest}"),
        (false, None) => format!("{fragment}?{rest}"),
    }
}

/// Reads a time such as `12.4s`; `None` if it is no time of a run.
fn seconds(text: &str) -> Option<VirtualTime> {
    let seconds = real(text.strip_suffix('s')?).filter(|value| (0.0..=1e7).contains(value))?;
    Some(VirtualTime::from_secs(seconds))
}

/// The fragment for a station and the prompt typed there; a prompt that is too long is left out.
pub fn fragment(station: &str, prompt: &str) -> String {
    if prompt.is_empty() || prompt.len() > MOST_PROMPT {
        return format!("#{station}");
    }
    let mut fragment = format!("#{station}?q=");
    percent::encode(prompt, &percent::UNRESERVED, &mut fragment);
    fragment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_comes_apart_and_together() {
        let prompt = "ü & 100 % \"x\"?";
        let address = Address::parse("?v=2&embed=tree&r=8", &fragment("tree", prompt));
        assert_eq!(address.scenario, "v=2&r=8");
        assert_eq!(address.embed.as_deref(), Some("tree"));
        assert_eq!(address.prompt_for("tree").as_deref(), Some(prompt));
        assert_eq!(address.prompt_for("router"), None);
        assert_eq!(Address::parse("?v=2&present&r=8", "").scenario, "v=2&r=8");
    }

    #[test]
    fn the_scripts_know_the_same_keys() {
        let attribute = format!("data-own=\"{}\"", OWN.join(" "));
        assert!(
            include_str!("../index.html").contains(&attribute),
            "{attribute}"
        );
        // A key that only begins like one of the page's is the scenario's, which refuses it by name.
        assert_eq!(
            Address::parse("?presents=1&lesson=2", "").scenario,
            "presents=1"
        );
    }

    #[test]
    fn what_is_not_encoded_text_is_no_prompt() {
        assert_eq!(Address::parse("", "#tree?q=%zz").prompt, None);
        assert_eq!(Address::parse("", "#tree?q=%ff").prompt, None);
        assert_eq!(Address::parse("", ""), Address::default());
        assert_eq!(Address::parse("?lesson", ""), Address::default());
    }

    #[test]
    fn a_playhead_comes_apart_and_together() {
        let at = VirtualTime::from_secs(12.4);
        let address = Address::parse("", &moment("fleet", Some(at)));
        assert_eq!(address.time_for("fleet"), Some(at));
        assert_eq!(address.time_for("lab"), None);
        assert_eq!(moment("fleet", None), "#fleet");
        assert_eq!(view("failure", None, ""), "#failure");
        assert_eq!(view("failure", None, "ev=1"), "#failure?ev=1");
        let both = Address::parse("", &view("failure", Some(at), "ev=1s%3Akill%3D1"));
        assert_eq!(both.time_for("failure"), Some(at));
        assert_eq!(both.view, "t=12.4s&ev=1s%3Akill%3D1");
        for wrong in ["#fleet?t=12", "#fleet?t=-1s", "#fleet?t=1e9s", "#fleet?t=s"] {
            assert_eq!(Address::parse("", wrong).time, None, "{wrong}");
        }
    }

    #[test]
    fn a_long_prompt_stays_out_of_the_address() {
        assert_eq!(fragment("tree", &"x".repeat(MOST_PROMPT + 1)), "#tree");
    }
}
