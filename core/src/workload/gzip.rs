//! Unpacks a gzip archive on the way, piece by piece; any other bytes pass as they are.

use std::io::Write;

use flate2::write::MultiGzDecoder;

use super::WorkloadError;

/// The first bytes of an archive.
const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Packed bytes that are unpacked at once: each may become a thousand.
const PIECE: usize = 4096;

/// Where the bytes stand.
#[derive(Debug, Default)]
pub(super) enum Gzip {
    /// Before the first two.
    #[default]
    Begin,
    /// After the first, which may be an archive's.
    One,
    Plain,
    Packed(Box<MultiGzDecoder<Vec<u8>>>),
}

type Take<'a> = &'a mut dyn FnMut(&[u8]) -> Result<(), WorkloadError>;

impl Gzip {
    /// Hands on what the next bytes hold.
    pub(super) fn push(&mut self, bytes: &[u8], take: Take<'_>) -> Result<(), WorkloadError> {
        match (&mut *self, bytes) {
            (_, []) => Ok(()),
            (Self::Begin, [first]) if *first == MAGIC[0] => {
                *self = Self::One;
                Ok(())
            }
            (Self::Begin, bytes) => {
                *self = match bytes.starts_with(&MAGIC) {
                    true => Self::Packed(Box::new(MultiGzDecoder::new(Vec::new()))),
                    false => Self::Plain,
                };
                self.push(bytes, take)
            }
            (Self::One, bytes) => {
                *self = match bytes[0] == MAGIC[1] {
                    true => Self::Packed(Box::new(MultiGzDecoder::new(Vec::new()))),
                    false => Self::Plain,
                };
                self.push(&MAGIC[..1], take)?;
                self.push(bytes, take)
            }
            (Self::Plain, bytes) => take(bytes),
            (Self::Packed(decoder), bytes) => {
                for piece in bytes.chunks(PIECE) {
                    decoder.write_all(piece).map_err(|_| damaged())?;
                    hand_on(decoder, take)?;
                }
                Ok(())
            }
        }
    }

    /// Hands on the rest. What to note about an archive that breaks off.
    pub(super) fn finish(&mut self, take: Take<'_>) -> Result<Option<String>, WorkloadError> {
        match self {
            Self::One => take(&MAGIC[..1]).map(|()| None),
            Self::Packed(decoder) => {
                let whole = decoder.try_finish();
                hand_on(decoder, take)?;
                match whole {
                    Ok(()) => Ok(None),
                    Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                        Ok(Some("the gzip archive breaks off".to_owned()))
                    }
                    Err(_) => Err(damaged()),
                }
            }
            Self::Begin | Self::Plain => Ok(None),
        }
    }
}

fn hand_on(decoder: &mut MultiGzDecoder<Vec<u8>>, take: Take<'_>) -> Result<(), WorkloadError> {
    let unpacked = core::mem::take(decoder.get_mut());
    match unpacked.is_empty() {
        true => Ok(()),
        false => take(&unpacked),
    }
}

fn damaged() -> WorkloadError {
    WorkloadError::Kind {
        found: "a damaged gzip archive",
        advice: "pack it anew, or unpack it to see how far it goes: gunzip FILE",
    }
}
