//! Answers the questions on what to run: judges a goal, or drives a search to its end and reports what it has found so far.
//!
//! This is sent from time to time, so a reader who stops a search keeps it. Outcomes of trials are kept here, so the same
//! search goes on where it was stopped. A search that does not end soon is run by several engines ([`crew`](super::crew)).

use super::crew::Others;
use super::jobs::Job;
use super::reach::Reach;
use crate::worker::message::{Answer, Question};
use crate::worker::wait;
use std::sync::Arc;
use warmpath_core::plan::capacity::Capacity;
use warmpath_core::plan::fleets::Fleets;
use warmpath_core::plan::tune::Tune;
use warmpath_core::plan::{PlanError, Search, options};
use warmpath_core::report::document::{self, Document};
use warmpath_core::report::format::{self, Format, FormatSource, Writer};
use warmpath_core::report::{Report, decision, goal};
use warmpath_core::scenario::Scenario;
use warmpath_core::session::{Abreast, KnownOutcomes, Searching, Session, SessionState};
use warmpath_core::workload::Workload;
use warmpath_view::plans::{Decision, Listing, Quest, picture};
use warmpath_view::wire::Sealed;

/// The largest number of outcomes that are kept; beyond it, all are dropped.
const MOST: usize = 50_000;

/// Answers a question, as one of several engines (its number, from 0, and their count).
pub(super) async fn decide<R: Reach>(
    job: &Job<R>,
    question: Question,
    base: &str,
    others: &Others,
    part: (usize, usize),
) -> Result<Answer, String> {
    let with = With {
        job,
        question: &question,
        base,
        others,
        part,
    };
    let Question {
        quest,
        query,
        options: texts,
    } = question.clone();
    let given = |flag: &str| quest.given(&texts, flag);
    // Errors in the options are reported before anything is fetched.
    let how = options::capacity(&given).map_err(error_text)?;
    let tuned = options::tune(&given).map_err(error_text)?;
    let (scenario, workload) = job.load(&query, base).await?;
    if scenario.goal.is_none() {
        return Err(
            "There is no goal yet: type one above, such as p95_ttft<500ms;errors<1%.".to_owned(),
        );
    }
    let whole = |decision: Decision| Answer::Decided(Sealed::new(&decision));
    match quest {
        Quest::Goal => judge(job, query, scenario, workload).await.map(whole),
        Quest::Capacity => {
            let search = Capacity::new(&scenario, &workload, how).map_err(error_text)?;
            let tell = |it: &Capacity| {
                let document = decision::capacity(it, &workload);
                let mut answer = Decision::of(quest, &query, &texts, &document);
                answer.pictures.push(picture::capacity(it));
                (answer, document)
            };
            search_on(&with, search, &workload, &tell).await.map(whole)
        }
        Quest::Plan => {
            let grid = options::grid(&scenario, &given).map_err(error_text)?;
            let search =
                Fleets::new(&scenario, Arc::clone(&workload), &grid, how).map_err(error_text)?;
            let tell = |it: &Fleets| {
                let document = decision::fleets(it, &workload);
                let mut answer = Decision::of(quest, &query, &texts, &document);
                answer.pictures.push(picture::fleets(it));
                if it.best.is_some() {
                    answer.taken.clone_from(&document.scenario);
                }
                (answer, document)
            };
            search_on(&with, search, &workload, &tell).await.map(whole)
        }
        Quest::Tune => {
            let search = Tune::new(&scenario, tuned).map_err(error_text)?;
            let tell = |it: &Tune| {
                let document = decision::tune(it, &workload);
                let mut answer = Decision::of(quest, &query, &texts, &document);
                let goal = it.scenario().goal.as_ref();
                let drawn = it.units.iter().map(|unit| picture::tuning(unit, goal));
                answer.pictures.extend(drawn);
                answer.taken = with_gains(it);
                (answer, document)
            };
            search_on(&with, search, &workload, &tell).await.map(whole)
        }
    }
}

/// An error as a sentence.
fn error_text(error: PlanError) -> String {
    error.to_string()
}

/// The scenario in which every policy that gained has its best parameters; empty if none gained.
fn with_gains(found: &Tune) -> String {
    let gains = |it: &&warmpath_core::plan::tune::PolicySearch| it.gain().is_gain();
    if found.units.iter().filter(gains).count() == 0 {
        return String::new();
    }
    let mut scenario = found.scenario().clone();
    for (policy, unit) in scenario.policies.iter_mut().zip(&found.units) {
        if unit.gain().is_gain() {
            policy.clone_from(&unit.winner().policy);
        }
    }
    scenario.to_query()
}

/// What a search needs: the engine's job, the question, and the other engines.
struct With<'a, R: Reach> {
    job: &'a Job<R>,
    question: &'a Question,
    base: &'a str,
    others: &'a Others,
    part: (usize, usize),
}

/// Drives a search to its end, sending what it has found so far.
async fn search_on<R: Reach, S: Search>(
    with: &With<'_, R>,
    search: S,
    workload: &Arc<Workload>,
    tell: &dyn Fn(&S) -> (Decision, Document),
) -> Result<Decision, String> {
    let With {
        job, others, part, ..
    } = with;
    let known = match &mut *job.outcomes.borrow_mut() {
        (of, known) if *of == workload.name && known.len() < MOST => core::mem::take(known),
        (of, known) => {
            of.clone_from(&workload.name);
            *known = KnownOutcomes::new();
            KnownOutcomes::new()
        }
    };
    let mut searching = Searching::new(search, Arc::clone(workload), known);
    searching.at_place(part.0, part.1);
    let mut session = Session::new(searching, job.pace());
    let state = loop {
        let mut show = |it: &Searching<S>, progress: warmpath_core::fleet::Progress| {
            // Only who was asked answers, so a helper has nothing to put into words.
            if part.0 > 0 {
                return;
            }
            job.progress(progress.done as f64, progress.total as f64);
            let (decision, _) = tell(it.search());
            (job.post)(Answer::Decided(Sealed::new(&decision)));
        };
        // A search itself cannot fail.
        let state = match session.slice(&wait::now, &*job.alive, &mut show) {
            Ok(state) => state,
            Err(never) => match never {},
        };
        let searching = session.work_mut();
        for (key, outcome) in others.exchange(&searching.found()) {
            searching.hear(key, outcome);
        }
        if state != SessionState::GoesOn {
            break state;
        }
        if let Some(of) = others.call(job, with.question, with.base, searching.known()) {
            searching.at_place(0, of);
        }
        wait::turn().await;
    };
    let (search, known) = session.into_work().into_parts();
    job.outcomes.borrow_mut().1 = known;
    // Only the engine that was asked answers.
    if state == SessionState::Cancelled || part.0 > 0 {
        return Err(String::new());
    }
    let (mut decision, document) = tell(&search);
    decision.whole = true;
    let files = document::FORMATS.iter();
    decision.files = files
        .map(|(name, write)| ((*name).to_owned(), write(&document)))
        .collect();
    Ok(decision)
}

/// Runs a scenario under each of its policies and judges them by its goal.
async fn judge<R: Reach>(
    job: &Job<R>,
    query: String,
    scenario: Scenario,
    workload: Arc<Workload>,
) -> Result<Decision, String> {
    let runs = Abreast::new(scenario, workload, false).map_err(|error| error.to_string())?;
    let runs = job.drive(runs, job.pace(), &|_| ()).await?;
    let (scenario, workload, runs) = runs.finish().map_err(|error| error.to_string())?;
    let report = Report::new(&scenario, &workload, &runs);
    let formats = format::FORMATS
        .iter()
        .filter(|it| it.of == FormatSource::Report);
    let written = formats.filter_map(|it| match Format::writer(it) {
        Writer::Report(write) => Some((it.name.to_owned(), write(&report))),
        _ => None,
    });
    Ok(Decision {
        quest: Quest::Goal,
        query,
        options: Vec::new(),
        whole: true,
        sentences: goal::sentences(&report),
        pictures: picture::goal(&report).into_iter().collect(),
        tables: vec![Listing::of(&goal::table(&report))],
        notes: report.notes.clone(),
        provenance: report.provenance.clone(),
        taken: String::new(),
        files: written.collect(),
    })
}
