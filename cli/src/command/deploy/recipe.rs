//! A product's configuration for a policy, with the sources of its options and what it cannot express.

use warmpath_core::router::{Forget, Knowledge, PolicySpec};
use warmpath_core::units::VirtualTime;

/// The fleet that a policy is deployed for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fleet {
    pub(super) replicas: u32,
    /// The number of tokens per block.
    pub(super) block_size: u32,
}

/// A product's configuration for one policy.
#[derive(Clone, Debug)]
pub(super) struct Recipe {
    /// What the configuration is, in a few words that name the product.
    pub(super) title: &'static str,
    /// The repository, file and version of every option that is used.
    pub(super) sources: Vec<&'static str>,
    /// The configuration: a command line, a piece of YAML, or environment variables.
    pub(super) configuration: String,
    /// What the policy has and the configuration cannot express, in words.
    pub(super) lacks: Vec<String>,
}

impl Recipe {
    /// A configuration that expresses the whole policy, until [`Recipe::lacking`] names what it does not express.
    pub(super) fn new(
        title: &'static str,
        sources: &[&'static str],
        configuration: impl Into<String>,
    ) -> Self {
        Self {
            title,
            sources: sources.to_vec(),
            configuration: configuration.into(),
            lacks: Vec::new(),
        }
    }

    /// A configuration that is a command, with one option per line.
    pub(super) fn command(
        title: &'static str,
        sources: &[&'static str],
        command: &str,
        options: &[(&str, String)],
    ) -> Self {
        let mut lines = vec![command.to_owned()];
        for (option, value) in options {
            lines.push(format!("  {option} {value}").trim_end().to_owned());
        }
        Self::new(title, sources, lines.join(" \\\n") + "\n")
    }

    /// The recipe with something that the configuration cannot express.
    pub(super) fn lacking(mut self, what: impl Into<String>) -> Self {
        self.lacks.push(what.into());
        self
    }

    /// The recipe with several things (or none) that the configuration cannot express.
    pub(super) fn lacking_all(mut self, what: Vec<String>) -> Self {
        self.lacks.extend(what);
        self
    }

    /// The recipe as text that the product can read: everything that is not configuration is a comment.
    pub(super) fn text(&self, spec: &PolicySpec) -> String {
        let mut out = format!("# {} as {}\n", spec, self.title);
        for source in &self.sources {
            out += &format!("# options: {source}\n");
        }
        out += &self.configuration;
        if !self.lacks.is_empty() {
            out += "# not expressed:\n";
        }
        for lack in &self.lacks {
            out += &format!("# - {lack}\n");
        }
        out
    }
}

/// The value of a policy's parameter; not a number if the policy has no such parameter.
pub(super) fn value(spec: &PolicySpec, name: &str) -> f64 {
    spec.value(name).unwrap_or(f64::NAN)
}

/// A value rounded to a whole number, for products that take no others; if that changes it, a note is added to `lacks`.
pub(super) fn whole(name: &str, value: f64, lacks: &mut Vec<String>) -> String {
    let rounded = value.round();
    if rounded != value {
        lacks.push(format!(
            "{name} is {}, but only whole numbers can be given there: {rounded}",
            (value * 1e6).round() / 1e6
        ));
    }
    rounded.to_string()
}

/// A note that a parameter has a fixed value in the product; `None` if the policy has the same value.
pub(super) fn fixed(spec: &PolicySpec, name: &str, there: f64) -> Option<String> {
    let here = value(spec, name);
    (here != there).then(|| format!("{name} is {here}; there it is always {there}"))
}

/// A note that a parameter has no place in the configuration, for which a reason is given; `None` if it was left as it is shipped.
pub(super) fn without(spec: &PolicySpec, name: &str, why: &str) -> Option<String> {
    let here = value(spec, name);
    let shipped = spec.entry().parameters.iter().find(|it| it.name == name);
    let moved = shipped.is_some_and(|it| it.default != here);
    moved.then(|| format!("{name} is {here}: it is not asked for, as {why}"))
}

/// A note for products that know caches only from what they sent where, if the policy was given other knowledge.
pub(super) fn own_memory(spec: &PolicySpec) -> Option<String> {
    let other = spec.knowledge != spec.entry().knowledge;
    other.then(|| {
        format!(
            "@{}: it goes by its own memory of what it sent where",
            spec.knowledge
        )
    })
}

/// A note that the delay and the loss of cache events cannot be set in the product: they are the network's.
pub(super) fn events(spec: &PolicySpec) -> Option<String> {
    match spec.knowledge {
        Knowledge::Events { delay, loss } if delay > VirtualTime::ZERO || loss > 0.0 => {
            Some(format!(
                "@{}: how late events are, and how many are lost, is up to the network",
                spec.knowledge
            ))
        }
        Knowledge::Truth => {
            Some("@truth: what caches hold is heard of by events, a little later".into())
        }
        _ => None,
    }
}

/// How long the policy remembers its own routing; `None` if it knows the caches in another way.
pub(super) fn routed(spec: &PolicySpec) -> Option<Forget> {
    match spec.knowledge {
        Knowledge::Routed { forget } => Some(forget),
        _ => None,
    }
}
