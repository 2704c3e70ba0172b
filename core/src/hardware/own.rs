//! A GPU that the table does not hold, described by its figures:
//! `name:memory=24e9;bandwidth=1.008e12;bf16=165e12;link=pcie4`.

use thiserror::Error;

use super::{GPUS, Gpu, Link};
use crate::decimal::real;
use crate::words::excerpt;

/// The names of a description's parts, for error messages.
const PARTS: &str = "memory, bandwidth, bf16, fp8, link";
/// The names of links that a description may use, for error messages.
const LINKS: &str = "pcie4, pcie5, nvlink3, nvlink4, nvlink5, or bytes a second in each direction";

/// Why a text names or describes no GPU.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GpuError {
    /// There is no GPU of that name.
    #[error(
        "there is no gpu {0:?}; one of your own is written name:memory=24e9;bandwidth=1e12;bf16=165e12;link=pcie4"
    )]
    Unknown(String),
    /// A required part of the description is missing; this is its name.
    #[error("`{0}` is missing; memory, bandwidth and bf16 have to be said, fp8 and link can be")]
    Missing(&'static str),
    /// A part is not written `name=value`, has no known name, or is given twice; or the name before the colon cannot be one's own.
    #[error("{part:?} {fault}; the parts are {PARTS}")]
    Part {
        /// The part of the description as it was written.
        part: String,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// A part has a value that is not possible.
    #[error("{part} is {found:?}, {wanted} expected")]
    Value {
        /// The name of the part.
        part: &'static str,
        /// The value as it was written.
        found: String,
        /// What would be right.
        wanted: &'static str,
    },
}

fn figure(
    part: &'static str,
    text: &str,
    (low, high): (f64, f64),
    wanted: &'static str,
) -> Result<f64, GpuError> {
    let value = real(text).filter(|x| (low..=high).contains(x));
    value.ok_or_else(|| GpuError::Value {
        part,
        found: excerpt(text),
        wanted,
    })
}

fn link(text: &str) -> Result<Link, GpuError> {
    Ok(match text {
        "pcie4" => Link::PCIE4,
        "pcie5" => Link::PCIE5,
        "nvlink3" => Link::nvlink(300e9),
        "nvlink4" => Link::nvlink(450e9),
        "nvlink5" => Link::nvlink(900e9),
        rate => Link {
            name: "your own link",
            ..Link::nvlink(figure("link", rate, (1e6, 1e14), LINKS)?)
        },
    })
}

/// Reads a description. Its texts are kept until the program ends: some tens of bytes per description.
pub(super) fn read(name: &str, figures: &str) -> Result<&'static Gpu, GpuError> {
    let part_is = |part: &str, fault| GpuError::Part {
        part: excerpt(part),
        fault,
    };
    if name.is_empty() || GPUS.iter().any(|gpu| gpu.name == name) {
        return Err(part_is(name, "is no name for a gpu of your own"));
    }
    let (mut memory, mut bandwidth, mut bf16, mut fp8, mut wire) = (None, None, None, None, None);
    for part in figures
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let (key, value) = part
            .split_once('=')
            .ok_or_else(|| part_is(part, "is not written name=value"))?;
        let (into, field): (&mut Option<f64>, &'static str) = match key.trim() {
            "memory" => (&mut memory, "memory"),
            "bandwidth" => (&mut bandwidth, "bandwidth"),
            "bf16" => (&mut bf16, "bf16"),
            "fp8" => (&mut fp8, "fp8"),
            "link" if wire.is_none() => {
                wire = Some(link(value.trim())?);
                continue;
            }
            "link" => return Err(part_is(key, "stands twice")),
            _ => return Err(part_is(key, "has no known name")),
        };
        let (range, wanted) = match field {
            "memory" => ((1e6, 1e15), "bytes from 1e6 to 1e15"),
            "bandwidth" => ((1e6, 1e15), "bytes a second from 1e6 to 1e15"),
            _ => ((1e6, 1e18), "dense operations a second from 1e6 to 1e18"),
        };
        if into.is_some() {
            return Err(part_is(key, "stands twice"));
        }
        *into = Some(figure(field, value.trim(), range, wanted)?);
    }
    let needed = |value: Option<f64>, part| value.ok_or(GpuError::Missing(part));
    let text: &'static str = Box::leak(format!("{name}:{figures}").into_boxed_str());
    Ok(Box::leak(Box::new(Gpu {
        name: text,
        title: &text[..name.len()],
        memory_bytes: needed(memory, "memory")?,
        bandwidth: needed(bandwidth, "bandwidth")?,
        bf16_flops: needed(bf16, "bf16")?,
        fp8_flops: fp8,
        link: wire.unwrap_or(Link::PCIE4),
        source: "your own figures",
    })))
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    #[test]
    fn a_description_is_read_and_told_again() {
        let text = "mine:memory=24e9;bandwidth=1.008e12;bf16=165e12;fp8=330e12;link=pcie4";
        let gpu = parse(text).unwrap();
        assert_eq!((gpu.name, gpu.title), (text, "mine"));
        assert_eq!((gpu.memory_bytes, gpu.fp8_flops), (24e9, Some(330e12)));
        assert_eq!(parse("h100").unwrap().title, "NVIDIA H100 SXM");
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let says = |text: &str, what: &str| {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        };
        says("h101", "there is no gpu \"h101\"");
        says("mine:bandwidth=1e12;bf16=1e14", "`memory` is missing");
        says(
            "mine:memory=-1;bandwidth=1e12;bf16=1e14",
            "memory is \"-1\"",
        );
        says("mine:memory=1e10;memory=1e10", "stands twice");
        says("mine:memory=1e10;clock=3", "has no known name");
        says(
            "mine:memory=1e10;bandwidth=1e12;bf16=1e14;link=wire",
            "link is \"wire\"",
        );
        says("h100:memory=1e10;bandwidth=1e12;bf16=1e14", "no name");
    }
}
