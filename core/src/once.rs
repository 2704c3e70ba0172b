//! Checks that a name is given once, for every text of names with values, whatever stands between them.
//!
//! With two values for one name a reader would have to guess which counts, so the second is refused: in queries, scenario files,
//! the parameters of workloads and policies, and lines of JSON.

use crate::units::Set;

/// The names that have been seen so far.
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
    /// Whether this name had not been seen before; from now on it has.
    pub fn first(&mut self, name: &str) -> bool {
        self.0.insert(name.to_owned())
    }
}
