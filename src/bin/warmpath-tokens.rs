//! The program that cuts typed prompts with a real tokenizer's tables, in a worker; it is fetched when a reader chooses one.

use warmpath_page::worker::tables;
use wasm_bindgen::prelude::*;

/// Does nothing when the module is loaded: `token-worker.mjs` makes [`Tables`].
fn main() {}

/// A tokenizer's tables, for `token-worker.mjs`.
// Exported here and not in the library, because every program with the library would then contain what it calls.
#[wasm_bindgen]
pub struct Tables(tables::Tables);

#[wasm_bindgen]
impl Tables {
    /// Reads a published table, or the text of a `tokenizer.json`; throws what is wrong with it.
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str, bytes: &[u8]) -> Result<Self, String> {
        tables::Tables::read(name, bytes).map(Self)
    }

    /// The tokens of a text: each one's id and where it ends, in turn.
    pub fn cut(&self, text: &str) -> Vec<u32> {
        self.0.cut(text)
    }
}
