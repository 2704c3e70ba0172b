//! How far each line keeps the limit, and how many GPUs that takes: the sentences about a sweep.

use super::handle::STEPS;
use super::{Point, PolicyLine, Swept, SweptAxis};
use crate::{format, text};
use warmpath_core::order;

/// How far a line keeps a limit, counted from its first point.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Reach {
    /// The first point already misses the limit.
    Nowhere,
    /// It keeps the limit up to about a value, which lies between the last run that keeps it and the first that misses it.
    Until { about: f64, kept: f64, missed: f64 },
    /// All points keep the limit; this is the value of the last.
    Everywhere(f64),
}

impl Swept {
    fn reach(&self, line: &PolicyLine, limit: f64) -> Reach {
        let keeps = |it: &&Point| it.keeps(limit);
        let kept = line.points.iter().take_while(keeps).last();
        let missed = line.points.iter().find(|it| !it.keeps(limit));
        match (kept, missed) {
            (None, _) => Reach::Nowhere,
            (Some(kept), None) => Reach::Everywhere(kept.x),
            (Some(kept), Some(missed)) => Reach::Until {
                about: self.between(kept, missed, limit),
                kept: kept.x,
                missed: missed.x,
            },
        }
    }

    /// The value at which the line between two points crosses a limit, as it is drawn.
    fn between(&self, kept: &Point, missed: &Point, limit: f64) -> f64 {
        if !missed.is_known() {
            return kept.x;
        }
        let [from, to, at] = [kept.p95, missed.p95, limit].map(|it| self.up(None).place(it));
        let share = (at - from) / (to - from);
        let across = self.across();
        let [from, to] = [kept.x, missed.x].map(|it| across.place(it));
        across.value(from + share * (to - from))
    }

    /// The value at which a line crosses a limit: over replicas from above, for good; else from below, for the first time.
    /// `None` if it does not.
    pub(super) fn crossing(&self, line: &PolicyLine, limit: f64) -> Option<f64> {
        if self.over == SweptAxis::Replicas {
            let missed = line.points.iter().rposition(|it| !it.keeps(limit))?;
            let kept = line.points.get(missed + 1)?;
            return Some(self.between(kept, &line.points[missed], limit));
        }
        match self.reach(line, limit) {
            Reach::Until { about, .. } => Some(about),
            _ => None,
        }
    }

    fn gpus(&self, replicas: u32) -> String {
        format::count(u64::from(replicas) * u64::from(self.each))
    }

    fn fleet(&self, replicas: u32) -> String {
        let count = format::plural(replicas.into(), "replica");
        match &self.mixed {
            Some(gpus) => format!("{count} ({gpus})"),
            None => format!("{count} ({} {})", self.gpus(replicas), self.gpu),
        }
    }

    /// Whether the sweep is over rates or replicas, so that it can say how many GPUs are needed.
    fn is_of_fleets(&self) -> bool {
        matches!(self.over, SweptAxis::Rate | SweptAxis::Replicas)
    }

    /// Sentences on how many GPUs are needed to keep the limit and how much load they bear, or on what to do where there is
    /// no limit, or on why neither can be said; empty for a sweep that is neither over rates nor over replicas.
    pub fn verdict(&self) -> Vec<String> {
        if let Some(why) = self.unjudged.as_ref().filter(|_| self.is_of_fleets()) {
            return vec![why.clone()];
        }
        let Some(limit) = self.limit else {
            let ask = "Set a limit on TTFT (ttft-slo) or a goal with p95_ttft, or drag the line in the figure, to read here how many GPUs it takes to keep it.";
            return self
                .is_of_fleets()
                .then(|| ask.to_owned())
                .into_iter()
                .collect();
        };
        let mut sentences = Vec::new();
        match self.over {
            SweptAxis::Rate => {
                sentences.extend(self.needed(limit));
                let mut lines = &self.lines[..];
                while let Some(first) = lines.first() {
                    let mine = lines
                        .iter()
                        .take_while(|it| it.curve == first.curve)
                        .count();
                    sentences.push(self.borne(&lines[..mine], limit));
                    lines = &lines[mine..];
                }
            }
            SweptAxis::Replicas => {
                sentences.extend(self.lines.iter().map(|it| self.fewest(it, limit)))
            }
            _ => {}
        }
        sentences.extend(self.lost_within(limit).filter(|_| self.is_of_fleets()));
        sentences
    }

    /// A sentence on the requests that were lost at points that keep a limit; `None` if none was.
    fn lost_within(&self, limit: f64) -> Option<String> {
        let kept = self.points().filter(|it| it.keeps(limit));
        let most = kept.map(|it| it.lost).fold(0.0, f64::max);
        (most > 0.0).then(|| {
            format!(
                "P95 TTFT is that of completed requests; where it keeps the limit, up to {} of the requests were lost (refused, \
                 failed or cut off).",
                format::share(most)
            )
        })
    }

    /// For each sentence the longest that it becomes wherever the limit is moved to, so that the page can keep room for it.
    pub fn longest(&self) -> Vec<String> {
        let mut longest: Vec<(f64, String)> = Vec::new();
        let mut moved = self.clone();
        for step in 0..=STEPS as u32 {
            moved.limit = Some(self.at_place(None, f64::from(step) / STEPS));
            for (at, sentence) in moved.verdict().into_iter().enumerate() {
                let width = text::width(&sentence, 1.0);
                match longest.get_mut(at) {
                    Some(it) if it.0 >= width => {}
                    Some(it) => *it = (width, sentence),
                    None => longest.push((width, sentence)),
                }
            }
        }
        longest.into_iter().map(|it| it.1).collect()
    }

    /// At the highest rate at which any line keeps the limit, how many GPUs each policy needs, or that no line keeps it; `None`
    /// with a single number of replicas.
    fn needed(&self, limit: f64) -> Option<String> {
        if !self.has_fleets() {
            return None;
        }
        let kept_until = |line: &PolicyLine| match self.reach(line, limit) {
            Reach::Until { kept, .. } | Reach::Everywhere(kept) => kept,
            Reach::Nowhere => f64::NEG_INFINITY,
        };
        // The highest rate at which a smaller fleet than the largest keeps the limit, so that policies differ; else the
        // highest of all.
        let most = self.lines.iter().map(|it| it.replicas).max()?;
        let highest = |among: &dyn Fn(&&PolicyLine) -> bool| {
            let kept = self.lines.iter().filter(among).map(kept_until);
            kept.fold(f64::NEG_INFINITY, f64::max)
        };
        let smaller = highest(&|it| it.replicas < most);
        let load = if smaller.is_finite() {
            smaller
        } else {
            highest(&|_| true)
        };
        if !load.is_finite() {
            return Some(format!(
                "{}: none of these fleets, at none of these rates.",
                bound(limit)
            ));
        }
        let mut each: Vec<(usize, String, Option<u32>)> = Vec::new();
        for line in &self.lines {
            let fits = (kept_until(line) >= load).then_some(line.replicas);
            match each.iter_mut().find(|it| it.0 == line.curve) {
                Some(it) => it.2 = [it.2, fits].into_iter().flatten().min(),
                None => each.push((line.curve, line.policy.clone(), fits)),
            }
        }
        order::by(&mut each, |a, b| {
            let [a, b] = [a, b].map(|it| it.2.unwrap_or(u32::MAX));
            a.cmp(&b)
        });
        let mut named = false;
        let policies = each.iter().map(|(_, policy, fits)| match fits {
            Some(count) => {
                let unit = match core::mem::replace(&mut named, true) {
                    true => String::new(),
                    false => format!("{}{}", format::GAP, self.gpu),
                };
                format!("{policy} {}{unit}", self.gpus(*count))
            }
            None => format!("{policy} more than {}", self.gpus(most)),
        });
        let policies: Vec<String> = policies.collect();
        Some(format!(
            "{} at {} take: {}.",
            bound(limit),
            self.over.value_text(load),
            policies.join(", ")
        ))
    }

    /// How much load the fleets of one policy bear within the limit.
    fn borne(&self, lines: &[PolicyLine], limit: f64) -> String {
        let policy = lines.first().map_or("", |it| it.policy.as_str());
        let one = |line: &PolicyLine| {
            let fleet = self.fleet(line.replicas);
            let rate = |x: f64| format::setting(x);
            match self.reach(line, limit) {
                Reach::Nowhere => {
                    let least = line.points.first().map_or(0.0, |it| it.x);
                    format!("{fleet} not even at {}", self.over.value_text(least))
                }
                Reach::Until {
                    about,
                    kept,
                    missed,
                } => format!(
                    "{fleet} up to about {}{}arrivals/s (kept at {}, missed at {})",
                    format::figure(about),
                    format::GAP,
                    rate(kept),
                    rate(missed)
                ),
                Reach::Everywhere(last) => {
                    format!(
                        "{fleet} at all of these rates, up to {}",
                        self.over.value_text(last)
                    )
                }
            }
        };
        // Fleets larger than the smallest that keeps the limit at all rates add nothing.
        let enough = lines
            .iter()
            .position(|it| matches!(self.reach(it, limit), Reach::Everywhere(_)));
        let shown = &lines[..enough.map_or(lines.len(), |at| at + 1)];
        let each: Vec<String> = shown.iter().map(one).collect();
        format!("{policy}: {}: {}.", bound(limit), each.join("; "))
    }

    /// The fewest replicas with which a policy keeps the limit, where all larger numbers keep it too.
    fn fewest(&self, line: &PolicyLine, limit: f64) -> String {
        let kept = line.points.iter().rev().take_while(|it| it.keeps(limit));
        let policy = &line.policy;
        let at = match self.held.as_str() {
            "" => String::new(),
            held => format!(" {held}"),
        };
        match (kept.last(), line.points.last()) {
            (Some(least), _) => {
                let fleet = self.fleet(least.x as u32);
                let are = are(least.x as u32);
                format!("{policy}{at}: {fleet} {are} enough for {}.", bound(limit))
            }
            (None, last) => {
                let most = last.map_or(0, |it| it.x as u32);
                let (fleet, are) = (self.fleet(most), are(most));
                format!(
                    "{policy}{at}: even {fleet} {are} not enough for {}.",
                    bound(limit)
                )
            }
        }
    }
}

/// The verb after so many replicas.
fn are(replicas: u32) -> &'static str {
    match replicas {
        1 => "is",
        _ => "are",
    }
}

/// The limit in words.
fn bound(limit: f64) -> String {
    format!("P95 TTFT within {}", format::seconds(limit))
}
