//! The number of replicas over time (wanted, paid for, ready), and the number of requests in the line in front of them: a
//! strip over the same time as the lanes.
//!
//! The numbers are drawn only where the run counts its replicas: under an autoscaler, or with prices of the reader's own. Of
//! another fleet, even one that events befall, the lanes alone show which replicas are there. The line is the one in front of the
//! routers.

use crate::format;
use crate::playback::controls::share;
use core::fmt::Write as _;
use warmpath_core::fleet::{Run, What};
use warmpath_core::order;
use warmpath_core::units::VirtualTime;

/// A number that changes over time: the moment of each change, with the number from then on.
pub type Steps = Vec<(VirtualTime, u32)>;

/// The number of replicas and of waiting requests over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scaling {
    /// The number of replicas that the autoscaler wanted; empty without one.
    pub wanted: Steps,
    /// The number of replicas that were paid for: starting, ready, draining, or about to come back.
    pub paid: Steps,
    /// The number of replicas that were ready.
    pub ready: Steps,
    /// The number of requests in the line in front of the routers; empty if none waited.
    pub line: Steps,
}

/// The numbers of a run; empty if the run does not count its replicas and no request waited in the line.
pub fn scaling(run: &Run) -> Scaling {
    let steps = |of: fn(&warmpath_core::fleet::ReplicaCounts) -> u32| -> Steps {
        let mut steps = Steps::new();
        for it in run.scaling.iter().flat_map(|scaling| &scaling.course) {
            if steps.last().is_none_or(|last| last.1 != of(it)) {
                steps.push((it.at, of(it)));
            }
        }
        steps
    };
    let scaled = run
        .log
        .iter()
        .flatten()
        .any(|fact| matches!(fact.what, What::ReplicasCounted { .. }));
    let mut scaling = Scaling {
        line: line(run),
        ..Scaling::default()
    };
    if scaled {
        scaling.wanted = steps(|it| it.wanted);
        scaling.paid = steps(|it| it.paid);
        scaling.ready = steps(|it| it.ready);
    }
    scaling
}

/// The number of requests in the line, from the log.
fn line(run: &Run) -> Steps {
    let facts = run.log.as_deref().unwrap_or_default().iter();
    let of = |it: &&warmpath_core::fleet::Fact| {
        matches!(
            it.what,
            What::Waits { .. }
                | What::Released { .. }
                | What::TurnedBack { .. }
                | What::Ended { .. }
        )
    };
    let facts: Vec<_> = facts.filter(of).copied().collect();
    let mut waits = vec![false; run.records.len()];
    let (mut steps, mut now) = (Steps::new(), 0u32);
    for fact in order::by_key(facts, |fact| fact.at.0) {
        let (request, comes) = match fact.what {
            What::Waits { request } => (request, true),
            What::Released { request }
            | What::TurnedBack { request, .. }
            | What::Ended { request, .. } => (request, false),
            _ => continue,
        };
        let Some(stands) = waits.get_mut(request as usize) else {
            continue;
        };
        if core::mem::replace(stands, comes) == comes {
            continue;
        }
        now = if comes {
            now + 1
        } else {
            now.saturating_sub(1)
        };
        match steps.last_mut() {
            Some(last) if last.0 == fact.at => last.1 = now,
            _ => steps.push((fact.at, now)),
        }
    }
    steps
}

/// The largest number of replicas, and of requests in the line, on any of these sides.
pub fn most<'a>(sides: impl Iterator<Item = &'a Scaling>) -> (u32, u32) {
    sides
        .map(Scaling::most)
        .fold((0, 0), |a, b| (a.0.max(b.0), a.1.max(b.1)))
}

/// The width and height of the strip in its own units.
pub const SIZE: (u32, u32) = (1000, 40);

/// A curve of the strip, as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Its class in the page's styles.
    pub class: &'static str,
    /// What the curve shows, in a word or two.
    pub name: &'static str,
    /// The curve as an SVG path in a field of [`SIZE`].
    pub path: String,
}

impl Scaling {
    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.paid.is_empty() && self.line.is_empty()
    }

    /// The curves up to `end`, scaled so that `replicas` replicas and `waiting` requests (the most on any side) reach the
    /// top.
    pub fn curves(&self, end: VirtualTime, replicas: u32, waiting: u32) -> Vec<Curve> {
        let all = [
            ("line", "waiting in the line", &self.line, waiting),
            ("paid", "paid", &self.paid, replicas),
            ("wanted", "wanted", &self.wanted, replicas),
            ("ready", "ready", &self.ready, replicas),
        ];
        let there = all.into_iter().filter(|(_, _, steps, _)| !steps.is_empty());
        let curve = |(class, name, steps, most)| Curve {
            class,
            name,
            path: path(steps, end, most, class == "line" || class == "paid"),
        };
        there.map(curve).collect()
    }

    /// The largest number of replicas, and of requests in the line.
    pub fn most(&self) -> (u32, u32) {
        let most = |steps: &Steps| steps.iter().map(|it| it.1).max().unwrap_or(0);
        (
            most(&self.wanted)
                .max(most(&self.paid))
                .max(most(&self.ready)),
            most(&self.line),
        )
    }

    /// The numbers at a moment, in words; empty if there are none.
    pub fn at(&self, now: VirtualTime) -> String {
        let of = |steps: &Steps| {
            let past = steps.partition_point(|step| step.0 <= now);
            past.checked_sub(1).map(|at| steps[at].1)
        };
        let mut parts = Vec::new();
        for (steps, name) in [
            (&self.wanted, "wanted"),
            (&self.paid, "paid"),
            (&self.ready, "ready"),
        ] {
            if let Some(count) = of(steps) {
                parts.push(format!("{} {name}", format::count(count.into())));
            }
        }
        if !self.line.is_empty() {
            let waiting = of(&self.line).unwrap_or(0);
            parts.push(format!("{} in the line", format::count(waiting.into())));
        }
        parts.join(", ")
    }
}

/// A changing number as an SVG path; an `area` is closed along the bottom.
fn path(steps: &Steps, end: VirtualTime, most: u32, area: bool) -> String {
    let (width, height) = (f64::from(SIZE.0), f64::from(SIZE.1));
    let x = |at: VirtualTime| (share(at, end).min(1.0) * width + 0.5) as u32;
    let y = |count: u32| {
        let share = f64::from(count) / f64::from(most.max(1));
        (height - share * (height - 2.0) - 0.5) as u32
    };
    let mut path = String::new();
    let mut last = None;
    for &(at, count) in steps {
        // Of several changes within one unit the last is drawn.
        let (x, y) = (x(at), y(count));
        let _ = match last {
            None if area => write!(path, "M{x} {}V{y}", SIZE.1),
            None => write!(path, "M{x} {y}"),
            Some(_) => write!(path, "H{x}V{y}"),
        };
        last = Some(y);
    }
    let _ = write!(path, "H{}", SIZE.0);
    if area {
        let _ = write!(path, "V{}z", SIZE.1);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial;

    #[test]
    fn an_autoscaled_fleet_has_a_course_and_one_that_stays_has_none() {
        let query = "v=2&w=rag&n=300&rate=3&scale=schedule:0s%3D2;60s%3D4&r=2&p=smart";
        let run = trial::logged(query).remove(0);
        let it = scaling(&run);
        assert_eq!(it.wanted.iter().map(|it| it.1).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(it.most().0, 4);
        assert_eq!(it.at(VirtualTime::ZERO), "2 wanted, 2 paid, 2 ready");
        let curves = it.curves(run.end, 4, 0);
        assert_eq!(
            curves.iter().map(|it| it.class).collect::<Vec<_>>(),
            ["paid", "wanted", "ready"]
        );
        assert!(curves[1].path.starts_with("M0 20H"), "{}", curves[1].path);
        let plain = trial::logged("v=2&w=rag&n=50&p=smart").remove(0);
        assert!(scaling(&plain).is_empty());
    }

    #[test]
    fn who_stands_in_the_line_is_counted_until_released() {
        let query = "v=2&w=rag&n=300&rate=6&inflight=8&queue=1000/none&p=smart";
        let run = trial::logged(query).remove(0);
        let it = scaling(&run);
        assert!(it.most().1 > 3, "{:?}", it.most());
        assert_eq!(it.line.last().map(|it| it.1), Some(0));
        assert!(it.wanted.is_empty() && !it.is_empty());
        // The run itself counts how many waited and for how long.
        let counted = run.line.as_ref().expect("a line").all;
        let stood = it
            .line
            .windows(2)
            .map(|two| u128::from(two[0].1) * u128::from((two[1].0 - two[0].0).0));
        assert_eq!(stood.sum::<u128>(), counted.waited_ns);
        assert_eq!(
            Some(it.most().1),
            run.line.as_ref().map(|it| it.longest_line)
        );
    }
}
