//! A run gone through once, with every change of what a router believes of some prompts, at the moment of the change.
//!
//! A belief changes when something is sent, when a pool's report arrives, and when something is too old. The first two follow
//! facts; for what happens between facts the belief says when it will change next. Only the prompts that have a block about which
//! something changed are looked up again, so this is as exact as looking up all of them at every nanosecond.

use std::sync::Arc;

use super::Playback;
use crate::fleet::fact::{Fact, What};
use crate::fleet::front::ask;
use crate::fleet::record::Run;
use crate::request::{Chain, Corpus, SegmentId};
use crate::router::{Belief, Names, Stirred};
use crate::scenario::{Scenario, ScenarioError};
use crate::units::{BlockId, Map, VirtualTime};
use crate::workload::Workload;

/// What is seen in a run, in order of time.
#[derive(Clone, Debug, PartialEq)]
pub enum WatchedEvents {
    /// A fact of the run's log happens.
    Fact(Fact),
    /// The router changes its belief about a request's prompt.
    Believed {
        /// The moment at which the belief changes.
        at: VirtualTime,
        /// The number of the request, one of those that are followed.
        request: u32,
        /// The leading full blocks of its prompt that the router now believes each replica holds.
        depths: Vec<u32>,
    },
}

/// An iterator over the [`WatchedEvents`] of a run. See the [module](self).
pub struct Watch {
    playback: Playback,
    router: usize,
    end: VirtualTime,
    /// The numbers of the requests whose prompts are followed, in order.
    requests: Vec<u32>,
    /// For each request followed, what is believed of it.
    known: Vec<Vec<u32>>,
    /// Which of the followed prompts have a block, for each way in which blocks are named.
    blocks: Paths,
    characters: Paths,
    tokens: Paths,
    own: Map<BlockId, Vec<u32>>,
    stirred: Stirred,
    /// The places in `requests` of the prompts to look up again.
    places: Vec<u32>,
    /// What is to be returned before time goes on; the next one last.
    waiting: Vec<WatchedEvents>,
}

impl Watch {
    /// A watch before the first fact; `None` if the run's log was not kept. `scenario` and `workload` are those of the run.
    /// `router`, counted from 0, is followed in what it believes of the prompts of `requests`.
    ///
    /// # Errors
    /// What of the scenario does not go with the workload; none for those of the run.
    pub fn new(
        scenario: &Scenario,
        workload: &Arc<Workload>,
        run: &Run,
        router: usize,
        mut requests: Vec<u32>,
    ) -> Result<Option<Self>, ScenarioError> {
        let Some(mut playback) = Playback::without_frames(scenario, workload, run)? else {
            return Ok(None);
        };
        crate::order::whole(&mut requests);
        requests.dedup();
        let mut own: Map<BlockId, Vec<u32>> = Map::default();
        if let Some(Some(belief)) = playback.frame.routers.get_mut(router) {
            belief.follow();
            for (place, &n) in (0u32..).zip(&requests) {
                let ask = ask(workload, scenario.block_size, n, VirtualTime::ZERO);
                for &name in belief.own_names(&ask) {
                    own.entry(name).or_default().push(place);
                }
            }
        }
        let all = || requests.iter().map(|&n| workload.request(n));
        let characters = all().map(|it| it.keys.unwrap_or_default().characters);
        let tokens = all().map(|it| it.keys.unwrap_or_default().tokens);
        let mut watch = Self {
            router,
            end: run.end,
            known: vec![vec![0; playback.replicas()]; requests.len()],
            blocks: Paths::new(&workload.corpus, all().map(|it| it.prompt)),
            characters: Paths::new(&workload.characters, characters),
            tokens: Paths::new(&workload.tokens, tokens),
            own,
            // A router may begin with a belief: that of an earlier run, or about what the caches hold.
            places: (0u32..).zip(&requests).map(|(place, _)| place).collect(),
            requests,
            playback,
            stirred: Stirred::default(),
            waiting: Vec::new(),
        };
        watch.look(None);
        Ok(Some(watch))
    }

    /// The number of replicas that there may be in the run, whether or not they ever come.
    pub fn replicas(&self) -> usize {
        self.playback.replicas()
    }

    fn belief(&self) -> Option<&Belief> {
        let routers = &self.playback.frame.routers;
        routers.get(self.router).and_then(Option::as_ref)
    }

    /// Goes on to the next moment; `false` if there is none.
    fn go_on(&mut self) -> bool {
        let next = self.playback.facts.get(self.playback.past).map(|it| it.at);
        let by_itself = self.belief().map_or(VirtualTime::NEVER, Belief::changes_at);
        if by_itself <= self.end && next.is_none_or(|next| by_itself < next) {
            self.playback.now = self.playback.now.max(by_itself);
            self.look(None);
            return true;
        }
        let Some(fact) = self.playback.step() else {
            return false;
        };
        self.look(Some(&fact));
        self.waiting.push(WatchedEvents::Fact(fact));
        true
    }

    /// Looks up the prompts about which the belief may have changed.
    fn look(&mut self, fact: Option<&Fact>) {
        let routers = &mut self.playback.frame.routers;
        let Some(mut belief) = routers.get_mut(self.router).and_then(Option::take) else {
            return;
        };
        let playback = &self.playback;
        let (corpus, now) = (&playback.workload.corpus, playback.now);
        if let Some(What::Forgot {
            router,
            replica: None,
        }) = fact.map(|it| it.what)
            && usize::from(router) == self.router
        {
            // A restarted router has a new belief, which is to be followed as well.
            belief.follow();
            self.places.extend(0..self.requests.len() as u32);
        }
        belief.refresh(corpus, now);
        belief.take_stirred(&mut self.stirred);
        if belief.sees_pools()
            && let Some(What::Stored { segment, from, .. } | What::Evicted { segment, from, .. }) =
                fact.map(|it| it.what)
        {
            let block = BlockId(corpus.segment(segment).first + u64::from(from));
            self.stirred.0.push((Names::Blocks, block));
        }
        crate::order::by(&mut self.stirred.0, Ord::cmp);
        self.stirred.0.dedup();
        for (names, block) in self.stirred.0.drain(..) {
            match names {
                Names::Blocks => self.blocks.with(corpus, block, &mut self.places),
                Names::Characters => {
                    let characters = &playback.workload.characters;
                    self.characters.with(characters, block, &mut self.places);
                }
                Names::Tokens => {
                    let tokens = &playback.workload.tokens;
                    self.tokens.with(tokens, block, &mut self.places);
                }
                Names::Own => (self.places).extend(self.own.get(&block).into_iter().flatten()),
            }
        }
        crate::order::whole(&mut self.places);
        self.places.dedup();
        for place in self.places.drain(..).rev() {
            let request = self.requests[place as usize];
            let depths = playback.look_up(&mut belief, request);
            let known = &mut self.known[place as usize];
            if *known != depths {
                known.clone_from(&depths);
                self.waiting.push(WatchedEvents::Believed {
                    at: now,
                    request,
                    depths,
                });
            }
        }
        self.playback.frame.routers[self.router] = Some(belief);
    }
}

impl Iterator for Watch {
    type Item = WatchedEvents;

    fn next(&mut self) -> Option<WatchedEvents> {
        while self.waiting.is_empty() && self.go_on() {}
        self.waiting.pop()
    }
}

/// For each segment, which of several chains have blocks of it: how many each has, the most first, and the chain's place.
#[derive(Debug)]
struct Paths(Map<SegmentId, Vec<(u32, u32)>>);

impl Paths {
    fn new(corpus: &Corpus, chains: impl Iterator<Item = Chain>) -> Self {
        let mut all: Map<SegmentId, Vec<(u32, u32)>> = Map::default();
        for (place, chain) in (0..).zip(chains) {
            for (segment, covered) in corpus.runs(chain) {
                all.entry(segment).or_default().push((covered, place));
            }
        }
        for chains in all.values_mut() {
            crate::order::by(chains, |a, b| b.cmp(a));
        }
        Self(all)
    }

    /// Adds the places of the chains that have a block to `places`.
    fn with(&self, corpus: &Corpus, block: BlockId, places: &mut Vec<u32>) {
        let Some(&(segment, at, _)) = corpus.parts(block.0, block.0).first() else {
            return;
        };
        let chains = self.0.get(&segment).into_iter().flatten();
        let having = chains.take_while(|&&(covered, _)| covered > at);
        places.extend(having.map(|&(_, place)| place));
    }
}
