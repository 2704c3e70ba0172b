//! What becomes of an attempt that failed or found no replica: another try, a wait, or an end.

use super::{Care, Front, Tries, ask};
use crate::fleet::fact::What;
use crate::fleet::message::{Attempt, FailureKind, Message};
use crate::fleet::out::Out;
use crate::limit::breaker::{Breaker, BreakerState};
use crate::router::diary::{Deed, DiaryEntry};
use crate::units::{ReplicaId, VirtualTime};

impl Front {
    /// Whether the router of an attempt has any replica to send it to; if so, it is told which it has.
    #[inline(never)] // for runs in which replicas can fail
    pub(in crate::fleet::front) fn has_candidates(
        &mut self,
        attempt: Attempt,
        router: usize,
        now: VirtualTime,
        out: &mut Out,
    ) -> bool {
        if self.set_out_replicas(router, attempt.request, now) {
            return true;
        }
        let Some(care) = &mut self.care else {
            return true;
        };
        if care.holds {
            care.held.push(attempt);
            out.at(now + care.timeout, Message::HeldTooLong(attempt));
        } else {
            care.forget(attempt.request);
            let how = FailureKind::Nobody;
            out.fact(now, self.nowhere(attempt.request));
            out.now(Message::Lost { attempt, how });
        }
        self.tell_held(out);
        false
    }

    /// Lets all go on that wait for a replica; those that still find none wait again.
    pub(super) fn let_go(&mut self, out: &mut Out) {
        let Some(care) = self.care.as_mut().filter(|care| !care.held.is_empty()) else {
            return;
        };
        let held = core::mem::take(&mut care.held);
        self.tell_held(out);
        for attempt in held {
            out.now(Message::Route(attempt));
        }
    }

    /// Informs the autoscaler how many requests wait for a replica.
    fn tell_held(&self, out: &mut Out) {
        if let Some(care) = self.care.as_ref().filter(|care| care.scales) {
            let requests = care.held.len() as u32;
            out.now(Message::Held { requests });
        }
    }

    /// The fact that an attempt failed because it found no replica.
    fn nowhere(&self, request: u32) -> What {
        What::Broke {
            request,
            replica: self.lives.len() as u16,
            cut: false,
        }
    }

    /// An attempt was answered.
    #[inline(never)] // for runs in which replicas can fail
    pub(in crate::fleet::front) fn fared_well(&mut self, request: u32, now: VirtualTime) {
        let (router, replica) = self.router_and_replica(request);
        let Some(care) = &mut self.care else {
            return;
        };
        if care.rule.is_on() {
            care.watchers[router].breakers[replica.index()].succeeded(&care.rule, now);
        }
        self.uncount(request);
    }

    /// Ends a request at its router: failed tries that were kept in its count no longer are.
    pub(in crate::fleet::front) fn uncount(&mut self, request: u32) {
        let Some(care) = &mut self.care else {
            return;
        };
        let Some(tries) = care.forget(request) else {
            return;
        };
        if care.health.preset.keeps_failed
            && care.epoch(usize::from(tries.router)) == self.sent[request as usize].epoch
        {
            for replica in tries.counted {
                self.routers[usize::from(tries.router)].uncount(ReplicaId(replica.into()));
            }
        }
    }

    /// A replica did not answer an attempt: its router tries again, or the gate hears that it is lost.
    pub(super) fn broke(
        &mut self,
        attempt: Attempt,
        replica: u16,
        how: FailureKind,
        now: VirtualTime,
        out: &mut Out,
    ) {
        let request = attempt.request;
        let (router, sent_to) = self.router_and_replica(request);
        debug_assert_eq!(
            sent_to.0,
            u32::from(replica),
            "an attempt breaks where it was sent"
        );
        let knows = self.knows(request);
        let ask = ask(&self.workload, self.block_size, request, now);
        let Some(care) = &mut self.care else {
            return;
        };
        let keeps = care.health.preset.keeps_failed;
        if knows {
            self.routers[router].failed(request, &ask, sent_to, keeps);
            if let Some(diary) = &mut self.diary {
                diary.entries.push(DiaryEntry {
                    at: now,
                    router: router as u8,
                    deed: Deed::Failed,
                    request,
                    replica,
                });
            }
        }
        self.in_flight -= 1;
        let cut = how == FailureKind::Cut;
        out.fact(
            now,
            What::Broke {
                request,
                replica,
                cut,
            },
        );
        care.failed(router, replica, now, out);
        let tries = care.tries.entry(request).or_insert_with(|| Tries {
            router: router as u8,
            ..Tries::default()
        });
        // If it was a retry, that one is over.
        care.retrying -= u32::from(core::mem::take(&mut tries.retrying));
        tries.failed += 1;
        if keeps && knows {
            tries.counted.push(replica);
        }
        if care.retry.exclude {
            tries.excluded.push(replica);
        }
        let number = tries.failed;
        let afford = match care.retry.budget {
            share if share > 0.0 => {
                f64::from(care.retrying) < (share * f64::from(self.in_flight)).max(3.0)
            }
            _ => true,
        };
        let again = how == FailureKind::Reset && number <= care.retry.most && afford;
        if !again {
            self.uncount(request);
            return out.now(Message::Lost { attempt, how });
        }
        tries.retrying = true;
        care.retrying += 1;
        let router = true;
        out.fact(now, What::Again { request, router });
        let next = attempt.next();
        out.begin(next);
        let wait = care.retry.wait_ms(number, care.jitter.uniform());
        match VirtualTime::from_millis(wait) {
            VirtualTime::ZERO => out.now(Message::Route(next)),
            wait => out.at(now + wait, Message::Route(next)),
        }
    }

    /// An attempt that still waits for a replica is given up, as its client has waited long enough.
    pub(super) fn held_too_long(&mut self, attempt: Attempt, now: VirtualTime, out: &mut Out) {
        let Some(care) = &mut self.care else {
            return;
        };
        let Some(place) = care.held.iter().position(|&held| held == attempt) else {
            return;
        };
        care.held.remove(place);
        self.tell_held(out);
        let how = FailureKind::Silent;
        out.fact(now, self.nowhere(attempt.request));
        self.uncount(attempt.request);
        out.now(Message::Lost { attempt, how });
    }
}

impl Care {
    /// Forgets the tries of a request that is not tried any more.
    fn forget(&mut self, request: u32) -> Option<Tries> {
        let tries = self.tries.remove(&request)?;
        self.retrying -= u32::from(tries.retrying);
        Some(tries)
    }

    /// Notes that a replica failed an attempt of a router.
    fn failed(&mut self, router: usize, replica: u16, now: VirtualTime, out: &mut Out) {
        let id = usize::from(replica);
        let watcher = &mut self.watchers[router];
        let before = watcher.avoids_until(id);
        if self.health.preset.inhibit > 0.0 {
            watcher.inhibited[id] = now + VirtualTime::from_secs(self.health.preset.inhibit);
        }
        if self.rule.is_on() {
            let open = |breaker: &&Breaker| breaker.state(now) == BreakerState::Open;
            let left_alone = watcher.breakers.iter().filter(open).count() as u32;
            let may_open = left_alone < self.rule.most(watcher.breakers.len() as u32);
            if watcher.breakers[id].failed(&self.rule, now, may_open) {
                let router = router as u8;
                out.fact(now, What::BreakerOpened { router, replica });
            }
        }
        // Only where requests wait for a replica does anybody ask when it is used again.
        let until = watcher.avoids_until(id);
        if self.holds && until != before {
            let router = router as u8;
            out.ranked(until, Message::Usable { router, replica });
        }
    }
}
