//! What a product is told, where its options were read, and what it cannot be told.

use warmpath_core::router::{Forget, Knowledge, PolicySpec};
use warmpath_core::units::VirtualTime;

/// The fleet a policy is deployed for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fleet {
    pub(super) replicas: u32,
    /// Tokens a block.
    pub(super) block_size: u32,
}

/// A product's configuration for one policy.
#[derive(Clone, Debug)]
pub(super) struct Recipe {
    /// What it is called there.
    pub(super) title: &'static str,
    /// Repository, file and version of every option used.
    pub(super) sources: Vec<&'static str>,
    /// A command line, a piece of YAML, or environment variables.
    pub(super) configuration: String,
    /// What the policy says and the configuration does not.
    pub(super) lacks: Vec<String>,
}

impl Recipe {
    /// A configuration that says everything so far.
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

    /// A command with one option a line.
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

    /// The same, and what it does not say.
    pub(super) fn lacking(mut self, what: impl Into<String>) -> Self {
        self.lacks.push(what.into());
        self
    }

    /// The same, and perhaps something it does not say.
    pub(super) fn lacking_all(mut self, what: Vec<String>) -> Self {
        self.lacks.extend(what);
        self
    }

    /// As text that the product can read: what is not its own is a comment.
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

/// A parameter's value.
pub(super) fn value(spec: &PolicySpec, name: &str) -> f64 {
    spec.value(name).unwrap_or(f64::NAN)
}

/// A value where only whole numbers go, and what is lost by that.
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

/// A parameter that cannot be set there.
pub(super) fn fixed(spec: &PolicySpec, name: &str, there: f64) -> Option<String> {
    let here = value(spec, name);
    (here != there).then(|| format!("{name} is {here}; there it is always {there}"))
}

/// What it means to go by one's own memory only, where the policy was given another picture of the caches.
pub(super) fn own_memory(spec: &PolicySpec) -> Option<String> {
    let other = spec.knowledge != spec.entry().knowledge;
    other.then(|| {
        format!(
            "@{}: it goes by its own memory of what it sent where",
            spec.knowledge
        )
    })
}

/// The age and the loss of events are the network's there, not options.
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

/// Whether the policy goes by what it sent where.
pub(super) fn routed(spec: &PolicySpec) -> Option<Forget> {
    match spec.knowledge {
        Knowledge::Routed { forget } => Some(forget),
        _ => None,
    }
}
