//! What a replica did when: its engine's steps as a strip of columns, each at least a pixel wide.
//!
//! A column says how much of its time went into decode, into prefill that was computed, and into prefill that the cache
//! spared; the rest is idle. A step with any prompt tokens in it counts as prefill, though other sequences decode along
//! with it, and is parted by its prompt tokens: those found in the cache, and those computed. Steps shorter than a
//! column are added up, never dropped, so a strip says the same at any width. Left out: which request a step served.

use warmpath_core::replica::StepReport;
use warmpath_core::units::VirtualTime;

pub mod axis;
pub mod strip;

/// A slice of a replica's time; the shares are of the column's width.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Column {
    /// Share in steps that only decoded.
    pub decode: f64,
    /// Share in prefill, computed.
    pub cold: f64,
    /// Share in prefill, found in the cache.
    pub warm: f64,
    /// Sequences waiting, on average.
    pub waiting: f64,
    /// Blocks of the pool in use, on average; what is cached and free to be evicted is not in use.
    pub in_use: f64,
}

impl Column {
    /// Share in which the engine worked.
    pub fn busy(&self) -> f64 {
        self.decode + self.cold + self.warm
    }
}

/// The steps in `count` columns of equal width between the start and `end`.
pub fn columns(steps: &[StepReport], end: VirtualTime, count: usize) -> Vec<Column> {
    let mut columns = vec![Column::default(); count];
    let width = end.0 as f64 / count.max(1) as f64;
    if width == 0.0 {
        return columns;
    }
    for step in steps {
        let (start, stop) = (step.start.0 as f64 / width, step.end.0 as f64 / width);
        let prompt = f64::from(step.prefill_tokens) + f64::from(step.hit_tokens);
        let warm = if prompt > 0.0 {
            f64::from(step.hit_tokens) / prompt
        } else {
            0.0
        };
        let mut at = start as usize;
        while at < count && (at as f64) < stop {
            let share = stop.min(at as f64 + 1.0) - start.max(at as f64);
            let column = &mut columns[at];
            if prompt > 0.0 {
                column.warm += share * warm;
                column.cold += share * (1.0 - warm);
            } else {
                column.decode += share;
            }
            column.waiting += share * f64::from(step.waiting);
            column.in_use += share * f64::from(step.referenced_blocks);
            at += 1;
        }
    }
    columns
}

/// The same in columns `per` times as wide; the last may be of fewer.
pub fn wider(columns: &[Column], per: usize) -> Vec<Column> {
    columns.chunks(per.max(1)).map(whole).collect()
}

/// The same over a whole strip: means of its columns.
pub fn whole(columns: &[Column]) -> Column {
    let n = columns.len().max(1) as f64;
    let mut sum = Column::default();
    for column in columns {
        sum.decode += column.decode / n;
        sum.cold += column.cold / n;
        sum.warm += column.warm / n;
        sum.waiting += column.waiting / n;
        sum.in_use += column.in_use / n;
    }
    sum
}

/// The most that wait in any column.
pub fn most_waiting<'a>(columns: impl IntoIterator<Item = &'a Column>) -> f64 {
    columns.into_iter().map(|c| c.waiting).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests;
