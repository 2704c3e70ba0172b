//! The run of the scenario that the laboratory opens with. It is simulated when the page is built, by the code that the engine
//! runs, and lies beside the page as the message in which a worker would answer: so the laboratory has results before anybody
//! has asked for a run, and they are those that a run would bring.

use super::message::{self, Answer, WorkResult};
use super::source;
use crate::dom;
use warmpath_view::controls::OPENING;

/// The attribute of the document's root that names the file: the build puts a hash of the contents into the name, so that
/// no cache has the run of another build.
const FILE: &str = "data-opening";

/// The stored run; `None` if it could not be fetched or is not of this build.
pub async fn stored() -> Option<WorkResult> {
    let file = dom::root()?.get_attribute(FILE)?;
    let bytes = source::get(&format!("{}{file}", dom::folder()))
        .await
        .ok()?;
    match message::read(&bytes) {
        Ok(Answer::Done(outcome)) if outcome.query == OPENING => Some(*outcome),
        _ => None,
    }
}

/// Simulates the run that is to be stored, and writes it as it is stored.
///
/// # Errors
/// If the run fails, which does not happen unless the opening scenario is wrong.
#[cfg(feature = "ssr")]
pub fn simulate() -> Result<Vec<u8>, String> {
    use super::engine::outcome;
    use std::sync::Arc;
    use warmpath_core::scenario::Scenario;
    use warmpath_core::session::{Abreast, Pace, Session, SessionState};
    use warmpath_core::workload::Named;

    let text = |error: &dyn core::fmt::Display| error.to_string();
    let mut scenario = Scenario::from_query(OPENING).map_err(|it| text(&it))?;
    let named = Named::parse(&scenario.workload).map_err(|it| text(&it))?;
    let workload = named
        .generate(scenario.block_size, scenario.seed, scenario.requests)
        .map_err(|it| text(&it))?;
    scenario.workload.clone_from(&workload.name);
    let runs = Abreast::new(scenario, Arc::new(workload), false).map_err(|it| text(&it))?;
    let mut session = Session::new(runs, Pace::untimed(1 << 16));
    loop {
        let state = session.slice(&|| 0.0, &|| true, &mut |_, _| ());
        if state.map_err(|it| text(&it))? == SessionState::Finished {
            break;
        }
    }
    let runs = session.into_work().finish().map_err(|it| text(&it))?;
    Ok(message::write(&Answer::Done(Box::new(outcome(
        &runs.0, &runs.1, &runs.2,
    )))))
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    /// What is stored reads as a worker's answer, and is of the scenario that the laboratory opens with.
    #[test]
    fn the_stored_run_is_the_answer_to_the_opening_scenario() {
        let bytes = simulate().expect("it runs");
        let Ok(Answer::Done(outcome)) = message::read(&bytes) else {
            panic!("no results");
        };
        assert_eq!(outcome.query, OPENING);
        assert_eq!(outcome.summaries.len(), outcome.courses.len());
        assert!(outcome.summaries.iter().all(|it| it.values.completed > 0.0));
        assert_eq!(simulate().as_ref(), Ok(&bytes), "a fresh run is the same");
    }
}
