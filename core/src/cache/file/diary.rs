//! What the routers did, as rows below the caches.

use core::fmt::Write as _;

use super::value;
use crate::cache::CacheError;
use crate::router::diary::{Deed, Diary, DiaryEntry};
use crate::units::{Map, VirtualTime};

const COLUMNS: &str = "router,deed,request,replica,at_ns";

const DEEDS: [(Deed, &str); 6] = [
    (Deed::Sent, "sent"),
    (Deed::FirstToken, "first"),
    (Deed::Finished, "done"),
    (Deed::Failed, "failed"),
    (Deed::Left, "left"),
    (Deed::Anew, "anew"),
];

/// Adds the rows of `diary` to `out`.
pub(super) fn write(diary: &Diary, out: &mut String) {
    *out += &format!("{COLUMNS}\n");
    for entry in &diary.entries {
        let named = DEEDS.iter().find(|(deed, _)| *deed == entry.deed);
        let word = named.map_or("", |(_, word)| word);
        let DiaryEntry {
            at,
            router,
            request,
            replica,
            ..
        } = entry;
        // Writing to a text never fails.
        let _ = writeln!(out, "{router},{word},{request},{replica},{}", at.0);
    }
}

/// Reads the remaining rows, of which there must be `entries`, into `diary`, which says already how many routers there are and when
/// they ended.
///
/// # Errors
/// What is wrong with a row: a number, a time before that of the row above, or a deed that does not go with those before. More or
/// fewer rows.
pub(super) fn parse<'a>(
    (mut diary, entries): (Diary, u64),
    replicas: u32,
    mut rows: impl Iterator<Item = (usize, &'a str)>,
) -> Result<Diary, CacheError> {
    let below = 3 + replicas as usize;
    match rows.next() {
        Some((_, COLUMNS)) => {}
        Some((line, row)) => return Err(value(line, "router", row, COLUMNS)),
        None => return Err(value(below, "router", "nothing", COLUMNS)),
    }
    // For each request under way, its router and its replica, and whether it has had its first token.
    let mut open: Map<u32, (u8, u16, bool)> = Map::default();
    // By router: whether it has done anything.
    let mut begun = vec![false; usize::from(diary.routers)];
    for (line, row) in rows {
        let entry = entry(&diary, replicas, line, row)?;
        let here = (entry.router, entry.replica);
        let known = open.get(&entry.request).copied();
        let mine = known.is_some_and(|(router, replica, _)| (router, replica) == here);
        let goes = match entry.deed {
            Deed::Sent => known.is_none(),
            Deed::FirstToken => mine && known.is_some_and(|it| !it.2),
            Deed::Finished | Deed::Failed => mine,
            Deed::Left => true,
            Deed::Anew => !begun[usize::from(entry.router)],
        };
        begun[usize::from(entry.router)] = true;
        if !goes {
            let expected = "what can follow: sent, then first, then done or failed, by one router at one replica; anew before all else";
            return Err(value(line, "deed", row, expected));
        }
        match entry.deed {
            Deed::Sent => _ = open.insert(entry.request, (here.0, here.1, false)),
            Deed::FirstToken => _ = open.insert(entry.request, (here.0, here.1, true)),
            Deed::Finished | Deed::Failed => _ = open.remove(&entry.request),
            Deed::Left | Deed::Anew => {}
        }
        if diary.entries.len() as u64 == entries {
            let expected = format!("the end of the file, as line 1 says {entries} entries,");
            return Err(value(line, "router", row, &expected));
        }
        diary.entries.push(entry);
    }
    let read = diary.entries.len() as u64;
    match read < entries {
        true => Err(CacheError::Short {
            line: below + 1 + diary.entries.len(),
            count: entries,
            of: "entries of what the routers did",
        }),
        false => Ok(diary),
    }
}

fn entry(diary: &Diary, replicas: u32, line: usize, row: &str) -> Result<DiaryEntry, CacheError> {
    let mut cells = row.split(',');
    let mut cell = || cells.next().unwrap_or_default();
    let (router, deed, request, replica, at) = (cell(), cell(), cell(), cell(), cell());
    if cells.next().is_some() {
        return Err(value(line, "at_ns", row, "five cells"));
    }
    let number = |field, text: &str, most: u64| {
        let read = text.parse().ok().filter(|&it: &u64| it <= most);
        read.ok_or_else(|| value(line, field, text, &format!("a whole number up to {most}")))
    };
    let last = diary.entries.last().map_or(0, |it| it.at.0);
    let named = DEEDS.iter().find(|(_, word)| *word == deed);
    let &(deed, _) = named.ok_or_else(|| {
        value(
            line,
            "deed",
            deed,
            "sent, first, done, failed, left or anew",
        )
    })?;
    let moment = number("at_ns", at, diary.ended.0)?;
    if moment < last {
        let expected = format!("{last} ns of the row above, or later");
        return Err(value(line, "at_ns", at, &expected));
    }
    Ok(DiaryEntry {
        at: VirtualTime(moment),
        router: number("router", router, u64::from(diary.routers) - 1)? as u8,
        deed,
        request: number("request", request, u64::from(u32::MAX))? as u32,
        replica: number(
            "replica",
            replica,
            u64::from(replicas.min(1 << 16)).saturating_sub(1),
        )? as u16,
    })
}
