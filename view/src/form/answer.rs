//! Answering the questions about the form, which the engine does.

use super::{Opened, Question, Settings, State, Whole, bytes, change, read};
use crate::challenge::differing;
use crate::controls::{Bounds, GROUPS, derived, presets};
use crate::lab::policies::{remark, wrong};
use crate::scenario_facts::policies;
use warmpath_core::scenario::{FIELDS, Ignored, Scenario, ScenarioError, Sweep, version};

/// The answer to a question, both as bytes; nothing if the bytes are no question.
pub fn answer(question: &[u8]) -> Vec<u8> {
    let Some(question) = read::<Question>(question) else {
        return Vec::new();
    };
    match question {
        Question::Bounds => bytes(&FIELDS.iter().map(Bounds::of).collect::<Vec<_>>()),
        Question::Open { query } => bytes(&opened(&query)),
        Question::Read { query, swept } => bytes(&read_whole(&query, swept)),
        Question::State { now } => bytes(&state(&now)),
        Question::Change { now, edit, refused } => bytes(&change::change(now, edit, refused)),
        Question::Join { of } => bytes(&address(&of, &scenario(&of.query))),
        Question::Differ { from, query } => {
            let other = scenario(&query);
            let from = from.iter().map(|it| differing(&scenario(it), &other));
            bytes(&from.collect::<Vec<_>>())
        }
        Question::Policy { text } => {
            let remark = || remark(&text).unwrap_or_default();
            bytes(&wrong(&text).map_or_else(|| (String::new(), remark()), |it| (it, String::new())))
        }
    }
}

/// What can be understood of an address.
fn opened(query: &str) -> Opened {
    let (sweep, ignored) = Sweep::parse_lenient(query);
    let ignored = ignored.into_iter();
    let ignored = ignored.map(|it: Ignored| (it.part, it.error.to_string()));
    Opened {
        address: sweep.to_query(),
        now: settings_of(&sweep),
        ignored: ignored.collect(),
        older: version::moved(query),
    }
}

/// A query that is read as a whole.
fn read_whole(query: &str, swept: bool) -> Whole {
    let read = || -> Result<Whole, ScenarioError> {
        let sweep = match swept {
            true => Sweep::from_query(query)?,
            false => Sweep::new(&Scenario::from_query(query)?, "", "")?,
        };
        Ok(Whole {
            query: sweep.to_query(),
            lists: [sweep.rates(), sweep.replicas()].map(str::to_owned),
            values: FIELDS.iter().map(|it| it.get(&sweep.base)).collect(),
            wrong: String::new(),
        })
    };
    read().unwrap_or_else(|error| Whole {
        wrong: error.to_string(),
        ..Whole::default()
    })
}

/// The settings of a sweep; of one with a single point, those of its scenario.
pub(super) fn settings_of(sweep: &Sweep) -> Settings {
    let lists = [sweep.rates(), sweep.replicas()].map(str::to_owned);
    Settings {
        query: sweep.base.to_query(),
        lists: (!sweep.is_one_point()).then_some(lists),
    }
}

/// The scenario of a query that an answer gave, which can be read.
pub(super) fn scenario(query: &str) -> Scenario {
    Scenario::from_query(query).unwrap_or_default()
}

/// The canonical query of the settings.
fn address(now: &Settings, scenario: &Scenario) -> String {
    let swept = now.lists.as_ref();
    let swept = swept.and_then(|[rates, replicas]| Sweep::new(scenario, rates, replicas).ok());
    swept.map_or_else(|| scenario.to_query(), |it| it.to_query())
}

/// What the form shows.
pub fn state(now: &Settings) -> State {
    let scenario = scenario(&now.query);
    State {
        address: address(now, &scenario),
        ..state_of(&scenario)
    }
}

/// What the form shows of a scenario, but for its query.
pub(crate) fn state_of(scenario: &Scenario) -> State {
    let default = Scenario::default();
    let values = FIELDS.iter().map(|field| {
        let text = field.get(scenario);
        let set = text != field.get(&default);
        (text, set)
    });
    State {
        address: String::new(),
        values: values.collect(),
        derived: derived(scenario),
        presets: GROUPS
            .iter()
            .map(|group| presets::at(group, scenario))
            .collect(),
        policies: policies(scenario),
        remarks: scenario.remarks().join(". "),
    }
}
