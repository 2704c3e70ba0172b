//! Whether an engine reads and writes files and searches.
//!
//! Reading, writing and searching are a large part of an engine's code, and most visits need none of them. So an engine is compiled
//! with and without them, and the page uses the smaller one until it needs the other
//! ([`WorkRequest::needs_files`](crate::worker::WorkRequest::needs_files)).

use super::crew::Others;
use super::jobs::Job;
use super::{deciding, exporting, reading};
use crate::worker::message::{Answer, Question, WorkResult};
use crate::worker::{attached, source};
use warmpath_core::report::html::Picture;
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::{Origin, Workload};

/// What an engine can do besides running scenarios.
pub trait Reach: Sized + 'static {
    /// Whether the engine reads and writes files.
    const FILES: bool;

    /// Gives a scenario the files beside its workload that were opened.
    fn hand(scenario: &mut Scenario);

    /// The workload that a scenario names, and what its file recorded.
    fn workload(
        job: &Job<Self>,
        scenario: &Scenario,
        base: &str,
    ) -> impl Future<Output = Result<(Workload, Origin), String>>;

    /// Reads the file that was posted last.
    fn read(job: &Job<Self>, query: &str) -> impl Future<Output = Result<Answer, String>>;

    /// Writes a run in a format that needs its workload or every request's path.
    fn export(
        job: &Job<Self>,
        query: &str,
        format: String,
        base: &str,
    ) -> impl Future<Output = Result<Answer, String>>;

    /// Answers a question on what to run.
    fn decide(
        job: &Job<Self>,
        question: Question,
        base: &str,
    ) -> impl Future<Output = Result<Answer, String>>;

    /// Writes a finished run's figures in a format.
    fn write(format: &str, outcome: &WorkResult, pictures: &[Picture]) -> Result<String, String>;
}

/// The reach of the smaller engine, which only runs scenarios.
pub struct Running;

/// The reach of the larger engine, which also reads and writes files and searches.
pub struct Everything;

/// The error of an engine that is asked for what it cannot do. No reader sees it, because the page asks the other engine.
fn neither() -> String {
    "this engine reads and writes no files".to_owned()
}

impl Reach for Running {
    const FILES: bool = false;

    fn hand(_: &mut Scenario) {}

    async fn workload(
        job: &Job<Self>,
        scenario: &Scenario,
        base: &str,
    ) -> Result<(Workload, Origin), String> {
        let named = source::named(scenario, base, &job.post, &*job.alive).await?;
        Ok((named, Origin::default()))
    }

    async fn read(_: &Job<Self>, _: &str) -> Result<Answer, String> {
        Err(neither())
    }

    async fn export(_: &Job<Self>, _: &str, _: String, _: &str) -> Result<Answer, String> {
        Err(neither())
    }

    async fn decide(_: &Job<Self>, _: Question, _: &str) -> Result<Answer, String> {
        Err(neither())
    }

    fn write(_: &str, _: &WorkResult, _: &[Picture]) -> Result<String, String> {
        Err(neither())
    }
}

impl Reach for Everything {
    const FILES: bool = true;

    fn hand(scenario: &mut Scenario) {
        attached::hand(scenario);
    }

    async fn workload(
        job: &Job<Self>,
        scenario: &Scenario,
        base: &str,
    ) -> Result<(Workload, Origin), String> {
        let file = job.files.good.borrow().clone();
        if let Some((_, file)) = file.filter(|(name, _)| *name == scenario.workload) {
            let options = scenario.read_options();
            return source::read(&file, options, &job.post, &*job.alive).await;
        }
        let named = source::named(scenario, base, &job.post, &*job.alive).await?;
        Ok((named, Origin::default()))
    }

    async fn read(job: &Job<Self>, query: &str) -> Result<Answer, String> {
        reading::read(job, query).await
    }

    async fn export(
        job: &Job<Self>,
        query: &str,
        format: String,
        base: &str,
    ) -> Result<Answer, String> {
        exporting::export(job, query, format, base).await
    }

    async fn decide(job: &Job<Self>, question: Question, base: &str) -> Result<Answer, String> {
        deciding::decide(job, question, base, &Others::none_yet(), (0, 1)).await
    }

    fn write(format: &str, outcome: &WorkResult, pictures: &[Picture]) -> Result<String, String> {
        exporting::write(format, outcome, pictures)
    }
}
