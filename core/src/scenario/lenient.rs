//! What can be understood of a query of which some parts are wrong: for a page, which has to show something.
//!
//! Every part that is right and goes with the others is kept. Every other part is returned with the reason and what would be right,
//! and its key has its default. A list of policies is taken apart, and so are a workload's settings; a sweep's list is not. Parts
//! that do not go together are taken in their order, those first that need no other.

use super::attached::like_a_file;
use super::fields::by_key;
use super::{Scenario, ScenarioError, Sweep, query};
use crate::once::Once;
use crate::percent;
use crate::router::PolicySpec;
use crate::words::excerpt;
use crate::workload::Named;

/// A part of a query that was not understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Ignored {
    /// The part, decoded, its end cut off if it is long.
    pub part: String,
    /// The error that the part alone, or with the parts kept before it, gives.
    pub error: ScenarioError,
}

impl Sweep {
    /// Reads what can be read of a query string (with or without a leading `?`), and returns beside it the parts that cannot. Where
    /// nothing is ignored the result is that of [`Sweep::from_query`], except that a workload must be a named one or look like a
    /// file's name.
    ///
    /// ```
    /// use warmpath_core::scenario::Sweep;
    /// let (sweep, ignored) = Sweep::parse_lenient("v=2&w=rag&n=200&runs=5&p=smrt,chwbl");
    /// assert_eq!(sweep.to_query(), "v=2&w=rag&n=200&p=chwbl");
    /// let parts: Vec<&str> = ignored.iter().map(|it| it.part.as_str()).collect();
    /// assert_eq!(parts, ["runs=5", "p=smrt"]);
    /// ```
    pub fn parse_lenient(text: &str) -> (Self, Vec<Ignored>) {
        let mut reading = Reading::default();
        for piece in percent::pairs(text) {
            reading.piece(piece);
        }
        reading.together()
    }
}

/// The parts that are right by themselves, each as it stands in the query, and those that are not.
#[derive(Default)]
struct Reading {
    keys: Once,
    right: Vec<String>,
    ignored: Vec<Ignored>,
}

impl Reading {
    fn ignore(&mut self, part: &str, error: impl Into<ScenarioError>) {
        self.ignored.push(Ignored {
            part: excerpt(part),
            error: error.into(),
        });
    }

    fn piece(&mut self, piece: &str) {
        let (key, value) = match query::pair(piece) {
            Ok(pair) => pair,
            Err(error) => return self.ignore(piece, error),
        };
        let part = format!("{key}={value}");
        if !self.keys.first(&key) {
            return self.ignore(&part, ScenarioError::Twice { key: excerpt(&key) });
        }
        let value = match by_key(&key).map_or("", |field| field.flag) {
            "policy" => self.policies(&key, &value),
            "workload" => self.workload(&key, &value),
            _ => Some(value),
        };
        let Some(value) = value else { return };
        let mut right = query::encoded(&key);
        right.push('=');
        query::encode(&value, &mut right);
        // What else the value may need is checked later, when the parts are put together.
        match Sweep::alone(&right) {
            Ok(()) => self.right.push(right),
            Err(error) => self.ignore(&part, error),
        }
    }

    /// Keeps those of a list of policies that can be parsed, as a list again; `None` if there are none.
    fn policies(&mut self, key: &str, list: &str) -> Option<String> {
        let mut right = Vec::new();
        let mut last: Option<PolicySpec> = None;
        for text in PolicySpec::split(list) {
            let fits = last.as_ref().map_or(Ok(()), |last| last.may_precede(&text));
            match fits.and_then(|()| PolicySpec::parse(&text)) {
                Ok(spec) => {
                    right.push(text);
                    last = Some(spec);
                }
                Err(error) => self.ignore(&format!("{key}={text}"), error),
            }
        }
        (!right.is_empty()).then(|| right.join(","))
    }

    /// Keeps a file's name as it is, or a named workload with those of its settings that it has.
    fn workload(&mut self, key: &str, text: &str) -> Option<String> {
        let (name, settings) = text.split_once(':').unwrap_or((text, ""));
        if let Err(error) = Named::parse(name) {
            if like_a_file(text) {
                return Some(text.to_owned());
            }
            self.ignore(&format!("{key}={text}"), error);
            return None;
        }
        let mut right = name.to_owned();
        for setting in settings.split(';').filter(|it| !it.is_empty()) {
            let mark = if right.len() == name.len() { ':' } else { ';' };
            let next = format!("{right}{mark}{setting}");
            match Named::parse(&next) {
                Ok(_) => right = next,
                Err(error) => self.ignore(&format!("{key}={name}:{setting}"), error),
            }
        }
        Some(right)
    }

    /// Puts together the parts that go with each other.
    fn together(mut self) -> (Sweep, Vec<Ignored>) {
        let of = |parts: &[String]| Sweep::from_query(&parts.join("&"));
        if let Ok(sweep) = of(&self.right) {
            return (sweep, self.ignored);
        }
        let mut taken: Vec<String> = Vec::new();
        let mut left = self.right;
        let mut errors = Vec::new();
        // Each round takes at least one part, or is the last.
        let mut before = usize::MAX;
        while left.len() < before {
            before = left.len();
            errors.clear();
            left.retain(|part| {
                taken.push(part.clone());
                let Err(error) = of(&taken) else {
                    return false;
                };
                taken.pop();
                errors.push(error);
                true
            });
        }
        for (part, error) in left.iter().zip(errors) {
            let part =
                query::pair(part).map_or_else(|_| part.clone(), |it| format!("{}={}", it.0, it.1));
            self.ignored.push(Ignored {
                part: excerpt(&part),
                error,
            });
        }
        let sweep = of(&taken).unwrap_or_else(|_| Sweep::of(&Scenario::default()));
        (sweep, self.ignored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, Vec<String>) {
        let (sweep, ignored) = Sweep::parse_lenient(text);
        let line = |it: &Ignored| format!("{}: {}", it.part, it.error);
        (sweep.to_query(), ignored.iter().map(line).collect())
    }

    #[test]
    fn what_is_right_is_read_as_always() {
        for text in [
            "",
            "v=2",
            "?v=2&w=rag:contexts%3D4&r=2,4,8&rate=0.5,8",
            "v=2&w=a.json~0123456789abcdef&p=smart@events:50ms,loss=0.01,chwbl",
            "v=2&tp=8&m=llama-3.1-70b",
        ] {
            let strict = Sweep::from_query(text).unwrap();
            assert_eq!(Sweep::parse_lenient(text), (strict, Vec::new()), "{text}");
        }
    }

    #[test]
    fn each_part_that_is_understood_is_kept_and_each_other_is_told() {
        let (query, ignored) = read("v=2&w=rag&n=200&runs=5");
        assert_eq!(query, "v=2&w=rag&n=200");
        assert_eq!(ignored.len(), 1);
        assert!(
            ignored[0].starts_with("runs=5: unknown query key \"runs\""),
            "{ignored:?}"
        );

        let (query, ignored) =
            read("v=2&r=5000&n=50&p=smart,smrt,chwbl:load_factor=0&%zz=1&seed=3&seed=4");
        assert_eq!(query, "v=2&n=50&seed=3&p=smart");
        assert!(
            ignored[0]
                .starts_with("r=5000: replicas is \"5000\", but must be a whole number from 1")
        );
        assert_eq!(
            ignored[1],
            "p=smrt: unknown policy \"smrt\"; did you mean \"smart\"?"
        );
        assert!(
            ignored[2].starts_with("p=chwbl:load_factor=0: policy chwbl: load_factor"),
            "{ignored:?}"
        );
        assert!(ignored[3].starts_with("%zz=1: "), "{ignored:?}");
        assert_eq!(ignored[4], "seed=4: \"seed\" is given twice");
        assert_eq!(ignored.len(), 5);

        let (query, ignored) = read("v=3&r=4,0&rate=2");
        assert_eq!(query, "v=2&rate=2");
        assert!(
            ignored[0].contains("reads versions 1 and 2") && ignored[1].starts_with("r=4,0: "),
            "{ignored:?}"
        );
    }

    #[test]
    fn a_workload_that_is_none_is_told_and_settings_one_by_one() {
        let (query, ignored) = read("w=nosuch&n=20");
        assert_eq!(query, "v=2&n=20");
        assert!(
            ignored[0].starts_with("w=nosuch: there is no workload \"nosuch\""),
            "{ignored:?}"
        );
        let (query, ignored) = read("w=rag:contexts=4;skew=9;question=10");
        assert_eq!(query, "v=2&w=rag:contexts%3D4;question%3D10");
        assert!(
            ignored[0].starts_with("w=rag:skew=9: workload rag: skew is \"9\""),
            "{ignored:?}"
        );
        // With no policy left, the default ones are compared.
        assert_eq!(read("p=smrt").0, "v=2");
    }

    #[test]
    fn of_parts_that_do_not_go_together_the_later_is_told() {
        let (query, ignored) = read("m=llama-3.1-70b&hw=l4&n=20");
        assert_eq!(query, "v=2&n=20");
        assert!(
            ignored[0].starts_with("m=llama-3.1-70b: ") && ignored[0].contains("no room"),
            "{ignored:?}"
        );
        // A part that needs another is taken after that one, whatever their order in the query.
        assert_eq!(
            read("m=llama-3.1-70b&tp=8&x=1").0,
            "v=2&tp=8&m=llama-3.1-70b"
        );
        let (query, ignored) = read("rate=4,8&stages=1,2&r=6");
        assert_eq!(query, "v=2&r=6&rate=4,8");
        assert!(
            ignored[0].starts_with("stages=1,2: stages set the rates"),
            "{ignored:?}"
        );
    }

    #[test]
    fn nothing_is_too_broken_to_be_read() {
        for text in [
            "&&&", "=", "p=", "w=", "?%", "r=,", "p=,,", "w=:", "w=rag:", "v", "off=,",
        ] {
            let (sweep, _) = Sweep::parse_lenient(text);
            assert_eq!(sweep.base.check(), Ok(()), "{text}");
        }
    }
}
