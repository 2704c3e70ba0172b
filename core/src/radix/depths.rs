//! The result of a look-up: every replica's matched depth.

use crate::units::ReplicaId;

/// Every replica's matched depth \[blocks\]: how many leading blocks of the prompt it holds without a gap.
///
/// One value serves any number of look-ups, so that a look-up allocates nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Depths(Vec<u32>);

impl Depths {
    /// Depths without replicas; the first look-up sizes them.
    pub fn new() -> Self {
        Self::default()
    }

    /// The depth of `replica` \[blocks\]; 0 for a replica that the index does not know.
    pub fn of(&self, replica: ReplicaId) -> u32 {
        self.0.get(replica.index()).copied().unwrap_or(0)
    }

    /// The depth of each replica \[blocks\].
    pub fn as_slice(&self) -> &[u32] {
        &self.0
    }

    /// The replica with the greatest depth and that depth \[blocks\], of equal ones the lowest number; `None` if no replica holds
    /// any of the prompt.
    pub fn deepest(&self) -> Option<(ReplicaId, u32)> {
        let depth = *self.0.iter().max()?;
        let replica = self.0.iter().position(|&d| d == depth)?;
        (depth > 0).then_some((ReplicaId(replica as u32), depth))
    }

    pub(super) fn reset(&mut self, replicas: usize) -> &mut [u32] {
        self.0.clear();
        self.0.resize(replicas, 0);
        &mut self.0
    }
}
