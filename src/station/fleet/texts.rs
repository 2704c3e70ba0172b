//! The texts at the playhead: what is under way, the last decisions, and what each policy's router believes beside what the
//! replicas hold.

use super::turns::{Frame, Job};
use crate::figure::nodes;
use crate::figure::signal::{parts, renew};
use leptos::prelude::*;
use warmpath_core::units::VirtualTime;
use warmpath_view::comparison::holdings::{self, Square};
use warmpath_view::comparison::{PolicySide, sentences};
use warmpath_view::format;
use warmpath_view::playback::Cursor;
use warmpath_view::rich::RichText;

/// The number of recent decisions that are listed.
const LISTED: usize = 3;

/// The job that keeps the sentence on what is under way up to date.
pub(super) fn now(sentence: RwSignal<RichText>) -> Job {
    let mut of = 0;
    let mut cursors = Vec::new();
    Box::new(move |frame| {
        let Frame {
            comparison,
            run,
            at,
            ..
        } = *frame;
        if of != run {
            of = run;
            let cursor = |side: &PolicySide| Cursor::new(side.lanes.len());
            cursors = comparison.sides.iter().map(cursor).collect();
        }
        let sides = cursors.iter_mut().zip(&comparison.sides);
        let census: Vec<_> = sides
            .map(|(cursor, side)| {
                cursor.seek(&side.events, at);
                cursor.all()
            })
            .collect();
        renew(sentence, sentences::now(comparison, at, &census));
    })
}

/// The job that keeps the list of the last decisions up to date.
pub(super) fn decisions(lines: RwSignal<Vec<String>>) -> Job {
    Box::new(move |frame| {
        renew(
            lines,
            sentences::decisions(frame.comparison, frame.at, LISTED),
        )
    })
}

/// The row of a shared prefix in the table: its number, its length \[blocks\], and what every replica has of it \[blocks\],
/// as the router believes and as it is. The last two change while a run is played.
#[derive(Clone)]
struct Prefix {
    number: usize,
    blocks: u32,
    has: [ArcRwSignal<Vec<u32>>; 2],
}

/// What a router believes and what its replicas hold, as a sentence and a table. Copies share their state.
#[derive(Clone, Copy)]
pub(super) struct Holdings {
    words: RwSignal<RichText>,
    /// The word for a prefix, such as "document".
    noun: RwSignal<&'static str>,
    prefixes: RwSignal<Vec<Prefix>>,
}

impl Holdings {
    /// The state before the first replay: no sentence and no rows.
    pub(super) fn new() -> Self {
        Self {
            words: RwSignal::new(RichText::new()),
            noun: RwSignal::new(""),
            prefixes: RwSignal::new(Vec::new()),
        }
    }

    /// The job that keeps the sentence and the table of side `which` in step with the playhead. Between two recorded moments
    /// nothing changes, and at one only the cells that have changed are updated.
    pub(super) fn job(self, which: usize) -> Job {
        let mut shown: Option<(u32, VirtualTime)> = None;
        let mut cells: Vec<ArcRwSignal<Vec<u32>>> = Vec::new();
        Box::new(move |frame| {
            let Frame {
                comparison,
                run,
                at,
                ..
            } = *frame;
            let Some(side) = comparison.sides.get(which) else {
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
                    let has = holdings::cells(comparison, which, None, taken);
                    cells = has
                        .into_iter()
                        .map(|(_, has)| ArcRwSignal::new(has))
                        .collect();
                    let rows = holdings::rows(comparison)
                        .into_iter()
                        .zip(cells.chunks_exact(2));
                    let prefix =
                        |((number, blocks), has): ((usize, u32), &[ArcRwSignal<Vec<u32>>])| {
                            Prefix {
                                number,
                                blocks,
                                has: [has[0].clone(), has[1].clone()],
                            }
                        };
                    self.noun.set(comparison.names.first());
                    self.prefixes.set(rows.map(prefix).collect());
                }
                Some((_, before)) => {
                    for (at, has) in holdings::cells(comparison, which, Some(before), taken) {
                        if let Some(cell) = cells.get(at) {
                            cell.set(has);
                        }
                    }
                }
            }
            renew(self.words, holdings::sentence(comparison, which, taken));
        })
    }

    /// The sentence on what the router believes, as nodes that follow the playhead.
    pub(super) fn words(self) -> impl Fn() -> Vec<AnyView> + Send + Sync + 'static {
        move || nodes(&self.words.read())
    }

    /// The rows of the table, which follow the playhead.
    pub(super) fn table(self) -> impl Fn() -> Vec<AnyView> + Send + Sync + 'static {
        move || {
            let row = |prefix: Prefix| {
                let Prefix {
                    number,
                    blocks,
                    has,
                } = prefix;
                row(
                    number,
                    blocks,
                    has.map(|has| parts(move || vec![squares(&has.read(), blocks)])),
                )
            };
            let prefixes = self.prefixes.get();
            if prefixes.is_empty() {
                return Vec::new();
            }
            let rows = prefixes.into_iter().map(row).collect();
            vec![inside(self.noun.get(), rows)]
        }
    }
}

/// The table of prefixes at a fixed moment, which follows no signal.
pub(super) fn still(
    comparison: &warmpath_view::comparison::Comparison,
    which: usize,
    at: VirtualTime,
) -> AnyView {
    let has = holdings::cells(comparison, which, None, at);
    let rows = holdings::rows(comparison)
        .into_iter()
        .zip(has.chunks_exact(2));
    let rows = rows.map(|((number, blocks), has)| {
        row(number, blocks, [0, 1].map(|at| squares(&has[at].1, blocks)))
    });
    inside(comparison.names.first(), rows.collect())
}

/// The head and the rows of the table of prefixes; `noun` is the word for a prefix.
fn inside(noun: &'static str, rows: Vec<AnyView>) -> AnyView {
    view! {
        <thead>
            <tr>
                <th scope="col">{noun}</th>
                <th scope="col">"the router believes"</th>
                <th scope="col">"the replicas hold"</th>
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    }
    .into_any()
}

fn row(number: usize, blocks: u32, [believed, held]: [AnyView; 2]) -> AnyView {
    view! {
        <tr>
            <th scope="row">{number.to_string()} " " <small>{format::blocks(blocks)}</small></th>
            <td>{believed}</td>
            <td>{held}</td>
        </tr>
    }
    .into_any()
}

/// A square for each replica, filled from below by the share that it has of a prefix, with the same in words for screen
/// readers.
fn squares(has: &[u32], blocks: u32) -> AnyView {
    let (squares, words) = holdings::squares(has, blocks);
    let square = |it: Square| {
        let height = 16.0 * it.filled;
        let filled = (it.filled > 0.0).then(|| {
            let class = format!("replica-{}", it.replica % 8);
            let [y, height] = [16.0 - height, height].map(|it| format!("{it:.1}"));
            let corners = if it.filled >= 1.0 { "3" } else { "1" };
            view! { <rect class=class y=y width="16" height=height rx=corners /> }
        });
        let class = if it.filled > 0.5 { "on" } else { "off" };
        view! {
            <svg class="part-square" width="18" height="18" viewBox="-1 -1 18 18" aria-hidden="true">
                <rect class="frame" width="16" height="16" rx="3" />
                {filled}
                <text class=class x="8" y="12">{it.replica.to_string()}</text>
            </svg>
        }
    };
    view! {
        {squares.into_iter().map(square).collect::<Vec<_>>()}
        <span class="unseen">{words}</span>
    }
    .into_any()
}
