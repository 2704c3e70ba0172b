//! Tables: a first line of names, and cells split by commas, semicolons, tabs or bars.

use std::borrow::Cow;

use super::Rows;
use crate::json::{Text, Value};
use crate::words::excerpt;
use crate::workload::draft::Draft;
use crate::workload::error::LONGEST_RECORD;
use crate::workload::field::{Field, cell as cell_value, quoted, unquoted};
use crate::workload::format::cells::Cells;
use crate::workload::format::columns;
use crate::workload::format::lines::{Fault, Records};
use crate::workload::format::requests::Requests;
use crate::workload::reader::ReadOptions;
use crate::workload::reading::Role;
use crate::workload::{Place, WorkloadError};

/// The most columns a file may have; more is no table of requests.
const MOST_COLUMNS: usize = 1000;
/// The characters that may separate cells.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The rows of a table, and the columns that its first line names.
pub(in crate::workload) struct Table {
    rows: Box<dyn Rows>,
    separator: u8,
    names: Vec<String>,
    /// What the cells of each column hold.
    cells: Vec<CellKind>,
    /// Columns of which the first rows show whether they are text.
    doubt: Option<Doubt>,
    header: bool,
    /// A row whose quote is open: its text may go on in the next line.
    begun: Option<(Place, String)>,
}

/// How the cells of a column are read.
#[derive(Clone, Copy, PartialEq)]
enum CellKind {
    /// A number if it looks like one.
    Value,
    /// Never as a number: a name or an id is how it is written.
    Name,
    /// Never as a number, with the blanks and line ends in its quotes.
    Text,
}

impl CellKind {
    fn of(role: &Option<Role>) -> Self {
        use Role as R;
        match role {
            Some(R::Prompt | R::Context | R::System | R::Messages | R::Reply) => Self::Text,
            Some(R::Session | R::Chat | R::Parent | R::Tenant | R::Replica) => Self::Name,
            _ => Self::Value,
        }
    }
}

/// Columns of which only their values show what they are: those of the first rows, as a text may be a number, and a table of numbers
/// may have a word among them.
struct Doubt {
    columns: Vec<Doubtful>,
    /// The role of every column of the table.
    roles: Vec<Option<Role>>,
    options: ReadOptions,
    /// The first rows, which are read when it is decided.
    held: Vec<(Place, String)>,
    bytes: usize,
}

/// A column that may be text.
struct Doubtful {
    at: usize,
    /// The role that it has as a text, and the one that it has otherwise.
    text: Role,
    other: Role,
    /// Whether it is named `input` or `output`, and may hold texts or how long these are. Else it is named as texts beside a column
    /// with the number of these texts' tokens, and may hold what the tokens cost.
    short: bool,
    /// How many of the first rows have a text there, and how many have anything.
    texts: usize,
    all: usize,
}

/// The number of first rows that show what columns hold, and the most bytes of them.
const SHOWING: usize = 100;
const MOST_BYTES: usize = 1 << 20;

/// A first row with values as its columns will have them, which shows the kind of the file.
fn first_row<'a>(names: &'a [String], roles: &[Option<Role>]) -> Value<'a> {
    let kind = |(name, role): (&String, &Option<Role>)| match role {
        None if columns::nests(name) => Value::Object(Vec::new()),
        Some(Role::Input | Role::Output | Role::Time | Role::Max | Role::Ttft | Role::Latency) => {
            Value::Integer(1)
        }
        _ => Value::Text(Text::plain("a")),
    };
    let kinds = names.iter().zip(roles).map(kind);
    let names = names.iter().map(|name| Text::plain(name));
    Value::Object(names.zip(kinds).collect())
}

/// The names in a first line that is split by this separator.
fn header(line: &str, separator: u8) -> Option<Vec<String>> {
    let names: Vec<&str> = Cells::split(line, separator)
        .take(MOST_COLUMNS + 1)
        .collect::<Result<_, _>>()
        .ok()?;
    let names: Vec<String> = names
        .into_iter()
        .map(|name| unquoted(name).to_owned())
        .collect();
    let like_a_name = |name: &String| {
        name.chars().count() <= 48
            && !name.starts_with(|it: char| it.is_ascii_digit())
            && name.split(' ').count() <= 5
    };
    ((1..=MOST_COLUMNS).contains(&names.len()) && names.iter().all(like_a_name)).then_some(names)
}

impl Table {
    /// The parser for a file with this first line, `whole` with the blanks around it; `None` if no requests can be made of the columns that it names.
    pub(in crate::workload) fn recognise(
        place: Place,
        whole: &str,
        options: &ReadOptions,
    ) -> Result<Option<Self>, WorkloadError> {
        let line = whole.trim();
        // A column may have several roles: one that shows what the file is counts most.
        let shows = [Role::Input, Role::Ids, Role::Prompt, Role::Messages];
        let mapped = |name: &str| {
            let found = options.reading.map.0.iter().filter(|it| it.1 == name);
            let mut roles = found.map(|it| it.0).collect::<Vec<_>>().into_iter();
            let first = roles.clone().next();
            roles.find(|role| shows.contains(role)).or(first)
        };
        let role =
            |name: &String| mapped(name).or_else(|| columns::name(name).map(|name| name.role));
        let separated =
            SEPARATORS.map(|separator| (separator, header(line, separator).unwrap_or_default()));
        let most = separated
            .into_iter()
            .rev()
            .max_by_key(|(_, names)| names.len());
        let Some((mut separator, mut names)) = most.filter(|(_, names)| !names.is_empty()) else {
            return Ok(None);
        };
        // Where tabs split the cells, the first name or the last may be empty.
        if separator == b'\t' || (names.len() == 1 && role(&names[0]).is_some()) {
            let all = header(whole, b'\t').unwrap_or_default();
            if all.len() > names.len() {
                (separator, names) = (b'\t', all);
            }
        }
        let mut roles: Vec<Option<Role>> = names.iter().map(role).collect();
        // Beside token counts with names of their own, `input` and `output` are texts.
        let plain = |name: &String| {
            let short = columns::name(name).is_some_and(|name| name.rank > 1);
            short && mapped(name).is_none()
        };
        for (counts, text) in [(Role::Input, Role::Prompt), (Role::Output, Role::Reply)] {
            let is = |at: usize, short| roles[at] == Some(counts) && plain(&names[at]) == short;
            let all = 0..names.len();
            let short = all.clone().find(|&at| is(at, true));
            if let Some(short) = short.filter(|_| all.clone().any(|at| is(at, false))) {
                roles[short] = Some(text);
            }
        }
        let some = |wanted: &[Role]| roles.iter().flatten().any(|role| wanted.contains(role));
        if !some(&shows) {
            if names.len() == 1 {
                return Ok(None);
            }
            return Err(WorkloadError::Unknown {
                place,
                found: excerpt(line),
            });
        }
        let cells = roles.iter().map(CellKind::of).collect();
        let Some(rows) = Requests::recognise(&first_row(&names, &roles), options)? else {
            return Ok(None);
        };
        let counted = |counts| {
            let by_its_own = |at: usize| roles[at] == Some(counts) && !plain(&names[at]);
            (0..names.len()).any(by_its_own)
        };
        let doubtful = |at: usize| {
            if mapped(&names[at]).is_some() {
                return None;
            }
            let (text, other, short) = match roles[at]? {
                Role::Input if plain(&names[at]) => (Role::Prompt, Role::Input, true),
                Role::Output if plain(&names[at]) => (Role::Reply, Role::Output, true),
                Role::Prompt if counted(Role::Input) => (Role::Prompt, Role::Input, false),
                Role::Reply if counted(Role::Output) => (Role::Reply, Role::Input, false),
                _ => return None,
            };
            Some(Doubtful {
                at,
                text,
                other,
                short,
                texts: 0,
                all: 0,
            })
        };
        let columns: Vec<Doubtful> = (0..names.len()).filter_map(doubtful).collect();
        let doubt = (!columns.is_empty()).then(|| Doubt {
            columns,
            roles: roles.clone(),
            options: options.clone(),
            held: Vec::new(),
            bytes: 0,
        });
        Ok(Some(Self {
            rows: Box::new(rows),
            separator,
            names,
            cells,
            doubt,
            header: true,
            begun: None,
        }))
    }

    /// Takes a row; the first ones only once it is decided what the columns in doubt hold.
    fn take(&mut self, place: Place, line: &str) -> Result<(), Fault> {
        let Some(doubt) = &mut self.doubt else {
            return self.cells(place, line);
        };
        let cells = Cells::split(line, self.separator).in_columns(self.names.len(), place);
        let cells = match cells {
            Ok(cells) => cells,
            Err(fault) => {
                if !matches!(fault, Fault::Open(_)) {
                    self.settle()?;
                }
                return Err(fault);
            }
        };
        for it in &mut doubt.columns {
            let cell = plain(cells[it.at]);
            let value = cell_value(&cell);
            let count = || Field::new(place, "", value.as_ref()).count(0).is_ok();
            it.all += usize::from(value.is_some());
            let text = matches!(value, Some(Value::Text(_)));
            it.texts += usize::from(text && !(it.short && count()));
        }
        doubt.held.push((place, line.to_owned()));
        doubt.bytes += line.len();
        if doubt.held.len() >= SHOWING || doubt.bytes >= MOST_BYTES {
            self.settle()?;
        }
        Ok(())
    }

    /// Decides what the columns in doubt hold, texts where at least half of the first rows have one, and reads these rows.
    fn settle(&mut self) -> Result<(), WorkloadError> {
        let Some(mut doubt) = self.doubt.take() else {
            return Ok(());
        };
        for it in doubt.columns {
            let is_text = it.texts > 0 && it.texts * 2 >= it.all;
            doubt.roles[it.at] = Some(if is_text { it.text } else { it.other });
            self.cells[it.at] = CellKind::of(&doubt.roles[it.at]);
        }
        let first = first_row(&self.names, &doubt.roles);
        if let Some(rows) = Requests::recognise(&first, &doubt.options)? {
            self.rows = Box::new(rows);
        }
        for (place, line) in doubt.held {
            if self.rows.full() {
                break;
            }
            self.cells(place, &line).map_err(Fault::error)?;
        }
        Ok(())
    }

    fn cells(&mut self, place: Place, line: &str) -> Result<(), Fault> {
        let cells = Cells::split(line, self.separator).in_columns(self.names.len(), place)?;
        let unescaped: Vec<Cow<'_, str>> = cells.iter().map(|cell| plain(cell)).collect();
        let fields = self.names.iter().zip(&unescaped).zip(&self.cells);
        let fields = fields.map(|((name, text), kind)| {
            let value = match kind {
                CellKind::Text | CellKind::Name if text.trim().is_empty() => None,
                CellKind::Text => Some(Value::Text(Text::plain(text))),
                CellKind::Name => Some(Value::Text(Text::plain(text.trim()))),
                // An export to a table has a record's objects as JSON.
                CellKind::Value if text.starts_with('{') && columns::nests(name) => {
                    crate::json::parse(text).ok().or_else(|| cell_value(text))
                }
                CellKind::Value => cell_value(text),
            };
            (Text::plain(name), value)
        });
        // An empty cell counts as absent.
        let fields = fields.filter_map(|(name, value)| value.map(|value| (name, value)));
        Ok(self.rows.row(place, &Value::Object(fields.collect()))?)
    }
}

/// A cell without the blanks around it; of one in quotes all that stands in them, where a doubled quote stands for one.
fn plain(cell: &str) -> Cow<'_, str> {
    match quoted(cell) {
        Some(inner) if inner.contains("\"\"") => inner.replace("\"\"", "\"").into(),
        Some(inner) => inner.into(),
        None => cell.trim().into(),
    }
}

impl Records for Table {
    fn record(&mut self, place: Place, line: &str) -> Result<(), Fault> {
        if core::mem::take(&mut self.header) {
            return Ok(());
        }
        if self.begun.is_none() && line.trim().is_empty() {
            return Ok(());
        }
        // A text may contain line ends in its quotes.
        let (place, line) = match self.begun.take() {
            None => (place, Cow::Borrowed(line)),
            Some((begun, text)) => (begun, Cow::Owned(text + "\n" + line)),
        };
        let texts = self.doubt.is_some() || self.cells.contains(&CellKind::Text);
        match self.take(place, &line) {
            Err(Fault::Open(_)) if texts && line.len() < LONGEST_RECORD => {
                self.begun = Some((place, line.into_owned()));
                Ok(())
            }
            other => other,
        }
    }

    fn full(&self) -> bool {
        self.rows.full()
    }

    fn read(&self) -> u64 {
        self.rows.read()
    }

    fn verbatim(&self) -> bool {
        true
    }

    fn finish(mut self: Box<Self>) -> Result<Draft, WorkloadError> {
        self.settle()?;
        let cut = self
            .begun
            .map(|(place, _)| format!("ends inside the row of {place}, which is left out"));
        let mut draft = self.rows.finish()?;
        draft.notes.splice(0..0, cut);
        Ok(draft)
    }
}
