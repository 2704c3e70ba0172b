//! What an hour of a GPU costs, as far as a price was found: data with dates and sources, and nothing for the others.
//!
//! Prices differ by a factor of three between sellers and change by the month; the GPU is 60 to 70 % of a bill (Mercatus, May
//! 2026). The value is what a calculation goes by unless one's own is given, the range is what sellers asked for.

use core::fmt;

use serde::Serialize;

use super::Gpu;

/// What sellers asked for an hour of a GPU \[$\].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Price {
    /// The GPU's name.
    pub gpu: &'static str,
    /// What is calculated with.
    pub dollars: f64,
    /// The least and the most that was asked.
    pub range: (f64, f64),
    /// When, and who said so.
    pub source: &'static str,
}

/// Every price that was found. For GPUs that are not here no price is known.
pub static PRICES: [Price; 5] = [
    Price {
        gpu: "a100",
        dollars: 1.30,
        range: (0.80, 3.00),
        source: "Mercatus, May 2026: specialists 1.10 to 1.50, hyperscalers to 3.00",
    },
    Price {
        gpu: "h100",
        dollars: 2.50,
        range: (1.49, 5.00),
        source: "Mercatus, May 2026: specialists 2.50 to 3.50, hyperscalers to 5.00; GMI 2.00 on 2026-05-28",
    },
    Price {
        gpu: "h200",
        dollars: 3.60,
        range: (2.50, 7.00),
        source: "Mercatus, May 2026: specialists 3.50 to 4.50, hyperscalers to 7.00; Spheron 4.54 on 2026-03-17",
    },
    Price {
        gpu: "b200",
        dollars: 5.50,
        range: (4.50, 6.03),
        source: "lyceum.technology, 2026-03-11: specialists 4.50 to 6.00; Spheron 6.03 on 2026-03-17",
    },
    Price {
        gpu: "l40s",
        dollars: 1.00,
        range: (0.80, 1.90),
        source: "from memory, no dated price was found",
    },
];

/// Prices of one's own, which go before the shipped ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prices {
    /// By a GPU's name, without the figures of one that is described.
    pub own: Vec<(String, f64)>,
}

impl Prices {
    /// What an hour of this GPU costs \[$\], and who says so; `None`: no price is known.
    pub fn of(&self, gpu: &Gpu) -> Option<(f64, &'static str)> {
        let name = gpu.name.split(':').next().unwrap_or_default();
        if let Some((_, dollars)) = self.own.iter().find(|(own, _)| own == name) {
            return Some((*dollars, "your own price"));
        }
        let shipped = PRICES.iter().find(|price| price.gpu == name)?;
        Some((shipped.dollars, shipped.source))
    }
}

impl fmt::Display for Prices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (gpu, dollars)) in self.own.iter().enumerate() {
            let mark = if n > 0 { ";" } else { "" };
            write!(f, "{mark}{gpu}={dollars}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::{GPUS, gpu};

    #[test]
    fn a_price_is_ones_own_or_shipped_or_not_known() {
        let own = Prices {
            own: vec![("l4".to_owned(), 0.7)],
        };
        let of = |prices: &Prices, name| prices.of(gpu(name).unwrap()).map(|it| it.0);
        assert_eq!(of(&own, "l4"), Some(0.7));
        assert_eq!(of(&own, "h100"), Some(2.5));
        assert_eq!(of(&Prices::default(), "l4"), None);
        for price in PRICES {
            assert!(
                GPUS.iter().any(|gpu| gpu.name == price.gpu),
                "{}",
                price.gpu
            );
            assert!((price.range.0..=price.range.1).contains(&price.dollars));
        }
    }
}
