//! A scenario as a JSON file: one object, keyed by the command line's option names.
//!
//! ```
//! use warmpath_core::scenario::Scenario;
//! let file = r#"{"workload": "rag", "replicas": 8, "policy": ["round-robin", "smart"], "ttft-slo": 300.5}"#;
//! let scenario = Scenario::from_json(file)?;
//! assert_eq!((scenario.replicas, scenario.ttft_slo_ms), (8, Some(300.5)));
//! # Ok::<(), warmpath_core::scenario::ScenarioError>(())
//! ```

use core::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::{Scenario, ScenarioError};
use crate::once::Once;
use crate::text::unmarked;
use crate::words::excerpt;

impl Scenario {
    /// Reads a JSON scenario. What it does not name is at its default. A value is a number or a string; what is
    /// written with commas (`policy`, `stages` …) may also be an array of strings.
    ///
    /// # Errors
    /// What is wrong with the JSON, with its line; an unknown field; a value that does not fit; parts that do not go
    /// together.
    pub fn from_json(text: &str) -> Result<Self, ScenarioError> {
        let text = unmarked(text);
        let Pairs(mut pairs) = serde_json::from_str(text).map_err(|error| {
            let detail = error.to_string();
            let place = format!(" at line {} column {}", error.line(), error.column());
            ScenarioError::Json {
                line: error.line(),
                column: error.column(),
                detail: detail.strip_suffix(&place).unwrap_or(&detail).to_owned(),
            }
        })?;
        super::mix::first(&mut pairs, |(key, _)| key);
        let mut scenario = Self::default();
        let mut keys = Once::default();
        for (key, value) in &pairs {
            let at_place = |place, source| ScenarioError::Line {
                line: line_of(text, key, place),
                source: Box::new(source),
            };
            let at = |source| at_place(0, source);
            if !keys.first(key) {
                return Err(at_place(1, ScenarioError::Twice { key: excerpt(key) }));
            }
            let value = text_of(value).ok_or_else(|| at(kind_error(key, value)))?;
            scenario.set(key, &value).map_err(at)?;
        }
        scenario.check()?;
        Ok(scenario)
    }
}

/// A value as the option would be typed.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        // A whole number may be written as 8.0 or 1e3, as programs do.
        Value::Number(number) => Some(match number.as_f64() {
            Some(value) if !number.is_u64() && value == value.trunc() && value.abs() < 1e15 => {
                format!("{value:.0}")
            }
            _ => number.to_string(),
        }),
        Value::Array(parts) => {
            let parts: Option<Vec<&str>> = parts.iter().map(Value::as_str).collect();
            parts.map(|parts| parts.join(","))
        }
        Value::Null | Value::Bool(_) | Value::Object(_) => None,
    }
}

fn kind_error(key: &str, value: &Value) -> ScenarioError {
    ScenarioError::Conflict(format!(
        "field \"{}\" is {}, but must be a number, a string or an array of strings",
        excerpt(key),
        excerpt(&value.to_string())
    ))
}

/// The line on which a key stands for the first time, or for the second with `place` 1 (keys are at the top level, and a quote
/// inside a string is escaped).
fn line_of(text: &str, key: &str, place: usize) -> usize {
    let quoted = format!("\"{key}\"");
    let mut all = text.match_indices(&quoted).filter(|(at, _)| {
        let after = text[at + quoted.len()..].trim_start();
        after.starts_with(':')
    });
    let at = all.nth(place);
    1 + at.map_or(0, |(at, _)| text[..at].matches('\n').count())
}

/// An object's entries in order, a key given twice included.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Pairs;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object keyed by option names")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_the_same_as_a_query() {
        let file = r#"{"replicas": 8, "policy": ["chwbl:load_factor=2", "smart@events:5ms,loss=0.5"], "rate": "2.5"}"#;
        let query = "r=8&rate=2.5&p=chwbl:load_factor%3D2,smart@events:5ms,loss%3D0.5";
        assert_eq!(
            Scenario::from_json(file).unwrap(),
            Scenario::from_query(query).unwrap()
        );
        assert_eq!(Scenario::from_json("{}").unwrap(), Scenario::default());
        let whole =
            Scenario::from_json(r#"{"replicas": 8.0, "requests": 1e3, "rate": 2.5}"#).unwrap();
        assert_eq!((whole.replicas, whole.requests), (8, Some(1000)));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let says = |text: &str, what: &str| {
            let error = Scenario::from_json(text).unwrap_err().to_string();
            assert!(error.contains(what), "{text}: {error}");
        };
        says(
            "{\n\"gpu\": \"l4\",\n\"replicas\": 0}",
            "line 3: replicas is \"0\"",
        );
        says("{\"replica\": 4}", "did you mean \"replicas\"?");
        says(
            "{\"seed\": 1,\n \"seed\": 2}",
            "line 2: \"seed\" is given twice",
        );
        says("{\"seed\": true}", "must be a number, a string");
        says("[]", "an object keyed by option names");
        says("{\"seed\": 1", "line 1, column 10: EOF");
        says(
            "{\"gpu\": \"l4\", \"model\": \"llama-3.1-70b\"}",
            "no room for a cache",
        );
    }
}
