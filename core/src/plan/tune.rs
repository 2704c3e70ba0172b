//! The parameters of a policy that meet a goal best.
//!
//! Each parameter of a policy declares the range in which it is searched, and whether on a linear or a logarithmic scale.
//! Settings are spread evenly over these ranges (a Latin hypercube, drawn with the scenario's seed); the first setting is
//! the policy's own. All are run on one seed, the best quarter on a second, the best quarter of these on the rest:
//! successive halving. A setting is ranked by its margin under the goal, averaged over the seeds it was run on; of equal
//! margins the one with the lower P95 of TTFT is better. On the first seed a run stops when it is certain to be worse than
//! as many others as go on to the second.
//!
//! The winner was chosen among many, so its result on the searched seeds is too good. The gain over the policy's own
//! setting is therefore measured on seeds that the search did not see, as paired differences with a 95 % interval, and it
//! counts as a gain only if the interval lies above zero.

use super::{PlanError, Search, Trial, TrialOutcome, rounded};
use crate::rng::Rng;
use crate::router::{Parameter, ParameterKind, PolicySpec, Scale};
use crate::scenario::Scenario;

/// The size of a search for the best parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TuneSearch {
    /// Number of settings that are tried, the policy's own among them.
    pub settings: usize,
    /// Number of seeds that the search uses.
    pub seeds: u32,
    /// Number of further seeds, used only to measure the winner's gain.
    pub held_out: u32,
}

impl Default for TuneSearch {
    fn default() -> Self {
        Self {
            settings: 64,
            seeds: 4,
            held_out: 8,
        }
    }
}

/// One in this many settings goes on to the next stage of the search.
const KEPT: usize = 4;
/// Number of settings that are run in one round on the first seed; only later rounds stop runs early.
const ROUND: usize = 16;
/// Number of values, evenly spread over its range, at which the effect of a parameter is shown.
const SHOWN: usize = 5;
/// Margins below this count as this, so that one hopeless run does not decide a mean.
pub const WORST: f64 = -10.0;

/// A setting of the parameters, with its runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The policy with this setting.
    pub policy: PolicySpec,
    /// The outcomes of the seeds that were run, from the search's first seed on.
    pub outcomes: Vec<TrialOutcome>,
}

impl Setting {
    fn new(policy: PolicySpec) -> Self {
        Self {
            policy,
            outcomes: Vec::new(),
        }
    }

    /// The mean margin, each run's no lower than [`WORST`], and the mean P95 of TTFT \[ms\], which is infinite if a run was stopped
    /// early or answered nobody.
    pub fn score(&self) -> (f64, f64) {
        let count = self.outcomes.len().max(1) as f64;
        let margins = self.outcomes.iter().map(counted_margin);
        // A run that was stopped early counts with a margin that it would not have reached, so of equal margins it is the worse
        // one; a run that answered nobody has no time.
        let time = |it: &TrialOutcome| match it.gave_up {
            None if !it.p95_ttft_ms.is_nan() => it.p95_ttft_ms,
            _ => f64::INFINITY,
        };
        let times = self.outcomes.iter().map(time);
        (margins.sum::<f64>() / count, times.sum::<f64>() / count)
    }

    /// The mean margin as it was found, which may lie far below what counts in the search, or be minus infinity.
    pub fn margin(&self) -> f64 {
        let margins = self.outcomes.iter().map(TrialOutcome::margin);
        margins.sum::<f64>() / self.outcomes.len().max(1) as f64
    }

    /// The order of two settings, the better one first.
    fn cmp_best_first(&self, other: &Self) -> core::cmp::Ordering {
        let (mine, theirs) = (self.score(), other.score());
        let by_time = mine.1.total_cmp(&theirs.1);
        theirs.0.total_cmp(&mine.0).then(by_time)
    }
}

/// The margin of a run as it is averaged: never below [`WORST`].
fn counted_margin(outcome: &TrialOutcome) -> f64 {
    outcome.margin().max(WORST)
}

/// The effect of one parameter on the goal, with the other parameters as the winner has them.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The parameter that is varied.
    pub parameter: &'static Parameter,
    /// Each value of the parameter, with the winner's setting changed to that value.
    pub settings: Vec<(f64, Setting)>,
}

/// The stage of the search for one policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SearchStage {
    /// Every setting is run on the first seed.
    First,
    /// The settings that remain are run on the second seed.
    Second,
    /// The settings that remain are run on the other seeds.
    Rest,
    /// The winner and the policy's own setting are run on the held-out seeds.
    Gain,
    /// Each parameter is varied by itself.
    Effects,
    Ended,
}

/// The search for the best parameters of one policy: a unit of [`Tune`].
#[derive(Clone, Debug)]
pub struct PolicySearch {
    /// The policy as it was given.
    pub own: PolicySpec,
    /// All settings; the first is the policy's own.
    pub settings: Vec<Setting>,
    /// Places in `settings` of those that are still in the running, the best first.
    pub remaining: Vec<usize>,
    /// For each held-out seed, the outcome of the policy's own setting and that of the winner.
    pub held_out: Vec<(TrialOutcome, TrialOutcome)>,
    /// The effect of each parameter that is searched.
    pub effects: Vec<Effect>,
    stage: SearchStage,
    /// Number of settings that the first stage has run so far.
    done: usize,
    /// Whether the search is restricted to a part that does not have this policy.
    left_out: bool,
}

/// A mean with its 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The mean, in the unit of the values.
    pub mean: f64,
    /// Half the width of the interval; infinite for a single value.
    pub half: f64,
}

impl Interval {
    /// The mean of some values and its interval by Student's t-distribution.
    pub fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n.max(1.0);
        let squares = values.iter().map(|it| (it - mean) * (it - mean));
        let half = match values.len() {
            ..=1 => f64::INFINITY,
            many => student(many - 1) * libm::sqrt(squares.sum::<f64>() / (n - 1.0) / n),
        };
        Self { mean, half }
    }

    /// Whether the whole interval lies above zero.
    pub fn is_gain(&self) -> bool {
        self.mean - self.half > 0.0
    }
}

/// The 97.5th percentile of Student's t-distribution for some degrees of freedom, from statistical tables; beyond 30 the
/// value for 30, which is slightly larger than the true one.
fn student(freedom: usize) -> f64 {
    const T: [f64; 30] = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
        2.052, 2.048, 2.045, 2.042,
    ];
    T[freedom.clamp(1, T.len()) - 1]
}

impl PolicySearch {
    fn new(own: &PolicySpec, search: TuneSearch, seed: u64) -> Self {
        let searched: Vec<&'static Parameter> = searched(own);
        let mut rng = Rng::new(seed, "tune");
        let drawn = search.settings.saturating_sub(1);
        // The strata of the Latin hypercube, in a random order for each parameter.
        let orders: Vec<Vec<usize>> = searched
            .iter()
            .map(|_| {
                let mut order: Vec<usize> = (0..drawn).collect();
                for at in (1..drawn).rev() {
                    order.swap(at, rng.below(at as u32 + 1) as usize);
                }
                order
            })
            .collect();
        let mut settings = vec![Setting::new(own.clone())];
        for n in 0..drawn {
            let mut policy = own.clone();
            for (parameter, order) in searched.iter().zip(&orders) {
                let at = (order[n] as f64 + rng.uniform()) / drawn as f64;
                policy = policy.with(parameter, value(parameter, at));
            }
            if settings.iter().all(|it| it.policy != policy) {
                settings.push(Setting::new(policy));
            }
        }
        Self {
            own: own.clone(),
            remaining: (0..settings.len()).collect(),
            settings,
            held_out: Vec::new(),
            effects: Vec::new(),
            stage: SearchStage::First,
            done: 0,
            left_out: false,
        }
    }

    /// The best setting, which is the policy's own if no other is better.
    pub fn winner(&self) -> &Setting {
        let best = self.remaining.first().copied().unwrap_or(0);
        &self.settings[best]
    }

    /// Whether there are several settings and all gave the very same result on the first seed, so that none of them is the best.
    pub fn is_all_the_same(&self) -> bool {
        let mut firsts = self.settings.iter().map(|it| it.outcomes.first());
        let own = firsts.next().flatten();
        self.settings.len() > 1 && own.is_some_and(|own| firsts.all(|it| it == Some(own)))
    }

    /// The best of the policies that differ from the winner in one parameter, if it is better than the winner on the seeds of the
    /// search; the search did not choose among these.
    pub fn better_alone(&self) -> Option<&PolicySpec> {
        let winner = self.winner();
        let all = self.effects.iter().flat_map(|it| &it.settings);
        let run = all.filter(|it| it.1.outcomes.len() == winner.outcomes.len());
        let better = run.filter(|it| it.1.cmp_best_first(winner).is_lt());
        let best = better.min_by(|a, b| a.1.cmp_best_first(&b.1));
        best.map(|it| &it.1.policy)
    }

    /// The winner's margin less that of the policy's own setting, over the held-out seeds.
    pub fn gain(&self) -> Interval {
        let each = self.held_out.iter();
        let each: Vec<f64> = each
            .map(|(own, best)| counted_margin(best) - counted_margin(own))
            .collect();
        Interval::of(&each)
    }

    /// Whether every run on a held-out seed has a margin below [`WORST`], so that no gain can be seen.
    pub fn is_beyond(&self) -> bool {
        let beyond = |it: &TrialOutcome| it.margin() < WORST;
        let mut pairs = self.held_out.iter();
        !self.held_out.is_empty() && pairs.all(|(own, best)| beyond(own) && beyond(best))
    }

    /// Whether all held-out seeds gave the same outcomes, as recorded requests do under a policy that draws nothing. The gain is
    /// then measured on the very requests that the search saw, and how much of it is noise cannot be known.
    pub fn is_alike(&self) -> bool {
        self.held_out.len() > 1 && self.held_out.windows(2).all(|pair| pair[0] == pair[1])
    }

    /// The winner's P95 of TTFT against that of the policy's own setting, over the held-out seeds, as a share of the
    /// latter; negative is quicker.
    pub fn p95_change(&self) -> Interval {
        let each = self
            .held_out
            .iter()
            .filter(|(own, _)| own.p95_ttft_ms > 0.0);
        let each: Vec<f64> = each
            .map(|(own, best)| best.p95_ttft_ms / own.p95_ttft_ms - 1.0)
            .collect();
        Interval::of(&each)
    }

    /// Number of runs that the search made, without those that measure the gain and the effects.
    pub fn runs(&self) -> u64 {
        self.settings
            .iter()
            .map(|it| it.outcomes.len() as u64)
            .sum()
    }

    /// Sorts the settings that remain, the best first, and keeps `most` of them; the policy's own setting always stays.
    fn keep(&mut self, most: usize) {
        let mut remaining = core::mem::take(&mut self.remaining);
        crate::order::by(&mut remaining, |&a, &b| {
            self.settings[a].cmp_best_first(&self.settings[b])
        });
        remaining.truncate(most.max(1));
        if !remaining.contains(&0) {
            remaining.push(0);
        }
        self.remaining = remaining;
    }

    /// The `count`-th best margin of the settings run so far; `None` if fewer were run.
    fn bar(&self, count: usize) -> Option<f64> {
        let mut scores: Vec<f64> = self.settings[..self.done]
            .iter()
            .map(|it| it.score().0)
            .collect();
        crate::order::numbers(&mut scores);
        let at = scores.len().checked_sub(count)?;
        Some(scores[at])
    }
}

/// The parameters of a policy that have a range to search.
fn searched(policy: &PolicySpec) -> Vec<&'static Parameter> {
    let all = policy.entry().parameters.iter();
    all.filter(|it| it.search.low < it.search.high).collect()
}

/// The value of a parameter at a place along its range, from 0 to 1, on the parameter's scale.
fn value(parameter: &Parameter, at: f64) -> f64 {
    let search = parameter.search;
    let raw = match search.scale {
        Scale::Linear => search.low + (search.high - search.low) * at,
        Scale::Log => search.low * libm::pow(search.high / search.low, at),
    };
    let value = match parameter.kind {
        ParameterKind::Real => rounded(raw, 3),
        ParameterKind::Integer => libm::round(raw),
        ParameterKind::Switch => f64::from(u8::from(at >= 0.5)),
    };
    value.max(parameter.min).min(parameter.max)
}

/// A search for the best parameters of every policy of a scenario. See the [module](self).
#[derive(Clone, Debug)]
pub struct Tune {
    scenario: Scenario,
    /// The size of the search.
    pub search: TuneSearch,
    /// One search per policy, in the scenario's order.
    pub units: Vec<PolicySearch>,
    /// For each trial of the round: the number of its unit, and what its outcome is for.
    asked: Vec<(usize, Purpose)>,
}

/// What the outcome of a trial is for.
#[derive(Clone, Copy, Debug)]
enum Purpose {
    Setting(usize),
    Own,
    Best,
    Effect(usize, usize),
}

impl Tune {
    /// Draws the settings of each policy, before the first round; policies without a parameter that can be searched are left out.
    ///
    /// # Errors
    /// If the scenario has no goal or is not valid, or none of its policies has a parameter that can be searched.
    pub fn new(scenario: &Scenario, search: TuneSearch) -> Result<Self, PlanError> {
        if scenario.goal.is_none() {
            return Err(PlanError::NoGoal);
        }
        scenario.check()?;
        let policies = scenario.policies.iter();
        let (units, fixed): (Vec<_>, Vec<_>) =
            policies.partition(|policy| !searched(policy).is_empty());
        if units.is_empty() {
            let fixed: Vec<String> = fixed.iter().map(ToString::to_string).collect();
            return Err(PlanError::Range(format!(
                "policy is {}, which has no parameter to tune; choose one that has some, as smart",
                fixed.join(",")
            )));
        }
        let units = units.into_iter();
        let units = units.map(|policy| PolicySearch::new(policy, search, scenario.seed));
        Ok(Self {
            units: units.collect(),
            scenario: scenario.clone(),
            search,
            asked: Vec::new(),
        })
    }

    /// The policies of the scenario that were left out, as they have no parameter to tune.
    pub fn without_parameters(&self) -> Vec<&PolicySpec> {
        let policies = self.scenario.policies.iter();
        policies
            .filter(|policy| searched(policy).is_empty())
            .collect()
    }

    /// The scenario whose policies are tuned.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    fn trial(&self, policy: &PolicySpec, seed: u64, give_up: Option<f64>) -> Trial {
        Trial {
            scenario: Scenario {
                policies: vec![policy.clone()],
                seed: self.scenario.seed.wrapping_add(seed),
                seeds: 1,
                ..self.scenario.clone()
            },
            give_up,
        }
    }

    /// The number of settings that go on after the first seed.
    fn kept(&self, unit: &PolicySearch) -> usize {
        unit.settings.len().div_ceil(KEPT)
    }

    /// The trials that a unit asks for now; none if its stage has ended.
    fn asks(&self, number: usize) -> Vec<(Purpose, Trial)> {
        let unit = &self.units[number];
        let seeds = u64::from(self.search.seeds);
        let more = |from: u64, to: u64| {
            let each = unit
                .remaining
                .iter()
                .flat_map(|&at| (from..to).map(move |seed| (at, seed)));
            let trial = |(at, seed): (usize, u64)| {
                let policy = &unit.settings[at].policy;
                (Purpose::Setting(at), self.trial(policy, seed, None))
            };
            each.map(trial).collect()
        };
        match unit.stage {
            SearchStage::First => {
                let bar = unit.bar(self.kept(unit));
                let next = (unit.done..unit.settings.len()).take(ROUND);
                let trial = |at: usize| {
                    // The policy's own setting is what the others are compared with, so it is always run to its end.
                    let bar = bar.filter(|_| at > 0);
                    let policy = &unit.settings[at].policy;
                    (Purpose::Setting(at), self.trial(policy, 0, bar))
                };
                next.map(trial).collect()
            }
            SearchStage::Second => more(1, seeds.min(2)),
            SearchStage::Rest => more(2, seeds.max(2)),
            SearchStage::Gain => {
                let pair = |seed: u64| {
                    let seed = seeds + seed;
                    [
                        (Purpose::Own, self.trial(&unit.own, seed, None)),
                        (Purpose::Best, self.trial(&unit.winner().policy, seed, None)),
                    ]
                };
                (0..u64::from(self.search.held_out))
                    .flat_map(pair)
                    .collect()
            }
            SearchStage::Effects => {
                let mut all = Vec::new();
                for (of, effect) in unit.effects.iter().enumerate() {
                    for (at, (_, setting)) in effect.settings.iter().enumerate() {
                        let trial = |seed| {
                            let trial = self.trial(&setting.policy, seed, None);
                            (Purpose::Effect(of, at), trial)
                        };
                        all.extend((0..seeds).map(trial));
                    }
                }
                all
            }
            SearchStage::Ended => Vec::new(),
        }
    }

    /// Moves a unit on to its next stage.
    fn go_on(&mut self, number: usize) {
        let kept = self.kept(&self.units[number]);
        let unit = &mut self.units[number];
        unit.stage = match unit.stage {
            SearchStage::First => {
                unit.keep(kept);
                SearchStage::Second
            }
            SearchStage::Second => {
                let kept = unit.remaining.len().div_ceil(KEPT);
                unit.keep(kept);
                SearchStage::Rest
            }
            SearchStage::Rest => {
                unit.keep(usize::MAX);
                SearchStage::Gain
            }
            SearchStage::Gain => {
                let winner = unit.winner().policy.clone();
                let effect = |parameter: &'static Parameter| Effect {
                    parameter,
                    settings: shown(parameter)
                        .into_iter()
                        .map(|value| (value, Setting::new(winner.with(parameter, value))))
                        .collect(),
                };
                unit.effects = searched(&unit.own).into_iter().map(effect).collect();
                SearchStage::Effects
            }
            SearchStage::Effects | SearchStage::Ended => SearchStage::Ended,
        };
    }
}

/// The values at which the effect of a parameter is shown: evenly spread ones and the default.
fn shown(parameter: &Parameter) -> Vec<f64> {
    let along = (0..SHOWN).map(|n| n as f64 / (SHOWN - 1) as f64);
    let mut values: Vec<f64> = along.map(|at| value(parameter, at)).collect();
    values.push(parameter.default);
    crate::order::numbers(&mut values);
    values.dedup();
    values
}

impl Search for Tune {
    fn wanted(&mut self) -> Vec<Trial> {
        self.asked.clear();
        let mut trials = Vec::new();
        for number in 0..self.units.len() {
            if self.units[number].left_out {
                continue;
            }
            let mut asks = self.asks(number);
            while asks.is_empty() && self.units[number].stage != SearchStage::Ended {
                self.go_on(number);
                asks = self.asks(number);
            }
            for (purpose, trial) in asks {
                self.asked.push((number, purpose));
                trials.push(trial);
            }
        }
        trials
    }

    fn take(&mut self, outcomes: Vec<TrialOutcome>) {
        let mut owns: Vec<Vec<TrialOutcome>> = vec![Vec::new(); self.units.len()];
        for (&(number, purpose), outcome) in self.asked.iter().zip(outcomes) {
            let unit = &mut self.units[number];
            match purpose {
                Purpose::Setting(at) => unit.settings[at].outcomes.push(outcome),
                Purpose::Own => owns[number].push(outcome),
                Purpose::Best => {
                    if let Some(own) = owns[number].pop() {
                        unit.held_out.push((own, outcome));
                    }
                }
                Purpose::Effect(of, at) => unit.effects[of].settings[at].1.outcomes.push(outcome),
            }
        }
        let mut seen: Vec<usize> = self.asked.iter().map(|it| it.0).collect();
        seen.dedup();
        for number in seen {
            let unit = &mut self.units[number];
            if unit.stage == SearchStage::First {
                unit.done = (unit.done + ROUND).min(unit.settings.len());
                if unit.done < unit.settings.len() {
                    continue;
                }
            }
            self.go_on(number);
        }
    }

    fn expected(&self) -> u64 {
        let each = |unit: &PolicySearch| {
            let seeds = self.search.seeds as usize;
            let on_first = unit.settings.len();
            let (on_second, on_rest) = (on_first / KEPT, on_first / KEPT / KEPT);
            let settings = on_first
                + on_second * seeds.saturating_sub(1).min(1)
                + on_rest * seeds.saturating_sub(2);
            let effects = searched(&unit.own).len() * SHOWN * seeds;
            (settings + effects) as u64 + 2 * u64::from(self.search.held_out)
        };
        let units = self.units.iter().filter(|it| !it.left_out);
        units.map(each).sum()
    }

    fn only(&mut self, part: usize, parts: usize) {
        for (at, unit) in self.units.iter_mut().enumerate() {
            unit.left_out = at % parts != part;
        }
    }
}
