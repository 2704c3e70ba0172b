//! Files that a user gives beside a workload, recognised by their content: for programs that take files without being told what
//! each is.

use super::{Attached, Scenario, Warm};
use crate::cache::CacheState;
use crate::json::{self, Value};
use crate::llm::Llm;
use crate::replica::calibration::Calibration;
use crate::text;
use crate::workload::reading::Tokenization;

/// The beginning of every file of a cache state.
const CACHES: &[u8] = br#"{"schema":"warmpath.cache/"#;
/// The most that a calibration or a model's configuration may be \[bytes\]: it is a page of figures. Larger files are not read as a
/// whole, as they may be traces, which would then be read twice.
const PAGE: u64 = 64_000;

/// A file that a scenario can name.
#[derive(Clone, Debug)]
pub enum Companion {
    /// The user's own measurements of an engine and its client.
    Calibration(Attached<Calibration>),
    /// What an earlier run left in the caches.
    Caches(Attached<CacheState>),
    /// A model's configuration (`config.json`), from which its shape is read.
    Model(Attached<Llm>),
    /// A model's `tokenizer.json`, which counts the tokens of texts.
    Tokenizer(Tokenization),
}

impl Companion {
    /// Whether a file of this size with this beginning may be one of these; only then must it be read as a whole.
    pub fn may_be(head: &[u8], size: u64) -> bool {
        let head = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head);
        let tokenizer = memchr::memmem::find(head, b"\"version\"").is_some();
        head.starts_with(CACHES)
            || ((size <= PAGE || tokenizer) && head.trim_ascii_start().starts_with(b"{"))
    }

    /// Reads a file from its name and bytes; `None` if it is none of these.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence without the file's name.
    pub fn read(name: &str, bytes: &[u8]) -> Option<Result<Self, String>> {
        let text = match text::whole(bytes, text::RECORDS) {
            Ok(text) => text,
            Err(error) if bytes.starts_with(CACHES) => return Some(Err(error.to_string())),
            Err(_) => return None,
        };
        if text.as_bytes().starts_with(CACHES) {
            let state = CacheState::parse(text).map_err(|error| error.to_string());
            return Some(state.map(|it| Self::Caches(Attached::new(name, bytes, it))));
        }
        // A file of several lines of JSON is not one JSON value, so it is none of these.
        let whole = json::parse(text).ok()?;
        if whole
            .get("model")
            .is_some_and(|model| model.get("vocab").is_some())
        {
            let read = Tokenization::file(name, text).map_err(|error| error.to_string());
            return Some(read.map(Self::Tokenizer));
        }
        let has = |part: &str| matches!(whole.get(part), Some(Value::Object(_)));
        if whole.get("num_hidden_layers").is_some() || has("text_config") {
            let own = Llm::from_config(stem(name), text).map_err(|error| error.to_string());
            return Some(own.map(|it| Self::Model(Attached::new(name, bytes, it))));
        }
        if !has("engine") || !has("client") {
            return None;
        }
        let own = Calibration::parse(text).map_err(|error| error.to_string());
        Some(own.map(|it| Self::Calibration(Attached::new(name, bytes, it))))
    }

    /// The option of the scenario's part that names such a file.
    pub fn flag(&self) -> &'static str {
        match self {
            Self::Calibration(_) => "calibration",
            Self::Caches(_) => "warm",
            Self::Model(_) => "model",
            Self::Tokenizer(_) => "tokenizer",
        }
    }

    /// The file's name as a scenario writes it: `basename~hash`.
    pub fn name(&self) -> &str {
        match self {
            Self::Tokenizer(read) => read.name(),
            Self::Calibration(own) => own.name(),
            Self::Caches(state) => state.name(),
            Self::Model(own) => own.name(),
        }
    }

    /// The kind of file and what it is of, in a few words.
    pub fn about(&self) -> String {
        match self {
            Self::Tokenizer(_) => "a tokenizer".to_owned(),
            Self::Calibration(own) => own.content().map_or("", |it| &it.about).to_owned(),
            Self::Model(own) => own.content().map_or_else(String::new, |it| it.shape()),
            Self::Caches(state) => state.content().map_or(String::new(), |it| {
                let routers = match it.diary().map(|diary| diary.routers) {
                    None => String::new(),
                    Some(1) => ", and what the router remembers".to_owned(),
                    Some(many) => format!(", and what {many} routers remember"),
                };
                let (replicas, blocks) = (it.replicas(), it.cached());
                format!("the caches of {replicas} replicas, {blocks} blocks in all{routers}")
            }),
        }
    }

    /// Gives the file's content to a scenario; nothing happens unless the scenario names this very file.
    pub fn attach(&self, scenario: &mut Scenario) {
        match self {
            Self::Tokenizer(read) => {
                let named = &mut scenario.reading.tokenizer;
                if named.name() == read.name() {
                    *named = read.clone();
                }
            }
            Self::Calibration(own) => {
                let named = scenario.calibration.as_ref();
                if named.is_some_and(|it| it.name() == own.name()) {
                    scenario.calibration = Some(own.clone());
                }
            }
            Self::Model(own) => {
                let named = scenario.own_model.as_ref();
                if named.is_some_and(|it| it.name() == own.name()) {
                    scenario.take_model(own.clone());
                }
            }
            Self::Caches(state) => {
                if matches!(&scenario.warm, Warm::Left(it) if it.name() == state.name()) {
                    scenario.warm = Warm::Left(state.clone());
                }
            }
        }
    }
}

/// A file's name without its folder and ending, as a model is called.
fn stem(name: &str) -> &str {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.strip_suffix(".json").unwrap_or(file)
}

impl Scenario {
    /// Serves a model of one's own.
    pub fn take_model(&mut self, own: Attached<Llm>) {
        if let Some(llm) = own.content() {
            // Scenarios are copied freely and outlive no program; a shape is two hundred bytes.
            self.model = Box::leak(Box::new(**llm));
        }
        self.own_model = Some(own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../data/calibration-l4-llama-3.1-8b-fp8.json");

    #[test]
    fn a_calibration_is_known_and_handed_to_who_names_it() {
        assert!(Companion::may_be(SHIPPED.as_bytes(), SHIPPED.len() as u64));
        let read = Companion::read("own.json", SHIPPED.as_bytes());
        let own = read.unwrap().unwrap();
        assert_eq!(own.flag(), "calibration");
        let mut scenario = Scenario::from_query(&format!("v=2&cal={}", own.name())).unwrap();
        assert!(scenario.ready().is_err());
        own.attach(&mut scenario);
        assert!(scenario.ready().is_ok());
        let query = scenario.to_query();
        assert!(query.starts_with("v=2&cal=own.json~"), "{query}");
        let mut other = Scenario::from_query("v=2&cal=other.json~0123456789abcdef").unwrap();
        own.attach(&mut other);
        assert!(other.ready().is_err());
    }

    #[test]
    fn what_is_neither_is_left_to_others_and_what_is_wrong_is_said() {
        for text in [
            "[{\"conversations\": []}]",
            "{\"timestamp\": 1}\n{\"timestamp\": 2}",
            "a,b\n1,2",
            "{\"engine\": 1}",
        ] {
            assert!(Companion::read("x", text.as_bytes()).is_none(), "{text}");
        }
        let wrong = SHIPPED.replace("\"gemm\"", "\"gem\"");
        let wrong = Companion::read("x", wrong.as_bytes()).unwrap().unwrap_err();
        assert!(wrong.contains("gem"), "{wrong}");
        let broken = br#"{"schema":"warmpath.cache/1","workload":"rag"}"#;
        assert!(Companion::may_be(broken, 1 << 40));
        let wrong = Companion::read("x", broken).unwrap().unwrap_err();
        assert!(wrong.contains("line 1"), "{wrong}");
    }
}
