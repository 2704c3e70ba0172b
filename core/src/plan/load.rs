//! The quantity that is increased to load a fleet: the rate at which requests or conversations start, the number under way
//! at once in a closed loop, or the speed at which recorded arrivals are replayed.

use super::{PlanError, rounded};
use crate::figure::PLACES;
use crate::goal::{Latency, Limit, Measure};
use crate::request::Arrival;
use crate::scenario::{Arrivals, Client, Scenario, ScenarioError};
use crate::workload::Workload;

/// The quantity that a capacity search increases. A higher level always means more load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// The number of requests that start in a second.
    Rate,
    /// The number of conversations that start in a second; their later turns follow the answers.
    Conversations,
    /// The number of requests that are active at once, in a closed loop.
    Concurrency,
    /// The factor by which recorded arrivals are replayed faster: the inverse of the time scale.
    Speed,
}

impl Load {
    /// The quantity that can be increased in a scenario.
    ///
    /// # Errors
    /// If there is none: a ladder of rates has several, requests that all come at once have no rate, and the Python client
    /// does not keep to one.
    pub fn of(scenario: &Scenario, workload: &Workload) -> Result<Self, PlanError> {
        let refused = |text: &str| Err(PlanError::Load(text.to_owned()));
        if !scenario.stages.is_empty() {
            return refused(
                "stages is a ladder of rates, of which none is the load to search for; leave stages out",
            );
        }
        if scenario.concurrency.is_some() {
            return Ok(Self::Concurrency);
        }
        if scenario.client == Client::Python {
            return refused(
                "the Python client takes time of its own, so a rate is not what reaches the fleet; give client free, or a concurrency to search from",
            );
        }
        let mut requests = workload.requests.iter();
        let recorded = requests.any(|request| matches!(request.arrival, Arrival::At(_)));
        let mut requests = workload.requests.iter();
        let turns = requests.any(|request| matches!(request.arrival, Arrival::AfterPrevious(_)));
        match scenario.arrivals {
            Arrivals::AllAtOnce => refused(
                "arrivals is all-at-once, so there is no rate to search for; choose poisson, constant or gamma:CV, or give a concurrency",
            ),
            Arrivals::Auto | Arrivals::Recorded if recorded => Ok(Self::Speed),
            _ if turns => Ok(Self::Conversations),
            _ => Ok(Self::Rate),
        }
    }

    /// The level at which a scenario stands.
    pub fn level(self, scenario: &Scenario) -> f64 {
        match self {
            Self::Rate | Self::Conversations => scenario.rate,
            Self::Concurrency => f64::from(scenario.concurrency.unwrap_or(1)),
            Self::Speed => 1.0 / scenario.time_scale,
        }
    }

    /// The scenario with this level of load.
    ///
    /// # Errors
    /// If the level is out of the range of the option that sets it.
    pub fn at(self, scenario: &Scenario, level: f64) -> Result<Scenario, ScenarioError> {
        let mut scenario = scenario.clone();
        match self {
            Self::Rate | Self::Conversations => scenario.set("rate", &level.to_string())?,
            Self::Concurrency => scenario.set("concurrency", &level.to_string())?,
            Self::Speed => scenario.set("time-scale", &rounded(1.0 / level, 6).to_string())?,
        }
        Ok(scenario)
    }

    /// The lowest and the highest level that is tried.
    pub fn range(self) -> (f64, f64) {
        match self {
            Self::Rate | Self::Conversations => (1e-3, 1e5),
            Self::Concurrency => (1.0, 1e6),
            Self::Speed => (2e-3, 5e2),
        }
    }

    /// Whether more load than this level makes the limit easier to keep, so that it is missed for too little load: a throughput
    /// that is to be reached, a wait for the cap that is to be short, or any time and any backlog that is to be long. What a
    /// limit asks of caches is none of these.
    pub(super) fn eases(self, limit: &Limit, level: f64) -> bool {
        let waits = |latency: Latency| self == Self::Concurrency && latency == Latency::ClientWait;
        match (&limit.measure, limit.side.is_upper()) {
            (Measure::Times(_, latency), upper) => waits(*latency) == upper,
            (Measure::Errors | Measure::Busy, upper) => !upper,
            (Measure::Attainment(parts), upper) => {
                !upper && parts.iter().all(|part| waits(part.latency))
            }
            (Measure::Figure(at), true) => *at == PLACES.duration,
            (Measure::Figure(at), false) => match *at {
                // It falls again where requests are late.
                at if at == PLACES.request_goodput => self == Self::Rate && level < limit.value(),
                at => [
                    PLACES.request_throughput,
                    PLACES.output_throughput,
                    PLACES.total_token_throughput,
                    PLACES.mean_waiting,
                    PLACES.peak_kv_usage,
                    PLACES.preemptions,
                ]
                .contains(&at),
            },
        }
    }

    /// Whether requests that take this long \[ms\] hardly ever meet at this level, so that none waits for another.
    pub fn is_alone(self, scenario: &Scenario, level: f64, ms: f64) -> bool {
        match self {
            // Nobody was answered.
            _ if !ms.is_finite() => false,
            // Requests that come in bursts meet at any rate.
            _ if matches!(scenario.arrivals, Arrivals::Gamma(_)) => false,
            Self::Rate | Self::Conversations => level * ms / 1e3 < 0.1,
            Self::Concurrency => level == 1.0,
            Self::Speed => false,
        }
    }

    /// Whether only whole numbers are levels.
    pub fn is_whole(self) -> bool {
        self == Self::Concurrency
    }

    /// The heading of a column of levels, with the unit.
    pub fn title(self) -> &'static str {
        match self {
            Self::Rate => "rate (req/s)",
            Self::Conversations => "conversations started (1/s)",
            Self::Concurrency => "active requests",
            Self::Speed => "times as fast as recorded",
        }
    }

    /// The level in words, with its unit.
    pub fn words(self, level: f64) -> String {
        match self {
            Self::Rate => format!("{level} requests/s"),
            Self::Conversations => format!("{level} conversations/s"),
            Self::Concurrency if level == 1.0 => "1 active request".to_owned(),
            Self::Concurrency => format!("{level} active requests"),
            Self::Speed => format!(
                "{level} times as fast as recorded (time-scale {})",
                rounded(1.0 / level, 4)
            ),
        }
    }

    /// The command-line option that sets this level, with its value.
    pub fn option(self, level: f64) -> String {
        match self {
            Self::Rate | Self::Conversations => format!("--rate {level}"),
            Self::Concurrency => format!("--concurrency {level}"),
            Self::Speed => format!("--time-scale {}", rounded(1.0 / level, 6)),
        }
    }
}
