//! Has an engine make the runs that a station shows, whenever what is chosen there changes.

use super::sides::Coming;
use crate::figure::Player;
use crate::figure::signal::follow;
use crate::worker::{Answer, Forked, Link, WorkRequest};
use crate::{dom, mount, shell};
use leptos::prelude::*;
use warmpath_core::units::VirtualTime;

/// A station that shows runs of an engine of its own.
pub(super) trait Replayed: Copy + 'static {
    /// The station's name in addresses.
    const NAME: &'static str;

    /// The scenario and policies that are chosen, as a query.
    fn query(self) -> String;

    /// Asks for the runs of a query; `base` is the folder of the page's files, and the answer has the `number`.
    fn request(query: String, base: String, number: u32) -> WorkRequest;

    /// The playhead: the moment of the replay that is shown, and whether it plays.
    fn player(self) -> Player;

    /// How far the next runs are.
    fn coming(self) -> Coming;

    /// Why the last action failed.
    fn fault(self) -> RwSignal<Option<String>>;

    /// Shows the runs of an answer if it is that to the request with this `number`; returns of how many requests they are, and
    /// `None` for an answer that is out of date.
    ///
    /// # Errors
    /// If the answer cannot be read.
    fn show(self, answer: Answer, number: u32) -> Result<Option<u32>, String>;

    /// Takes what would have come of sending a request elsewhere; `None` if that could not be computed.
    fn forked(self, forked: Option<Forked>);
}

/// Asks for runs whenever the choice changes. The station has an engine of its own, so that it need not wait for the
/// laboratory's runs; the link to it is returned. At the first runs the playhead goes to `from`.
pub(super) fn replay<S: Replayed>(stage: S, from: Option<VirtualTime>) -> Link {
    let (coming, fault) = (stage.coming(), stage.fault());
    let asked = StoredValue::new(0u32);
    let first = StoredValue::new(from);
    let failed = move |reason| {
        coming.share.set(None);
        fault.set(Some(reason));
    };
    let link = Link::start(move |answer| match answer {
        Answer::Progress { done, total, .. } => coming.progress(done, total),
        Answer::Forked(forked) => {
            coming.share.set(None);
            stage.forked(Some(*forked));
        }
        Answer::Failed { reason } => {
            stage.forked(None);
            failed(reason);
        }
        answer => match stage.show(answer, asked.get_value()) {
            Ok(Some(requests)) => {
                coming.share.set(None);
                fault.set(None);
                shell::tell_run(S::NAME, &untrack(|| stage.query()), requests);
                if let Some(at) = first.try_update_value(Option::take).flatten() {
                    stage.player().jump(at);
                }
            }
            Ok(None) => {}
            Err(reason) => failed(reason),
        },
    });
    let (way, ended) = (link.clone(), link.clone());
    mount::on_leave(move || ended.end());
    follow(move || {
        let query = stage.query();
        let number = asked.get_value() + 1;
        asked.set_value(number);
        coming.share.set(Some(0.0));
        if let Err(reason) = way.ask(&S::request(query, dom::folder(), number)) {
            failed(reason);
        }
    });
    link
}
