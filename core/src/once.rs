//! That a name stands once: for every text of names with values, whatever is between them.
//!
//! Of two values for one name a reader would have to guess which counts, so the second is refused, by queries, scenario files,
//! a workload's and a policy's parameters and lines of JSON alike.

use crate::units::Set;

/// The names that have been seen.
///
/// ```
/// use warmpath_core::once::Once;
/// let mut names = Once::default();
/// assert!(names.first("rate") && names.first("seed"));
/// assert!(!names.first("rate"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Once(Set<String>);

impl Once {
    /// Whether this name has not been seen before; from now on it has.
    pub fn first(&mut self, name: &str) -> bool {
        self.0.insert(name.to_owned())
    }
}
