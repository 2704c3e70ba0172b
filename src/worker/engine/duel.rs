//! The fleet's job: policies replayed side by side, all that there is to show of them taken down on the way.

use super::jobs::Job;
use crate::worker::message::Answer;
use crate::worker::wait;
use warmpath_view::duel;

/// Events between two looks at the clock: fewer than in a run, since more is taken down.
const EVENTS: u32 = 128;
/// Least time between two words on how far it is \[ms\].
const TELL_MS: f64 = 100.0;

impl Job {
    /// Replays a scenario's policies.
    pub(super) async fn duel(
        &self,
        query: &str,
        base: &str,
        number: u32,
    ) -> Result<Answer, String> {
        let (scenario, workload) = self.load(query, base).await?;
        let mut watched = duel::play::watched(scenario, workload)?;
        let mut told = wait::now();
        loop {
            let start = wait::now();
            let ended = loop {
                let ended = watched.run(EVENTS)?;
                if ended || wait::now() - start >= self.slice_ms {
                    break ended;
                }
            };
            if ended {
                break;
            }
            if wait::now() - told > TELL_MS {
                told = wait::now();
                let progress = watched.replay.progress();
                self.progress(progress.done as f64, progress.total as f64);
            }
            wait::turn().await;
            if !(self.alive)() {
                return Err(String::new());
            }
        }
        let duel = duel::duel(&watched).ok_or("a finished replay has a run a policy")?;
        let duel = Box::new(duel);
        Ok(Answer::Duel { number, duel })
    }
}
