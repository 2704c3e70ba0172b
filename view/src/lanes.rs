//! What a replica did over time: its engine's steps as a strip of columns, each at least a pixel wide.
//!
//! A column says how much of its time went into decode, into prefill that was computed, and into prefill that the cache
//! spared; the rest is idle. A step with any prompt tokens counts as prefill even if other sequences decode in it; its time
//! is split between the prompt tokens found in the cache and those computed. Steps shorter than a column are added up,
//! never dropped, so a strip says the same at any width. Left out: which request a step served.

use warmpath_core::replica::StepReport;
use warmpath_core::units::VirtualTime;

pub mod axis;
pub mod strip;

/// A column of a strip; shares and means are over the column's time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Column {
    /// The share of the time that went into steps that only decoded.
    pub decode: f64,
    /// The share of the time that went into prompt tokens that were computed.
    pub cold: f64,
    /// The share of the time that stands for prompt tokens found in the cache, in the steps that had them.
    pub warm: f64,
    /// The mean number of sequences waiting.
    pub waiting: f64,
    /// The mean number of blocks in use; cached blocks that may be evicted are not in use.
    pub in_use: f64,
}

impl Column {
    /// The share of time in which the engine worked.
    pub fn busy(&self) -> f64 {
        self.decode + self.cold + self.warm
    }

    /// The means over the first `share` of the column's time, where nothing happens after that; as they are if it is 0.
    pub fn over(self, share: f64) -> Self {
        let times = if share > 0.0 { 1.0 / share } else { 1.0 };
        Self {
            decode: self.decode * times,
            cold: self.cold * times,
            warm: self.warm * times,
            waiting: self.waiting * times,
            in_use: self.in_use * times,
        }
    }
}

/// The steps as `count` columns of equal width from time zero to `end`.
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

/// The columns joined `per` at a time; the last one may be of fewer.
pub fn wider(columns: &[Column], per: usize) -> Vec<Column> {
    columns.chunks(per.max(1)).map(whole).collect()
}

/// The whole strip as one column: the mean of its columns.
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

/// The largest mean number of waiting sequences in any column.
pub fn most_waiting<'a>(columns: impl IntoIterator<Item = &'a Column>) -> f64 {
    columns.into_iter().map(|c| c.waiting).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests;
