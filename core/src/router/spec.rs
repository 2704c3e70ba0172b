//! A policy as text: `name[:k=v[;k=v…]][@knowledge]` or `name=FORMULA[@knowledge]`, parsed and printed canonically.
//!
//! ```
//! use warmpath_core::router::PolicySpec;
//! let spec = PolicySpec::parse("smart:load_balance_weight=2;kv_overlap_weight=1@events:50ms").unwrap();
//! assert_eq!(spec.to_string(), "smart:load_balance_weight=2@events:50ms"); // defaults are left out
//! assert!(PolicySpec::parse("smrt").unwrap_err().to_string().contains("did you mean \"smart\"?"));
//! ```

mod error;
mod knowledge;

pub use error::SpecError;
pub(super) use error::suggestion;
pub use knowledge::{Forget, Knowledge};

use core::fmt;

use super::formula::{self, Formula};
use super::policy::BUILDERS;
use super::setup::Setup;
use super::{Chooser, POLICIES, Parameter, PolicyEntry, Reads};
use crate::decimal::real;
use crate::nearest::nearest;
use crate::rng::Rng;
use crate::words::excerpt;

/// The values of a policy's parameters, in the order of its declaration: as set, or as shipped.
fn parameters(entry: &'static PolicyEntry, settings: &str) -> Result<Vec<f64>, SpecError> {
    let mut values: Vec<Option<f64>> = vec![None; entry.parameters.len()];
    for setting in settings.split(';').filter(|setting| !setting.is_empty()) {
        let (key, text) = setting.split_once('=').unwrap_or((setting, ""));
        let named = entry.parameters.iter().zip(&mut values);
        let (parameter, value) = named
            .into_iter()
            .find(|(parameter, _)| parameter.name == key)
            .ok_or_else(|| SpecError::Parameter {
                policy: entry.name,
                found: excerpt(key),
            })?;
        let read = real(text).filter(|&value| parameter.takes(value));
        let read = read.ok_or_else(|| SpecError::Value {
            policy: entry.name,
            parameter,
            found: excerpt(text),
        })?;
        if value.replace(read).is_some() {
            return Err(SpecError::Twice {
                policy: entry.name,
                name: parameter.name,
            });
        }
    }
    let with_default = values.into_iter().zip(entry.parameters);
    Ok(with_default
        .map(|(value, parameter)| value.unwrap_or(parameter.default))
        .collect())
}

fn number(text: &str, min: f64, max: f64) -> Option<f64> {
    real(text).filter(|value| (min..=max).contains(value))
}

/// A formula of the user's, with the name that they gave it.
#[derive(Clone, Debug, PartialEq)]
struct Own {
    name: String,
    text: String,
    formula: Formula,
}

/// A policy with its parameters and its knowledge.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicySpec {
    /// The user's formula, which then stands in place of a policy of the table.
    own: Option<Own>,
    /// The policy's place in [`POLICIES`]; of no meaning where there is a formula.
    index: usize,
    /// Values in the order of [`PolicyEntry::parameters`].
    values: Vec<f64>,
    /// Where its router's belief about the caches comes from.
    pub knowledge: Knowledge,
}

impl PolicySpec {
    /// The policy of that name at its defaults.
    pub fn named(name: &str) -> Result<Self, SpecError> {
        Self::parse(name)
    }

    /// Parses the text of one policy.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let (rule, knowledge) = match text.split_once('@') {
            Some((rule, knowledge)) => (rule, Some(knowledge)),
            None => (text, None),
        };
        if let Some((name, formula)) = rule.split_once('=')
            && !name.contains(':')
        {
            return Self::formula(name.trim(), formula.trim(), knowledge);
        }
        let (name, settings) = rule.split_once(':').unwrap_or((rule, ""));
        let index = POLICIES
            .iter()
            .position(|entry| entry.name == name)
            .ok_or_else(|| SpecError::Policy {
                found: excerpt(name),
            })?;
        let entry = &POLICIES[index];
        let values = parameters(entry, settings)?;
        let knowledge = match knowledge {
            None => entry.knowledge,
            Some(text) => {
                let knowledge = Knowledge::parse(text)?;
                if entry.knowledge == Knowledge::Nothing && knowledge != Knowledge::Nothing {
                    return Err(SpecError::Useless {
                        policy: entry.name,
                        found: excerpt(text),
                    });
                }
                knowledge
            }
        };
        Ok(Self {
            own: None,
            index,
            values,
            knowledge,
        })
    }

    fn formula(name: &str, text: &str, knowledge: Option<&str>) -> Result<Self, SpecError> {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let taken = POLICIES.iter().any(|entry| entry.name == name);
        if name.is_empty() || taken || !name.chars().all(fits) {
            return Err(SpecError::Name {
                found: excerpt(name),
            });
        }
        let formula = Formula::parse(text).map_err(|error| SpecError::Formula {
            name: excerpt(name),
            error,
        })?;
        let knowledge = match knowledge {
            Some(text) => Knowledge::parse(text)?,
            None => formula::ENTRY.knowledge,
        };
        let own = Own {
            name: name.to_owned(),
            text: text.to_owned(),
            formula,
        };
        Ok(Self {
            own: Some(own),
            index: 0,
            values: Vec::new(),
            knowledge,
        })
    }

    /// Parses policies split by commas (a `loss=`, an `every=` or a `shared` belongs to the knowledge before it).
    ///
    /// # Errors
    /// What is wrong with one of them, or that it is a parameter of the policy before it, written behind a comma.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, SpecError> {
        let mut list: Vec<Self> = Vec::new();
        for piece in Self::split(text) {
            if let Some(before) = list.last() {
                before.may_precede(&piece)?;
            }
            list.push(Self::parse(&piece)?);
        }
        Ok(list)
    }

    /// Refuses `next`, the text behind a comma after this policy, if it is one of the policy's parameters or nearly so: it would
    /// otherwise be read as a formula of that name.
    pub(crate) fn may_precede(&self, next: &str) -> Result<(), SpecError> {
        let named = next.split_once('=').filter(|(name, _)| !name.contains(':'));
        let (Some((name, value)), None) = (named, &self.own) else {
            return Ok(());
        };
        let parameters = self.entry().parameters.iter();
        let names = || parameters.clone().map(|parameter| parameter.name);
        // A plain number makes a formula that nobody means, so a slip of the pen is likely there.
        let meant = match real(value.trim()) {
            Some(_) => nearest(name.trim(), names()),
            None => names().find(|&parameter| parameter == name.trim()),
        };
        match meant {
            Some(name) => Err(SpecError::Comma {
                policy: self.entry().name,
                name,
            }),
            None => Ok(()),
        }
    }

    /// The texts of the policies in a list that is split by commas.
    pub fn split(text: &str) -> Vec<String> {
        let mut pieces: Vec<String> = Vec::new();
        for piece in text.split(',') {
            match pieces.last_mut() {
                // A comma in brackets belongs to a formula.
                Some(last) if last.matches('(').count() > last.matches(')').count() => {
                    last.push(',');
                    last.push_str(piece);
                }
                Some(last)
                    if (piece.starts_with("loss=") && last.contains("@events"))
                        || (piece.starts_with("every=") && last.contains("@routed"))
                        || (piece == "shared" && last.contains("@routed:lru")) =>
                {
                    last.push(',');
                    last.push_str(piece);
                }
                // Bare names may be split by semicolons too: after a colon these part a policy's settings.
                _ if piece.contains(';') && !piece.contains([':', '=', '@']) => {
                    pieces.extend(piece.split(';').map(|name| name.trim().to_owned()));
                }
                _ => pieces.push(piece.trim().to_owned()),
            }
        }
        pieces
    }

    /// The policy's entry in the table of policies.
    pub fn entry(&self) -> &'static PolicyEntry {
        match self.own {
            Some(_) => &formula::ENTRY,
            None => &POLICIES[self.index],
        }
    }

    /// The value of one of its parameters; `None` if it has no parameter of that name.
    pub fn value(&self, name: &str) -> Option<f64> {
        let at = self
            .entry()
            .parameters
            .iter()
            .position(|parameter| parameter.name == name)?;
        Some(self.values[at])
    }

    /// The same policy with another value of one of its parameters; unchanged if it has no such parameter, or the value is out of
    /// range.
    #[must_use]
    pub fn with(&self, parameter: &Parameter, value: f64) -> Self {
        let mut other = self.clone();
        let names = self.entry().parameters.iter();
        let mut places = names.zip(&mut other.values);
        if parameter.takes(value)
            && let Some((_, place)) = places.find(|(it, _)| it.name == parameter.name)
        {
            *place = value;
        }
        other
    }

    /// A remark on a formula that is allowed and seldom meant: one that costs the same at every replica.
    ///
    /// ```
    /// use warmpath_core::router::PolicySpec;
    /// let remark = |text| PolicySpec::parse(text).unwrap().remark();
    /// assert!(remark("mine=3").unwrap().contains("always tie"));
    /// assert_eq!(remark("mine=active"), None);
    /// ```
    pub fn remark(&self) -> Option<String> {
        let own = self.own.as_ref().filter(|own| own.formula.same_for_all())?;
        Some(format!(
            "{} costs every replica the same, so they always tie; ties go to the first replica, which gets every request",
            excerpt(&own.name)
        ))
    }

    /// The policy, ready to choose among this many replicas; `seed` decides what it hashes, `draws` how ties are broken.
    pub fn build(&self, replicas: u32, seed: u64, draws: Rng) -> Chooser {
        let mut setup = Setup::new(self.entry().parameters, &self.values, seed);
        let policy = match &self.own {
            Some(own) => own.formula.policy(&mut setup),
            None => BUILDERS[self.index](&mut setup),
        };
        Chooser::new(policy, setup.reads(), replicas, draws)
    }

    /// What the policy reads, and so what has to be kept for it.
    pub fn reads(&self) -> Reads {
        self.build(1, 0, Rng::new(0, "ties")).reads()
    }
}

impl fmt::Display for PolicySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = self.entry();
        match &self.own {
            Some(own) => write!(f, "{}={}", own.name, own.text)?,
            None => write!(f, "{}", entry.name)?,
        }
        let mut mark = ':';
        for (parameter, value) in entry.parameters.iter().zip(&self.values) {
            if *value != parameter.default {
                write!(f, "{mark}{}={value}", parameter.name)?;
                mark = ';';
            }
        }
        if self.knowledge != entry.knowledge {
            write!(f, "@{}", self.knowledge)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_prints_as_it_parses() {
        for entry in POLICIES {
            let spec = PolicySpec::parse(entry.name).unwrap();
            assert_eq!(spec.to_string(), entry.name);
        }
        for text in [
            "smart@truth",
            "smart@events:50ms,loss=0.01",
            "chwbl:load_factor=2",
            "smart@routed",
            "smart@routed:120s",
            "smart@routed:lru",
            "smart@routed:lru=10000",
            "smart@routed:lru,every=30s",
            "smart@routed:lru=10000,every=30s",
            "smart@routed:lru=10000,every=30s,shared",
            "mine=uncached_tokens * 0.06 + min(active, 8)",
            "mine=active@routed:120s",
        ] {
            assert_eq!(PolicySpec::parse(text).unwrap().to_string(), text);
        }
        let list = PolicySpec::parse_list(
            "smart@events:5ms,loss=0.5,smart@routed:lru=9,every=1s,shared,random",
        )
        .unwrap();
        assert_eq!(list.len(), 3);
        let bare = PolicySpec::parse_list("smart;dynamo;endpoint-picker").unwrap();
        assert_eq!(
            bare,
            PolicySpec::parse_list("smart,dynamo,endpoint-picker").unwrap()
        );
        let list =
            PolicySpec::parse_list("smart,mine=max(active, min(queue, 2)) + 1,random").unwrap();
        assert_eq!(list.len(), 3);
        assert_eq!(list[1].to_string(), "mine=max(active, min(queue, 2)) + 1");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let says = |text: &str, what: &str| {
            let error = PolicySpec::parse(text).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        };
        let policies = |text: &str, what: &str| {
            assert_eq!(PolicySpec::parse(text).unwrap_err().to_string(), what);
        };
        policies(
            "leastload",
            "unknown policy \"leastload\"; did you mean \"least-load\"?",
        );
        policies(
            "kv-aware",
            &format!(
                "unknown policy \"kv-aware\"; there are round-robin, random, least-load, power-of-two, session and {} more",
                POLICIES.len() - 5
            ),
        );
        policies(
            "smart:weight=1",
            "policy smart has no parameter \"weight\"; it has kv_overlap_weight, load_balance_weight",
        );
        says(
            "smart:load_balance_wieght=1",
            "did you mean \"load_balance_weight\"?",
        );
        says(
            "smart:load_balance_weight=-1",
            "must be a number from 0 to 1000",
        );
        says(
            "smart:load_balance_weight=NaN",
            "must be a number from 0 to 1000",
        );
        says("smart@event", "unknown knowledge");
        says("smart@routed:lrux", "unknown knowledge");
        says(
            "mine=activ",
            "formula mine: at 1: there is no signal \"activ\", did you mean \"active\"?",
        );
        says("smart=active", "cannot name a formula");
        // Whoever joins a policy to its parameters by another sign is told which one it is, in a form that is understood.
        let form = "chwbl:load_factor=1.5";
        assert_eq!(PolicySpec::parse(form).unwrap().to_string(), form);
        for wrong in ["?", " ", ";", "&", "/", "("] {
            let text = form.replace(':', wrong);
            says(&text, &format!("parameters follow a colon ({form})"));
        }
        says("random@truth", "looks at no replica's cache");
    }

    fn refusal(list: &str) -> String {
        let error = PolicySpec::parse_list(list).unwrap_err();
        error.to_string()
    }

    #[test]
    fn a_parameter_takes_the_numbers_of_its_kind_once() {
        for text in ["chwbl:replication=1.5", "session:replication=1e-1"] {
            assert!(refusal(text).ends_with("must be a whole number from 1 to 4096"));
        }
        assert!(
            refusal("endpoint-picker:weighted_random=0.3").ends_with("must be 0 (off) or 1 (on)")
        );
        assert!(PolicySpec::parse("endpoint-picker:weighted_random=1").is_ok());
        assert!(PolicySpec::parse("chwbl:replication=1e2").is_ok());
        assert_eq!(
            refusal("smart:kv_overlap_weight=1;kv_overlap_weight=2"),
            "policy smart: kv_overlap_weight is given twice"
        );
        assert!(refusal("ray:imbalance=3;imbalance=3").contains("given twice"));
        for entry in POLICIES {
            for parameter in entry.parameters {
                assert!(parameter.takes(parameter.default), "{}", parameter.name);
            }
        }
    }

    #[test]
    fn a_parameter_behind_a_comma_is_no_formula() {
        for text in [
            "smart:kv_overlap_weight=1,load_balance_weight=2",
            "smart:kv_overlap_weight=1, load_balance_wieght=2",
            "smart,load_balance_weight=active",
            "random,endpoint-picker:queue=1,kv=2,prefix=3",
        ] {
            assert!(refusal(text).contains("split by semicolons"), "{text}");
        }
        for text in [
            "smart,mine=active",
            "mine=active,load_balance_weight=active",
            "ray,queue=queue",
        ] {
            assert_eq!(PolicySpec::parse_list(text).unwrap().len(), 2);
        }
    }

    #[test]
    fn knowledge_out_of_range_says_the_range() {
        let says = |text: &str, what: &str| {
            let error = refusal(text);
            assert!(error.ends_with(what), "{error}");
        };
        says(
            "smart@events:-1ms",
            "the delay is \"-1ms\", but must be a number from 0 to 1,000,000,000 ms",
        );
        says("smart@events:5", "a number from 0 to 1,000,000,000 ms");
        says(
            "smart@events:5ms,loss=2",
            "the share of lost messages is \"2\", but must be a number from 0 to 1",
        );
        says(
            "smart@routed:-3s",
            "the time to live is \"-3s\", but must be a number from 0 to 1,000,000 s",
        );
        says(
            "smart@routed:lru,every=1e9s",
            "a number from 0 to 1,000,000 s",
        );
        says(
            "smart@routed:lru=1.5",
            "a whole number from 0 to 4,294,967,295",
        );
    }
}
