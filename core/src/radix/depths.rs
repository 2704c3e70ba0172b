//! What a look-up answers: every replica's matched depth.

use crate::units::ReplicaId;

/// Every replica's matched depth \[blocks\]: how many leading blocks of the prompt it holds without a gap.
///
/// One value serves any number of look-ups, so that a look-up allocates nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Depths(Vec<u32>);

impl Depths {
    /// Without replicas; the first look-up sizes it.
    pub fn new() -> Self {
        Self::default()
    }

    /// The depth of `replica` \[blocks\]; 0 for one the index has never heard of.
    pub fn of(&self, replica: ReplicaId) -> u32 {
        self.0.get(replica.index()).copied().unwrap_or(0)
    }

    /// All depths \[blocks\], by replica.
    pub fn as_slice(&self) -> &[u32] {
        &self.0
    }

    /// The deepest replica and its depth \[blocks\], the lowest number among equals; `None` if nobody holds anything.
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
