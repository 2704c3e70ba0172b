//! The state as a file, both ways. (How it looks is told in the [module above](super).)

use serde::Serialize;

use super::{CacheError, CacheState, Free, SCHEMA};
use crate::json::{self, Value};

const COLUMNS: &str = "replica,free";

#[derive(Serialize)]
struct Header {
    schema: String,
    workload: String,
    block_size: u32,
    blocks: u64,
    fingerprint: String,
    replicas: u32,
}

impl CacheState {
    /// The state as a file.
    pub fn write(&self) -> String {
        let header = Header {
            schema: SCHEMA.to_owned(),
            workload: self.workload.clone(),
            block_size: self.block_size,
            blocks: self.blocks,
            fingerprint: format!("{:016x}", self.fingerprint),
            replicas: self.replicas(),
        };
        // A struct of numbers and texts always has a JSON form.
        let mut out = serde_json::to_string(&header).unwrap_or_default();
        out += &format!("\n{COLUMNS}\n");
        for (id, runs) in self.replicas.iter().enumerate() {
            out += &format!("{id},");
            for (at, run) in runs.iter().enumerate() {
                out += if at > 0 { " " } else { "" };
                out += &match *run {
                    Free::Cached(first, last) => format!("{first}-{last}"),
                    Free::Blank(blocks) => format!("x{blocks}"),
                };
            }
            out.push('\n');
        }
        out
    }

    /// Reads a file that [`CacheState::write`] made.
    ///
    /// # Errors
    /// What is wrong, with its line and field.
    pub fn parse(text: &str) -> Result<Self, CacheError> {
        let mut lines = text.lines();
        let header = header(lines.next().unwrap_or_default())?;
        if lines.next() != Some(COLUMNS) {
            return Err(value(2, "replica", "another header", COLUMNS));
        }
        let mut state = Self {
            workload: header.workload,
            block_size: header.block_size,
            blocks: header.blocks,
            fingerprint: u64::from_str_radix(&header.fingerprint, 16).map_err(|_| {
                value(
                    1,
                    "fingerprint",
                    &header.fingerprint,
                    "16 hexadecimal digits",
                )
            })?,
            replicas: Vec::new(),
        };
        for (line, row) in (3..).zip(lines) {
            let (replica, runs) = row.split_once(',').unwrap_or((row, ""));
            let wanted = state.replicas.len();
            if replica != wanted.to_string() || wanted == header.replicas as usize {
                return Err(value(line, "replica", replica, "the next replica's number"));
            }
            let runs = runs.split(' ').filter(|run| !run.is_empty());
            let runs: Result<Vec<Free>, CacheError> =
                runs.map(|run| state.run(line, run)).collect();
            state.replicas.push(runs?);
        }
        if state.replicas() < header.replicas {
            return Err(CacheError::Short {
                line: 3 + state.replicas.len(),
                replicas: header.replicas,
            });
        }
        Ok(state)
    }

    fn run(&self, line: usize, text: &str) -> Result<Free, CacheError> {
        let run = match text.strip_prefix('x') {
            Some(blocks) => blocks.parse().ok().map(Free::Blank),
            None => text.split_once('-').and_then(|(first, last)| {
                Some(Free::Cached(first.parse().ok()?, last.parse().ok()?))
            }),
        };
        let fits = |run: &Free| match *run {
            Free::Cached(first, last) => first >= 1 && first <= last && last <= self.blocks,
            Free::Blank(_) => true,
        };
        run.filter(fits).ok_or_else(|| {
            let expected = format!("A-B with 1 to {} blocks, or xN", self.blocks);
            value(line, "free", text, &expected)
        })
    }
}

fn header(line: &str) -> Result<Header, CacheError> {
    let kind = |found: String| CacheError::Kind { found };
    let whole = json::parse(line).map_err(|fault| kind(fault.to_string()))?;
    let Value::Object(fields) = &whole else {
        return Err(kind(format!("it is {}, not an object", whole.kind())));
    };
    let known = [
        "schema",
        "workload",
        "block_size",
        "blocks",
        "fingerprint",
        "replicas",
    ];
    if let Some((name, _)) = fields.iter().find(|it| !known.contains(&&*it.0.read())) {
        return Err(kind(format!("it has an unknown field `{}`", name.read())));
    }
    let text = |name: &str| match whole.get(name) {
        Some(Value::Text(text)) => Ok(text.read().into_owned()),
        _ => Err(kind(format!("field `{name}` is no text"))),
    };
    let number = |name: &str| match whole.get(name) {
        Some(&Value::Integer(n)) => Ok(n),
        _ => Err(kind(format!("field `{name}` is no whole number"))),
    };
    let small = |name: &str| {
        let small = u32::try_from(number(name)?);
        small.map_err(|_| kind(format!("field `{name}` is too large")))
    };
    let header = Header {
        schema: text("schema")?,
        workload: text("workload")?,
        block_size: small("block_size")?,
        blocks: number("blocks")?,
        fingerprint: text("fingerprint")?,
        replicas: small("replicas")?,
    };
    if header.schema != SCHEMA {
        return Err(CacheError::Kind {
            found: format!("the schema is \"{}\"", header.schema),
        });
    }
    Ok(header)
}

pub(super) fn value(line: usize, field: &'static str, found: &str, expected: &str) -> CacheError {
    CacheError::Value {
        line,
        field,
        found: format!("\"{found}\""),
        expected: expected.to_owned(),
    }
}
