//! The sides as lanes, and as tables: every figure with and without the events, and what became of every replica.

use super::recovery::TOLERANCE;
use super::{Failure, FailureRun, RunPair};
use crate::chart::scale::Scale;
use crate::comparison::sentences::under;
use crate::format::{self, NONE};
use crate::glossary_words::{self, Word};
use crate::lanes;
use crate::lanes::axis::{Tick, ticks};
use crate::lanes::strip::{Shade, strip};
use crate::lives::ReplicaState;
use crate::lives::draw;
use crate::rich::{RichText, Tone};
use crate::table::{Cell, Place, Row, Table};
use warmpath_core::metrics::{HappeningFigures, PLACES, Recovery, WINDOW};

/// The strips of a side's replicas in the run with the events, or in the one without. All runs share one scale.
pub fn strips(failure: &Failure, which: usize, with: bool) -> Vec<Vec<Shade>> {
    let all = failure
        .sides
        .iter()
        .flat_map(|side| [&side.with, &side.without]);
    let most = lanes::most_waiting(all.flat_map(|it| it.lanes.iter().flatten()));
    let course = failure.sides[which].course(with);
    let pool = f64::from(course.pool_blocks);
    course
        .lanes
        .iter()
        .map(|lane| strip(lane, most, pool))
        .collect()
}

/// The time axis below the lanes.
pub fn axis(failure: &Failure) -> Vec<Tick> {
    let scale = Scale::Linear {
        from: 0.0,
        to: failure.marks.end.secs(),
    };
    ticks(scale, 5)
}

impl RunPair {
    /// The run with the events, or the one without.
    pub fn course(&self, with: bool) -> &FailureRun {
        match with {
            true => &self.with,
            false => &self.without,
        }
    }
}

/// The figures in a side's caption: what became of the requests.
pub fn caption(side: &RunPair) -> RichText {
    let answered = side.with.ended(0);
    let unanswered = side.with.ended(2) + side.with.ended(1);
    let cut = side.with.ended(3);
    vec![
        (Tone::Strong, format::count(answered)),
        (Tone::Plain, " answered · ".to_owned()),
        (Tone::Strong, format::count(unanswered)),
        (Tone::Plain, " failed · ".to_owned()),
        (Tone::Strong, format::count(cut)),
        (Tone::Plain, " broke off".to_owned()),
    ]
}

/// How a figure of a run is written.
type FigureFormat = fn(&FailureRun) -> String;

/// The figures that both runs have: name, and how each is written. They are not called better or worse: a run that answers
/// fewer requests also computes less, and requests that were lost do not wait.
const BOTH: [(&str, FigureFormat); 5] = [
    ("Requests answered", |it| format::count(it.ended(0))),
    ("Requests that failed or broke off", |it| {
        format::count(it.ended(1) + it.ended(2) + it.ended(3))
    }),
    ("TTFT of those answered, P95", |it| {
        format::seconds(it.p95())
    }),
    ("Prompt tokens reused", |it| {
        format::share(it.summary.values[PLACES.token_reuse_rate])
    }),
    ("Prompt tokens computed", |it| format::count(computed(it))),
];

/// The prompt tokens that all replicas of a run computed.
pub(super) fn computed(it: &FailureRun) -> u64 {
    let all = it.summary.replicas.iter();
    all.map(|replica| replica.prefilled_tokens as u64).sum()
}

/// The figures that only the run with the events has: name, and how each is written.
const OF_EVENTS: [(&str, FigureFormat); 6] = [
    ("Attempts sent where nothing answered", |it| {
        of_life(it, |life| format::count(life.sent_to_dead))
    }),
    ("Attempts in all", |it| {
        of_life(it, |life| format::count(life.attempts))
    }),
    ("Cached blocks lost", |it| {
        of_life(it, |life| {
            let lost = life.happenings.iter().map(|it| u64::from(it.lost_blocks));
            format::count(lost.sum())
        })
    }),
    ("Of these on no other replica", |it| {
        of_life(it, |life| {
            let alone = life.happenings.iter().map(|it| u64::from(it.lost_alone));
            format::count(alone.sum())
        })
    }),
    ("Lost prompt tokens computed again", |it| {
        of_life(it, |life| format::count(life.recomputed_tokens))
    }),
    // One time for each event, in their order.
    ("The router knew after", |it| {
        let times = it.life().into_iter().flat_map(|life| &life.happenings);
        let times: Vec<String> = times.map(|it| span(it.known_after_s)).collect();
        times.join(", ")
    }),
];

/// For how long something was worse under a policy.
type WorseFor = fn(&RunPair) -> Recovery;

/// For how long a figure was worse than without the events: name, and how long.
const WORSE: [(&str, WorseFor); 2] = [
    ("Fewer prompt tokens found than without the events", |it| {
        it.hits_worse
    }),
    ("P95 of TTFT longer than without the events", |it| {
        it.ttft_worse
    }),
];

fn of_life(it: &FailureRun, of: fn(&warmpath_core::metrics::LifeFigures) -> String) -> String {
    it.life().map_or(NONE.to_owned(), of)
}

fn span(it: Option<f64>) -> String {
    it.map_or(NONE.to_owned(), format::seconds)
}

fn recovery(it: Recovery) -> String {
    match it {
        Recovery::TooFew => "too few to say".to_owned(),
        Recovery::Undisturbed => "at no time".to_owned(),
        Recovery::After(s) => format!("for {}", format::seconds(s)),
        Recovery::Never => "to the end".to_owned(),
    }
}

/// The figures with a column per policy: each with the events, and without them.
pub fn table(failure: &Failure) -> Table {
    let sides = || failure.sides.iter();
    let head = sides().map(|side| Cell::column(side.policy.clone()));
    let both = |&(name, written): &(&str, FigureFormat)| {
        let cell = |side: &RunPair| {
            let [with, without] = [&side.with, &side.without].map(written);
            let text = vec![
                (Tone::Plain, with),
                (Tone::Plain, " ".to_owned()),
                (Tone::Small, format!("instead of\u{a0}{without}")),
            ];
            Cell::rich(Place::Value, text)
        };
        Row::new([Cell::row(name)].into_iter().chain(sides().map(cell)))
    };
    let of_events = |&(name, written): &(&str, FigureFormat)| {
        let cells = sides().map(|side| Cell::value(written(&side.with)));
        Row::new([Cell::row(name)].into_iter().chain(cells))
    };
    let mut rows: Vec<Row> = BOTH.iter().map(both).collect();
    if has_events(failure) {
        rows.extend(OF_EVENTS.iter().map(of_events));
        rows.extend(WORSE.iter().map(|&(name, of)| {
            let cells = sides().map(|side| Cell::value(recovery(of(side))));
            Row::new([Cell::row(name)].into_iter().chain(cells))
        }));
    }
    Table::simple([Cell::corner()].into_iter().chain(head), rows)
}

/// The line that stands for the table while it is folded away: how many figures it has, and how much of the prompts was found in
/// caches.
pub fn brief(failure: &Failure) -> String {
    let reused = |it: &FailureRun| format::share(it.summary.values[PLACES.token_reuse_rate]);
    let reused = under(&|at| {
        let side = failure.sides.get(at)?;
        Some((reused(&side.with), side.policy.as_str()))
    });
    let count = table(failure).rows().count();
    format!("{count} figures: prompt tokens reused {reused}, and the rest")
}

/// What the table compares, and what its rows count, in a few sentences: of lost blocks only if something happens.
pub fn note(failure: &Failure) -> String {
    let mut note = format!(
        "“Instead of” tells of the run without the events. TTFT is the time to first token, and P95 what 95{}% of those answered stay within.",
        format::GAP
    );
    if has_events(failure) {
        note += &format!(
            " How many blocks are lost depends on how many different prompts the replica had been sent. Only those on no other \
             replica can cost anything, and what is asked of them again is counted once, in whole blocks. The last two rows compare {WINDOW} requests \
             in a row that both runs answer: a figure counts as worse if it differs by more than {}. The time runs from the first event until no {WINDOW} \
             in a row differ so any more.",
            format::share(TOLERANCE)
        );
        let knows = |it: &HappeningFigures| it.known_after_s.is_some();
        let lives = failure.sides.iter().filter_map(|side| side.with.life());
        if !lives.flat_map(|it| &it.happenings).all(knows) {
            note += " A dash at “The router knew after”: after that event the router did not take the replica for down: it \
                     answered all probes, or answered again before enough in a row had failed, or was taken for down already, or the run was over.";
        }
    }
    note
}

/// The words of the list of costs and of the note that the glossary explains.
pub fn words(failure: &Failure) -> Vec<Word> {
    let costs = super::sentences::costs(failure);
    let mut texts: Vec<String> = costs.iter().map(crate::rich::words).collect();
    texts.push(note(failure));
    glossary_words::words(texts.iter().map(String::as_str))
}

/// Whether something happens under any of the policies, so that the table has rows on it.
fn has_events(failure: &Failure) -> bool {
    let mut lives = failure.sides.iter().filter_map(|side| side.with.life());
    lives.any(|it| !it.happenings.is_empty())
}

/// What became of every replica, a row each.
pub fn lanes_table(failure: &Failure) -> Table {
    const HEAD: [&str; 8] = [
        "policy",
        "replica",
        "down or hung",
        "starting",
        "draining",
        "wrongly believed alive",
        "attempts sent meanwhile",
        "answers broken off",
    ];
    let mut rows = Vec::new();
    for side in &failure.sides {
        let there = side.with.lives.iter().enumerate();
        for (replica, life) in there.filter(|(_, life)| life.was_there()) {
            let time = |stages: &[ReplicaState]| {
                format::seconds(stages.iter().map(|it| life.time(*it)).sum::<f64>())
            };
            let values = [
                replica.to_string(),
                time(&[ReplicaState::Down, ReplicaState::Hung]),
                time(&[ReplicaState::Starting]),
                time(&[ReplicaState::Draining]),
                format::seconds(life.believed_alive()),
                format::count(life.astray.len() as u64),
                format::count(life.cut.len() as u64),
            ];
            let policy = Cell::row(side.policy.clone());
            rows.push(Row::new(
                [policy].into_iter().chain(values.map(Cell::value)),
            ));
        }
    }
    Table::simple(HEAD.map(Cell::column), rows)
}

/// The accessible name of a side's lanes.
pub fn label(failure: &Failure, which: usize) -> String {
    let side = &failure.sides[which];
    let lives = side.with.lives.iter().enumerate();
    let lives: Vec<String> = lives
        .map(|(replica, life)| draw::words(replica, life))
        .filter(|words| !words.is_empty())
        .collect();
    let lives = match lives.is_empty() {
        true => "nothing happens to its replicas".to_owned(),
        false => lives.join("; "),
    };
    format!(
        "{}, {} requests in {}: {lives}",
        side.policy,
        format::count(failure.requests.into()),
        format::seconds(failure.marks.end.secs())
    )
    .replace(format::GAP, " ")
}
