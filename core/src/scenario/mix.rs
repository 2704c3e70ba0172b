//! A fleet of several kinds of replicas as text: `4xh100,4xl4` or `2xh100/tp2,4xl4`.
//!
//! A kind is how many replicas, the GPU of each (a name, or one described by its figures as for `gpu`), and over how many of
//! these GPUs each is spread. All serve the same model with the same settings; each kind has its own pool, step times and
//! speed. Replicas are numbered in the order of the text.
//!
//! ```
//! use warmpath_core::scenario::Scenario;
//! let scenario = Scenario::from_query("v=2&fleet=4xh100/tp2,4xl4").unwrap();
//! assert_eq!((scenario.replicas, scenario.gpu.name, scenario.tensor_parallel), (8, "h100", 2));
//! assert_eq!(scenario.kinds()[1].gpu.name, "l4");
//! let wrong = Scenario::from_query("v=2&fleet=4xh100,4xl5").unwrap_err().to_string();
//! assert!(wrong.contains("character 10") && wrong.contains("did you mean \"l4\"?"), "{wrong}");
//! let both = Scenario::from_query("v=2&fleet=4xh100,4xl4&r=4").unwrap_err().to_string();
//! assert!(both.contains("leave replicas out"), "{both}");
//! ```

use core::fmt;

use super::piece::{PartError, Piece};
use super::{Field, Scenario, ScenarioError};
use crate::decimal;
use crate::hardware::{self, GPUS, Gpu, GpuError};

/// The most replicas that a fleet may have.
const MOST: u32 = 1024;

/// The options whose values follow from a mixed fleet, which must not say anything else.
const FOLLOWING: [&str; 3] = ["replicas", "gpu", "tp"];

/// Replicas of a fleet that are alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReplicaKind {
    /// How many replicas of this kind the fleet has.
    pub count: u32,
    /// The GPU that each of them runs on.
    pub gpu: &'static Gpu,
    /// GPUs that each is spread over.
    pub tensor_parallel: u32,
}

/// The kinds of replicas of a fleet; empty: all are alike.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mix {
    /// The kinds, in the order of the text; replicas are numbered in the same order.
    pub kinds: Vec<ReplicaKind>,
}

impl ReplicaKind {
    /// The GPU and over how many of them, as in `h100/tp2`.
    pub fn name(&self) -> String {
        // The name of a GPU of one's own is its whole description.
        let gpu = self.gpu.name.split(':').next().unwrap_or_default();
        match self.tensor_parallel {
            1 => gpu.to_owned(),
            tp => format!("{gpu}/tp{tp}"),
        }
    }
}

impl fmt::Display for ReplicaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.count, self.gpu.name)?;
        match self.tensor_parallel {
            1 => Ok(()),
            tp => write!(f, "/tp{tp}"),
        }
    }
}

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, kind) in self.kinds.iter().enumerate() {
            let mark = if n > 0 { "," } else { "" };
            write!(f, "{mark}{kind}")?;
        }
        Ok(())
    }
}

impl Mix {
    /// Reads a fleet; an empty text has no kinds of its own.
    ///
    /// # Errors
    /// The first part that is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, PartError> {
        let mut kinds: Vec<ReplicaKind> = Vec::new();
        for piece in Piece::whole("fleet", text).parts(',') {
            let kind = kind(piece)?;
            let before: u32 = kinds.iter().map(|kind| kind.count).sum();
            if before + kind.count > MOST {
                return Err(piece.wrong("no more than 1,024 replicas in all"));
            }
            kinds.push(kind);
        }
        Ok(Self { kinds })
    }
}

fn kind(piece: Piece<'_>) -> Result<ReplicaKind, PartError> {
    let (count, rest) = piece.split('x');
    let counted = decimal::whole(count.text).filter(|it| (1..=u64::from(MOST)).contains(it));
    let (Some(counted), Some(rest)) = (counted, rest) else {
        return Err(piece.wrong("a number of replicas from 1 to 1,024 and their GPU, as 4xh100"));
    };
    let (name, tp) = rest.split('/');
    let gpu = hardware::parse(name.text).map_err(|error| match error {
        GpuError::Unknown(_) => {
            let names: Vec<&str> = GPUS.iter().map(|gpu| gpu.name).collect();
            name.among(&format!("a GPU: one of {}", names.join(", ")), &names)
        }
        other => name.wrong(&format!("a GPU that is described in full ({other})")),
    })?;
    let tensor_parallel = match tp.map(|tp| (tp, tp.text)) {
        None | Some((_, "tp1")) => 1,
        Some((_, "tp2")) => 2,
        Some((_, "tp4")) => 4,
        Some((_, "tp8")) => 8,
        Some((tp, _)) => {
            let names = ["tp1", "tp2", "tp4", "tp8"];
            return Err(tp.among("tp1, tp2, tp4 or tp8, or nothing", &names));
        }
    };
    Ok(ReplicaKind {
        count: counted as u32,
        gpu,
        tensor_parallel,
    })
}

/// Moves the fleet's text before the parts that follow from it, so that a contradiction is found whatever their order.
pub(super) fn first<T>(pairs: &mut [T], key: impl Fn(&T) -> &str) {
    if let Some(at) = pairs.iter().position(|pair| key(pair) == "fleet") {
        pairs[..=at].rotate_right(1);
    }
}

impl Scenario {
    /// The kinds of replicas of the fleet, in the order of their numbers; a single kind if all replicas are alike.
    pub fn kinds(&self) -> Vec<ReplicaKind> {
        match self.mix.kinds.is_empty() {
            false => self.mix.kinds.clone(),
            true => vec![ReplicaKind {
                count: self.replicas,
                gpu: self.gpu,
                tensor_parallel: self.tensor_parallel,
            }],
        }
    }

    /// The kind of a replica, as an index into [`Self::kinds`]; a replica that an event adds is of the last kind.
    pub fn kind_of(&self, replica: u32) -> usize {
        let mut first = 0;
        let kinds = &self.mix.kinds;
        let is_before = |kind: &&ReplicaKind| {
            first += kind.count;
            first <= replica
        };
        let before = kinds.iter().take_while(is_before).count();
        before.min(kinds.len().saturating_sub(1))
    }

    /// The scenario of a fleet whose replicas are all of this kind, from which a replica's pool, step times and speed follow.
    pub fn as_kind(&self, kind: &ReplicaKind) -> Self {
        Self {
            mix: Mix::default(),
            gpu: kind.gpu,
            tensor_parallel: kind.tensor_parallel,
            ..self.clone()
        }
    }

    /// The fleet in words, as "4 × NVIDIA L4".
    pub fn fleet_title(&self) -> String {
        let title = |kind: &ReplicaKind| match kind.tensor_parallel {
            1 => format!("{} × {}", kind.count, kind.gpu.title),
            tp => format!("{} × ({tp} × {})", kind.count, kind.gpu.title),
        };
        let titles: Vec<String> = self.kinds().iter().map(title).collect();
        titles.join(", ")
    }

    /// Makes this text the scenario's fleet; an empty text makes all replicas alike again.
    pub(super) fn set_mix(&mut self, text: &str) -> Result<(), ScenarioError> {
        let mix = Mix::parse(text)?;
        let default = Self::default();
        match mix.kinds.first() {
            Some(first) => {
                self.replicas = mix.kinds.iter().map(|kind| kind.count).sum();
                (self.gpu, self.tensor_parallel) = (first.gpu, first.tensor_parallel);
            }
            None if self.mix.kinds.is_empty() => {}
            None => {
                self.replicas = default.replicas;
                (self.gpu, self.tensor_parallel) = (default.gpu, default.tensor_parallel);
            }
        }
        self.mix = mix;
        Ok(())
    }

    /// Whether a part's value follows from the fleet, so that it need not be written.
    pub(super) fn follows(&self, field: &Field) -> bool {
        !self.mix.kinds.is_empty() && FOLLOWING.contains(&field.flag)
    }

    /// Checks that each kind can hold the model, and that no other part contradicts the fleet.
    pub(super) fn check_mix(&self) -> Result<(), ScenarioError> {
        let Some(first) = self.mix.kinds.first() else {
            return Ok(());
        };
        let total: u32 = self.mix.kinds.iter().map(|kind| kind.count).sum();
        let says = |flag: &str, found: &str, own: String| {
            ScenarioError::Conflict(format!(
                "{flag} is {found}, but fleet ({}) says what the replicas are, and has {own}; leave {flag} out, or fleet",
                self.mix
            ))
        };
        if self.replicas != total {
            let found = self.replicas.to_string();
            return Err(says("replicas", &found, format!("{total} of them")));
        }
        if self.gpu != first.gpu {
            return Err(says("gpu", self.gpu.name, first.gpu.name.to_owned()));
        }
        if self.tensor_parallel != first.tensor_parallel {
            let found = self.tensor_parallel.to_string();
            return Err(says("tp", &found, format!("tp {}", first.tensor_parallel)));
        }
        if self.client == super::Client::Python {
            return Err(ScenarioError::Conflict(
                "fleet needs client free: the Python client is told one pace for all replicas"
                    .to_owned(),
            ));
        }
        self.mix
            .kinds
            .iter()
            .try_for_each(|kind| self.as_kind(kind).check())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fleet_is_read_and_written() {
        let read = |text: &str| Mix::parse(text).unwrap();
        assert_eq!(read("4xh100,4xl4").to_string(), "4xh100,4xl4");
        assert_eq!(
            read(" 2xh100/tp2 , 1xmi300x/tp1 ").to_string(),
            "2xh100/tp2,1xmi300x"
        );
        assert!(read("").kinds.is_empty());
        let own = "2xmine:memory=24e9;bandwidth=1e12;bf16=165e12;link=pcie4/tp2,1xl4";
        let again = read(&read(own).to_string());
        assert_eq!(again, read(own));
        assert_eq!(again.kinds[0].tensor_parallel, 2);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let says = |text: &str, at: usize, what: &str| {
            let error = Mix::parse(text).unwrap_err();
            assert_eq!(error.at, at, "{text}: {error}");
            assert!(error.to_string().contains(what), "{text}: {error}");
        };
        says("4xh100,4xl5", 10, "did you mean \"l4\"?");
        says("h100", 1, "as 4xh100");
        says("0xl4", 1, "from 1 to 1,024");
        says("4xl4,rtx-4090", 6, "as 4xh100");
        says("4xl4/tp3", 6, "tp1, tp2, tp4 or tp8");
        says("4xl4/2", 6, "tp1, tp2, tp4 or tp8");
        says("1000xl4, 25xh100", 10, "1,024 replicas");
        says("4xmine:memory=1", 3, "described in full");
    }

    #[test]
    fn replicas_are_numbered_in_the_order_of_the_text() {
        let scenario = Scenario::from_query("v=2&fleet=2xh100,3xl4").unwrap();
        let kinds: Vec<usize> = (0..7).map(|replica| scenario.kind_of(replica)).collect();
        assert_eq!(kinds, [0, 0, 1, 1, 1, 1, 1]);
        assert_eq!(Scenario::default().kind_of(3), 0);
    }

    #[test]
    fn it_goes_with_nothing_that_says_otherwise() {
        let refused = |query: &str| Scenario::from_query(query).unwrap_err().to_string();
        for query in ["v=2&r=4&fleet=4xh100,4xl4", "v=2&fleet=4xh100,4xl4&r=4"] {
            assert!(
                refused(query).contains("replicas is 4, but fleet"),
                "{query}"
            );
        }
        assert!(refused("v=2&fleet=4xh100,4xl4&hw=l4").contains("leave gpu out"));
        assert!(refused("v=2&fleet=4xh100,4xl4&tp=2").contains("leave tp out"));
        assert!(refused("v=2&fleet=4xh100,4xl4&client=python").contains("client free"));
        // The error names the kind that cannot hold the model.
        assert!(refused("v=2&fleet=1xh200/tp4,1xl4&m=llama-3.1-70b").contains("NVIDIA L4"));
        // What it says itself may be said again, and it takes the place of what was before.
        assert!(Scenario::from_query("v=2&fleet=4xh100,4xl4&r=8&hw=h100").is_ok());
        let mut scenario = Scenario::from_query("v=2&r=16&hw=a100").unwrap();
        scenario.apply_query("fleet=1xh100,2xl4").unwrap();
        assert_eq!(scenario.to_query(), "v=2&fleet=1xh100,2xl4");
        scenario.apply_query("fleet=").unwrap();
        assert_eq!(scenario, Scenario::default());
    }
}
