//! Whose a request is, of which class, and until when it is due.

/// A request's tenant and class, as numbers into [`crate::workload::labels::Labels`], and its deadline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// The tenant, in the order in which they first came; 0 where there are none.
    pub tenant: u16,
    /// The class, the lowest priority number first; 0 where there are none.
    pub class: u16,
    /// Until when after it was sent its first token is due \[ms\]; 0: it has no deadline.
    pub deadline_ms: u32,
}
