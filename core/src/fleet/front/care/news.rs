//! How news of a replica reaches each router, and what a router that restarts knows.

use super::{Care, Front, Tries};
use crate::fleet::fact::What;
use crate::fleet::message::Message;
use crate::fleet::out::Out;
use crate::limit::breaker::Breaker;
use crate::scenario::life::Purge;
use crate::units::{ReplicaId, VirtualTime};

impl Front {
    /// Sends what was found out about a replica on its way to every router.
    pub(super) fn known(
        &mut self,
        replica: u16,
        up: bool,
        change: u32,
        now: VirtualTime,
        out: &mut Out,
    ) {
        let Some(care) = &mut self.care else {
            return;
        };
        care.found[usize::from(replica)] = (up, change);
        let (lag, relist) = (care.health.preset.lag, care.health.relist);
        for router in 0..care.watchers.len() as u8 {
            let missed = care.health.loss > 0.0 && care.misses.uniform() < care.health.loss;
            let heard = Message::Heard {
                router,
                listed: missed,
                replica,
                up,
                change,
            };
            let at = match VirtualTime::from_secs(relist).0 {
                0 if missed => continue,
                relist if missed => {
                    VirtualTime((now.0 / relist).saturating_add(1).saturating_mul(relist))
                }
                _ => now + VirtualTime::from_secs(lag),
            };
            out.ranked(at, heard);
        }
    }

    /// A router hears whether a replica answers; `change` is the number of that change, and what is newer than it stays.
    pub(super) fn heard(
        &mut self,
        router: u8,
        replica: u16,
        up: bool,
        change: u32,
        now: VirtualTime,
        out: &mut Out,
    ) {
        let (number, id) = (usize::from(router), usize::from(replica));
        let Some(care) = &mut self.care else {
            return;
        };
        let watcher = &mut care.watchers[number];
        if change < watcher.heard[id] {
            return; // what is newer came first
        }
        watcher.heard[id] = change;
        let known = core::mem::replace(&mut watcher.up[id], up) == up;
        let readmitted = up && care.readmit(router, replica);
        if known {
            // It went down and came back before its router heard of that.
            if readmitted {
                self.let_go(out);
            }
            return;
        }
        let believes = What::Believes {
            router,
            replica,
            up,
        };
        out.fact(now, believes);
        if up {
            self.routers[number].joined(ReplicaId(replica.into()));
            self.let_go(out);
            // There is one replica more, so what held the line back may no longer do so.
            self.go_on(out);
            return;
        }
        self.go_on(out);
        if let Some(care) = &self.care {
            care.forget_replica(router, replica, now, out);
        }
    }

    /// A router restarts: it lists the replicas, and remembers what its snapshot holds, if it has one.
    pub(super) fn restart(
        &mut self,
        router: u8,
        snapshot: bool,
        event: u16,
        now: VirtualTime,
        out: &mut Out,
    ) {
        let number = usize::from(router);
        let Some(care) = &mut self.care else {
            return;
        };
        let Some(watcher) = care.watchers.get_mut(number) else {
            return;
        };
        out.fact(
            now,
            What::Event {
                event,
                whom: u16::from(router),
                router: true,
            },
        );
        // A restarted router lists the replicas as they are known to be. What is older and still on its way to it is no news then.
        let (mut gone, mut back) = (Vec::new(), Vec::new());
        for (replica, &(up, change)) in (0..).zip(&care.found) {
            let id = usize::from(replica);
            if core::mem::replace(&mut watcher.heard[id], change) != change && up {
                back.push(replica);
            }
            if watcher.up[id] != up {
                watcher.up[id] = up;
                if !up {
                    gone.push(replica);
                }
                let believes = What::Believes {
                    router,
                    replica,
                    up,
                };
                out.fact(now, believes);
            }
        }
        watcher.inhibited.fill(VirtualTime::ZERO);
        watcher.breakers.fill(Breaker::default());
        if !snapshot {
            self.forget_everything(router, now, out);
        }
        let Some(care) = &mut self.care else {
            return;
        };
        for (id, _) in (0..).zip(&care.found).filter(|(_, found)| found.0) {
            self.routers[number].joined(ReplicaId(id));
        }
        for replica in back {
            care.readmit(router, replica);
        }
        // Its snapshot may hold blocks of replicas that went down without its hearing of it; they are forgotten as if it had heard.
        for replica in gone.into_iter().filter(|_| snapshot) {
            care.forget_replica(router, replica, now, out);
        }
        self.let_go(out);
        self.go_on(out);
    }

    /// A router that restarts without a snapshot knows of no request that it sent and of no cache.
    fn forget_everything(&mut self, router: u8, now: VirtualTime, out: &mut Out) {
        let number = usize::from(router);
        let Some(care) = &mut self.care else {
            return;
        };
        care.watchers[number].epoch = care.watchers[number].epoch.wrapping_add(1);
        // What was tried is forgotten with everything else.
        for tries in care.tries.values_mut().filter(|it| it.router == router) {
            care.retrying -= u32::from(tries.retrying);
            *tries = Tries {
                router,
                ..Tries::default()
            };
        }
        self.routers[number].begin_anew(&care.fresh[number]);
        if let Some(diary) = &mut self.diary {
            diary.begin_anew(now, router);
        }
        let replica = None;
        out.detail(now, What::Forgot { router, replica });
        // The restarted router has never known the replicas that are not there.
        for (id, _) in (0..).zip(&care.found).filter(|(_, found)| !found.0) {
            self.routers[number].left(ReplicaId(id));
        }
        if let Some(once) = self.once.get_mut(number) {
            *once = crate::fleet::ever::EverCached::new(&self.workload.corpus);
        }
    }
}

impl Care {
    /// Makes a router forget the cache of a replica that it takes to be down, when its product does.
    fn forget_replica(&self, router: u8, replica: u16, now: VirtualTime, out: &mut Out) {
        if let Purge::After(seconds) = self.health.preset.purge {
            let purge = Message::Purge { router, replica };
            match VirtualTime::from_secs(seconds) {
                VirtualTime::ZERO => out.now(purge),
                after => out.ranked(now + after, purge),
            }
        }
    }

    /// Lets the requests of a router go to a replica again that failed them and has answered since; whether there is any.
    fn readmit(&mut self, router: u8, replica: u16) -> bool {
        let mut any = false;
        for tries in self.tries.values_mut().filter(|it| it.router == router) {
            let before = tries.excluded.len();
            tries.excluded.retain(|it| *it != replica);
            any |= tries.excluded.len() < before;
        }
        any
    }
}
