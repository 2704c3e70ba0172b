//! The parts of a scenario as a table: key in the query, option on the command line, control on the page.

mod entrance;
mod life;
mod table;
mod texts;

pub use table::FIELDS;

use super::{Scenario, ScenarioError};
use crate::decimal;
use crate::nearest::nearest;
use crate::words::{excerpt, limit, whole_limit};

/// One part of a scenario: a setting with its key, its option and its text.
#[derive(Clone, Copy)]
pub struct Field {
    /// Its key in the query string.
    pub key: &'static str,
    /// Its option on the command line (`--flag`) and its name in a JSON scenario.
    pub flag: &'static str,
    /// The unit of its values; empty where they have none.
    pub unit: &'static str,
    /// The values it may have, and where a scenario keeps them.
    form: Form,
}

/// What a scenario's part is, in words for people.
#[derive(Clone, Copy)]
pub struct FieldWords {
    /// The part's option, as in [`Field`].
    flag: &'static str,
    /// How its value is written, in a word.
    pub value: &'static str,
    /// What it is, in one line.
    pub about: &'static str,
}

/// What a part may be, and how a scenario gives and takes it.
#[derive(Clone, Copy)]
enum Form {
    /// A whole number in a range; without a value it is empty.
    Whole(
        u64,
        u64,
        fn(&Scenario) -> Option<u64>,
        fn(&mut Scenario, u64),
    ),
    /// A number in a range; without a value it is empty.
    Real(
        f64,
        f64,
        fn(&Scenario) -> Option<f64>,
        fn(&mut Scenario, f64),
    ),
    /// A value that is no single number: a name, a list, or a text of several parts.
    Text(
        fn(&Scenario) -> String,
        fn(&mut Scenario, &str) -> Result<(), ScenarioError>,
    ),
}

impl FieldWords {
    /// Those of a part, by its option. The table of parts is not looked at, so that a program that only tells of parts does not
    /// hold it.
    pub fn of(flag: &str) -> Option<&'static Self> {
        table::WORDS.iter().find(|it| it.flag == flag)
    }
}

impl Field {
    /// What the help and the page tell of this part.
    pub fn words(&self) -> &'static FieldWords {
        // Both tables are made of one.
        FieldWords::of(self.flag).unwrap_or(&table::WORDS[0])
    }

    /// The part's value in a scenario, as it is typed.
    pub fn get(&self, scenario: &Scenario) -> String {
        match self.form {
            Form::Whole(_, _, get, _) => optional(get(scenario)),
            Form::Real(_, _, get, _) => optional(get(scenario)),
            Form::Text(get, _) => get(scenario),
        }
    }

    /// Sets the part of a scenario from a text.
    ///
    /// # Errors
    /// What is wrong with the text, and what would be right.
    pub fn set(&self, scenario: &mut Scenario, text: &str) -> Result<(), ScenarioError> {
        match self.form {
            Form::Whole(least, most, _, set) => {
                set(scenario, whole(self.flag, text, least, most)?);
            }
            Form::Real(least, most, _, set) => {
                set(scenario, real(self.flag, text, least, most)?);
            }
            Form::Text(_, set) => set(scenario, text)?,
        }
        Ok(())
    }
}

/// The part with that option name.
pub fn field(flag: &str) -> Result<&'static Field, ScenarioError> {
    FIELDS
        .iter()
        .find(|field| field.flag == flag)
        .ok_or_else(|| ScenarioError::Unknown {
            place: "field",
            found: excerpt(flag),
            hint: hint(flag, FIELDS.iter().map(|field| field.flag)),
        })
}

pub(super) fn by_key(key: &str) -> Result<&'static Field, ScenarioError> {
    FIELDS
        .iter()
        .find(|field| field.key == key)
        .ok_or_else(|| ScenarioError::Unknown {
            place: "query key",
            found: excerpt(key),
            hint: match FIELDS.iter().find(|field| field.flag == key) {
                Some(field) => format!("; did you mean \"{}\"?", field.key),
                None => hint(key, FIELDS.iter().map(|field| field.key)),
            },
        })
}

fn optional<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn hint<'a>(found: &str, among: impl Iterator<Item = &'a str>) -> String {
    nearest(found, among)
        .map(|name| format!("; did you mean \"{name}\"?"))
        .unwrap_or_default()
}

fn wrong(name: &'static str, found: &str, wanted: &str) -> ScenarioError {
    ScenarioError::Value {
        name,
        found: excerpt(found),
        wanted: wanted.to_owned(),
        hint: String::new(),
    }
}

fn unknown<'a>(
    name: &'static str,
    found: &str,
    among: impl Iterator<Item = &'a str> + Clone,
) -> ScenarioError {
    let wanted = format!("one of {}", among.clone().collect::<Vec<_>>().join(", "));
    ScenarioError::Value {
        name,
        found: excerpt(found),
        wanted,
        hint: hint(found, among),
    }
}

fn whole(name: &'static str, text: &str, min: u64, max: u64) -> Result<u64, ScenarioError> {
    let value = decimal::whole(text).filter(|value| (min..=max).contains(value));
    value.ok_or_else(|| {
        let [min, max] = [min, max].map(whole_limit);
        wrong(name, text, &format!("a whole number from {min} to {max}"))
    })
}

fn real(name: &'static str, text: &str, min: f64, max: f64) -> Result<f64, ScenarioError> {
    let value = decimal::real(text).filter(|value| (min..=max).contains(value));
    value.ok_or_else(|| {
        let [min, max] = [min, max].map(limit);
        wrong(name, text, &format!("a number from {min} to {max}"))
    })
}

#[cfg(test)]
mod tests {
    use super::FIELDS;

    #[test]
    fn every_part_has_the_words_that_stand_beside_it() {
        for field in FIELDS {
            let words = field.words();
            assert_eq!(words.flag, field.flag);
            assert!(
                !words.value.is_empty() && words.about.len() > 8,
                "{}",
                field.flag
            );
        }
        let of = |flag: &str| super::field(flag).unwrap().words().about;
        assert!(of("workload").starts_with("where requests come from"));
        assert!(of("policy").starts_with("policies to compare"));
    }
}
