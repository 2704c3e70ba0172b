//! What the arrivals of a run follow, once its workload is known: the scenario's rate, times that a log recorded, or neither.
//!
//! A scenario always has a rate, but it counts only where arrivals are drawn. Whoever says at which load a run was, or varies
//! the rate, has to ask here first. The later rounds of a repeated workload have no recorded times, so they come at the rate.

use serde::{Deserialize, Serialize};

use super::{Arrivals, Scenario, ScenarioError};
use crate::request::Arrival;
use crate::workload::Workload;

/// What the arrivals of a run follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Arriving {
    /// Every arrival is drawn at the scenario's rate, or at those of its stages.
    #[default]
    AtRate,
    /// Some requests arrive at recorded times, and the others at the scenario's rate.
    Partly,
    /// Every request arrives at its recorded time, or after the answer before it in its conversation.
    Recorded,
    /// All requests arrive at the start of the run.
    AtOnce,
}

impl Arriving {
    /// Whether the scenario's rate changes any arrival.
    pub fn follows_rate(self) -> bool {
        matches!(self, Self::AtRate | Self::Partly)
    }

    /// What stands in the place of a rate; `None` where the rate counts.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::AtRate | Self::Partly => None,
            Self::Recorded => Some("as recorded"),
            Self::AtOnce => Some("all at once"),
        }
    }
}

impl Scenario {
    /// What the arrivals follow in a run of this scenario over a workload. It takes a look at each request.
    pub fn arriving(&self, workload: &Workload) -> Arriving {
        if !self.stages.is_empty() {
            return Arriving::AtRate;
        }
        let by_log = match self.arrivals {
            Arrivals::AllAtOnce => return Arriving::AtOnce,
            Arrivals::Auto | Arrivals::Recorded => true,
            Arrivals::Poisson | Arrivals::Constant | Arrivals::Gamma(_) | Arrivals::KubeAi => false,
        };
        let count = self.requests.unwrap_or(workload.count).min(workload.count) as usize;
        let sent = workload.requests.iter().take(count);
        let is_recorded = |arrival: Arrival| matches!(arrival, Arrival::At(_));
        if !by_log || !sent.clone().any(|it| is_recorded(it.arrival)) {
            return Arriving::AtRate;
        }
        let is_repeated = count > workload.requests.len();
        match is_repeated || sent.clone().any(|it| it.arrival == Arrival::Open) {
            true => Arriving::Partly,
            false => Arriving::Recorded,
        }
    }

    /// Checks that a list of rates would change the arrivals of a run over this workload.
    ///
    /// # Errors
    /// If all requests arrive at recorded times or at once, as a sweep would then run the same point again and again.
    pub fn takes_rates(&self, workload: &Workload) -> Result<(), ScenarioError> {
        let why = match self.arriving(workload) {
            Arriving::AtRate | Arriving::Partly => return Ok(()),
            Arriving::Recorded => format!(
                "every request of {} arrives at its recorded time, so a list of rates changes nothing; choose arrivals poisson, \
                 constant or gamma:CV, or replay the log faster by time-scale",
                workload.name
            ),
            Arriving::AtOnce => AT_ONCE.to_owned(),
        };
        Err(ScenarioError::Conflict(why))
    }

    /// The note that the scenario's rate has no effect; `None` if it has one, or was left as it is by default.
    pub(crate) fn idle_rate(&self, workload: &Workload) -> Option<String> {
        let why = match self.arriving(workload) {
            Arriving::AtRate | Arriving::Partly => return None,
            Arriving::Recorded => "every request arrives at its recorded time",
            Arriving::AtOnce => "all requests arrive at once",
        };
        (self.rate != Self::default().rate)
            .then(|| format!("rate is {}, but has no effect: {why}", self.rate))
    }
}

/// Why a list of rates does not go with arrivals at once.
pub(super) const AT_ONCE: &str =
    "arrivals is all-at-once, so a list of rates changes nothing; leave one out";

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::fleet::Replay;
    use crate::report::diff::{ComparedRun, diff};
    use crate::report::{Report, document, json, prometheus};
    use crate::scenario::Sweep;
    use crate::session::SweepRuns;
    use crate::units::VirtualTime;
    use crate::workload::Named;

    fn of(query: &str) -> (Scenario, Workload) {
        let scenario = Scenario::from_query(query).unwrap();
        let named = Named::parse(&scenario.workload).unwrap();
        let workload = named.generate(16, 1, Some(20)).unwrap();
        (scenario, workload)
    }

    /// The same, with recorded arrivals, ten a second, for the first `recorded` requests.
    fn logged(query: &str, recorded: usize) -> (Scenario, Workload) {
        let (scenario, mut workload) = of(query);
        for (n, request) in workload.requests.iter_mut().enumerate().take(recorded) {
            request.arrival = Arrival::At(VirtualTime::from_secs(n as f64 / 10.0));
        }
        (scenario, workload)
    }

    #[test]
    fn the_rate_counts_where_arrivals_are_drawn() {
        let arriving = |(scenario, workload): (Scenario, Workload)| scenario.arriving(&workload);
        assert_eq!(arriving(of("w=template&n=20")), Arriving::AtRate);
        assert_eq!(
            arriving(of("w=template&n=20&arr=all-at-once")),
            Arriving::AtOnce
        );
        let log = |query| arriving(logged(query, 20));
        assert_eq!(log("w=template&n=20"), Arriving::Recorded);
        assert_eq!(log("w=template&n=20&arr=recorded"), Arriving::Recorded);
        assert_eq!(log("w=template&n=20&arr=poisson"), Arriving::AtRate);
        assert_eq!(log("w=template&n=20&stages=1,2"), Arriving::AtRate);
        let half = |query| arriving(logged(query, 10));
        assert_eq!(half("w=template&n=20"), Arriving::Partly);
        assert_eq!(half("w=template&n=10"), Arriving::Recorded);
        let (scenario, mut workload) = logged("w=template&n=50", 20);
        workload.count = 50;
        assert_eq!(scenario.arriving(&workload), Arriving::Partly);
    }

    #[test]
    fn a_list_of_rates_that_changes_nothing_is_refused_before_any_run() {
        let (_, workload) = logged("w=template&n=20", 20);
        let workload = Arc::new(workload);
        let begun = |query: &str| {
            let runs = SweepRuns::new(Sweep::from_query(query)?, Arc::clone(&workload));
            runs.map(|_| ())
        };
        let error = begun("w=template&n=20&rate=4,8").unwrap_err().to_string();
        assert!(
            error.contains("arrives at its recorded time") && error.contains("time-scale"),
            "{error}"
        );
        assert_eq!(begun("w=template&n=20&rate=4,8&arr=poisson"), Ok(()));
        assert_eq!(begun("w=template&n=20&r=1,2"), Ok(()));
        let error = Sweep::from_query("rate=4,8&arr=all-at-once").unwrap_err();
        assert!(error.to_string().contains("all-at-once"), "{error}");
    }

    /// Where arrivals follow no rate, every format leaves it out of a sweep's points.
    #[test]
    fn a_sweep_of_recorded_arrivals_has_no_rate() {
        let mut whole = None;
        for replicas in [1, 2] {
            let (scenario, workload) =
                logged(&format!("w=template&n=20&r={replicas}&p=random"), 20);
            let workload = Arc::new(workload);
            let replay = Replay::new(scenario.clone(), Arc::clone(&workload), false).unwrap();
            let report = Report::new(&scenario, &workload, &replay.finish().unwrap());
            Report::join(&mut whole, report);
        }
        let report = whole.unwrap();
        let json = json::write(&report);
        assert_eq!(json.matches("\"replica_count\"").count(), 2);
        assert_eq!(json.matches("\"rate\"").count(), 0);
        let labels = prometheus::write(&report);
        assert!(
            labels.contains(",replicas=\"2\"") && !labels.contains("rate=\""),
            "{labels}"
        );
        // It is compared with a report that has one all the same, as older reports do.
        let older = json.replace("\"replica_count\"", "\"rate\": 4.0,\n\"replica_count\"");
        let (older, now) = (ComparedRun::read(&older).unwrap(), ComparedRun::of(&report));
        let text = document::text(&diff(["older", "now"], &older, &now));
        assert!(text.contains("random at 4/s on 2 / random on 2"), "{text}");
        assert!(!text.contains("is only in"), "{text}");
    }

    #[test]
    fn a_rate_without_effect_is_noted() {
        let notes = |(scenario, workload): (Scenario, Workload)| {
            let notes = Report::new(&scenario, &workload, &[]).notes;
            notes.join("\n")
        };
        let rate = "w=template&n=20&rate=8";
        let noted = notes(logged(rate, 20));
        assert!(noted.contains("rate is 8, but has no effect"), "{noted}");
        assert!(!notes(of(rate)).contains("no effect"));
        assert!(!notes(logged("w=template&n=20", 20)).contains("no effect"));
    }
}
