//! KubeAI's autoscaler: the mean of the requests in its proxy over the last ten minutes, divided by the target of a replica.
//!
//! Each 10 s the number of requests in the proxy, waiting ones included, goes into a ring of 60 places that begins with zeros; it
//! wants as many replicas as their mean fills at `inflight` each. More is done at once. Less is done when it has been wanted at
//! `delay` / `sync` looks before; that count is not reset by doing it, so a fleet that shrinks once goes on shrinking with every
//! look. With no replica there, the first request starts one, outside of this rule, and waits for it.
//!
//! Source: substratusai/kubeai@2f32ef49 internal/modelautoscaler, internal/modelclient/scale.go, internal/config/system.go.

use std::collections::VecDeque;

use super::FleetLook;
use crate::scenario::scaling::{Autoscale, Metric};

/// The rule of KubeAI. See the [module](self).
#[derive(Clone)]
pub(super) struct KubeAi {
    target: f64,
    /// The least and the most replicas.
    limits: (u32, u32),
    /// The number of looks at which less must have been wanted before it is done.
    required: u32,
    /// The requests at each look, as many as a window has looks.
    samples: VecDeque<f64>,
    /// The number of looks in a row at which less was wanted.
    less: u32,
}

impl KubeAi {
    pub(super) fn new(scale: &Autoscale) -> Self {
        let sync = scale.figure("sync");
        let places = libm::ceil(scale.figure("window") / sync).clamp(1.0, 1e5);
        Self {
            target: scale.target(Metric::InFlight).unwrap_or(1.0),
            limits: (scale.min, scale.max),
            required: libm::ceil(scale.figure("delay") / sync) as u32,
            samples: core::iter::repeat_n(0.0, places as usize).collect(),
            less: 0,
        }
    }

    /// The number of replicas that the rule wants from now on.
    pub(super) fn desired(&mut self, seen: &FleetLook) -> u32 {
        self.samples.pop_front();
        self.samples.push_back(seen.sum(Metric::InFlight));
        let mean = self.samples.iter().sum::<f64>() / self.samples.len() as f64;
        let fills = libm::ceil(mean / self.target).clamp(0.0, 1e9) as u32;
        let desired = fills.clamp(self.limits.0, self.limits.1);
        if desired >= seen.wanted {
            self.less = 0;
            return desired;
        }
        if self.less < self.required {
            self.less += 1;
            return seen.wanted;
        }
        desired
    }
}

#[cfg(test)]
mod tests {
    use super::super::Sample;
    use super::*;

    fn seen(wanted: u32, in_flight: u32) -> FleetLook {
        let pod = Sample {
            ready: true,
            in_flight,
            ..Sample::default()
        };
        FleetLook {
            wanted,
            pods: vec![pod],
            ..FleetLook::default()
        }
    }

    /// 600 requests from the beginning, 100 for each: after k looks the mean is 10 k, so 2 are wanted at the 11th look (110 s)
    /// and 6 not before the 51st (510 s).
    #[test]
    fn a_step_is_followed_in_ten_minutes() {
        let mut kubeai = KubeAi::new(&Autoscale::parse("kubeai").unwrap());
        let (mut wanted, mut course) = (1, Vec::new());
        for _ in 1..=60 {
            wanted = kubeai.desired(&seen(wanted, 600));
            course.push(wanted);
        }
        let first = |of: u32| 1 + course.iter().position(|it| *it == of).unwrap();
        assert_eq!(course[0], 1);
        assert_eq!([2, 3, 4, 5, 6].map(first), [11, 21, 31, 41, 51]);
        assert_eq!(course[59], 6);
    }

    /// Less is done after three looks that wanted it, and then at every look.
    #[test]
    fn less_waits_for_three_looks_once() {
        let text = "kubeai:inflight=10;window=10";
        let mut kubeai = KubeAi::new(&Autoscale::parse(text).unwrap());
        assert_eq!(kubeai.desired(&seen(1, 60)), 6);
        let course: Vec<u32> = [(6, 30), (6, 30), (6, 30), (6, 30), (3, 20), (2, 10)]
            .map(|(wanted, load)| kubeai.desired(&seen(wanted, load)))
            .into();
        assert_eq!(course, [6, 6, 6, 3, 2, 1]);
    }
}
