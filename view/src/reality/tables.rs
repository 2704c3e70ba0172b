//! The comparison with the benchmark as tables: measured value, simulated value and error of each figure, with a mark for
//! whether it is within its tolerance.

use super::{POLICIES, ROUTED, Reality, SEEDS, WhatIf, levels, named, near, value};
use crate::format::{self, GAP};
use crate::rich::{Judged, RichText, Tone};
use crate::table::{Cell, Place, Row as Line, Table};
use warmpath_core::metrics::{FIGURES, PLACES, figure};
use warmpath_core::order;
use warmpath_core::reference::Cell as Compared;
use warmpath_core::reference::comparison::Compared as Rows;
use warmpath_core::reference::kubeai::{KEYS, PublishedRow, Role, tolerance};

/// The figures that are shown first.
const FIRST: [&str; 4] = [
    "mean_ttft_ms",
    "p99_ttft_ms",
    "mean_tpot_ms",
    "request_throughput",
];

/// A table with its title.
#[derive(Clone, Debug, PartialEq)]
pub struct Titled {
    /// The title over its first column: a policy, or a number of concurrent requests.
    pub title: String,
    /// Measured value, simulated value and error, with a group per row of the benchmark.
    pub table: Table,
}

/// The number of concurrent requests in a row of the benchmark, in words.
fn at(row: &PublishedRow) -> String {
    format!("{} at once", format::count(u64::from(row.concurrency)))
}

/// The rows that were compared when the model was finished, and those that were known before.
fn parted(reality: &Reality) -> (Vec<Rows>, Vec<Rows>) {
    let rows = reality.rows().into_iter();
    rows.partition(|(row, _)| row.role == Role::Later)
}

/// The tables of the policies of KubeAI's router, with the rows that were known when the model was made.
pub fn known(reality: &Reality) -> Vec<Titled> {
    let (_, known) = parted(reality);
    let of = |policy: &str| {
        let rows = known.iter().filter(|(row, _)| row.policy == policy);
        titled(named(policy), rows, &|row| {
            let role = match row.role {
                Role::Fitted => "the model was fitted to this row",
                _ => "predicted",
            };
            vec![
                (Tone::Plain, format!("{} ", at(row))),
                (Tone::Small, role.to_owned()),
            ]
        })
    };
    ROUTED.map(of).into()
}

/// The tables of the rows that were compared when the model was finished: routing by chance, and fewer concurrent requests
/// than in any other row.
pub fn later(reality: &Reality) -> Vec<Titled> {
    let (later, known) = parted(reality);
    let fewer = |row: &PublishedRow| {
        known
            .iter()
            .all(|(it, _)| it.concurrency != row.concurrency)
    };
    let (fewer, chance): (Vec<_>, Vec<_>) = later.into_iter().partition(|(row, _)| fewer(row));
    let title = fewer.first().map_or(String::new(), |(row, _)| at(row));
    let plain = |text: String| vec![(Tone::Plain, text)];
    vec![
        titled(named(POLICIES[2]), chance.iter(), &|row| plain(at(row))),
        titled(&title, fewer.iter(), &|row| {
            plain(named(row.policy).to_owned())
        }),
    ]
}

/// A table with a group per row, which `name` names.
fn titled<'a>(
    title: &str,
    rows: impl Iterator<Item = &'a Rows>,
    name: &dyn Fn(&PublishedRow) -> RichText,
) -> Titled {
    let group = |(row, cells): &Rows| {
        let mut lines = vec![Line::level(name(row), 4)];
        for key in FIRST {
            let cells = cells.iter().filter(|cell| cell.key() == key);
            lines.extend(cells.map(|cell| line(row, cell)));
        }
        lines
    };
    Titled {
        title: title.to_owned(),
        table: Table {
            head: vec![Line::new(
                [title, "measured", "simulated", "error"].map(Cell::column),
            )],
            groups: rows.map(group).collect(),
        },
    }
}

fn line(row: &PublishedRow, cell: &Compared) -> Line {
    // The figures have the names of `core`'s table, except for one that would be too long here.
    let title = match cell.key() {
        "request_throughput" => "Requests a second",
        key => figure(key).map_or("", |at| FIGURES[at].title),
    };
    Line::new([
        Cell::row(title),
        Cell::value(number(cell.key(), cell.measured)),
        Cell::value(number(cell.key(), cell.simulated)),
        error(row, cell),
    ])
}

fn number(key: &str, value: f64) -> String {
    if key.ends_with("_ms") {
        return format::millis(value);
    }
    format::figure(value)
}

/// The cell of an error, with a mark that says whether it is within the tolerance.
fn error(row: &PublishedRow, cell: &Compared) -> Cell {
    let judged = match near(row, cell) {
        true if cell.error().abs() <= tolerance(cell.key()) => Judged::Near,
        // Where chance decides, a wider tolerance applies.
        true => Judged::Wide,
        false => Judged::Far,
    };
    // To a tenth throughout, since errors stand one below the other.
    let error = format::error(cell.error());
    Cell::rich(Place::Value, vec![(Tone::Judged(judged), error)])
}

/// What the table of all errors shows, above it.
pub fn errors_about() -> String {
    format!(
        "How far the simulated figure is from the measured one, by requests at once. An error without a mark is within the ± of its \
         row; {} is within a factor of two, where chance decides, and {} is neither.",
        Judged::Wide.mark(),
        Judged::Far.mark(),
    )
}

/// The error of every figure of every row, with a column for each number of requests at once.
pub fn errors(reality: &Reality) -> Table {
    let mut rows = reality.rows();
    order::by(&mut rows, |a, b| a.0.concurrency.cmp(&b.0.concurrency));
    let mut levels = levels();
    order::whole(&mut levels);
    // In an element of its own, a policy's name can stay in sight where its columns are scrolled past.
    let policies = POLICIES.iter().map(|policy| {
        let name = vec![(Tone::Strong, named(policy).to_owned())];
        Cell::rich(Place::Columns, name).wide(levels.len())
    });
    let each = POLICIES.iter().flat_map(|_| &levels);
    let each = each.map(|level| Cell::column(format::count(u64::from(*level))));
    let first = Line::new([Cell::corner()].into_iter().chain(policies));
    let second = Cell::column("requests at once");
    let second = Line::new([second].into_iter().chain(each));
    let line = |key: &str| {
        let mut title = "";
        let mut cells = Vec::new();
        for policy in POLICIES {
            for (row, all) in rows.iter().filter(|(row, _)| row.policy == policy) {
                for cell in all.iter().filter(|cell| cell.key() == key) {
                    title = FIGURES[cell.figure].title;
                    cells.push(error(row, cell));
                }
            }
        }
        let name = vec![
            (Tone::Plain, format!("{title} ")),
            (
                Tone::Small,
                format!("±{GAP}{}{GAP}%", format::setting(tolerance(key) * 100.0)),
            ),
        ];
        cells.insert(0, Cell::rich(Place::Row, name));
        Line::new(cells)
    };
    Table {
        head: vec![first, second],
        groups: vec![KEYS.into_iter().map(line).collect()],
    }
}

/// The caption of the table by [`what_if`]: what is compared.
pub fn what_if_caption(what: WhatIf) -> String {
    let level = levels().get(what.level()).copied().unwrap_or(0);
    format!(
        "The benchmark at {} at once → with the change; medians of {}",
        format::count(level.into()),
        format::plural(SEEDS.into(), "seed")
    )
}

/// The table of what a change does to both policies, before and after; `None` before it has been run.
pub fn what_if(reality: &Reality, what: WhatIf) -> Option<Table> {
    let (base, now) = (reality.base(what)?, reality.changed(what)?);
    let keys = [
        ("Mean TTFT", PLACES.mean_ttft_ms),
        ("Requests a second", PLACES.request_throughput),
        ("Prompt tokens reused", PLACES.token_reuse_rate),
    ];
    let line = |(title, at): (&str, usize)| {
        let shown = |value: f64| match FIGURES[at].key {
            "token_reuse_rate" => format::share(value),
            key => number(key, value),
        };
        let cell = |policy| {
            let was = format!("{} →", shown(value(base, policy, at)));
            let text = vec![
                (Tone::Soft, was),
                (Tone::Plain, " ".to_owned()),
                (Tone::Strong, shown(value(now, policy, at))),
            ];
            Cell::rich(Place::Value, text)
        };
        let cells = (0..ROUTED.len()).map(cell);
        Line::new([Cell::row(title)].into_iter().chain(cells))
    };
    let policies = ROUTED.iter().map(|policy| Cell::column(named(policy)));
    Some(Table::simple(
        [Cell::corner()].into_iter().chain(policies),
        keys.map(line).into(),
    ))
}
