//! Where a policy's rule was read: which product, which version, which files, when, and what of it is left out.
//!
//! Products change their routers from release to release, so a policy is right about a version, not about a product.
//! Each policy's file states what it was written from; `warmpath list policies` prints it.

use serde::Serialize;

/// What a policy was written from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Provenance {
    /// The product, library or paper whose rule it is.
    pub product: &'static str,
    /// The release or commit that was read.
    pub version: &'static str,
    /// The files that were read, with their paths in the product's repository or package.
    pub files: &'static [&'static str],
    /// The day they were read, as `YYYY-MM-DD`.
    pub read: &'static str,
    /// What the product does and the policy does not, as a phrase; "nothing" if it is the whole rule.
    pub left_out: &'static str,
}

impl Provenance {
    /// A rule of this project's own, taken from no product.
    pub const OWN: Self = Self {
        product: "Warmpath",
        version: "this one",
        files: &[],
        read: "",
        left_out: "nothing",
    };
}
