//! Writes a cache state as a file, and reads one. (The [module above](super) describes the format.)

mod diary;

use serde::Serialize;

use super::{CACHES_ALONE, CacheError, CacheState, Free, SCHEMA};
use crate::json::{self, Value};
use crate::router::diary::Diary;
use crate::units::VirtualTime;

const COLUMNS: &str = "replica,free";

#[derive(Serialize)]
struct Header {
    schema: String,
    workload: String,
    block_size: u32,
    blocks: u64,
    fingerprint: String,
    replicas: u32,
    /// From here on the second version only; `None` in a file of the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    routers: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_ns: Option<u64>,
    /// The number of the diary's entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    entries: Option<u64>,
}

impl CacheState {
    /// The state as a file.
    pub fn write(&self) -> String {
        let header = Header {
            schema: match self.diary {
                Some(_) => SCHEMA.to_owned(),
                None => CACHES_ALONE.to_owned(),
            },
            workload: self.workload.clone(),
            block_size: self.block_size,
            blocks: self.blocks,
            fingerprint: format!("{:016x}", self.fingerprint),
            replicas: self.replicas(),
            routers: self.diary.as_ref().map(|it| it.routers),
            ended_ns: self.diary.as_ref().map(|it| it.ended.0),
            entries: self.diary.as_ref().map(|it| it.entries.len() as u64),
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
        if let Some(diary) = &self.diary {
            diary::write(diary, &mut out);
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
            diary: None,
        };
        let mut rows = (3..).zip(lines);
        let diary = header.routers.zip(header.ended_ns);
        let all = header.replicas as usize;
        while diary.is_none() || state.replicas.len() < all {
            let Some((line, row)) = rows.next() else {
                break;
            };
            let (replica, runs) = row.split_once(',').unwrap_or((row, ""));
            let wanted = state.replicas.len();
            if replica != wanted.to_string() || wanted == all {
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
                count: header.replicas.into(),
                of: "replicas",
            });
        }
        if let Some((routers, ended)) = diary {
            let empty = Diary {
                routers,
                ended: VirtualTime(ended),
                entries: Vec::new(),
            };
            let entries = header.entries.unwrap_or_default();
            state.diary = Some(diary::parse((empty, entries), header.replicas, rows)?);
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
        "routers",
        "ended_ns",
        "entries",
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
    let schema = text("schema")?;
    let second = match schema.as_str() {
        SCHEMA => true,
        CACHES_ALONE => false,
        _ => return Err(kind(format!("the schema is \"{schema}\""))),
    };
    let of_the_second = ["routers", "ended_ns", "entries"];
    let stray = of_the_second.iter().find(|it| whole.get(it).is_some());
    if let Some(name) = stray.filter(|_| !second) {
        return Err(kind(format!(
            "a file of {CACHES_ALONE} has no field `{name}`"
        )));
    }
    let routers = || {
        let routers = u8::try_from(number("routers")?).ok().filter(|&it| it > 0);
        routers.ok_or_else(|| kind("field `routers` is not from 1 to 255".to_owned()))
    };
    let ended = || {
        let ended = VirtualTime(number("ended_ns")?);
        match ended <= VirtualTime::END {
            true => Ok(ended.0),
            false => Err(kind(
                "field `ended_ns` is beyond a hundred years".to_owned(),
            )),
        }
    };
    Ok(Header {
        schema,
        workload: text("workload")?,
        block_size: small("block_size")?,
        blocks: number("blocks")?,
        fingerprint: text("fingerprint")?,
        replicas: small("replicas")?,
        routers: second.then(routers).transpose()?,
        ended_ns: second.then(ended).transpose()?,
        entries: second.then(|| number("entries")).transpose()?,
    })
}

pub(super) fn value(line: usize, field: &'static str, found: &str, expected: &str) -> CacheError {
    CacheError::Value {
        line,
        field,
        found: format!("\"{found}\""),
        expected: expected.to_owned(),
    }
}
