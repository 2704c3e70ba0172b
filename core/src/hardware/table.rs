//! The known GPUs with their figures, by memory bandwidth.

use super::{Gpu, Link};

const GIB: f64 = (1u64 << 30) as f64;

/// The source of a row: one of NVIDIA's machine descriptions, and where the memory was read.
macro_rules! nvidia {
    ($file:literal, $memory:literal) => {
        concat!(
            "NVIDIA: ai-dynamo/aiconfigurator systems/",
            $file,
            ".yaml@095f58a; ",
            $memory
        )
    };
}

const AMPERE: &str = "NVIDIA's Ampere white paper, quoted by hahnyuan/LLM-Viewer hardwares/hardware_params.py@472f71f; PyTorch: 39.38 to 39.59 GiB";

/// AMD's links: seven of 64 GB/s in each direction; latencies are assumed to be those of NVLink.
const FABRIC: Link = Link {
    name: "Infinity Fabric, 7 links",
    ..Link::nvlink(7.0 * 64e9)
};

/// The GPU of the default scenario, which is the first of [`GPUS`]. It stands apart so that a program that needs only this
/// one does not contain the table.
pub static L4: Gpu = SLOWEST;

const SLOWEST: Gpu = Gpu {
    name: "l4",
    title: "NVIDIA L4",
    memory_bytes: 22.16 * GIB,
    bandwidth: 300e9,
    bf16_flops: 121e12,
    fp8_flops: Some(242e12),
    link: Link::PCIE4,
    source: nvidia!(
        "l4",
        "usable memory inferred from vLLM logs of the KubeAI benchmark's set-up"
    ),
};

/// All known GPUs, the one with the slowest memory first.
pub static GPUS: [Gpu; 19] = [
    SLOWEST,
    Gpu {
        name: "a10g",
        title: "NVIDIA A10G",
        memory_bytes: 22.06 * GIB,
        bandwidth: 600e9,
        bf16_flops: 70e12,
        fp8_flops: None,
        link: Link::PCIE4,
        source: "AWS' A10G datasheet of 2022-02-17 as public files quote it (70 dense; the 125 often given is the A10's); PyTorch: 22,587 MiB",
    },
    Gpu {
        name: "l40",
        title: "NVIDIA L40",
        memory_bytes: 44.39 * GIB,
        bandwidth: 864e9,
        bf16_flops: 181e12,
        fp8_flops: Some(362e12),
        link: Link::PCIE4,
        source: "NVIDIA's Ada white paper, quoted by hahnyuan/LLM-Viewer hardwares/hardware_params.py@472f71f; memory taken to be the L40S's",
    },
    Gpu {
        name: "l40s",
        title: "NVIDIA L40S",
        memory_bytes: 44.39 * GIB,
        bandwidth: 864e9,
        bf16_flops: 362e12,
        fp8_flops: Some(733e12),
        link: Link::PCIE4,
        source: nvidia!("l40s", "PyTorch: 44.39 GiB, older drivers 44.52"),
    },
    Gpu {
        name: "rtx-4090",
        title: "NVIDIA RTX 4090",
        memory_bytes: 23.52 * GIB,
        bandwidth: 1008e9,
        bf16_flops: 165e12,
        fp8_flops: Some(330e12),
        link: Link::PCIE4,
        source: "NVIDIA's Ada white paper as public files quote it (with 32-bit sums: 165.2, in fp8 330.3); PyTorch: 23.52 GiB, Soul-AILab/SoulX-FlashTalk#5",
    },
    Gpu {
        name: "a100-40",
        title: "NVIDIA A100 SXM 40 GB",
        memory_bytes: 39.4 * GIB,
        bandwidth: 1555e9,
        bf16_flops: 312e12,
        fp8_flops: None,
        link: Link::nvlink(300e9),
        source: AMPERE,
    },
    Gpu {
        name: "a100-40-pcie",
        title: "NVIDIA A100 PCIe 40 GB",
        memory_bytes: 39.4 * GIB,
        bandwidth: 1555e9,
        bf16_flops: 312e12,
        fp8_flops: None,
        link: Link::PCIE4,
        source: AMPERE,
    },
    Gpu {
        name: "rtx-pro-6000",
        title: "NVIDIA RTX PRO 6000 Blackwell",
        memory_bytes: 94.97 * GIB,
        bandwidth: 1792e9,
        bf16_flops: 504e12,
        fp8_flops: Some(1008e12),
        link: Link::PCIE5,
        source: nvidia!(
            "rtx_pro_6000_server",
            "that Server Edition has 468 and 936 TFLOP/s, these are the Workstation Edition's, 188 SMs at 2,617 MHz; PyTorch: 94.97 GiB"
        ),
    },
    Gpu {
        name: "h100-pcie",
        title: "NVIDIA H100 PCIe",
        memory_bytes: 79.11 * GIB,
        bandwidth: 2000e9,
        bf16_flops: 756.5e12,
        fp8_flops: Some(1513e12),
        link: Link::PCIE5,
        source: nvidia!("h100_pcie", "PyTorch: 81,008 MiB"),
    },
    Gpu {
        name: "a100",
        title: "NVIDIA A100 SXM 80 GB",
        memory_bytes: 79.25 * GIB,
        bandwidth: 2039e9,
        bf16_flops: 312e12,
        fp8_flops: None,
        link: Link::nvlink(300e9),
        source: nvidia!("a100_sxm", "PyTorch: 79.25 GiB, others 79.15 to 79.35"),
    },
    Gpu {
        name: "h100",
        title: "NVIDIA H100 SXM",
        memory_bytes: 79.19 * GIB,
        bandwidth: 3350e9,
        bf16_flops: 989e12,
        fp8_flops: Some(1979e12),
        link: Link::nvlink(450e9),
        source: nvidia!("h100_sxm", "PyTorch: 81,089 MiB"),
    },
    Gpu {
        name: "h100-nvl",
        title: "NVIDIA H100 NVL",
        memory_bytes: 93.0 * GIB,
        bandwidth: 3938e9,
        bf16_flops: 835.5e12,
        fp8_flops: Some(1670.5e12),
        link: Link::nvlink(300e9),
        source: "NVIDIA's H100 datasheet, quoted by Lightning-AI/pytorch-lightning fabric/utilities/throughput.py@7f0c343; 3.9 TB/s and NVLink as public pages quote it; PyTorch: 93.00 GiB, ali-vilab/VACE#56",
    },
    Gpu {
        name: "h20",
        title: "NVIDIA H20",
        memory_bytes: 95.0 * GIB,
        bandwidth: 4000e9,
        bf16_flops: 148e12,
        fp8_flops: Some(296e12),
        link: Link::nvlink(450e9),
        source: "alibaba/InferSim hardware/gpu.py@f2293da and pytorch/torchtitan tools/utils.py@b5bcd76; the maker has no public sheet; PyTorch: 97,285 MiB",
    },
    Gpu {
        name: "h200",
        title: "NVIDIA H200 SXM",
        memory_bytes: 139.81 * GIB,
        bandwidth: 4800e9,
        bf16_flops: 989e12,
        fp8_flops: Some(1979e12),
        link: Link::nvlink(450e9),
        source: nvidia!("h200_sxm", "PyTorch: 139.81 GiB"),
    },
    Gpu {
        name: "mi300x",
        title: "AMD Instinct MI300X",
        memory_bytes: 191.98 * GIB,
        bandwidth: 5300e9,
        bf16_flops: 1307e12,
        fp8_flops: Some(2615e12),
        link: FABRIC,
        source: "AMD: ROCm/ROCm docs/conceptual/gpu-arch/mi300.md@e396b48; links: stas00/ml-engineering network/README.md@744d01e; PyTorch: 196,592 MiB",
    },
    Gpu {
        name: "mi325x",
        title: "AMD Instinct MI325X",
        memory_bytes: 255.98 * GIB,
        bandwidth: 6000e9,
        bf16_flops: 1307e12,
        fp8_flops: Some(2615e12),
        link: FABRIC,
        source: "AMD's product page, quoted by stas00/ml-engineering compute/accelerator/README.md@744d01e: computes as the MI300X; PyTorch: 255.98 GiB",
    },
    Gpu {
        name: "b200",
        title: "NVIDIA B200",
        memory_bytes: 178.35 * GIB,
        bandwidth: 7700e9,
        bf16_flops: 2250e12,
        fp8_flops: Some(4500e12),
        link: Link::nvlink(900e9),
        source: nvidia!(
            "b200_sxm",
            "other sheets of NVIDIA's say 8 TB/s; PyTorch: 178.35 GiB"
        ),
    },
    Gpu {
        name: "b300",
        title: "NVIDIA B300",
        memory_bytes: 267.69 * GIB,
        bandwidth: 7750e9,
        bf16_flops: 2250e12,
        fp8_flops: Some(4500e12),
        link: Link::nvlink(900e9),
        source: nvidia!(
            "b300_sxm",
            "other sheets of NVIDIA's say 8 TB/s; PyTorch: 267.69 GiB"
        ),
    },
    Gpu {
        name: "gb200",
        title: "NVIDIA GB200",
        memory_bytes: 184.31 * GIB,
        bandwidth: 8000e9,
        bf16_flops: 2500e12,
        fp8_flops: Some(5000e12),
        link: Link::nvlink(900e9),
        source: nvidia!("gb200", "PyTorch: 184.31 GiB"),
    },
];
