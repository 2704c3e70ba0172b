//! How fast a GPU is: memory, bandwidth, arithmetic, links. Data only; [`crate::replica::roofline`] does the sums.
//!
//! The figures are the makers' public datasheet figures for dense arithmetic, written down from memory and not
//! re-read, which [`FROM_MEMORY`] says wherever they are shown. What a real kernel reaches of them is a matter of
//! efficiencies, not of this table.

use serde::Serialize;

/// The source line of every row that was not checked against its datasheet.
pub const FROM_MEMORY: &str = "maker's datasheet, from memory";

/// How GPUs of one server talk to each other under tensor parallelism.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Link {
    /// What it is.
    pub name: &'static str,
    /// One direction, one GPU \[B/s\].
    pub bytes_per_s: f64,
    /// What a collective costs before its first byte \[s\]. Assumed: 8 µs NVLink, 20 µs PCIe.
    pub latency_s: f64,
}

/// A GPU.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gpu {
    /// As typed on the command line.
    pub name: &'static str,
    /// As printed.
    pub title: &'static str,
    /// Memory the driver reports \[B\].
    pub memory_bytes: f64,
    /// Memory bandwidth \[B/s\].
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

const GIB: f64 = (1u64 << 30) as f64;
const PCIE4: Link = Link {
    name: "PCIe 4 x16",
    bytes_per_s: 32e9,
    latency_s: 20e-6,
};

const fn nvlink(bytes_per_s: f64) -> Link {
    Link {
        name: "NVLink",
        bytes_per_s,
        latency_s: 8e-6,
    }
}

/// Every GPU there is, slowest first.
pub static GPUS: [Gpu; 7] = [
    Gpu {
        name: "l4",
        title: "NVIDIA L4",
        memory_bytes: 22.16 * GIB,
        bandwidth: 300e9,
        bf16_flops: 121e12,
        fp8_flops: Some(242e12),
        link: PCIE4,
        source: "datasheet, from memory; usable memory inferred from vLLM logs of the KubeAI benchmark's set-up",
    },
    Gpu {
        name: "l40s",
        title: "NVIDIA L40S",
        memory_bytes: 0.98 * 48e9,
        bandwidth: 864e9,
        bf16_flops: 362e12,
        fp8_flops: Some(733e12),
        link: PCIE4,
        source: FROM_MEMORY,
    },
    Gpu {
        name: "a100",
        title: "NVIDIA A100 SXM 80 GB",
        memory_bytes: 79.0 * GIB,
        bandwidth: 2039e9,
        bf16_flops: 312e12,
        fp8_flops: None,
        link: nvlink(300e9),
        source: FROM_MEMORY,
    },
    Gpu {
        name: "h100",
        title: "NVIDIA H100 SXM",
        memory_bytes: 79.0 * GIB,
        bandwidth: 3350e9,
        bf16_flops: 989e12,
        fp8_flops: Some(1979e12),
        link: nvlink(450e9),
        source: FROM_MEMORY,
    },
    Gpu {
        name: "mi300x",
        title: "AMD Instinct MI300X",
        memory_bytes: 0.98 * 192e9,
        bandwidth: 5300e9,
        bf16_flops: 1307e12,
        fp8_flops: Some(2615e12),
        link: Link {
            name: "Infinity Fabric, 7 links",
            bytes_per_s: 7.0 * 64e9,
            latency_s: 8e-6,
        },
        source: FROM_MEMORY,
    },
    Gpu {
        name: "h200",
        title: "NVIDIA H200 SXM",
        memory_bytes: 0.98 * 141e9,
        bandwidth: 4800e9,
        bf16_flops: 989e12,
        fp8_flops: Some(1979e12),
        link: nvlink(450e9),
        source: FROM_MEMORY,
    },
    Gpu {
        name: "b200",
        title: "NVIDIA B200",
        memory_bytes: 0.98 * 180e9,
        bandwidth: 8000e9,
        bf16_flops: 2250e12,
        fp8_flops: Some(4500e12),
        link: nvlink(900e9),
        source: FROM_MEMORY,
    },
];

/// The GPU of that name.
pub fn gpu(name: &str) -> Option<&'static Gpu> {
    GPUS.iter().find(|gpu| gpu.name == name)
}
