//! Replays a recording: the policy is asked what the product was asked, with the same requests held, at the same moments.
//!
//! Whatever the policy chooses, the request then goes where the product sent it, so that one difference does not beget others.
//! Whether a decision is a tie the policy says itself: asked again and again with other random numbers, it chooses otherwise.

use std::collections::{BTreeMap, BTreeSet};

use warmpath_core::block::{ROOT, chained};
use warmpath_core::radix::{Depths, Index};
use warmpath_core::request::corpus::Interner;
use warmpath_core::request::{Arrival, Corpus, Request, TextKeys};
use warmpath_core::router::{Ask, Decision, Instance, PolicySpec, Speed};
use warmpath_core::units::{ReplicaId, VirtualTime};

use super::prompts;
use super::recording::{Event, Header, Recording};

/// How often a policy is asked again for each worker there is, to see whether it draws.
const DRAWS: u32 = 12;
/// After this many equal answers it does not draw: of 4,700 ties between two one in a hundred runs would miss one.
const ENOUGH: u32 = 20;
/// How many differences are listed.
const LISTED: usize = 5;

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    /// Decisions that are no ties.
    pub(crate) decided: usize,
    /// Those of them in which both chose the same.
    pub(crate) agreed: usize,
    /// Ties: the policy draws.
    pub(crate) ties: usize,
    /// Those of them in which the product chose one of those the policy draws from.
    pub(crate) ties_agreed: usize,
    /// Decisions that only told where a key lies.
    pub(crate) named: usize,
    /// Costs of workers that the product says.
    pub(crate) costs: usize,
    /// Those of them that the policy gives to the last digit.
    pub(crate) costs_agreed: usize,
    /// Where the policy draws by cost, by rank of cost from the least on: how often a worker of that rank should be drawn, and
    /// how often it was.
    pub(crate) drawn: Vec<(f64, usize)>,
    /// The first differences, in words.
    pub(crate) differences: Vec<String>,
}

impl Outcome {
    /// Takes in the decisions of another case.
    pub(crate) fn add(&mut self, other: &Self) {
        self.decided += other.decided;
        self.agreed += other.agreed;
        self.ties += other.ties;
        self.ties_agreed += other.ties_agreed;
    }

    /// The share of decisions that are no ties in which both chose the same; ties outside count as differences.
    pub(crate) fn agreement(&self) -> f64 {
        let wrong = self.ties - self.ties_agreed;
        let all = self.decided + wrong;
        if all == 0 {
            1.0
        } else {
            self.agreed as f64 / all as f64
        }
    }
}

/// A request's number, and how to ask for it.
struct Asked {
    request: Request,
    to: ReplicaId,
    output: u32,
}

pub(crate) fn replay(recording: &Recording) -> Outcome {
    let header = &recording.header;
    let spec =
        PolicySpec::parse(&header.spec).unwrap_or_else(|e| panic!("{}: {e}", recording.file));
    let new = || {
        Instance::new(
            &spec,
            (header.workers, header.workers),
            u32::MAX,
            header.block,
            Speed::default(),
            (1, 0),
        )
    };
    let mut router = new();
    let (corpus, requests) = prompts(recording, &new());
    let mut outcome = Outcome::default();
    let mut named = BTreeSet::new();
    let mut held = Index::new(header.workers);
    let (mut ids, mut depths) = (Vec::new(), Depths::new());
    for event in &recording.events {
        let now = VirtualTime::from_secs(event.t);
        let ask = |n: u32| -> (Ask<'_>, ReplicaId) {
            let asked = &requests[&n];
            let mut ask = Ask::new(&asked.request, &corpus, header.block, asked.output);
            ask.now = now;
            (ask, asked.to)
        };
        if let Some(n) = event.r {
            let (ask, to) = ask(n);
            if router.asks_pools() {
                corpus.ids(ask.request.prompt, &mut ids);
                held.matches(&ids, &mut depths);
                router.overlaps_mut().copy_from_slice(depths.as_slice());
            }
            let chosen = choices(&router, &ask, header.workers);
            let mut weighed = false;
            if let Some(costs) = &event.costs {
                let decision = router.explain(&ask);
                compare(&mut outcome, costs, &decision, event);
                weighed = weigh(&mut outcome, &chosen, &decision, to);
            }
            if event
                .key
                .is_some_and(|key| header.keyed && named.insert(key))
            {
                outcome.named += 1;
            } else if !weighed {
                judge(&mut outcome, &chosen, to, event);
            }
            let _ = router.choose(&ask);
            router.place(n, &ask, to);
            if event.done > 0 {
                router.finished(n, &ask, to);
            }
        }
        if let Some(n) = event.first {
            let (ask, to) = ask(n);
            router.first_token(n, &ask, to);
            corpus.ids(ask.request.prompt, &mut ids);
            held.store(to, ROOT, &ids)
                .expect("every worker may follow the root");
        }
        if let Some(n) = event.end {
            let (ask, to) = ask(n);
            router.finished(n, &ask, to);
        }
        if let Some(load) = &event.load {
            router.report(now, &load.iter().copied().collect());
        }
    }
    outcome
}

/// All replicas that the policy may choose for this request, and how often it did.
fn choices(router: &Instance, ask: &Ask<'_>, workers: u32) -> BTreeMap<u32, u32> {
    let mut asked = router.clone();
    let mut chosen = BTreeMap::new();
    for asking in 0..DRAWS * workers {
        if asking >= ENOUGH && chosen.len() == 1 {
            break;
        }
        if let Some(replica) = asked.choose(ask) {
            *chosen.entry(replica.0).or_insert(0) += 1;
        }
    }
    chosen
}

/// Whether the policy's costs are the product's, bit by bit.
fn compare(outcome: &mut Outcome, costs: &[Option<String>], decision: &Decision, event: &Event) {
    for (candidate, cost) in decision.candidates.iter().zip(costs) {
        let Some(cost) = cost else { continue };
        outcome.costs += 1;
        let right = cost.parse() == Ok(candidate.cost);
        outcome.costs_agreed += usize::from(right);
        if !right && outcome.differences.len() < LISTED {
            outcome.differences.push(format!(
                "request {} at {} s: worker {} costs {cost} in the product, {} here",
                event.r.unwrap_or_default(),
                event.t,
                candidate.replica,
                candidate.cost
            ));
        }
    }
}

/// Counts a choice that was drawn by cost; `false` if it was not drawn so.
fn weigh(
    outcome: &mut Outcome,
    chosen: &BTreeMap<u32, u32>,
    decision: &Decision,
    to: ReplicaId,
) -> bool {
    if decision.tie_rule != "drawn by softmax" {
        return false;
    }
    let mut ranks: Vec<u32> = (0..decision.candidates.len() as u32).collect();
    let cost = |replica: u32| decision.candidates[replica as usize].cost;
    ranks.sort_by(|&a, &b| cost(a).total_cmp(&cost(b)));
    outcome.drawn.resize(ranks.len(), (0.0, 0));
    let draws: u32 = chosen.values().sum();
    for (replica, (expected, seen)) in ranks.into_iter().zip(&mut outcome.drawn) {
        let count = chosen.get(&replica).copied().unwrap_or(0);
        *expected += f64::from(count) / f64::from(draws);
        *seen += usize::from(to.0 == replica);
    }
    outcome.ties += 1;
    outcome.ties_agreed += 1;
    true
}

fn judge(outcome: &mut Outcome, chosen: &BTreeMap<u32, u32>, to: ReplicaId, event: &Event) {
    // Where the product says what it drew from, the policy must draw from the same.
    let same = |among: &Vec<u32>| {
        let among: BTreeSet<u32> = among.iter().copied().collect();
        among.into_iter().eq(chosen.keys().copied())
    };
    let right = chosen.contains_key(&to.0) && event.among.as_ref().is_none_or(same);
    if chosen.len() > 1 {
        outcome.ties += 1;
        outcome.ties_agreed += usize::from(right);
    } else {
        outcome.decided += 1;
        outcome.agreed += usize::from(right);
    }
    if !right && outcome.differences.len() < LISTED {
        let n = event.r.unwrap_or_default();
        outcome.differences.push(format!(
            "request {n} at {} s: the product chose {}, the policy {:?}",
            event.t,
            to.0,
            chosen.keys()
        ));
    }
}

/// Every request of the recording, and the prefixes of their prompts.
fn prompts(recording: &Recording, idle: &Instance) -> (Corpus, BTreeMap<u32, Asked>) {
    let header = &recording.header;
    let mut interner = Interner::default();
    let mut requests = BTreeMap::new();
    for event in &recording.events {
        let Some(n) = event.r else { continue };
        let text = prompts::text(recording.maker(), &event.p);
        let characters: Vec<u32> = text.iter().map(|&c| u32::from(c)).collect();
        let blocks = match characters.len() {
            0 => Vec::new(),
            _ => chained(&characters, header.block),
        };
        debug_assert!(!blocks.contains(&ROOT));
        let prompt = interner.intern(&blocks);
        let request = Request {
            conversation: event.key.unwrap_or(0),
            turn: 0,
            prompt_tokens: characters.len() as u32,
            output_tokens: 1,
            max_tokens: None,
            prompt,
            answered: prompt,
            arrival: Arrival::Open,
            keys: None,
            served_by: None,
            label: Default::default(),
        };
        let output = event.out.unwrap_or(1);
        requests.insert(
            n,
            Asked {
                request,
                to: ReplicaId(event.to),
                output,
            },
        );
    }
    let corpus = interner.finish();
    if header.keyed {
        name(recording, idle, &corpus, &mut requests);
    }
    (corpus, requests)
}

/// Gives every key a name that lies, on the policy's ring, where the product's ring has it: where the first request with
/// that key went.
fn name(
    recording: &Recording,
    idle: &Instance,
    corpus: &Corpus,
    requests: &mut BTreeMap<u32, Asked>,
) {
    let Header { workers, block, .. } = recording.header;
    let mut keys: BTreeMap<u32, Request> = BTreeMap::new();
    let mut next = 0;
    for event in &recording.events {
        let (Some(n), Some(key)) = (event.r, event.key) else {
            continue;
        };
        let asked = requests.get_mut(&n).expect("every request was made");
        let named = keys.entry(key).or_insert_with(|| {
            // Names are drawn one by one until one lies there: some hundred times as many as there are workers is plenty.
            for _ in 0..workers * 1_000 {
                next += 1;
                let request = keyed(&asked.request, next);
                let ask = Ask::new(&request, corpus, block, 1);
                if idle.clone().choose(&ask) == Some(asked.to) {
                    return request;
                }
            }
            panic!("{}: no name lies at worker {}", recording.file, asked.to.0)
        });
        asked.request.conversation = named.conversation;
        asked.request.keys.clone_from(&named.keys);
    }
}

fn keyed(request: &Request, name: u32) -> Request {
    let spread = u64::from(name).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let keys = TextKeys {
        chars_100: spread,
        head: 0,
        tokens_256: spread,
        ..TextKeys::default()
    };
    Request {
        conversation: name,
        keys: Some(keys),
        label: Default::default(),
        ..request.clone()
    }
}
