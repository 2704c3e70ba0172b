//! Where hits were lost.
//!
//! A prompt's full blocks that were not found at admission are told apart, from the first on: those another replica holds
//! (up to the deepest match the router believed in they count as *elsewhere*; beyond that, what it had once sent somewhere
//! itself it has *forgotten*, and of the rest it *did not know*), those cached once and evicted everywhere since, and those
//! never cached. Other replicas are looked at as of their last event.

use std::sync::Arc;

use super::Simulation;
use super::routers::Believed;

impl Simulation {
    /// Tells apart why blocks of an admitted prompt were not found.
    pub(super) fn account(&mut self, n: u32) {
        let workload = Arc::clone(&self.workload);
        let corpus = &workload.corpus;
        let (prompt, answered) = (self.request(n).prompt, self.request(n).answered);
        let ever = self.routers.ever.depth(corpus, prompt);
        self.routers.cached(corpus, prompt);
        let believed = self.routers.beliefs.remove(&n);
        if self.routers.remember_everything() {
            return;
        }
        let record = &mut self.records[n as usize];
        let (found, own) = (record.hit_blocks, usize::from(record.replica));
        if ever > found {
            let holders = &self.routers.holders;
            let elsewhere = holders.deepest(corpus, prompt, found, own, |id| {
                &self.replicas[id].engine.pool
            });
            // Who looks at no cache is not blamed for not knowing.
            let [known, once] = match believed {
                None => [elsewhere; 2],
                Some(Believed { deepest, once }) => {
                    [deepest, once].map(|depth| elsewhere.min(depth).max(found))
                }
            };
            record.lost_elsewhere = known - found;
            record.lost_forgotten = once - known;
            record.lost_unknown = elsewhere - once;
            record.lost_evicted = ever.max(elsewhere) - elsewhere;
        }
        self.routers.admitted(corpus, answered, own);
    }
}
