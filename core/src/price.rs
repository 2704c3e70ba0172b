//! What a GPU costs: a small table of rents, each with its date and source, and the user's own prices, which replace them.
//!
//! Rents differ by a factor of three between sellers and change within months, so each row says who quoted it and when, and is
//! meant to be replaced: `l4=0.80;h100=2.20` sets two of them \[US$ per GPU and hour\]. Sellers' pages are quoted as public files
//! of that day quote them (read on 2026-11-29), not from the live page. A GPU without a row has no price here; nothing is guessed
//! for it. A row is the rent of the GPU alone: storage, traffic and people are not in it (Mercatus puts the headline rate at 60 to
//! 70 % of a bill).
//!
//! ```
//! use warmpath_core::price::Prices;
//! let own = Prices::parse("l4=0.80; h100=2.2")?;
//! assert_eq!(own.to_string(), "h100=2.2;l4=0.8");
//! assert_eq!(own.of("l4").unwrap().source, "your own price");
//! assert_eq!(own.of("h200").unwrap().usd_per_hour, 4.59);
//! assert_eq!(own.of("h20"), None);
//! let wrong = Prices::parse("h100=2;h2000=3").unwrap_err().to_string();
//! assert!(wrong.contains("character 8") && wrong.contains("did you mean \"h200\"?"), "{wrong}");
//! # Ok::<(), warmpath_core::price::PriceError>(())
//! ```

pub mod tokens;

use core::fmt;

use serde::Serialize;
use thiserror::Error;

use crate::decimal::real;
use crate::hardware::GPUS;
use crate::nearest::nearest;
use crate::order;
use crate::words::excerpt;

/// The rent of a GPU.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Price {
    /// The GPU's name, as typed on the command line.
    pub gpu: &'static str,
    /// The rent of one GPU \[US$/h\].
    pub usd_per_hour: f64,
    /// The day when it was quoted, as `YYYY-MM-DD`, or `undated`; empty for the user's own price.
    pub date: &'static str,
    /// What others ask, if noted, and last the seller or publication that quoted this price: its `date` is written behind it.
    pub source: &'static str,
}

const fn row(
    gpu: &'static str,
    usd_per_hour: f64,
    date: &'static str,
    source: &'static str,
) -> Price {
    Price {
        gpu,
        usd_per_hour,
        date,
        source,
    }
}

const RUNPOD: &str = "runpod.io/pricing, on demand";
const RUNPOD_DATE: &str = "2026-09-13";

/// The rents that are known, in the order of the table of GPUs; no seller was found that states one for the H20. Where a seller
/// lists many GPUs on one day its rents are taken, so that GPUs can be compared; what other sellers ask stands before it in `source`.
pub static PRICES: [Price; 18] = [
    row("l4", 0.49, RUNPOD_DATE, RUNPOD),
    row(
        "a10g",
        1.006,
        "undated",
        "AWS, a whole g5.xlarge in us-east-1, on demand",
    ),
    row(
        "l40",
        1.0,
        "undated",
        "Hyperstack, skypilot-org/skypilot-catalog v8/hyperstack/vms.csv@fdc9d90",
    ),
    row("l40s", 1.09, RUNPOD_DATE, RUNPOD),
    row("rtx-4090", 0.74, RUNPOD_DATE, RUNPOD),
    row(
        "a100-40",
        1.99,
        "2026-09-25",
        "lambda.ai/pricing, on demand",
    ),
    row(
        "a100-40-pcie",
        1.45,
        "2026-08-19",
        "Crusoe, dstackai/gpuhunt providers/crusoe.py@3584151",
    ),
    row("rtx-pro-6000", 2.09, RUNPOD_DATE, RUNPOD),
    row("h100-pcie", 2.89, RUNPOD_DATE, RUNPOD),
    row(
        "a100",
        1.59,
        RUNPOD_DATE,
        "Mercatus, 2026-05: specialists 1.10 to 1.50, hyperscalers 1.50 to 3.00; runpod.io/pricing, on demand",
    ),
    row(
        "h100",
        3.49,
        RUNPOD_DATE,
        "Mercatus, 2026-05: specialists 2.50 to 3.50, hyperscalers 3.50 to 5.00; runpod.io/pricing, on demand",
    ),
    row("h100-nvl", 3.19, RUNPOD_DATE, RUNPOD),
    row(
        "h200",
        4.59,
        RUNPOD_DATE,
        "Mercatus, 2026-05: specialists 3.50 to 4.50, hyperscalers 4.50 to 7.00; runpod.io/pricing, on demand",
    ),
    row(
        "mi300x",
        2.59,
        "undated",
        "Crusoe, 2026-08-19: 3.45; DigitalOcean, on demand",
    ),
    row("mi325x", 3.8, "undated", "DigitalOcean, on demand"),
    row(
        "b200",
        6.79,
        RUNPOD_DATE,
        "Lambda, 2026-09-25: 6.69 to 6.99; runpod.io/pricing, on demand",
    ),
    row("b300", 7.89, RUNPOD_DATE, RUNPOD),
    row(
        "gb200",
        10.5,
        "2026-05-25",
        "CoreWeave, a quarter of 42.00 for 4 GPUs, on demand",
    ),
];

/// The highest price that is accepted \[US$/h\].
const MOST: f64 = 10_000.0;

/// The user's own prices by GPU, in the order of the names; every other GPU has the table's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prices(Vec<(String, f64)>);

/// What is wrong with a list of prices, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("price, character {at}: \"{found}\", but there must be {wanted}{hint}")]
pub struct PriceError {
    /// The place of what is wrong in the list, in characters from 1.
    pub at: usize,
    /// The text that was found there.
    pub found: String,
    /// What would be right, in words.
    pub wanted: &'static str,
    /// "; did you mean …?" with the name that was probably meant; empty if none is near.
    pub hint: String,
}

impl Prices {
    /// Reads `gpu=US$/h`, several split by semicolons. A GPU of the user's own goes by the name that it was given.
    ///
    /// # Errors
    /// A text that is no price, a GPU that is not in the table but much like one that is, or one that is priced twice.
    pub fn parse(text: &str) -> Result<Self, PriceError> {
        let mut own: Vec<(String, f64)> = Vec::new();
        let mut from = 0;
        for piece in text.split(';') {
            let blanks = piece.len() - piece.trim_start().len();
            let wrong = |found: &str, skip: usize, wanted, hint| PriceError {
                at: 1 + text[..from + blanks + skip].chars().count(),
                found: excerpt(found),
                wanted,
                hint,
            };
            let whole = piece.trim();
            if !whole.is_empty() {
                let (name, value) = whole.split_once('=').ok_or_else(|| {
                    let wanted = "a gpu and its price in US$ an hour, as h100=2.5";
                    wrong(whole, 0, wanted, String::new())
                })?;
                let (gpu, price) = (name.trim(), value.trim());
                let names = || GPUS.iter().map(|gpu| gpu.name);
                if !names().any(|there| there == gpu)
                    && let Some(meant) = nearest(gpu, names())
                {
                    let hint = format!("; did you mean \"{meant}\"?");
                    return Err(wrong(gpu, 0, "the name of a gpu", hint));
                }
                let usd = real(price).filter(|usd| (0.0..=MOST).contains(usd));
                let usd = usd.ok_or_else(|| {
                    let wanted = "a price from 0 to 10,000 US$ an hour";
                    wrong(price, name.len() + 1, wanted, String::new())
                })?;
                if gpu.is_empty() || own.iter().any(|(there, _)| there == gpu) {
                    let wanted = "the name of a gpu that has no price yet";
                    return Err(wrong(gpu, 0, wanted, String::new()));
                }
                own.push((gpu.to_owned(), usd));
            }
            from += piece.len() + 1;
        }
        order::by(&mut own, |a, b| a.0.cmp(&b.0));
        Ok(Self(own))
    }

    /// The rent of a GPU: the user's own, else the table's; `None` if none is known.
    pub fn of(&self, gpu: &'static str) -> Option<Price> {
        let own = self.0.iter().find(|(there, _)| there == gpu);
        let own = own.map(|&(_, usd)| row(gpu, usd, "", "your own price"));
        own.or_else(|| PRICES.iter().find(|price| price.gpu == gpu).copied())
    }

    /// The names of the GPUs that the user priced.
    pub fn own(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(gpu, _)| gpu.as_str())
    }
}

/// Writes the prices as they are typed, sorted by the GPUs' names.
impl fmt::Display for Prices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (gpu, usd)) in self.0.iter().enumerate() {
            let mark = if n > 0 { ";" } else { "" };
            write!(f, "{mark}{gpu}={usd}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_prices_gpus_that_there_are_once_each() {
        for (n, price) in PRICES.iter().enumerate() {
            assert!(
                GPUS.iter().any(|gpu| gpu.name == price.gpu),
                "{}",
                price.gpu
            );
            assert!(PRICES[..n].iter().all(|it| it.gpu != price.gpu));
            assert!(!price.date.is_empty() && !price.source.is_empty());
        }
        let unpriced = GPUS.iter().map(|gpu| gpu.name);
        let unpriced = unpriced.filter(|name| PRICES.iter().all(|price| price.gpu != *name));
        assert_eq!(unpriced.collect::<Vec<_>>(), ["h20"]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let says = |text: &str, what: &str| {
            let error = Prices::parse(text).unwrap_err().to_string();
            assert!(error.contains(what), "{text}: {error}");
        };
        says("h100=2.5;  h200", "character 12: \"h200\"");
        says("h100=cheap", "character 6: \"cheap\"");
        says("l4=-1", "from 0 to 10,000 US$");
        says("h100=1;h100=2", "no price yet");
        says("=1", "character 1: \"\"");
        assert_eq!(Prices::parse(" ; ").unwrap(), Prices::default());
    }

    #[test]
    fn what_is_written_is_read() {
        for text in ["", "a100=1.1", "a100=1.1;mine=0.25;z=0"] {
            assert_eq!(Prices::parse(text).unwrap().to_string(), text);
        }
    }
}
