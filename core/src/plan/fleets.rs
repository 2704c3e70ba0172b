//! The cheapest fleet that meets a goal: how many replicas, of which GPU, over how many GPUs each, under which policy.
//!
//! The fleets of the grid are run from the cheapest on, and the first price at which one meets the goal is the answer: nothing
//! is assumed of what more replicas do, so no cheaper fleet of the grid meets the goal, whatever it is like. Two things spare
//! runs, and neither can change the answer: a run stops when it is certain to miss the goal, and a fleet that failed on one seed is
//! not run on the others. Beyond the answer fleets are run up to a multiple of its price, for the frontier of price against P95 of
//! TTFT; what is dearer is spared, but for the other fleets of the round in which the answer is found, whatever they cost. Fleets of
//! one price are all run, and the quickest of them wins.

use super::capacity::{Capacity, CapacitySearch};
use super::{PlanError, Search, Trial, TrialOutcome};
use crate::hardware::{self, Gpu};
use crate::price::Price;
use crate::router::PolicySpec;
use crate::scenario::{Scenario, ScenarioError};
use crate::words::excerpt;
use crate::workload::Workload;

/// The largest number of fleets in a grid.
pub const MOST_FLEETS: usize = 10_000;
/// The largest number of replicas of a fleet.
const MOST_REPLICAS: u32 = 1024;
/// The least number of fleets that are run in one round.
const ROUND: usize = 4;

/// The sets of values whose combinations are the fleets to choose from.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// The numbers of replicas, each from 1 to 1,024.
    pub replicas: Vec<u32>,
    /// The GPUs that replicas may run on.
    pub gpus: Vec<&'static Gpu>,
    /// The numbers of GPUs that one replica may be spread over.
    pub tensor_parallel: Vec<u32>,
    /// Fleets are run up to this multiple of the answer's price, for the frontier; below 1, none beyond the round in which the answer
    /// is found.
    pub frontier: f64,
}

impl Grid {
    /// The largest number of replicas in such a list; `own` if it is empty.
    ///
    /// # Errors
    /// If the list cannot be read.
    pub fn most_replicas(list: &str, own: u32) -> Result<u32, PlanError> {
        let numbers = numbers("replicas", list, own, MOST_REPLICAS)?;
        Ok(numbers.last().copied().unwrap_or(own))
    }

    /// Reads lists separated by commas; lists of whole numbers may have ranges such as `1..16`. An empty list stands for
    /// the scenario's own value.
    ///
    /// # Errors
    /// The element that is no GPU or no number within the range.
    pub fn parse(
        scenario: &Scenario,
        replicas: &str,
        gpus: &str,
        tensor_parallel: &str,
    ) -> Result<Self, PlanError> {
        let mut named: Vec<&'static Gpu> = Vec::new();
        for name in gpus.split(',').map(str::trim).filter(|it| !it.is_empty()) {
            let gpu = hardware::parse(name).map_err(|error| PlanError::Range(error.to_string()))?;
            if !named.contains(&gpu) {
                named.push(gpu);
            }
        }
        if named.is_empty() {
            named.push(scenario.gpu);
        }
        let tensor_parallel = numbers("tp", tensor_parallel, scenario.tensor_parallel, 8)?;
        for number in &tensor_parallel {
            scenario.clone().set("tp", &number.to_string())?;
        }
        Ok(Self {
            replicas: numbers("replicas", replicas, scenario.replicas, MOST_REPLICAS)?,
            gpus: named,
            tensor_parallel,
            frontier: 2.0,
        })
    }
}

/// Reads a list of whole numbers and ranges from 1 to `most`, sorted, each number once; an empty list is `own`.
fn numbers(name: &str, text: &str, own: u32, most: u32) -> Result<Vec<u32>, PlanError> {
    let wrong = |piece: &str| {
        PlanError::Range(format!(
            "{name} is \"{}\", but must be whole numbers from 1 to {most}, as 1,2,4 or 1..16",
            excerpt(piece)
        ))
    };
    let mut list: Vec<u32> = Vec::new();
    for piece in text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
        let (from, to) = piece.split_once("..").unwrap_or((piece, piece));
        let read = |text: &str| {
            let number = text.trim().parse().ok();
            number.filter(|number| (1..=most).contains(number))
        };
        let (from, to) = read(from).zip(read(to)).ok_or_else(|| wrong(piece))?;
        if from > to {
            return Err(wrong(piece));
        }
        list.extend(from..=to);
    }
    if list.is_empty() {
        list.push(own);
    }
    crate::order::few(&mut list);
    list.dedup();
    Ok(list)
}

/// One fleet of the grid, with the runs made so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Fleet {
    /// The GPU of all its replicas.
    pub gpu: &'static Gpu,
    /// The number of GPUs that one replica is spread over.
    pub tensor_parallel: u32,
    /// The number of replicas.
    pub replicas: u32,
    /// The policy that routes its requests.
    pub policy: PolicySpec,
    /// Rent of the whole fleet \[US$/h\]; if the GPU has no price (then the grid has no other GPU), the number of GPUs.
    pub cost: f64,
    /// The outcomes of the seeds that were run, in their order.
    pub outcomes: Vec<TrialOutcome>,
}

impl Fleet {
    /// The number of GPUs of all replicas together.
    pub fn gpus(&self) -> u32 {
        self.replicas * self.tensor_parallel
    }

    /// The scenario `base` with this fleet and this policy alone.
    pub fn scenario(&self, base: &Scenario) -> Scenario {
        Scenario {
            gpu: self.gpu,
            tensor_parallel: self.tensor_parallel,
            replicas: self.replicas,
            policies: vec![self.policy.clone()],
            ..base.clone()
        }
    }

    /// P95 of TTFT \[ms\], of the worst seed; infinite if nobody was answered with one of them.
    pub fn p95_ttft_ms(&self) -> f64 {
        let each = self.outcomes.iter().map(|it| it.p95_ttft_ms);
        let each = each.map(|it| if it.is_nan() { f64::INFINITY } else { it });
        each.fold(0.0, f64::max)
    }

    /// The margin under the goal, of the worst seed.
    pub fn margin(&self) -> f64 {
        let each = self.outcomes.iter().map(TrialOutcome::margin);
        each.fold(f64::INFINITY, f64::min)
    }

    /// Output tokens generated \[tokens/s\], of the worst seed.
    pub fn output_throughput(&self) -> f64 {
        let each = self.outcomes.iter().map(|it| it.output_throughput);
        each.fold(f64::INFINITY, f64::min)
    }

    /// What a million output tokens cost at this load \[US$\].
    pub fn per_million_tokens(&self) -> f64 {
        self.cost / (self.output_throughput() * 3600.0) * 1e6
    }
}

/// A combination of GPU and tensor parallelism that cannot run the scenario, or not with some numbers of replicas.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfit {
    /// The GPU of the combination.
    pub gpu: &'static Gpu,
    /// The number of GPUs per replica of the combination.
    pub tensor_parallel: u32,
    /// The numbers of replicas that it cannot run the scenario with; empty if it can with none of the grid's.
    pub replicas: Vec<u32>,
    /// Why a scenario with it is refused, such as a model that does not fit into memory.
    pub reason: ScenarioError,
}

/// A search for the cheapest fleet that meets a goal. See the [module](self).
#[derive(Debug)]
pub struct Fleets {
    scenario: Scenario,
    workload: std::sync::Arc<Workload>,
    /// How runs are judged, and how the load that the best fleet can bear is searched.
    pub search: CapacitySearch,
    frontier: f64,
    /// All fleets, the cheapest first.
    pub fleets: Vec<Fleet>,
    /// The combinations of the grid that cannot be run.
    pub unfit: Vec<Unfit>,
    /// The prices of the grid's GPUs; empty if the only GPU has no known price.
    pub prices: Vec<Price>,
    /// Place in `fleets` of the first one that has not been begun.
    next: usize,
    /// Places in `fleets` of those whose seeds are being run.
    open: Vec<usize>,
    /// Place in `fleets` of the cheapest one that meets the goal, of equals the one with the lowest P95 of TTFT; `None` so
    /// far.
    pub best: Option<usize>,
    /// The search for the highest load that the best fleet bears; `None` before it begins, or if the load cannot be
    /// increased.
    pub room: Option<Capacity>,
    /// Why there is no such search, though there is a best fleet; `None` if there is one, or before it would begin.
    pub without_room: Option<String>,
    part: (usize, usize),
}

impl Fleets {
    /// Lays out the fleets of a grid, before the first run.
    ///
    /// # Errors
    /// If there is no goal, the scenario has an autoscaler or several kinds of replicas, a price names a GPU that is neither known
    /// nor in the grid, there are several GPUs of which one has no price, the grid is too large, or no fleet of it can be run.
    pub fn new(
        scenario: &Scenario,
        workload: std::sync::Arc<Workload>,
        grid: &Grid,
        search: CapacitySearch,
    ) -> Result<Self, PlanError> {
        if scenario.goal.is_none() {
            return Err(PlanError::NoGoal);
        }
        if scenario.autoscale.is_some() {
            return Err(PlanError::Range(
                "a plan chooses among fleets whose size stays; leave autoscale out".to_owned(),
            ));
        }
        if !scenario.mix.kinds.is_empty() {
            return Err(PlanError::Range(
                "a plan chooses among fleets of equal replicas; leave fleet out".to_owned(),
            ));
        }
        let prices = prices(scenario, grid)?;
        let lines = grid.gpus.len() * grid.tensor_parallel.len() * scenario.policies.len();
        let count = lines * grid.replicas.len();
        if count > MOST_FLEETS {
            return Err(PlanError::Range(format!(
                "these lists make {count} fleets, but a plan has at most {MOST_FLEETS}"
            )));
        }
        let (mut fleets, mut unfit) = (Vec::new(), Vec::new());
        for &gpu in &grid.gpus {
            let price = prices.iter().find(|price| price.gpu == gpu.priced_as());
            let price = price.map_or(1.0, |price| price.usd_per_hour);
            for &tensor_parallel in &grid.tensor_parallel {
                let mut kind = Scenario {
                    gpu,
                    tensor_parallel,
                    ..scenario.clone()
                };
                let (mut fit, mut not, mut why) = (Vec::new(), Vec::new(), None);
                for &replicas in &grid.replicas {
                    kind.replicas = replicas;
                    match kind.check() {
                        Ok(()) => fit.push(replicas),
                        Err(reason) => {
                            not.push(replicas);
                            why = Some(reason);
                        }
                    }
                }
                if let Some(reason) = why {
                    if fit.is_empty() {
                        not.clear();
                    }
                    unfit.push(Unfit {
                        gpu,
                        tensor_parallel,
                        replicas: not,
                        reason,
                    });
                }
                for policy in &scenario.policies {
                    fleets.extend(fit.iter().map(|&replicas| Fleet {
                        gpu,
                        tensor_parallel,
                        replicas,
                        policy: policy.clone(),
                        cost: f64::from(replicas * tensor_parallel) * price,
                        outcomes: Vec::new(),
                    }));
                }
            }
        }
        if fleets.is_empty() {
            let reason = unfit.into_iter().next().map(|it| it.reason);
            return Err(reason.map_or(PlanError::Range("the grid is empty".to_owned()), Into::into));
        }
        // The sort is stable: fleets of equal price and size stay in the order of the lists.
        crate::order::by(&mut fleets, |a, b| {
            a.cost.total_cmp(&b.cost).then(a.gpus().cmp(&b.gpus()))
        });
        Ok(Self {
            scenario: scenario.clone(),
            workload,
            search,
            frontier: grid.frontier,
            fleets,
            unfit,
            prices,
            next: 0,
            open: Vec::new(),
            best: None,
            room: None,
            without_room: None,
            part: (0, 1),
        })
    }

    /// The scenario whose goal, workload and policies the fleets are run with.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Whether a fleet met the goal on every seed.
    pub fn is_met(&self, fleet: &Fleet) -> bool {
        let all = fleet.outcomes.len() == self.scenario.seeds as usize;
        all && fleet
            .outcomes
            .iter()
            .all(|it| it.is_met(self.search.steady))
    }

    /// Fleets that meet the goal and are quicker (P95 of TTFT) than every cheaper one that does.
    pub fn on_the_frontier(&self) -> Vec<&Fleet> {
        let mut met: Vec<&Fleet> = self.fleets.iter().filter(|it| self.is_met(it)).collect();
        crate::order::by(&mut met, |a, b| {
            let quick = a.p95_ttft_ms().total_cmp(&b.p95_ttft_ms());
            a.cost.total_cmp(&b.cost).then(quick)
        });
        // The cheapest is on it even if it answers nobody.
        let mut least = None;
        met.retain(|fleet| {
            let ttft = fleet.p95_ttft_ms();
            let better = least.is_none_or(|least| ttft < least);
            if better {
                least = Some(ttft);
            }
            better
        });
        met
    }

    /// The number of runs that the whole grid would take, and the number that were made.
    pub fn runs(&self) -> (u64, u64) {
        let all = self.fleets.len() as u64 * u64::from(self.scenario.seeds);
        let asked = self.fleets.iter().map(|it| it.outcomes.len() as u64).sum();
        (all, asked)
    }

    /// The end (exclusive) of the round in which the fleet at `at` is run while no answer is known.
    fn round_end(&self, at: usize) -> usize {
        let (mut begin, mut end) = (0, 0);
        while end <= at {
            let last = self.fleets.get(end.wrapping_sub(1)).map(|it| it.cost);
            if end - begin >= ROUND && last != Some(self.fleets[end].cost) {
                begin = end;
            }
            end += 1;
        }
        let goes_on = |end: usize| {
            let next = self.fleets.get(end).map(|it| it.cost);
            let same = next == Some(self.fleets[end - 1].cost);
            next.is_some() && (end - begin < ROUND || same)
        };
        while goes_on(end) {
            end += 1;
        }
        end
    }

    /// Begins the next round: at least [`ROUND`] fleets, and all further ones of the last one's price.
    fn open_next(&mut self) {
        let most = match self.best {
            Some(best) => self.fleets[best].cost * self.frontier.max(1.0),
            None => f64::INFINITY,
        };
        // The whole search may have begun the fleets of this round before it knew an answer, so a part that knows one runs
        // them too.
        let begun = self.best.map_or(0, |best| self.round_end(best));
        let mut last = None;
        while let Some(fleet) = self.fleets.get(self.next) {
            let enough = self.open.len() >= ROUND && last != Some(fleet.cost);
            if enough || (fleet.cost > most && self.next >= begun) {
                break;
            }
            last = Some(fleet.cost);
            let (part, parts) = self.part;
            if self.next % parts == part {
                self.open.push(self.next);
            }
            self.next += 1;
        }
    }

    /// Sets `best` to the cheapest fleet begun so far that meets the goal, of equals to the one with the lowest P95 of
    /// TTFT.
    fn choose(&mut self) {
        let met = (0..self.next).filter(|&at| self.is_met(&self.fleets[at]));
        self.best = met.min_by(|&a, &b| {
            let (a, b) = (&self.fleets[a], &self.fleets[b]);
            let quick = a.p95_ttft_ms().total_cmp(&b.p95_ttft_ms());
            a.cost.total_cmp(&b.cost).then(quick)
        });
    }
}

/// The known prices of the grid's GPUs; an error if several GPUs are to be compared and one has none.
fn prices(scenario: &Scenario, grid: &Grid) -> Result<Vec<Price>, PlanError> {
    let known = |gpu: &&'static Gpu| scenario.prices.of(gpu.priced_as());
    let prices: Vec<Price> = grid.gpus.iter().filter_map(known).collect();
    let strange = scenario.prices.own().find(|name| {
        let there = hardware::GPUS.iter().any(|gpu| gpu.name == *name);
        !there && grid.gpus.iter().all(|gpu| gpu.priced_as() != *name)
    });
    if let Some(name) = strange {
        return Err(PlanError::Range(format!(
            "price names \"{}\", which is no gpu of this plan",
            excerpt(name)
        )));
    }
    let without: Vec<&str> = grid
        .gpus
        .iter()
        .filter(|gpu| known(gpu).is_none())
        .map(|gpu| gpu.priced_as())
        .collect();
    if !without.is_empty() && grid.gpus.len() > 1 {
        return Err(PlanError::Range(format!(
            "no price of {} is known, so fleets of several gpus cannot be compared; give it, such as --price '{}=1.00'",
            without.join(" and "),
            without[0]
        )));
    }
    Ok(prices)
}

impl Search for Fleets {
    fn wanted(&mut self) -> Vec<Trial> {
        if let Some(room) = &mut self.room {
            return room.wanted();
        }
        // Some rounds have no fleet of this part.
        while self.open.is_empty() {
            let before = self.next;
            self.open_next();
            if self.next == before {
                break;
            }
        }
        if self.open.is_empty() {
            return self.begin_room();
        }
        let trial = |&at: &usize| {
            let fleet = &self.fleets[at];
            let scenario = fleet.scenario(&self.scenario);
            Trial {
                scenario: Scenario {
                    seed: scenario.seed.wrapping_add(fleet.outcomes.len() as u64),
                    seeds: 1,
                    ..scenario
                },
                give_up: Some(0.0),
            }
        };
        self.open.iter().map(trial).collect()
    }

    fn take(&mut self, outcomes: Vec<TrialOutcome>) {
        if let Some(room) = &mut self.room {
            return room.take(outcomes);
        }
        let open = core::mem::take(&mut self.open);
        for (at, outcome) in open.into_iter().zip(outcomes) {
            let fleet = &mut self.fleets[at];
            let kept = outcome.is_met(self.search.steady);
            fleet.outcomes.push(outcome);
            if kept && fleet.outcomes.len() < self.scenario.seeds as usize {
                self.open.push(at);
            }
        }
        // A part knows only its own answer. The answer of the whole is not dearer, so what is skipped here is skipped
        // there as well.
        if self.open.is_empty() {
            self.choose();
        }
    }

    fn expected(&self) -> u64 {
        let room = self.room.as_ref().map_or(28, Search::expected);
        let each = u64::from(self.scenario.seeds);
        let grid = match self.best {
            Some(_) => self.next as u64 + ROUND as u64,
            None => self.fleets.len() as u64,
        };
        grid.min(self.fleets.len() as u64) * each / self.part.1 as u64 + room
    }

    fn is_beyond_parts(&self) -> bool {
        self.room.is_some()
    }

    fn only(&mut self, part: usize, parts: usize) {
        self.part = (part, parts);
    }
}

impl Fleets {
    /// Begins the search for the load that the best fleet bears, and returns its first trials.
    fn begin_room(&mut self) -> Vec<Trial> {
        let Some(best) = self.best.filter(|_| self.part.1 == 1) else {
            return Vec::new();
        };
        let scenario = self.fleets[best].scenario(&self.scenario);
        let mut room = match Capacity::new(&scenario, &self.workload, self.search) {
            Ok(room) => room,
            Err(reason) => {
                self.without_room = Some(reason.to_string());
                return Vec::new();
            }
        };
        let trials = room.wanted();
        self.room = Some(room);
        trials
    }
}
