//! How fast a GPU is: memory, bandwidth, arithmetic, links. Data only; [`crate::replica::roofline`] does the sums.
//!
//! Bandwidth and dense arithmetic are the makers' figures, read on 2026-11-29 in the public file or page that a row names:
//! NVIDIA's own where there is one (the machine descriptions of its AIConfigurator), else a table that quotes the
//! maker's datasheet. Memory is what the driver reports, not the nominal gigabytes, as PyTorch prints it
//! (`total_memory=81089MB`, "a total capacity of 139.81 GiB"). It differs by some 0.2 GiB between drivers. What a real kernel
//! reaches is a matter of efficiencies, not of this table. One's own GPU is a line of text ([`parse`]).

mod own;
mod table;

use serde::Serialize;

pub use own::GpuError;
pub use table::{GPUS, L4};

/// How GPUs of one server talk to each other under tensor parallelism.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Link {
    /// What kind of link it is, as printed.
    pub name: &'static str,
    /// One direction, one GPU \[B/s\].
    pub bytes_per_s: f64,
    /// What an all-reduce of a small message costs before its first byte \[s\]: each GPU reads what all others have.
    pub latency_s: f64,
    /// The same of a large one, which goes around in two passes \[s\].
    pub bulk_latency_s: f64,
}

/// A GPU, with the figures by which steps are timed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gpu {
    /// As typed on the command line.
    pub name: &'static str,
    /// The GPU's name as printed.
    pub title: &'static str,
    /// Memory the driver reports \[B\].
    pub memory_bytes: f64,
    /// The bandwidth of its memory \[B/s\].
    pub bandwidth: f64,
    /// Dense bf16 arithmetic \[FLOP/s\].
    pub bf16_flops: f64,
    /// Dense fp8 arithmetic \[FLOP/s\]; `None`: no fp8 units, fp8 weights are computed in bf16.
    pub fp8_flops: Option<f64>,
    /// Its link for tensor parallelism.
    pub link: Link,
    /// Where the figures are from.
    pub source: &'static str,
}

impl Link {
    /// PCI Express 4, 16 lanes, as NVIDIA states it (31.5 GB/s after coding). Its latencies are assumed.
    pub const PCIE4: Self = Self::pcie("PCIe 4 x16", 32e9);
    /// PCI Express 5, 16 lanes, as NVIDIA states it (63 GB/s after coding). Its latencies are assumed.
    pub const PCIE5: Self = Self::pcie("PCIe 5 x16", 64e9);

    const fn pcie(name: &'static str, bytes_per_s: f64) -> Self {
        Self {
            name,
            bytes_per_s,
            latency_s: 20e-6,
            bulk_latency_s: 60e-6,
        }
    }

    /// NVLink of that rate in each direction. Latencies fitted to step times on H100 and H200 (docs/accuracy.md).
    pub const fn nvlink(bytes_per_s: f64) -> Self {
        Self {
            name: "NVLink",
            bytes_per_s,
            latency_s: 4.0e-6,
            bulk_latency_s: 34e-6,
        }
    }
}

/// The GPU of that name, or one described by its figures, as `name:memory=24e9;bandwidth=1e12;bf16=165e12;link=pcie4`.
///
/// # Errors
/// No GPU of that name; what of a description is missing or cannot be.
pub fn parse(text: &str) -> Result<&'static Gpu, GpuError> {
    match text.split_once(':') {
        Some((name, figures)) => own::read(name, figures),
        None => gpu(text).ok_or_else(|| GpuError::Unknown(crate::words::excerpt(text))),
    }
}

/// The GPU of that name.
pub fn gpu(name: &str) -> Option<&'static Gpu> {
    GPUS.iter().find(|gpu| gpu.name == name)
}
