//! Tables: a first line of names, and cells split by commas, semicolons, tabs or bars.

use std::borrow::Cow;

use super::Rows;
use crate::json::{Text, Value};
use crate::words::excerpt;
use crate::workload::draft::Draft;
use crate::workload::error::LONGEST_RECORD;
use crate::workload::field::{Field, cell, quoted, unquoted};
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
    /// Whether each column is text, which is never read as a number.
    texts: Vec<bool>,
    /// Columns that may not be text after all, until the first row has been read.
    doubt: Option<Doubt>,
    header: bool,
    /// A row whose quote is open: its text may go on in the next line.
    begun: Option<(Place, String)>,
}

/// Columns of which only their values show what they are.
struct Doubt {
    /// Named as texts beside a column with the number of these texts' tokens: they may hold what the tokens cost.
    columns: Vec<usize>,
    /// Named `input` and `output`: they may hold texts, or how long these are. With each the role that it has as a text.
    short: Vec<(usize, Role)>,
    /// The role of every column of the table.
    roles: Vec<Option<Role>>,
    options: ReadOptions,
}

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
        let mapped = |name: &str| {
            let found = options.reading.map.0.iter().find(|it| it.1 == name);
            found.map(|it| it.0)
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
        if !some(&[Role::Input, Role::Ids, Role::Prompt, Role::Messages]) {
            if names.len() == 1 {
                return Ok(None);
            }
            return Err(WorkloadError::Unknown {
                place,
                found: excerpt(line),
            });
        }
        let is_text = |role: &Option<Role>| {
            use Role as R;
            matches!(
                role,
                Some(R::Prompt | R::Context | R::System | R::Messages | R::Reply)
            )
        };
        let texts = roles.iter().map(is_text).collect();
        let Some(rows) = Requests::recognise(&first_row(&names, &roles), options)? else {
            return Ok(None);
        };
        let counted = |counts| {
            let by_its_own = |at: usize| roles[at] == Some(counts) && !plain(&names[at]);
            (0..names.len()).any(by_its_own)
        };
        let doubtful = |&at: &usize| {
            let beside_counts = match roles[at] {
                Some(Role::Prompt) => counted(Role::Input),
                Some(Role::Reply) => counted(Role::Output),
                _ => false,
            };
            beside_counts && mapped(&names[at]).is_none()
        };
        let columns: Vec<usize> = (0..names.len()).filter(doubtful).collect();
        let short = |at: usize| {
            let text = match roles[at].filter(|_| plain(&names[at]))? {
                Role::Input => Role::Prompt,
                Role::Output => Role::Reply,
                _ => return None,
            };
            Some((at, text))
        };
        let short: Vec<(usize, Role)> = (0..names.len()).filter_map(short).collect();
        let doubt = (columns.len() + short.len() > 0).then(|| Doubt {
            columns,
            short,
            roles: roles.clone(),
            options: options.clone(),
        });
        Ok(Some(Self {
            rows: Box::new(rows),
            separator,
            names,
            texts,
            doubt,
            header: true,
            begun: None,
        }))
    }

    /// Decides by the first row's cells: of the columns in doubt, those are texts that hold one there, and no number of tokens.
    fn settle(&mut self, place: Place, cells: &[Cow<'_, str>]) -> Result<(), WorkloadError> {
        let Some(mut doubt) = self.doubt.take() else {
            return Ok(());
        };
        let is_text = |at: usize| matches!(cell(&cells[at]), Some(Value::Text(_)));
        let is_count = |at: usize| {
            let value = cell(&cells[at]);
            Field::new(place, "", value.as_ref()).count(0).is_ok()
        };
        doubt.columns.retain(|at| !is_text(*at));
        doubt.short.retain(|(at, _)| is_text(*at) && !is_count(*at));
        for &at in &doubt.columns {
            self.texts[at] = false;
            doubt.roles[at] = Some(Role::Input);
        }
        for &(at, text) in &doubt.short {
            self.texts[at] = true;
            doubt.roles[at] = Some(text);
        }
        let first = first_row(&self.names, &doubt.roles);
        match Requests::recognise(&first, &doubt.options)? {
            Some(rows) if doubt.columns.len() + doubt.short.len() > 0 => self.rows = Box::new(rows),
            _ => {}
        }
        Ok(())
    }

    fn cells(&mut self, place: Place, line: &str) -> Result<(), Fault> {
        let cells = Cells::split(line, self.separator).in_columns(self.names.len(), place)?;
        let unescaped: Vec<Cow<'_, str>> = cells.iter().map(|cell| plain(cell)).collect();
        self.settle(place, &unescaped)?;
        let fields = self.names.iter().zip(&unescaped).zip(&self.texts);
        let fields = fields.map(|((name, text), is_text)| {
            let value = match is_text {
                true if text.trim().is_empty() => None,
                true => Some(Value::Text(Text::plain(text))),
                // An export to a table has a record's objects as JSON.
                false if text.starts_with('{') && columns::nests(name) => {
                    crate::json::parse(text).ok().or_else(|| cell(text))
                }
                false => cell(text),
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
        match self.cells(place, &line) {
            Err(Fault::Open(_)) if self.texts.contains(&true) && line.len() < LONGEST_RECORD => {
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

    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError> {
        let cut = self
            .begun
            .map(|(place, _)| format!("ends inside the row of {place}, which is left out"));
        let mut draft = self.rows.finish()?;
        draft.notes.splice(0..0, cut);
        Ok(draft)
    }
}
