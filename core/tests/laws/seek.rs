//! Any moment of a run is the same from anywhere (I-23): gone to from somewhere else, by way of the frames kept, or reached
//! from zero, fact by fact. What is held then is also told a second way, from what pools stored and evicted by then.

use std::collections::BTreeMap;

use warmpath_core::fleet::{Playback, Run, What};
use warmpath_core::request::SegmentId;
use warmpath_core::rng::Rng;
use warmpath_core::units::VirtualTime;

use super::whole::Ready;

/// Moments that are gone to, of each run.
const MOMENTS: u32 = 6;

/// What is shown of a moment: of each request what is held, and what each router believes.
fn shown(playback: &Playback, ready: &Ready) -> Vec<Vec<Vec<u32>>> {
    let requests = ready.workload.requests.len() as u32;
    let routers = 0..ready.scenario.routers as usize;
    let mut asked: Vec<_> = routers.map(|router| playback.belief(router)).collect();
    let of = |n| {
        let held = std::iter::once(playback.held(n));
        held.chain(asked.iter_mut().map(|router| router.believed(n)))
            .collect()
    };
    (0..requests).map(of).collect()
}

/// Compares a run that is taken up from kept moments with the run from its beginning.
pub(crate) fn is_the_same_from_anywhere(ready: &Ready, run: &Run) -> Result<(), String> {
    let playback = Playback::new(&ready.scenario, &ready.workload, run);
    let Some(mut cursor) = playback.map_err(|error| error.to_string())? else {
        return Err("the run kept no log".to_owned());
    };
    let mut rng = Rng::new(run.seed, "moments");
    let facts = cursor.facts().len() as u32;
    for _ in 0..MOMENTS.min(facts) {
        // At a fact, or just before it.
        let fact = cursor.facts()[rng.below(facts) as usize].at;
        let at = VirtualTime(fact.0 - u64::from(rng.below(2)).min(fact.0));
        cursor.seek(at);
        let mut anew = cursor.clone();
        anew.seek(VirtualTime::ZERO);
        while anew
            .facts()
            .get(anew.past())
            .is_some_and(|fact| fact.at <= at)
        {
            anew.step();
        }
        anew.seek(at);
        if shown(&cursor, ready) != shown(&anew, ready) || cursor.past() != anew.past() {
            return Err(format!(
                "{} ns is not the same from somewhere and from zero",
                at.0
            ));
        }
        held(&cursor, ready, at)?;
    }
    Ok(())
}

/// What is held, from the facts by then.
fn held(cursor: &Playback, ready: &Ready, at: VirtualTime) -> Result<(), String> {
    let corpus = &ready.workload.corpus;
    let mut blocks: BTreeMap<(u16, SegmentId), u32> = BTreeMap::new();
    for fact in cursor.facts().iter().filter(|fact| fact.at <= at) {
        match fact.what {
            What::Stored {
                replica,
                segment,
                from,
                to,
            } => {
                let held = blocks.entry((replica, segment)).or_default();
                if *held != from {
                    return Err(format!("replica {replica} stores {from}..{to} upon {held}"));
                }
                *held = to;
            }
            What::Evicted {
                replica,
                segment,
                from,
                to,
            } => {
                let held = blocks.entry((replica, segment)).or_default();
                if *held != to {
                    return Err(format!("replica {replica} evicts {from}..{to} of {held}"));
                }
                *held = from;
            }
            _ => {}
        }
    }
    for (n, request) in (0u32..).zip(&ready.workload.requests) {
        for (replica, depth) in (0u16..).zip(cursor.held(n)) {
            let mut runs: Vec<_> = corpus.runs(request.prompt).collect();
            runs.reverse();
            let mut naive = 0;
            for (segment, covered) in runs {
                let here = blocks.get(&(replica, segment)).copied().unwrap_or(0);
                naive += here.min(covered);
                if here < covered {
                    break;
                }
            }
            if naive != depth {
                return Err(format!(
                    "at {} ns replica {replica} holds {depth} blocks of request {n}, counted {naive}",
                    at.0
                ));
            }
        }
    }
    Ok(())
}
