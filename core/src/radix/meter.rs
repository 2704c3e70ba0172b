//! What a look-up visits, counted where somebody asks and for nothing where nobody does.

/// What look-ups visited, as a measure of their work that no clock disturbs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Visits {
    /// Nodes whose holders were read.
    pub nodes: u64,
    /// Cells of the table that finds a node by its first block.
    pub cells: u64,
    /// How many block ids were compared.
    pub ids: u64,
}

/// Counts visits, or does not.
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
