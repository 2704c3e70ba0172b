//! A ladder of rates: a stage begins when all requests before it have come to an end, and has sums of its own.

use super::Simulation;
use crate::fleet::record::{ReplicaTotals, StageTotals};
use crate::units::VirtualTime;

/// Where a run stands.
#[derive(Clone, Default)]
pub(super) struct Ladder {
    /// The stage under way.
    at: usize,
    /// When it began.
    base: VirtualTime,
    /// The stages before it; all stay empty without a ladder.
    done: Vec<StageTotals>,
    /// By replica: blocks evicted before it.
    evicted: Vec<u64>,
}

impl Simulation {
    /// One past the last start of the stage under way.
    pub(super) fn stage_end(&self) -> usize {
        self.schedule
            .stages
            .get(self.ladder.at)
            .map_or(0, |stage| stage.until)
    }

    /// When the next request starts on its own, and which; `None` until the stage has drained.
    pub(super) fn next_start(&self) -> Option<(VirtualTime, u32)> {
        if self.started >= self.stage_end() {
            return None;
        }
        let &(at, n) = self.schedule.starts.get(self.started)?;
        Some((self.ladder.base + at, n))
    }

    /// Goes on to the next stage if this one has drained.
    pub(super) fn climb(&mut self) {
        let stages = &self.schedule.stages;
        let here = stages.get(self.ladder.at).copied();
        let Some(stage) = here.filter(|stage| stages.len() > 1 && self.concluded == stage.requests)
        else {
            return;
        };
        let totals = StageTotals {
            rate: stage.rate,
            start: self.ladder.base,
            replicas: self.take_totals(),
            refusals: core::mem::take(&mut self.refusals),
            client_gaps: self
                .client
                .as_mut()
                .map(|(client, _)| core::mem::take(&mut client.gaps)),
        };
        self.ladder.done.push(totals);
        self.ladder.at += 1;
        self.ladder.base = self.now;
        if let Some((client, _)) = &mut self.client
            && self.ladder.at < self.schedule.stages.len()
        {
            client.go_on(self.now);
            self.schedule_turn();
        }
    }

    /// The stages that have drained.
    pub(super) fn take_stages(&mut self) -> Vec<StageTotals> {
        core::mem::take(&mut self.ladder.done)
    }

    /// What the engines did since this was last asked.
    pub(super) fn take_totals(&mut self) -> Vec<ReplicaTotals> {
        let settings = self.settings;
        self.ladder.evicted.resize(self.replicas.len(), 0);
        self.routers.forget_steps();
        let each = self.replicas.iter_mut().zip(&mut self.ladder.evicted);
        each.map(|(replica, evicted)| {
            let tally = core::mem::take(&mut replica.engine.tally);
            let before = core::mem::replace(evicted, replica.engine.pool.evicted());
            ReplicaTotals {
                requests: core::mem::take(&mut replica.requests),
                pool_blocks: replica.engine.pool.capacity(),
                evicted_blocks: *evicted - before,
                work_s: tally.prefilled_tokens as f64 * settings.prefill_s
                    + tally.generated_tokens as f64 * settings.decode_s,
                steps: None,
                tally,
            }
        })
        .collect()
    }
}
