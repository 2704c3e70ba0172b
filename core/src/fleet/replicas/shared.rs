//! A fleet in which every replica holds what any replica has computed: a reference line, which no fleet does.

use std::sync::Arc;

use super::Replicas;
use crate::fleet::message::Attempt;
use crate::fleet::out::Out;
use crate::request::Chain;
use crate::units::VirtualTime;

impl Replicas {
    /// Takes in what a replica has computed of a request when its response has left: all but the last token, which is never
    /// computed, so a block that ends with it is not cached.
    pub(super) fn computed(
        &mut self,
        attempt: Attempt,
        id: usize,
        now: VirtualTime,
        out: &mut Out,
    ) {
        let request = self.workload.request(attempt.request);
        let computed = u64::from(request.prompt_tokens) + u64::from(request.output_tokens) - 1;
        let full = computed / u64::from(self.all[id].spec.limits.block_size);
        let full = u32::try_from(full).unwrap_or(u32::MAX);
        let chain = self.workload.corpus.prefix(request.answered, full);
        self.share(id, chain, now, out);
    }

    /// Gives every replica but `id` what that one computes or has computed, at that moment.
    pub(super) fn share(&mut self, id: usize, computed: Chain, at: VirtualTime, out: &mut Out) {
        let corpus = &self.workload.corpus;
        for other in (0..self.all.len()).filter(|&other| other != id) {
            self.engines.change(other, |engine| {
                engine.pool.reach(at);
                engine.pool.refer(corpus, Chain::default(), computed, true);
                engine.pool.release(corpus, computed);
            });
        }
        if self.wanted.events_logged {
            for other in 0..self.all.len() {
                self.take_events(other, out);
            }
        }
    }

    /// Gives every replica what any replica begins with.
    pub(super) fn share_warmth(&mut self, out: &mut Out) {
        let workload = Arc::clone(&self.workload);
        for request in &workload.requests {
            let pools = self.engines.all().iter().map(|engine| &engine.pool);
            let matched = pools.map(|pool| pool.matched(&workload.corpus, request.answered));
            let most = matched.zip(0usize..).max();
            if let Some((depth @ 1.., id)) = most {
                let chain = workload.corpus.prefix(request.answered, depth);
                self.share(id, chain, VirtualTime::ZERO, out);
            }
        }
    }
}
