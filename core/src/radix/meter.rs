//! Counts what a look-up visits, where a caller asks for it; it costs nothing where none does.

/// What look-ups visited, as a measure of their work that does not depend on a clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Visits {
    /// How many nodes' holders were read.
    pub nodes: u64,
    /// How many cells were read of the table that finds a node by its first block.
    pub cells: u64,
    /// How many block ids were compared.
    pub ids: u64,
}

/// A counter of visits, or one that does nothing.
pub(super) trait Meter {
    fn node(&mut self);
    fn cell(&mut self);
    fn id(&mut self);
}

impl Meter for Visits {
    fn node(&mut self) {
        self.nodes += 1;
    }
    fn cell(&mut self) {
        self.cells += 1;
    }
    fn id(&mut self) {
        self.ids += 1;
    }
}

impl Meter for () {
    #[inline]
    fn node(&mut self) {}
    #[inline]
    fn cell(&mut self) {}
    #[inline]
    fn id(&mut self) {}
}
