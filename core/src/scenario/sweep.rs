//! A sweep: one scenario at several rates and with several numbers of replicas.
//!
//! As text it is the scenario's, with lists where a scenario has one value: `v=2&r=4,8&rate=10,20`. A scenario's own text is a
//! sweep of one point. Its points are made one by one as they are asked for, never all at once: each may stand for a fleet.

use super::arriving::AT_ONCE;
use super::fields::by_key;
use super::{Arrivals, FIELDS, Field, Scenario, ScenarioError, query, version};
use crate::words::grouped;

/// The parts that can be lists, by their options; the last changes fastest.
const SWEPT: [&str; 2] = ["rate", "replicas"];

/// The most points of a sweep: nobody reads a longer table, and the lengths of two lists multiply.
pub const MOST_POINTS: usize = 10_000;

/// A scenario and what it is swept over.
///
/// ```
/// use warmpath_core::scenario::Sweep;
/// let sweep = Sweep::from_query("v=2&rate=10,20&r=4,8&p=smart").unwrap();
/// assert_eq!(sweep.to_query(), "v=2&r=4,8&rate=10,20&p=smart");
/// let at = |n| sweep.point(n).map(|point| (point.rate, point.replicas));
/// assert_eq!((sweep.len(), at(0)?, at(1)?, at(3)?), (4, (10.0, 4), (10.0, 8), (20.0, 8)));
/// assert_eq!(sweep.base, sweep.point(0)?);
/// assert!(Sweep::from_query("v=2&r=8").unwrap().is_one_point());
/// # Ok::<(), warmpath_core::scenario::ScenarioError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// The scenario at the first point.
    pub base: Scenario,
    /// The lists of rates and of numbers of replicas, split by commas; empty: the scenario's own.
    lists: [String; 2],
    /// How many points there are.
    points: usize,
}

impl Sweep {
    /// The scenario at each of the rates and numbers of replicas, lists split by commas; an empty one stands for what the
    /// scenario has. Every value is checked.
    ///
    /// # Errors
    /// What is out of range, or does not go with the rest; more than [`MOST_POINTS`] points. Rates that a workload's recorded
    /// times make idle are found by [`Scenario::takes_rates`].
    pub fn new(base: &Scenario, rates: &str, replicas: &str) -> Result<Self, ScenarioError> {
        let trimmed = |list: &str| {
            let values: Vec<&str> = list.split(',').map(str::trim).collect();
            values.join(",")
        };
        let mut sweep = Self {
            base: base.clone(),
            lists: [rates, replicas].map(trimmed),
            points: 1,
        };
        // A list of one is a value.
        for (flag, list) in SWEPT.iter().zip(&mut sweep.lists) {
            if !list.is_empty() && !list.contains(',') {
                sweep.base.set(flag, list)?;
                list.clear();
            }
        }
        if !sweep.lists[0].is_empty() && !base.stages.is_empty() {
            return Err(ScenarioError::Conflict(
                "stages set the rates, so a list of rates does not go with stages; leave one out"
                    .to_owned(),
            ));
        }
        if !sweep.lists[0].is_empty() && base.arrivals == Arrivals::AllAtOnce {
            return Err(ScenarioError::Conflict(AT_ONCE.to_owned()));
        }
        let [rates, replicas] = sweep.lists.each_ref().map(|list| list.split(',').count());
        sweep.points = rates.saturating_mul(replicas);
        if sweep.points > MOST_POINTS {
            return Err(ScenarioError::Conflict(format!(
                "{} rates and {} numbers of replicas make {} points; a sweep has at most {}",
                grouped(rates as u64),
                grouped(replicas as u64),
                grouped(sweep.points as u64),
                grouped(MOST_POINTS as u64)
            )));
        }
        // A point's rate and its number of replicas are checked apart: nothing that is checked depends on both.
        for (flag, list) in SWEPT.iter().zip(&sweep.lists) {
            let mut tried = sweep.base.clone();
            for value in list.split(',').filter(|_| !list.is_empty()) {
                tried.set(flag, value)?;
                tried.check()?;
            }
        }
        sweep.base = sweep.point(0)?;
        Ok(sweep)
    }

    /// The sweep of one point that a scenario stands for.
    pub(crate) fn of(base: &Scenario) -> Self {
        Self {
            base: base.clone(),
            lists: Default::default(),
            points: 1,
        }
    }

    /// Whether each value of a query is right by itself, whatever else it may need to go with it.
    pub(super) fn alone(text: &str) -> Result<(), ScenarioError> {
        let mut scenario = Scenario::default();
        for (key, value) in query::pairs(text)? {
            if key == "v" {
                return Scenario::from_query(text).map(|_| ());
            }
            let field = by_key(&key)?;
            let list = SWEPT.contains(&field.flag) && value.contains(',');
            let values = match list {
                true => value.split(',').map(str::trim).collect(),
                false => vec![value.as_str()],
            };
            for value in values {
                field.set(&mut scenario, value)?;
            }
        }
        Ok(())
    }

    /// Reads a query string (with or without a leading `?`) that may have lists for rate and replicas.
    ///
    /// # Errors
    /// As [`Scenario::from_query`] and [`Sweep::new`].
    pub fn from_query(text: &str) -> Result<Self, ScenarioError> {
        let mut lists = [String::new(), String::new()];
        let mut rest = String::new();
        for (key, value) in query::pairs(text)? {
            let flag = by_key(&key).map_or("", |field| field.flag);
            match SWEPT.iter().position(|swept| *swept == flag) {
                Some(at) if value.contains(',') => lists[at] = value,
                _ => {
                    rest.push('&');
                    query::encode(&key, &mut rest);
                    rest.push('=');
                    query::encode(&value, &mut rest);
                }
            }
        }
        let [rates, replicas] = lists;
        Self::new(&Scenario::from_query(&rest)?, &rates, &replicas)
    }

    /// The canonical query string: the base's, with the lists in their places.
    pub fn to_query(&self) -> String {
        let default = Scenario::default();
        let mut out = version::head();
        for field in FIELDS {
            let own = field.get(&self.base);
            let list = self.list(field);
            let value = list.unwrap_or(&own);
            let written = list.is_some() || !self.base.follows(field);
            if written && value != field.get(&default) {
                out.push('&');
                out.push_str(field.key);
                out.push('=');
                query::encode(value, &mut out);
            }
        }
        out
    }

    /// The values of a field at its points, split by commas; the scenario's own where it has no list.
    pub(crate) fn value(&self, field: &Field) -> String {
        let list = self.list(field).map(str::to_owned);
        list.unwrap_or_else(|| field.get(&self.base))
    }

    fn list(&self, field: &Field) -> Option<&str> {
        let at = SWEPT.iter().position(|flag| *flag == field.flag)?;
        Some(self.lists[at].as_str()).filter(|list| !list.is_empty())
    }

    /// The list of rates; empty: the scenario's own rate.
    pub fn rates(&self) -> &str {
        &self.lists[0]
    }

    /// The list of numbers of replicas; empty: the scenario's own.
    pub fn replicas(&self) -> &str {
        &self.lists[1]
    }

    /// Whether it has only one point, so that it is a plain scenario.
    pub fn is_one_point(&self) -> bool {
        self.lists.iter().all(String::is_empty)
    }

    /// How many points there are, at least 1.
    #[expect(clippy::len_without_is_empty, reason = "there is always one")]
    pub fn len(&self) -> usize {
        self.points
    }

    /// Point `n` of every combination, the replicas changing fastest; beyond the last, they begin again.
    ///
    /// # Errors
    /// What does not go with the rest, if that was changed since.
    pub fn point(&self, n: usize) -> Result<Scenario, ScenarioError> {
        let mut point = self.base.clone();
        let replicas = self.lists[1].split(',').count();
        for ((flag, list), at) in SWEPT
            .iter()
            .zip(&self.lists)
            .zip([n / replicas, n % replicas])
        {
            let values = list.split(',').filter(|value| !value.is_empty());
            if let Some(value) = values.cycle().nth(at) {
                point.set(flag, value)?;
            }
        }
        point.check()?;
        Ok(point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_is_read_as_it_is_written_and_a_scenario_is_one_of_them() {
        for text in [
            "v=2",
            "v=2&w=rag&r=2,4,8&rate=0.5,8",
            "v=2&rate=4,8&p=smart,chwbl:load_factor%3D2",
            "v=2&w=rag:contexts%3D4&r=8",
            "v=2&fleet=4xh100,4xl4",
            "v=2&fleet=4xh100,4xl4&rate=4,8",
        ] {
            let sweep = Sweep::from_query(text).unwrap();
            assert_eq!(sweep.to_query(), text);
            assert_eq!(Sweep::from_query(&sweep.to_query()).unwrap(), sweep);
        }
        let plain = Sweep::from_query("v=2&r=8&rate=6").unwrap();
        assert!(plain.is_one_point());
        assert_eq!(plain.to_query(), plain.base.to_query());
        // In another order, with blanks, and a list of one.
        let sweep = Sweep::from_query("rate=10,%2020&r=6&v=2").unwrap();
        assert_eq!(sweep.to_query(), "v=2&r=6&rate=10,20");
        let one = Sweep::new(&Scenario::default(), "8", " ").unwrap();
        assert_eq!(
            (one.to_query().as_str(), one.is_one_point()),
            ("v=2&rate=8", true)
        );
    }

    #[test]
    fn every_point_is_checked_and_what_does_not_go_together_is_refused() {
        let wrong = |text: &str| Sweep::from_query(text).unwrap_err().to_string();
        assert!(wrong("v=2&r=4,0").contains("1 to 1024"));
        assert!(wrong("v=2&rate=4,,8").contains("rate is \"\""));
        assert!(wrong("v=2&rate=4,8&stages=1,2").contains("does not go with stages"));
        assert!(
            wrong("v=3&rate=4,8").contains("versions 1 and 2"),
            "{}",
            wrong("v=3")
        );
        assert!(wrong("v=2&seed=1,2").contains("seed"));
        assert!(wrong("v=2&x=1").contains("x"));
        assert!(Sweep::new(&Scenario::default(), "1 0,20", "").is_err());
    }

    #[test]
    fn a_sweep_has_so_many_points_and_no_more() {
        let list = |n: u32| {
            (1..=n)
                .map(|it| it.to_string())
                .collect::<Vec<_>>()
                .join(",")
        };
        let sweep = Sweep::new(&Scenario::default(), &list(100), &list(100)).unwrap();
        let last = sweep.point(9_999).unwrap();
        assert_eq!(
            (sweep.len(), last.rate, last.replicas),
            (10_000, 100.0, 100)
        );
        let error = Sweep::new(&Scenario::default(), &list(1000), &list(1000));
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains("make 1,000,000 points; a sweep has at most 10,000"),
            "{error}"
        );
    }

    #[test]
    fn points_of_lists_are_those_of_the_scenario() {
        let sweep = Sweep::new(&Scenario::default(), "10, 20", "4,8,16").unwrap();
        let at = |n| sweep.point(n).map(|it| (it.rate, it.replicas)).unwrap();
        assert_eq!(
            (sweep.len(), at(0), at(2), at(3)),
            (6, (10.0, 4), (10.0, 16), (20.0, 4))
        );
        assert_eq!(at(5), (20.0, 16));
        let one = Sweep::new(&Scenario::default(), "", "").unwrap();
        assert_eq!((one.len(), one.point(0).unwrap()), (1, Scenario::default()));
    }
}
