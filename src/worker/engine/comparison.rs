//! The job of the fleet's station: policies are replayed side by side, and all that the station shows is recorded.

use super::jobs::Job;
use super::reach::Reach;
use crate::worker::message::Answer;
use warmpath_core::fleet::Progress;
use warmpath_core::session::{Pace, Work};
use warmpath_view::comparison;
use warmpath_view::comparison::holdings::Watched;
use warmpath_view::wire::Sealed;

/// The number of events between two looks at the clock: fewer than in a run, since more is recorded per event.
const EVENTS: u32 = 128;
/// The least time between two progress messages \[ms\].
const TELL_MS: f64 = 100.0;

/// How a recorded replay is driven, for `slice_ms` at a time.
pub(super) fn pace(slice_ms: f64) -> Pace {
    Pace {
        events: EVENTS,
        first_ms: TELL_MS,
        slice_ms,
        apart_ms: TELL_MS,
        pause_factor: 0.0,
    }
}

impl<R: Reach> Job<R> {
    /// Replays the policies of a scenario.
    pub(super) async fn comparison(
        &self,
        query: &str,
        base: &str,
        number: u32,
    ) -> Result<Answer, String> {
        let (scenario, workload) = self.load(query, base).await?;
        let watched = comparison::play::watched(scenario, workload)?;
        let pace = pace(self.slice_ms);
        let FleetReplay(watched) = self.drive(FleetReplay(watched), pace, &|_| ()).await?;
        let comparison = comparison::comparison(&watched)
            .ok_or("the finished replay lacks the run of a policy")?;
        let comparison = Sealed::new(&comparison);
        Ok(Answer::Comparison { number, comparison })
    }
}

/// The fleet's replay as work in slices.
struct FleetReplay(Watched);

impl Work for FleetReplay {
    type Error = String;

    fn advance(&mut self, events: u32) -> Result<Progress, String> {
        let finished = self.0.run(events)?;
        Ok(Progress {
            finished,
            ..self.progress()
        })
    }

    fn progress(&self) -> Progress {
        self.0.replay.progress()
    }
}
