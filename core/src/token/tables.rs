//! The tables of `o200k` and `cl100k`: their names, the files they are in, and, natively, the files themselves.
//!
//! `assets/tokenizers` holds them in the form of [`super::bpe`]'s tables. They are the vocabularies that OpenAI published for its
//! models (openai/tiktoken, MIT), checked token by token against the crate `tiktoken-rs`. Natively they are part of the program
//! (feature `assets`); the page fetches one when it is needed.

use std::sync::{Arc, OnceLock};

use super::bpe::Bpe;

/// A published tokenizer whose table can be loaded.
#[derive(Debug)]
pub struct Table {
    /// The table's name: the value of `--tokenizer`.
    pub name: &'static str,
    /// The name of its file in `assets/tokenizers`.
    pub file: &'static str,
    /// The models that use it, in a few words.
    pub about: &'static str,
    #[cfg(feature = "assets")]
    bytes: &'static [u8],
    loaded: OnceLock<Arc<Bpe>>,
}

macro_rules! table {
    ($name:literal, $about:literal) => {
        Table {
            name: $name,
            file: concat!($name, ".bpe.gz"),
            about: $about,
            #[cfg(feature = "assets")]
            bytes: include_bytes!(concat!("../../../assets/tokenizers/", $name, ".bpe.gz")),
            loaded: OnceLock::new(),
        }
    };
}

/// Every published tokenizer there is.
pub static TABLES: [Table; 2] = [
    table!("o200k", "GPT-4o and later, gpt-oss"),
    table!("cl100k", "GPT-4; Llama 3 counts much alike"),
];

/// The table of that name, read once and kept; `None` if there is none, or if it has neither been built in nor
/// [`loaded`](Table::load).
pub fn built_in(name: &str) -> Option<Arc<Bpe>> {
    let table = TABLES.iter().find(|table| table.name == name)?;
    #[cfg(feature = "assets")]
    if table.loaded.get().is_none() {
        let read = Bpe::table(table.bytes).ok()?;
        return Some(Arc::clone(table.loaded.get_or_init(|| Arc::new(read))));
    }
    table.loaded.get().cloned()
}

impl Table {
    /// Takes the bytes of the table's file, which a program has fetched.
    ///
    /// # Errors
    /// Bytes that are no table.
    pub fn load(&self, bytes: &[u8]) -> Result<(), super::bpe::TokenizerError> {
        let read = Bpe::table(bytes)?;
        self.loaded.get_or_init(|| Arc::new(read));
        Ok(())
    }
}
