//! How fast a GPU is: memory, bandwidth, arithmetic, links. This is data only; [`crate::replica::roofline`] computes with
//! it.
//!
//! Bandwidth and dense arithmetic are the makers' figures, read on 2026-11-29 in the public file or page that a row names:
//! NVIDIA's own where there is one (the machine descriptions of its AIConfigurator), else a table that quotes the maker's
//! datasheet. Memory is what the driver reports, not the nominal gigabytes, as PyTorch prints it (`total_memory=81089MB`,
//! "a total capacity of 139.81 GiB"). It differs by some 0.2 GiB between drivers. What share of these figures a real kernel
//! reaches is not in this table but in the efficiencies of the step-time model. A GPU of one's own is described by a line
//! of text ([`parse`]).

mod own;
mod table;

use serde::Serialize;

pub use own::GpuError;
pub use table::{GPUS, L4};

/// The link by which the GPUs of one server communicate under tensor parallelism.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Link {
    /// The kind of link, as printed.
    pub name: &'static str,
    /// Bandwidth in one direction, per GPU \[B/s\].
    pub bytes_per_s: f64,
    /// Time that an all-reduce of a small message takes before its first byte \[s\], when each GPU reads what all others
    /// have.
    pub latency_s: f64,
    /// Time that an all-reduce of a large message takes before its first byte \[s\], when it goes around in two passes.
    pub bulk_latency_s: f64,
}

/// A GPU, with the figures by which steps are timed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gpu {
    /// The name of the GPU on the command line, such as `h100`.
    pub name: &'static str,
    /// The GPU's name as printed.
    pub title: &'static str,
    /// Memory as the driver reports it \[B\].
    pub memory_bytes: f64,
    /// Bandwidth of the GPU's memory \[B/s\].
    pub bandwidth: f64,
    /// Peak rate of dense bf16 arithmetic \[FLOP/s\].
    pub bf16_flops: f64,
    /// Peak rate of dense fp8 arithmetic \[FLOP/s\]; `None` without fp8 units, in which case fp8 weights are computed with
    /// in bf16.
    pub fp8_flops: Option<f64>,
    /// The link that the GPU uses for tensor parallelism.
    pub link: Link,
    /// The source of the figures.
    pub source: &'static str,
}

impl Link {
    /// PCI Express 4 with 16 lanes, by NVIDIA's figure (31.5 GB/s after coding). Its latencies are assumed.
    pub const PCIE4: Self = Self::pcie("PCIe 4 x16", 32e9);
    /// PCI Express 5 with 16 lanes, by NVIDIA's figure (63 GB/s after coding). Its latencies are assumed.
    pub const PCIE5: Self = Self::pcie("PCIe 5 x16", 64e9);

    const fn pcie(name: &'static str, bytes_per_s: f64) -> Self {
        Self {
            name,
            bytes_per_s,
            latency_s: 20e-6,
            bulk_latency_s: 60e-6,
        }
    }

    /// NVLink with this bandwidth in each direction \[B/s\]. The latencies were fitted to step times on H100 and H200
    /// (docs/accuracy.md).
    pub const fn nvlink(bytes_per_s: f64) -> Self {
        Self {
            name: "NVLink",
            bytes_per_s,
            latency_s: 4.0e-6,
            bulk_latency_s: 34e-6,
        }
    }
}

impl Gpu {
    /// The name by which the GPU is priced: that of one's own without its figures.
    pub fn priced_as(&self) -> &'static str {
        self.name.split(':').next().unwrap_or(self.name)
    }
}

/// The GPU with this name, or one described by its figures, such as
/// `name:memory=24e9;bandwidth=1e12;bf16=165e12;link=pcie4`.
///
/// # Errors
/// If there is no GPU with that name, or a part of the description is missing or not possible.
pub fn parse(text: &str) -> Result<&'static Gpu, GpuError> {
    match text.split_once(':') {
        Some((name, figures)) => own::read(name, figures),
        None => gpu(text).ok_or_else(|| GpuError::Unknown(crate::words::excerpt(text))),
    }
}

/// The GPU with this name; `None` if the table has none.
pub fn gpu(name: &str) -> Option<&'static Gpu> {
    GPUS.iter().find(|gpu| gpu.name == name)
}
