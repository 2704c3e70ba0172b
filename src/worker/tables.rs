//! A tokenizer's tables in a worker of their own, for the stations that cut a typed prompt.

use warmpath_core::token::bpe::Bpe;
use warmpath_core::token::tables::TABLES;

/// The tables of one tokenizer.
pub struct Tables(Bpe);

impl Tables {
    /// Reads a published table by its name, or else the text of a `tokenizer.json`.
    ///
    /// # Errors
    /// What is wrong with the table.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, String> {
        let published = TABLES.iter().any(|table| table.name == name);
        let read = match published {
            true => Bpe::table(bytes),
            false => {
                let text = core::str::from_utf8(bytes);
                let text = text.map_err(|_| format!("{name} is no UTF-8 text"))?;
                Bpe::hugging_face(name, text)
            }
        };
        read.map(Self).map_err(|error| format!("{name}: {error}"))
    }

    /// The tokens of a text: the id of each, followed by the byte at which it ends.
    pub fn cut(&self, text: &str) -> Vec<u32> {
        let ends = self.0.ends(text).into_iter();
        ends.flat_map(|(token, end)| [token, end]).collect()
    }
}
