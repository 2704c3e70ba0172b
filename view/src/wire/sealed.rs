//! A value inside a message that is not read along with it: the message holds its bytes, and a program that wants the value opens
//! them.
//!
//! The engine's answers to all programs are cases of one enum. If reading the enum read every value in it, each program would
//! contain the code for reading what only another one shows. A program contains the code for a sealed value only if it opens it.

use super::Wire;
use core::marker::PhantomData;

/// The bytes of a value of type `T`.
pub struct Sealed<T> {
    bytes: Vec<u8>,
    of: PhantomData<fn() -> T>,
}

impl<T: Wire> Sealed<T> {
    /// A value as its bytes.
    pub fn new(value: &T) -> Self {
        let mut bytes = Vec::new();
        value.write(&mut bytes);
        Self {
            bytes,
            of: PhantomData,
        }
    }

    /// The value.
    ///
    /// # Errors
    /// If the bytes are not exactly those of a value of this type, in a sentence. Both sides are from one build, so this is a
    /// fault of the page.
    pub fn open(&self) -> Result<T, String> {
        let mut left = &self.bytes[..];
        let value = T::read(&mut left).filter(|_| left.is_empty());
        value.ok_or_else(|| "a part of a message could not be read".to_owned())
    }
}

// `Clone`, `PartialEq` and `Debug` are written by hand, because derived ones would demand them of `T` too.
impl<T> Clone for Sealed<T> {
    fn clone(&self) -> Self {
        Self {
            bytes: self.bytes.clone(),
            of: PhantomData,
        }
    }
}

impl<T> PartialEq for Sealed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<T> core::fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Sealed({} bytes)", self.bytes.len())
    }
}

impl<T> Wire for Sealed<T> {
    fn write(&self, out: &mut Vec<u8>) {
        super::put(self.bytes.len() as u64, out);
        out.extend_from_slice(&self.bytes);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let length = super::length(from)?;
        let (bytes, rest) = from.split_at(length);
        *from = rest;
        Some(Self {
            bytes: bytes.to_vec(),
            of: PhantomData,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_survives_and_another_is_refused() {
        let sealed = Sealed::new(&(300_u32, "é".to_owned()));
        let mut bytes = Vec::new();
        sealed.write(&mut bytes);
        let again = Sealed::<(u32, String)>::read(&mut &bytes[..]).unwrap();
        assert_eq!(again, sealed);
        assert_eq!(again.open(), Ok((300, "é".to_owned())));
        // Bytes that are left over, or too few, are no value of the type.
        let other = Sealed::<u32>::read(&mut &bytes[..]).unwrap();
        assert!(other.open().unwrap_err().contains("could not be read"));
        let longer = Sealed::<[String; 3]>::read(&mut &bytes[..]).unwrap();
        assert!(longer.open().is_err());
        assert_eq!(Sealed::<u32>::read(&mut &bytes[..2]), None);
    }
}
