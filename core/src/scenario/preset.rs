//! Scenarios with names.

/// A named scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// As typed.
    pub name: &'static str,
    /// What it shows, in one line.
    pub about: &'static str,
    /// The scenario.
    pub query: &'static str,
}

/// All of them, in teaching order.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "shared-system",
        about: "one long system prompt, many questions: after the first answer every replica holds it, so every policy reuses",
        query: "v=1",
    },
    Preset {
        name: "rag",
        about: "a few long documents, many questions about each: reuse depends on sending a question where its document is",
        query: "v=1&w=rag",
    },
    Preset {
        name: "chat",
        about: "conversations of several turns: each turn repeats all before it",
        query: "v=1&w=multi-turn",
    },
    Preset {
        name: "nothing-shared",
        about: "every prompt unique: no cache helps, and no policy should lose by trying",
        query: "v=1&w=unique",
    },
];

/// The preset of that name.
pub fn preset(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}
