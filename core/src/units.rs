//! Virtual time, and the ids of replicas, requests and blocks.
//!
//! Counts of tokens and blocks are plain `u32`; their names say which (`prompt_tokens`, `matched_blocks`).

use core::fmt;
use core::ops::{Add, AddAssign, Sub};
use thiserror::Error;

/// A hash map that iterates in the same order on every run and every platform.
pub type Map<K, V> = hashbrown::HashMap<K, V, rustc_hash::FxBuildHasher>;
/// A hash set that iterates in the same order on every run and every platform.
pub type Set<K> = hashbrown::HashSet<K, rustc_hash::FxBuildHasher>;

/// A point in virtual time, or a span of it \[ns since the run began\].
///
/// Its range is from [`VirtualTime::ZERO`] to [`VirtualTime::END`], a hundred years. Where times enter (options, files) they are
/// checked to lie in it; sums beyond it stick at the largest number instead of running round, so a run that asks
/// [`VirtualTime::in_range`] of each moment it comes to cannot miss its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VirtualTime(pub u64);

impl VirtualTime {
    /// The moment at which a run begins.
    pub const ZERO: Self = Self(0);
    /// A time later than all others, which stands for "never".
    pub const NEVER: Self = Self(u64::MAX);

    /// The end of the range: a hundred years and some months \[3.2e9 s\]. The sum of any five times in the range is exact.
    pub const END: Self = Self(3_200_000_000_000_000_000);

    /// The same time, if it lies in the range.
    ///
    /// ```
    /// use warmpath_core::units::VirtualTime;
    /// assert!(VirtualTime::END.in_range().is_ok());
    /// assert!((VirtualTime::END + VirtualTime(1)).in_range().is_err());
    /// assert!(VirtualTime::from_secs(1e300).in_range().is_err());
    /// ```
    ///
    /// # Errors
    /// The time lies beyond the end of the range.
    pub fn in_range(self) -> Result<Self, ClockEnd> {
        if self <= Self::END {
            Ok(self)
        } else {
            Err(ClockEnd)
        }
    }

    /// From seconds \[s\], rounded to the nanosecond; negative and NaN become zero.
    pub fn from_secs(s: f64) -> Self {
        Self((s * 1e9 + 0.5) as u64)
    }
    /// From milliseconds \[ms\], rounded to the nanosecond.
    pub fn from_millis(ms: f64) -> Self {
        Self((ms * 1e6 + 0.5) as u64)
    }
    /// The time in seconds, as near as a double can say it.
    pub fn secs(self) -> f64 {
        self.0 as f64 / 1e9
    }
    /// The time in milliseconds, as near as a double can say it.
    pub fn millis(self) -> f64 {
        self.0 as f64 / 1e6
    }
    /// The span since `earlier`, zero if that lies ahead.
    pub fn since(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }
}

/// A moment lies beyond [`VirtualTime::END`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "the run goes on beyond the end of its clock, which counts from 0 to 3.2e9 s (a hundred years); choose a higher rate, fewer \
     requests, or shorter times"
)]
pub struct ClockEnd;

impl Add for VirtualTime {
    type Output = Self;
    fn add(self, span: Self) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}
impl AddAssign for VirtualTime {
    fn add_assign(&mut self, span: Self) {
        *self = *self + span;
    }
}
impl Sub for VirtualTime {
    type Output = Self;
    fn sub(self, earlier: Self) -> Self {
        self.since(earlier)
    }
}

/// The number of a replica in the fleet, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplicaId(pub u32);

impl ReplicaId {
    /// The number as an index into a list.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for ReplicaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "replica {}", self.0)
    }
}

/// The number of a request of a run, from 0, in the workload's order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u32);

impl RequestId {
    /// The number as an index into a list.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The id of a full block of tokens. It names the block *and everything before it*: equal ids, equal prefixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(pub u64);
