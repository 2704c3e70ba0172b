//! UTF-8 text from pieces that may cut a character in two.

use super::WorkloadError;

/// A decoder that holds the bytes of a character that the last piece cut.
#[derive(Clone, Debug, Default)]
pub(super) struct Utf8 {
    cut: Vec<u8>,
    /// The number of bytes before `cut`.
    offset: u64,
    /// The number of line ends before `cut`.
    lines: u64,
}

impl Utf8 {
    /// Counts bytes and line ends that were dropped before the text.
    pub(super) fn skip(&mut self, bytes: u64, lines: u64) {
        self.offset += bytes;
        self.lines += lines;
    }

    /// Hands the whole characters so far to `text`.
    pub(super) fn push(
        &mut self,
        mut bytes: &[u8],
        mut text: impl FnMut(&str) -> Result<(), WorkloadError>,
    ) -> Result<(), WorkloadError> {
        while !self.cut.is_empty() {
            let Some((&first, rest)) = bytes.split_first() else {
                return Ok(());
            };
            self.cut.push(first);
            bytes = rest;
            match core::str::from_utf8(&self.cut) {
                Ok(character) => {
                    text(character)?;
                    self.offset += self.cut.len() as u64;
                    self.cut.clear();
                }
                Err(error) if error.error_len().is_some() => return Err(self.wrong()),
                Err(_) => {}
            }
        }
        match core::str::from_utf8(bytes) {
            Ok(whole) => {
                text(whole)?;
                self.pass(bytes);
            }
            Err(error) => {
                let (valid, tail) = bytes.split_at(error.valid_up_to());
                // Valid as just found; a second look costs little and needs no unsafe code. What is wrong in it comes
                // first, so that the error does not depend on the pieces.
                text(core::str::from_utf8(valid).unwrap_or_default())?;
                self.pass(valid);
                if error.error_len().is_some() {
                    return Err(self.wrong());
                }
                self.cut.extend_from_slice(tail);
            }
        }
        Ok(())
    }

    fn pass(&mut self, text: &[u8]) {
        self.offset += text.len() as u64;
        self.lines += memchr::memchr_iter(b'\n', text).count() as u64;
    }

    /// Whether the bytes ended inside a character.
    pub(super) fn ends_inside_character(&self) -> bool {
        !self.cut.is_empty()
    }

    fn wrong(&self) -> WorkloadError {
        WorkloadError::NotUtf8 {
            line: self.lines + 1,
            offset: self.offset,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_cut_gives_the_same_text_and_the_same_offset() {
        let whole = "a é € 🦀 z".as_bytes();
        for at in 0..=whole.len() {
            let (mut utf8, mut text) = (Utf8::default(), String::new());
            let mut collect = |piece: &str| {
                text.push_str(piece);
                Ok(())
            };
            utf8.push(&whole[..at], &mut collect).unwrap();
            utf8.push(&whole[at..], &mut collect).unwrap();
            assert_eq!(text.as_bytes(), whole);
            assert!(!utf8.ends_inside_character());
        }
        let wrong = b"a\xc3\xa9\xf0\x9f\x41";
        for at in 0..=wrong.len() {
            let mut utf8 = Utf8::default();
            let result = utf8
                .push(&wrong[..at], |_| Ok(()))
                .and_then(|()| utf8.push(&wrong[at..], |_| Ok(())));
            assert_eq!(result, Err(WorkloadError::NotUtf8 { line: 1, offset: 3 }));
        }
    }
}
