//! Unpacks a gzip archive on the way, piece by piece; any other bytes pass as they are.

use std::io::Write;

use flate2::write::MultiGzDecoder;

use super::WorkloadError;

/// The first bytes of an archive.
const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Packed bytes that are unpacked at once: each may become a thousand.
const PIECE: usize = 4096;

/// The state of the decoder.
#[derive(Debug, Default)]
pub(super) enum Gzip {
    /// Before the first two bytes.
    #[default]
    Begin,
    /// After the first byte, which may be an archive's.
    One,
    Plain,
    Packed(Box<Packed>),
}

/// An archive that is being unpacked.
#[derive(Debug)]
pub(super) struct Packed {
    decoder: MultiGzDecoder<Vec<u8>>,
    /// Fewer than [`PIECE`] bytes that wait for more: an archive is unpacked in the same steps whatever pieces it comes in, so that
    /// a damaged one gives its error at the same place.
    waiting: Vec<u8>,
}

impl Packed {
    fn new() -> Box<Self> {
        Box::new(Self {
            decoder: MultiGzDecoder::new(Vec::new()),
            waiting: Vec::with_capacity(PIECE),
        })
    }

    fn push(&mut self, mut bytes: &[u8], take: Take<'_>) -> Result<(), WorkloadError> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            bytes = later;
            if self.waiting.len() == PIECE {
                self.unpack(take)?;
            }
        }
        Ok(())
    }

    fn unpack(&mut self, take: Take<'_>) -> Result<(), WorkloadError> {
        let unpacked = self.decoder.write_all(&self.waiting);
        self.waiting.clear();
        unpacked.map_err(|_| damaged())?;
        hand_on(&mut self.decoder, take)
    }
}

type Take<'a> = &'a mut dyn FnMut(&[u8]) -> Result<(), WorkloadError>;

impl Gzip {
    /// Passes on what the next bytes hold, unpacked.
    pub(super) fn push(&mut self, bytes: &[u8], take: Take<'_>) -> Result<(), WorkloadError> {
        match (&mut *self, bytes) {
            (_, []) => Ok(()),
            (Self::Begin, [first]) if *first == MAGIC[0] => {
                *self = Self::One;
                Ok(())
            }
            (Self::Begin, bytes) => {
                *self = match bytes.starts_with(&MAGIC) {
                    true => Self::Packed(Packed::new()),
                    false => Self::Plain,
                };
                self.push(bytes, take)
            }
            (Self::One, bytes) => {
                *self = match bytes[0] == MAGIC[1] {
                    true => Self::Packed(Packed::new()),
                    false => Self::Plain,
                };
                self.push(&MAGIC[..1], take)?;
                self.push(bytes, take)
            }
            (Self::Plain, bytes) => take(bytes),
            (Self::Packed(packed), bytes) => packed.push(bytes, take),
        }
    }

    /// Passes on the rest; returns the note about an archive that breaks off.
    pub(super) fn finish(&mut self, take: Take<'_>) -> Result<Option<String>, WorkloadError> {
        match self {
            Self::One => take(&MAGIC[..1]).map(|()| None),
            Self::Packed(packed) => {
                packed.unpack(take)?;
                let whole = packed.decoder.try_finish();
                hand_on(&mut packed.decoder, take)?;
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
