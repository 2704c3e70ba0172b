//! The job of the station on failures: policies are replayed with and without the events.

use super::comparison::pace;
use super::jobs::Job;
use super::reach::Reach;
use crate::worker::message::Answer;
use warmpath_core::fleet::Progress;
use warmpath_core::session::Work;
use warmpath_view::failure::Both;
use warmpath_view::wire::Sealed;

impl<R: Reach> Job<R> {
    /// Replays the policies of a scenario with and without its events.
    pub(super) async fn failure(
        &self,
        query: &str,
        base: &str,
        number: u32,
    ) -> Result<Answer, String> {
        let (scenario, workload) = self.load(query, base).await?;
        let both = Twice(Both::new(scenario, workload)?);
        let Twice(both) = self.drive(both, pace(self.slice_ms), &|_| ()).await?;
        let failure = both
            .failure()
            .ok_or("the finished replay lacks the run of a policy")?;
        let failure = Sealed::new(&failure);
        Ok(Answer::Failure { number, failure })
    }
}

/// Both replays as work in slices.
struct Twice(Both);

impl Work for Twice {
    type Error = String;

    fn advance(&mut self, events: u32) -> Result<Progress, String> {
        let finished = self.0.run(events)?;
        Ok(Progress {
            finished,
            ..self.0.progress()
        })
    }

    fn progress(&self) -> Progress {
        self.0.progress()
    }
}
