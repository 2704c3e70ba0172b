//! What the autoscaler sees of the replicas, and what it does to them.

use super::Replicas;
use super::trouble::Trouble;
use crate::fleet::fact::{LifeStage, RETIRED, What};
use crate::fleet::message::{Life, Message};
use crate::fleet::out::Out;
use crate::fleet::view::Pod;
use crate::replica::Engine;
use crate::units::VirtualTime;

impl Replicas {
    /// Every replica as it was when it was last brought up to now.
    pub(super) fn all_pods(&self) -> Vec<Pod> {
        let pod = |(replica, engine): (&super::Replica, &Engine)| {
            let spec = &replica.spec;
            let pool = &engine.pool;
            let (in_flight, up, stays) = replica.trouble.standing();
            Pod {
                life: replica.life,
                stage: replica.stage,
                stays,
                up,
                busy_ns: engine.tally.busy_ns,
                work_s: engine.tally.prefilled_tokens as f64 * spec.prefill_s
                    + engine.tally.generated_tokens as f64 * spec.decode_s,
                sent: replica.requests,
                in_flight,
                waiting: engine.waiting(),
                kv_usage: f64::from(pool.referenced()) / f64::from(pool.capacity().max(1)),
                cached: pool.cached(),
            }
        };
        self.all.iter().zip(self.engines.all()).map(pod).collect()
    }

    /// Brings replicas from number `from` on up to now for the autoscaler; what pools have to tell stays for the routers.
    #[inline(never)] // for runs with an autoscaler
    pub(super) fn survey(&mut self, from: u16, now: VirtualTime, out: &mut Out) {
        let before = (out.facts.len(), out.immediate.len());
        for id in usize::from(from)..self.all.len() {
            self.advance(id, now, out);
            if (out.facts.len(), out.immediate.len()) != before {
                let from = (id + 1) as u16;
                return out.now(Message::Survey { from });
            }
        }
        out.now(Message::Surveyed);
    }

    /// The autoscaler takes a replica away: it drains if it is ready, and is gone at once if it is not.
    #[cold] // for runs with an autoscaler
    pub(super) fn retire(&mut self, life: Life, now: VirtualTime, out: &mut Out) {
        let id = usize::from(life.replica);
        let event = What::Event {
            event: RETIRED,
            whom: life.replica,
            router: false,
        };
        match self.all[id].stage {
            LifeStage::Ready => {
                out.fact(now, event);
                self.drain(id, now, out);
            }
            LifeStage::Starting => {
                out.fact(now, event);
                self.doom(id, true, now, out);
            }
            LifeStage::Down => self.forsake(id, now, out),
            LifeStage::Draining => {}
        }
    }

    /// Keeps a replica that would restart by itself from doing so.
    fn forsake(&mut self, id: usize, now: VirtualTime, out: &mut Out) {
        let replica = &mut self.all[id];
        replica.trouble.stay();
        replica.life.number = replica.life.number.wrapping_add(1);
        let life = replica.life;
        out.live(life);
        out.now(Message::Died(life.replica));
        self.count_replicas(now, out);
    }

    /// Records how many replicas there are, where they are counted.
    pub(super) fn count_replicas(&mut self, now: VirtualTime, out: &mut Out) {
        if !self.care.as_ref().is_some_and(|care| care.counts) {
            return;
        }
        let count = |of: fn(LifeStage, &Trouble) -> bool| {
            let all = self.all.iter();
            all.filter(|it| of(it.stage, &it.trouble)).count() as u16
        };
        let paid = count(|stage, trouble| stage != LifeStage::Down || !trouble.standing().2);
        let ready = count(|stage, _| stage == LifeStage::Ready);
        out.fact(now, What::ReplicasCounted { paid, ready });
    }
}
