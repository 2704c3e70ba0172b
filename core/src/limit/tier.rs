//! The tiers of rate limits: three published tables that disagree, and limits of the user's own.

use crate::decimal::whole;
use crate::nearest::nearest;
use crate::words::excerpt;
use core::fmt;

/// How much a key may use per minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    /// How many requests per minute it allows.
    pub requests: u32,
    /// How many tokens per minute it allows.
    pub tokens: u32,
}

/// Where a tier's numbers come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// The limits that FakeAI 0.3.2 enforces.
    FakeAi,
    /// The limits that its performance guide states.
    PerformanceGuide,
    /// The limits that its tuning guide states.
    TuningGuide,
}

/// A tier's name and its limits: (name, requests per minute, tokens per minute).
type Row = (&'static str, u32, u32);

impl Table {
    /// All tables of tiers, in the order in which they are listed.
    pub const ALL: [Self; 3] = [Self::FakeAi, Self::PerformanceGuide, Self::TuningGuide];

    /// The name in front of the colon.
    pub fn name(self) -> &'static str {
        match self {
            Self::FakeAi => "fakeai",
            Self::PerformanceGuide => "performance-guide",
            Self::TuningGuide => "tuning-guide",
        }
    }

    fn rows(self) -> [Row; 6] {
        match self {
            Self::FakeAi => [
                ("free", 3, 200_000),
                ("tier-1", 500, 2_000_000),
                ("tier-2", 5_000, 10_000_000),
                ("tier-3", 10_000, 30_000_000),
                ("tier-4", 30_000, 150_000_000),
                ("tier-5", 30_000, 300_000_000),
            ],
            Self::PerformanceGuide => [
                ("free", 60, 1_000),
                ("tier1", 500, 10_000),
                ("tier2", 1_000, 50_000),
                ("tier3", 5_000, 200_000),
                ("tier4", 10_000, 500_000),
                ("tier5", 30_000, 1_500_000),
            ],
            Self::TuningGuide => [
                ("free", 60, 40_000),
                ("tier-1", 3_500, 200_000),
                ("tier-2", 10_000, 450_000),
                ("tier-3", 20_000, 1_000_000),
                ("tier-4", 40_000, 5_000_000),
                ("tier-5", 80_000, 10_000_000),
            ],
        }
    }
}

/// Limits by name, `table:tier` or `custom:RPM/TPM`; [`fmt::Display`] writes what [`Tier::parse`] reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tier {
    /// A tier of a published table.
    Listed {
        /// The table that the tier is in.
        table: Table,
        /// The tier's name in that table.
        name: &'static str,
        /// How many requests and tokens per minute it allows.
        limits: Limits,
    },
    /// Limits that the user gives.
    Custom(Limits),
}

/// Why the name of a tier was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TierError {
    /// There is no such table, or no such tier in it.
    #[error("no rate-limit tier is called {name:?}; {}there are TABLE:TIER, such as fakeai:tier-1, performance-guide:tier1 or tuning-guide:free, and custom:RPM/TPM", meant.as_ref().map(|meant| format!("did you mean {meant}? ")).unwrap_or_default())]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The nearest name there is; `None` if none is near.
        meant: Option<String>,
    },
    /// `custom:` is not followed by two whole numbers.
    #[error(
        "{0:?} is not custom:RPM/TPM, two whole numbers from 1 to 4,294,967,295, such as custom:60/40000"
    )]
    Custom(String),
}

impl Tier {
    /// The tier called `name`.
    ///
    /// # Errors
    /// There is no such tier; the error names the nearest.
    pub fn parse(name: &str) -> Result<Self, TierError> {
        if let Some(numbers) = name.strip_prefix("custom:") {
            let limits = custom(numbers).ok_or_else(|| TierError::Custom(excerpt(name)))?;
            return Ok(Self::Custom(limits));
        }
        Self::all()
            .find(|tier| tier.to_string() == name)
            .ok_or_else(|| {
                let names: Vec<String> = Self::all().map(|tier| tier.to_string()).collect();
                // A tier without its table means FakeAI's.
                let full = match name.contains(':') {
                    true => name.to_owned(),
                    false => format!("fakeai:{name}"),
                };
                TierError::Unknown {
                    name: excerpt(name),
                    meant: nearest(&full, names.iter().map(String::as_str)).map(str::to_owned),
                }
            })
    }

    /// Every tier of every table, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        Table::ALL.into_iter().flat_map(|table| {
            table
                .rows()
                .into_iter()
                .map(move |(name, requests, tokens)| Self::Listed {
                    table,
                    name,
                    limits: Limits { requests, tokens },
                })
        })
    }

    /// How many requests and tokens per minute it allows.
    pub fn limits(self) -> Limits {
        match self {
            Self::Listed { limits, .. } | Self::Custom(limits) => limits,
        }
    }
}

fn custom(numbers: &str) -> Option<Limits> {
    let (requests, tokens) = numbers.split_once('/')?;
    // The standard library's parser alone would also take "+5".
    let number = |text: &str| {
        let value = whole(text).and_then(|value| u32::try_from(value).ok());
        value.filter(|&value| value > 0 && !text.starts_with('+'))
    };
    Some(Limits {
        requests: number(requests)?,
        tokens: number(tokens)?,
    })
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listed { table, name, .. } => write!(f, "{}:{name}", table.name()),
            Self::Custom(limits) => write!(f, "custom:{}/{}", limits.requests, limits.tokens),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        assert_eq!(Tier::all().count(), 18);
        for tier in Tier::all() {
            assert_eq!(Tier::parse(&tier.to_string()), Ok(tier));
        }
        let custom = Tier::parse("custom:60/40000").unwrap();
        assert_eq!(
            (custom.limits().requests, custom.limits().tokens),
            (60, 40_000)
        );
        assert_eq!(custom.to_string(), "custom:60/40000");
    }

    #[test]
    fn a_wrong_name_is_told_the_nearest() {
        let meant = |name| match Tier::parse(name) {
            Err(TierError::Unknown { meant, .. }) => meant,
            other => panic!("{other:?}"),
        };
        assert_eq!(meant("fakeai:tier1").as_deref(), Some("fakeai:tier-1"));
        assert_eq!(meant("tier-4").as_deref(), Some("fakeai:tier-4"));
        assert_eq!(
            meant("tuning:tier-2").as_deref(),
            Some("tuning-guide:tier-2")
        );
        assert_eq!(meant("azure:standard"), None);
        assert_eq!(meant(""), None);
        let text = Tier::parse("performance-guide:tier-3")
            .unwrap_err()
            .to_string();
        assert!(
            text.contains("did you mean performance-guide:tier3?"),
            "{text}"
        );
        for name in [
            "custom:",
            "custom:5",
            "custom:0/5",
            "custom:+5/5",
            "custom:5/5/5",
            "custom:9999999999/1",
        ] {
            assert_eq!(Tier::parse(name), Err(TierError::Custom(excerpt(name))));
        }
    }
}
