//! An engine's reports, written down as facts and passed on as messages.

use super::Replicas;
use crate::fleet::fact::What;
use crate::fleet::message::{Attempt, Message};
use crate::fleet::out::Out;
use crate::replica::{EngineOutput, PoolEvent};
use crate::units::RequestId;

impl Replicas {
    /// Writes down what an engine has to report, if anything.
    #[inline]
    pub(super) fn report(&mut self, id: usize, out: &mut Out) {
        if !self.outputs.is_empty() || self.engines[id].pool.has_events() {
            self.write_down(id, out);
        }
    }

    #[inline(never)] // mostly there is nothing
    fn write_down(&mut self, id: usize, out: &mut Out) {
        let first_tokens = self.wanted.first_tokens;
        let (mut admitted, mut answered) = (Vec::new(), Vec::new());
        for output in self.outputs.drain(..) {
            match output {
                EngineOutput::Admitted(RequestId(request), at, admission) => {
                    out.fact(
                        at,
                        What::Admitted {
                            request,
                            hit_tokens: admission.hit_tokens,
                            hit_blocks: admission.hit_blocks,
                        },
                    );
                    if self.wanted.shared_caches {
                        admitted.push((request, at));
                    }
                }
                EngineOutput::FirstToken(RequestId(request), at) => {
                    out.fact(at, What::FirstToken { request });
                    if self.care.is_some() {
                        self.all[id].trouble.streams(request);
                    }
                    if first_tokens {
                        let number = self.numbers.get(&request).copied().unwrap_or(0);
                        out.at(at, Message::FirstLeft(Attempt { request, number }));
                    }
                }
                EngineOutput::Finished(RequestId(request), at) => {
                    out.detail(at, What::Finished { request });
                    // Most runs have no second attempts.
                    let number = match self.numbers.is_empty() {
                        true => 0,
                        false => self.numbers.remove(&request).unwrap_or(0),
                    };
                    out.at(at, Message::Left(Attempt { request, number }));
                    if self.care.is_some() {
                        answered.push((request, at));
                    }
                }
                EngineOutput::Preempted(RequestId(request), at) => {
                    out.detail(at, What::Preempted { request });
                }
                EngineOutput::Readmitted(RequestId(request), at) => {
                    out.detail(at, What::Readmitted { request });
                }
                EngineOutput::Resumed(RequestId(request), at) => {
                    out.detail(at, What::Resumed { request });
                }
            }
        }
        for (request, at) in answered {
            self.has_answered(request, id, at, out);
        }
        if self.engines[id].pool.has_events() {
            self.take_events(id, out);
        }
        for (request, at) in admitted {
            let prompt = self.workload.request(request).prompt;
            self.share(id, prompt, at, out);
        }
    }

    /// Takes in what a pool has stored and evicted.
    pub(super) fn take_events(&mut self, id: usize, out: &mut Out) {
        let heard = &mut self.heard;
        self.engines
            .change(id, |engine| engine.pool.drain_events(heard));
        if self.wanted.events_logged {
            for &(at, event) in &self.heard {
                out.fact(at, logged(id as u16, event));
            }
        }
        if self.wanted.events {
            self.engines.keep(id, &mut self.heard);
        }
        self.heard.clear();
    }
}

fn logged(replica: u16, event: PoolEvent) -> What {
    match event {
        PoolEvent::Stored { segment, from, to } => What::Stored {
            replica,
            segment,
            from,
            to,
        },
        PoolEvent::Removed { segment, from, to } => What::Evicted {
            replica,
            segment,
            from,
            to,
        },
    }
}
