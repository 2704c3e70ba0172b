//! What is told at the playhead: what is under way, the last decisions, and what each policy's router believes beside what the
//! replicas hold.

use super::turns::{Job, Scene};
use crate::figure::Sheet;
use warmpath_core::units::VirtualTime;
use warmpath_view::duel::{MOST, Side, holdings, say};
use warmpath_view::markup::said;
use warmpath_view::playback::Cursor;

/// Decisions told at once.
const TOLD: usize = 3;

/// A job for each.
pub(super) fn jobs(sheet: &Sheet) -> Vec<Job> {
    let mut jobs = vec![now(sheet.clone()), decisions(sheet.clone())];
    jobs.extend((0..MOST).map(|which| held(sheet.clone(), which)));
    jobs
}

fn now(sheet: Sheet) -> Job {
    let mut of = 0;
    let mut cursors = Vec::new();
    Box::new(move |scene| {
        let Scene { duel, run, at, .. } = *scene;
        if of != run {
            of = run;
            let cursor = |side: &Side| Cursor::new(side.lanes.len());
            cursors = duel.sides.iter().map(cursor).collect();
            sheet.mark("#fleet-now", "hidden", None);
        }
        let sides = cursors.iter_mut().zip(&duel.sides);
        let census: Vec<_> = sides
            .map(|(cursor, side)| {
                cursor.seek(&side.events, at);
                cursor.all()
            })
            .collect();
        sheet.fill("#fleet-now", &said(&say::now(duel, at, &census)));
    })
}

fn decisions(sheet: Sheet) -> Job {
    Box::new(move |scene| sheet.lines(".log ol", &say::decisions(scene.duel, scene.at, TOLD)))
}

/// The belief table of a side and its sentence. A picture holds until the next one was taken, and of that only the cells are
/// made anew that have changed.
fn held(sheet: Sheet, which: usize) -> Job {
    let [table, words] = ["holds", "told"].map(|part| format!("#fleet-{part}-{which}"));
    let mut shown: Option<(u32, VirtualTime)> = None;
    let mut cells = Vec::new();
    Box::new(move |scene| {
        let Scene { duel, run, at, .. } = *scene;
        let Some(side) = duel.sides.get(which) else {
            return;
        };
        let moment = holdings::at(&side.moments, at);
        let taken = moment.map(|it| it.at).unwrap_or_default();
        let before = shown.replace((run, taken));
        if before == shown {
            return;
        }
        match before.filter(|it| it.0 == run) {
            None => {
                sheet.fill(&table, &holdings::table(duel, which, taken));
                cells = sheet.parts(&format!("{table} tbody td"));
            }
            Some((_, before)) => {
                for (at, inside) in holdings::cells(duel, which, Some(before), taken) {
                    if let Some(cell) = cells.get(at) {
                        cell.set_inner_html(&inside);
                    }
                }
            }
        }
        sheet.fill(&words, &said(&holdings::say(duel, which, taken)));
    })
}
