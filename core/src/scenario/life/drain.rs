//! How a replica is taken out: `abort`, or `finish:prestop=15;grace=60`.
//!
//! From the moment it is to go, routers are told of it through their watch, without a probe. It still serves for the pre-stop time. Then it
//! gives up its requests (vLLM's default, `--shutdown-timeout` 0), or takes no more and finishes those it has; when the grace
//! period is over, all that is left is cut off. Defaults: Kubernetes' grace of 30 s, no pre-stop.

use core::fmt;

use crate::units::VirtualTime;

/// What a replica does with its requests when the pre-stop time is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DrainMode {
    /// It gives them up: their connections break.
    #[default]
    Abort,
    /// It takes no more requests and finishes those it has.
    Finish,
}

/// How a replica is taken out. See the [module](self).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drain {
    /// What the replica does with the requests it has.
    pub mode: DrainMode,
    /// How long it serves as before, counted from the moment it is to go.
    pub prestop: VirtualTime,
    /// When everything it still has is cut off, counted from the same moment.
    pub grace: VirtualTime,
}

impl Default for Drain {
    fn default() -> Self {
        Self {
            mode: DrainMode::Abort,
            prestop: VirtualTime::ZERO,
            grace: VirtualTime::from_secs(30.0),
        }
    }
}

impl fmt::Display for Drain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.mode {
            DrainMode::Abort => "abort",
            DrainMode::Finish => "finish",
        })?;
        let default = Self::default();
        let mut mark = ':';
        if self.prestop != default.prestop {
            write!(f, "{mark}prestop={}", self.prestop.secs())?;
            mark = ';';
        }
        if self.grace != default.grace {
            write!(f, "{mark}grace={}", self.grace.secs())?;
        }
        Ok(())
    }
}
