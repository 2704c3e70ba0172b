//! What is told at the playhead: what is under way, the last decisions, and what each policy's router believes beside what the
//! replicas hold.

use super::turns::{Job, Scene};
use crate::figure::Sheet;
use warmpath_core::units::VirtualTime;
use warmpath_view::duel::{holdings, say};
use warmpath_view::markup::said;
use warmpath_view::playback::Cursor;

/// Decisions told at once.
const TOLD: usize = 3;

/// A job for each.
pub(super) fn jobs(sheet: &Sheet) -> [Job; 4] {
    [
        now(sheet.clone()),
        decisions(sheet.clone()),
        held(sheet.clone(), 0),
        held(sheet.clone(), 1),
    ]
}

fn now(sheet: Sheet) -> Job {
    let mut of = 0;
    let mut cursors = [Cursor::new(0), Cursor::new(0)];
    Box::new(move |scene| {
        let Scene { duel, run, at, .. } = *scene;
        if of != run {
            of = run;
            cursors = [0, 1].map(|which| Cursor::new(duel.sides[which].lanes.len()));
            sheet.mark("#fleet-now", "hidden", None);
        }
        let census = [0, 1].map(|which| {
            cursors[which].seek(&duel.sides[which].events, at);
            cursors[which].all()
        });
        sheet.fill("#fleet-now", &said(&say::now(duel, at, census)));
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
        let moment = holdings::at(&duel.sides[which].moments, at);
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
