//! How a fleet grows and shrinks, as text: `hpa:busy=0.7;min=2;max=8`, `kubeai:inflight=40`, `schedule:0s=2;5m=6`.
//!
//! Before the colon stands a preset ([`AUTOSCALERS`]: a product's rule with the figures that it ships), after it what differs:
//! a metric with its target (`busy`, `kv`, `inflight`, `waiting`; where several are given, the one that asks for most
//! counts), `min` and `max`, `victim`, `pending`, `start`, and the figures of the rule. A schedule is times and numbers of
//! replicas; before its first time there are as many as the fleet begins with.
//!
//! ```
//! use warmpath_core::scenario::scaling::{Autoscale, Metric};
//! let hpa = Autoscale::parse("hpa:busy=0.7;max=8").unwrap();
//! assert_eq!((hpa.min, hpa.max, hpa.target(Metric::Busy)), (1, 8, Some(0.7)));
//! assert_eq!(hpa.to_string(), "hpa:busy=0.7;max=8");
//! let wrong = Autoscale::parse("hpa:bsy=0.7").unwrap_err().to_string();
//! assert!(wrong.contains("character 5") && wrong.contains("did you mean \"busy\"?"), "{wrong}");
//! ```

mod presets;

use core::fmt;

pub use presets::{AUTOSCALERS, Autoscaler};

use super::piece::{PartError, Piece};
use crate::decimal;
use crate::units::VirtualTime;

/// The most replicas that a scaler may want.
const MOST: f64 = 1024.0;

/// The rule by which an autoscaler decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The rule of Kubernetes' Horizontal Pod Autoscaler.
    Hpa,
    /// KEDA, which switches between zero and one and leaves the rest to an HPA.
    Keda,
    /// KubeAI's rule: the average of the requests in flight over a window, divided by the target of one replica.
    KubeAi,
    /// The rule of Knative's pod autoscaler, with its panic mode.
    Knative,
    /// No rule: the number of replicas follows a table of times.
    Schedule,
}

/// The measurement of the fleet by which a scaler decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Share of the time since the last look in which a replica computed, as the stand-in for CPU use; 0 to 1, mean of the
    /// replicas.
    Busy,
    /// Share of a replica's pool held by running requests, 0 to 1, mean of the replicas.
    Kv,
    /// Requests at replicas, at routers for want of one, or in the line in front of these, for each replica.
    InFlight,
    /// Requests that wait in the engines' queues, for each replica.
    Waiting,
}

impl Metric {
    /// Every metric, in the order in which they are written.
    pub const ALL: [Self; 4] = [Self::Busy, Self::Kv, Self::InFlight, Self::Waiting];

    /// The metric's name in the text.
    pub fn name(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Kv => "kv",
            Self::InFlight => "inflight",
            Self::Waiting => "waiting",
        }
    }
}

/// Which replica is taken away; one that is not ready goes before all others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Victim {
    /// The one that has been ready for the shortest time, as a Kubernetes ReplicaSet chooses.
    #[default]
    Youngest,
    /// The one with the fewest requests.
    LeastLoaded,
    /// The one whose cache holds the fewest blocks.
    Coldest,
}

impl Victim {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Youngest, "youngest"),
        (Self::LeastLoaded, "least-loaded"),
        (Self::Coldest, "coldest"),
    ];
}

/// A figure that some rules depend on, as the table [`FIGURES`] declares it.
#[derive(Clone, Copy, Debug)]
pub struct ScalingFigure {
    /// The figure's name in the text, as in `sync=15`.
    pub name: &'static str,
    /// The least and the most that it may be.
    pub range: (f64, f64),
    /// The unit of its values, such as `s`.
    pub unit: &'static str,
    /// What it is, in a few words for the help.
    pub about: &'static str,
}

const fn figure(
    name: &'static str,
    range: (f64, f64),
    unit: &'static str,
    about: &'static str,
) -> ScalingFigure {
    ScalingFigure {
        name,
        range,
        unit,
        about,
    }
}

/// The figures that the rules depend on; each rule reads only some of them.
pub const FIGURES: [ScalingFigure; 11] = [
    figure("sync", (0.1, 3600.0), "s", "how often the rule decides"),
    figure(
        "poll",
        (0.1, 3600.0),
        "s",
        "how often KEDA looks whether anything is asked",
    ),
    figure(
        "tolerance",
        (0.0, 1.0),
        "share",
        "a ratio to the target within 1 ± this changes nothing",
    ),
    figure(
        "up",
        (0.0, 3600.0),
        "s",
        "up-scaling goes by the least that was recommended for so long",
    ),
    figure(
        "down",
        (0.0, 3600.0),
        "s",
        "down-scaling goes by the most that was recommended for so long",
    ),
    figure(
        "cooldown",
        (0.0, 36_000.0),
        "s",
        "with nothing asked for so long, KEDA goes to zero, if min is 0",
    ),
    figure(
        "initial",
        (0.0, 36_000.0),
        "s",
        "KEDA goes to zero not before so long after the beginning",
    ),
    figure("window", (1.0, 36_000.0), "s", "what is averaged"),
    figure(
        "delay",
        (0.0, 36_000.0),
        "s",
        "how long less must have been wanted before replicas are taken away",
    ),
    figure(
        "panic",
        (1.0, 100.0),
        "times",
        "so many times what is ready, wanted over a tenth of the window, is panic",
    ),
    figure(
        "grace",
        (0.0, 3600.0),
        "s",
        "the last replica stays for so long",
    ),
];

/// How a fleet grows and shrinks. See the [module](self).
#[derive(Clone, Debug, PartialEq)]
pub struct Autoscale {
    /// The preset that it began with.
    pub preset: &'static Autoscaler,
    /// The targets of the metrics, by their place in [`Metric::ALL`]; `None`: the rule does not look at that metric.
    targets: [Option<f64>; 4],
    /// Whether the text gave targets, which then replace all of the preset's.
    given: bool,
    /// The fewest replicas that the scaler keeps; of a schedule the least of its numbers.
    pub min: u32,
    /// The most replicas that the scaler starts; of a schedule the greatest of its numbers, and at least 1.
    pub max: u32,
    /// Whether replicas that are starting are counted as there: then there is no further step up before they are ready.
    pub counts_pending: bool,
    /// Which replica is taken away when the fleet shrinks.
    pub victim: Victim,
    /// The time from the start of a replica until it is ready \[s\]; `None`: the time that follows from its model.
    pub start_s: Option<f64>,
    /// The values of [`FIGURES`]; only those of the preset's rule are read.
    figures: [f64; FIGURES.len()],
    /// For a schedule, the number of replicas from each time on, in the order of time; else empty.
    pub schedule: Vec<(VirtualTime, u32)>,
}

impl Autoscale {
    /// Reads what [`Self::to_string`](ToString::to_string) writes.
    ///
    /// # Errors
    /// The first part that is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, PartError> {
        let (name, rest) = Piece::whole("autoscale", text).split(':');
        let Some(mut scale) = Self::named(name.text) else {
            let names: Vec<&str> = AUTOSCALERS.iter().map(|it| it.name).collect();
            let wanted = format!("one of {}", names.join(", "));
            return Err(name.among(&wanted, &names));
        };
        let mut given = Vec::new();
        for piece in rest.into_iter().flat_map(|rest| rest.parts(';')) {
            piece.given_once(&mut given)?;
            scale.part(piece)?;
        }
        if scale.preset.rule == Rule::Schedule {
            scale.read_schedule(name)?;
        } else if scale.min > scale.max {
            let wanted = format!("a max of at least {}, its min", scale.min);
            return Err(rest.unwrap_or(name).wrong(&wanted));
        }
        Ok(scale)
    }

    /// The preset of that name as it ships; `None` if there is none.
    pub fn named(name: &str) -> Option<Self> {
        let preset = AUTOSCALERS.iter().find(|it| it.name == name)?;
        let target = |metric: Metric| {
            let mut all = preset.targets.iter();
            all.find(|(of, _)| *of == metric).map(|(_, target)| *target)
        };
        let figure = |figure: ScalingFigure| {
            let mut all = preset.figures.iter();
            let own = all.find(|(name, _)| *name == figure.name);
            own.map_or(0.0, |(_, value)| *value)
        };
        Some(Self {
            preset,
            targets: Metric::ALL.map(target),
            given: false,
            min: preset.min,
            max: preset.max,
            counts_pending: false,
            victim: Victim::Youngest,
            start_s: None,
            figures: FIGURES.map(figure),
            schedule: Vec::new(),
        })
    }

    /// The value of a metric that one replica is to bear; `None`: the rule does not look at the metric.
    pub fn target(&self, metric: Metric) -> Option<f64> {
        let at = Metric::ALL.iter().position(|it| *it == metric)?;
        self.targets[at]
    }

    /// A figure of its rule, by its name in the text; in the figure's unit.
    pub(crate) fn figure(&self, name: &str) -> f64 {
        let at = FIGURES.iter().position(|figure| figure.name == name);
        debug_assert!(at.is_some(), "{name}");
        at.map_or(0.0, |at| self.figures[at])
    }

    /// A figure of its rule that is a span of time, by its name in the text.
    pub(crate) fn span(&self, name: &str) -> VirtualTime {
        VirtualTime::from_secs(self.figure(name))
    }

    /// Whether a request that finds no replica waits for one, as in the products whose proxy wakes the model.
    pub fn holds(&self) -> bool {
        matches!(self.preset.rule, Rule::KubeAi | Rule::Knative)
    }

    fn part(&mut self, piece: Piece<'_>) -> Result<(), PartError> {
        let (name, value) = piece.split('=');
        let rule = self.preset.rule;
        let number = |least: f64, most: f64, wanted: &str| {
            let value = value.ok_or_else(|| piece.wrong("a name and its value, as max=8"))?;
            let read = decimal::real(value.text).filter(|it| (least..=most).contains(it));
            read.ok_or_else(|| value.wrong(wanted))
        };
        let whole = |least: f64| {
            let wanted = format!("a whole number of replicas from {least} to 1,024");
            let read = number(least, MOST, &wanted)?;
            match read == libm::trunc(read) {
                true => Ok(read as u32),
                false => Err(value.unwrap_or(piece).wrong(&wanted)),
            }
        };
        match name.text {
            "min" if rule != Rule::Schedule => {
                // An HPA does not go to zero (except behind a feature gate).
                self.min = whole(if rule == Rule::Hpa { 1.0 } else { 0.0 })?;
                return Ok(());
            }
            "max" if rule != Rule::Schedule => {
                self.max = whole(1.0)?;
                return Ok(());
            }
            "pending" if rule != Rule::Schedule => {
                self.counts_pending = match value.map(|value| value.text) {
                    Some("1") => true,
                    Some("0") => false,
                    _ => return Err(value.unwrap_or(piece).wrong("0 or 1, as pending=1")),
                };
                return Ok(());
            }
            "start" => {
                self.start_s = Some(number(0.0, 36_000.0, "a time from 0 to 36,000 s")?);
                return Ok(());
            }
            "victim" => {
                let value = value.unwrap_or(piece);
                let named = Victim::ALL.iter().find(|(_, name)| *name == value.text);
                let names = Victim::ALL.map(|(_, name)| name);
                let wanted = "youngest, least-loaded or coldest";
                self.victim = named.ok_or_else(|| value.among(wanted, &names))?.0;
                return Ok(());
            }
            _ => {}
        }
        if rule == Rule::Schedule {
            let at = name.span()?;
            self.schedule.push((at, whole(0.0)?));
            return Ok(());
        }
        let metrics = self.preset.metrics;
        if let Some(metric) = metrics.iter().find(|it| it.name() == name.text) {
            let (most, wanted) = match metric {
                Metric::Busy | Metric::Kv => (1.0, "a share from 0.01 to 1"),
                _ => (
                    1e6,
                    "a number of requests for each replica from 0.01 to 1,000,000",
                ),
            };
            let at = Metric::ALL.iter().position(|it| it == metric);
            let target = number(0.01, most, wanted)?;
            if !self.given {
                // Targets that are given replace all those of the preset.
                self.targets = [None; 4];
                self.given = true;
            }
            if let Some(at) = at {
                self.targets[at] = Some(target);
            }
            return Ok(());
        }
        let own = |name: &str| self.preset.figures.iter().any(|(own, _)| *own == name);
        if let Some(at) = FIGURES
            .iter()
            .position(|it| it.name == name.text && own(it.name))
        {
            let (least, most) = FIGURES[at].range;
            let unit = FIGURES[at].unit;
            let wanted = format!("a number from {least} to {most} ({unit})");
            self.figures[at] = number(least, most, &wanted)?;
            return Ok(());
        }
        let mut names: Vec<&str> = metrics.iter().map(|it| it.name()).collect();
        names.extend(["min", "max", "pending", "victim", "start"]);
        names.extend(self.preset.figures.iter().map(|(name, _)| *name));
        let wanted = format!("one of {}, as {}=…", names.join(", "), names[0]);
        Err(name.among(&wanted, &names))
    }

    fn read_schedule(&mut self, name: Piece<'_>) -> Result<(), PartError> {
        if self.schedule.is_empty() {
            return Err(
                name.wrong("times and numbers of replicas behind it, as schedule:0s=2;5m=6")
            );
        }
        self.schedule = crate::order::by_key(core::mem::take(&mut self.schedule), |it| it.0.0);
        let numbers = || self.schedule.iter().map(|(_, number)| *number);
        (self.min, self.max) = (
            numbers().min().unwrap_or(0),
            numbers().max().unwrap_or(1).max(1),
        );
        Ok(())
    }
}

impl fmt::Display for Autoscale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.preset.name)?;
        let Some(shipped) = Self::named(self.preset.name) else {
            return Ok(());
        };
        let mut mark = ':';
        let mut write = |name: &str, value: String| {
            let wrote = write!(f, "{mark}{name}={value}");
            mark = ';';
            wrote
        };
        for (at, number) in &self.schedule {
            write(&format!("{}s", at.secs()), number.to_string())?;
        }
        if self.given {
            let targets = Metric::ALL.iter().zip(self.targets);
            for (metric, target) in targets.filter_map(|(it, target)| Some((it, target?))) {
                write(metric.name(), target.to_string())?;
            }
        }
        if self.schedule.is_empty() {
            let limits = [
                ("min", self.min, shipped.min),
                ("max", self.max, shipped.max),
            ];
            for (name, own, _) in limits.into_iter().filter(|(_, own, theirs)| own != theirs) {
                write(name, own.to_string())?;
            }
        }
        if self.counts_pending {
            write("pending", "1".to_owned())?;
        }
        let victim = Victim::ALL
            .iter()
            .find(|(victim, _)| *victim == self.victim);
        if let Some((_, name)) = victim.filter(|_| self.victim != Victim::default()) {
            write("victim", (*name).to_owned())?;
        }
        if let Some(start) = self.start_s {
            write("start", start.to_string())?;
        }
        for (at, figure) in FIGURES.iter().enumerate() {
            if self.figures[at] != shipped.figures[at] {
                write(figure.name, self.figures[at].to_string())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
