//! The tenant, the class and the deadline of a request.

/// A request's tenant and class, as numbers into [`crate::workload::labels::Labels`], and its deadline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// The number of the tenant, in the order in which tenants first came; 0 where there are none.
    pub tenant: u16,
    /// The number of the class, the lowest priority number first; 0 where there are none.
    pub class: u16,
    /// The time after sending by which its first token is due \[ms\]; 0: it has no deadline.
    pub deadline_ms: u32,
}
