//! Messages as bytes: numbers in eight bytes, little end first, texts and lists after their length, the fields of a thing
//! one after the other, a choice after its number. Both sides are of one build, so nothing is named.
//!
//! A tenth of the code that JSON with derived readers takes, and a chart's thousand numbers need neither be printed nor
//! parsed.

use warmpath_core::fleet::Effect;
use warmpath_core::metrics::{ReplicaFigures, StageFigures, Summary};
use warmpath_view::chart::Course;
use warmpath_view::fork::Pick;

/// What travels.
pub(in crate::worker) trait Wire: Sized {
    /// Appends it.
    fn write(&self, out: &mut Vec<u8>);
    /// Takes it from the front; nothing if the bytes are of something else.
    fn read(from: &mut &[u8]) -> Option<Self>;
}

fn put(number: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn take(from: &mut &[u8]) -> Option<u64> {
    let (first, rest) = from.split_first_chunk()?;
    *from = rest;
    Some(u64::from_le_bytes(*first))
}

/// A length that the rest of the bytes can have.
fn length(from: &mut &[u8]) -> Option<usize> {
    let length = usize::try_from(take(from)?).ok()?;
    (length <= from.len()).then_some(length)
}

impl Wire for u64 {
    fn write(&self, out: &mut Vec<u8>) {
        put(*self, out);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        take(from)
    }
}

impl Wire for f64 {
    fn write(&self, out: &mut Vec<u8>) {
        put(self.to_bits(), out);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        take(from).map(f64::from_bits)
    }
}

macro_rules! counts {
    ($($type:ty),*) => {$(
        impl Wire for $type {
            fn write(&self, out: &mut Vec<u8>) {
                put(*self as u64, out);
            }
            fn read(from: &mut &[u8]) -> Option<Self> {
                Self::try_from(take(from)?).ok()
            }
        }
    )*};
}

counts! { u32, usize }

impl Wire for String {
    fn write(&self, out: &mut Vec<u8>) {
        put(self.len() as u64, out);
        out.extend_from_slice(self.as_bytes());
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        let length = length(from)?;
        let (text, rest) = from.split_at(length);
        *from = rest;
        String::from_utf8(text.to_vec()).ok()
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        put(self.len() as u64, out);
        self.iter().for_each(|item| item.write(out));
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        (0..length(from)?).map(|_| T::read(from)).collect()
    }
}

impl<T: Wire> Wire for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        put(self.is_some().into(), out);
        if let Some(item) = self {
            item.write(out);
        }
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        match take(from)? {
            0 => Some(None),
            _ => T::read(from).map(Some),
        }
    }
}

impl<T: Wire> Wire for Box<T> {
    fn write(&self, out: &mut Vec<u8>) {
        T::write(self, out);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        T::read(from).map(Box::new)
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        Some((A::read(from)?, B::read(from)?))
    }
}

impl<const N: usize> Wire for [f64; N] {
    fn write(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|number| number.write(out));
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        let mut numbers = [0.0; N];
        for number in &mut numbers {
            *number = f64::read(from)?;
        }
        Some(numbers)
    }
}

/// Things by their fields.
macro_rules! fields {
    ($($type:ident { $($field:ident),* $(,)? })*) => {$(
        impl Wire for $type {
            fn write(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($field.write(out);)*
            }
            fn read(from: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: Wire::read(from)?),* })
            }
        }
    )*};
}

/// Choices by their numbers, from 0 on.
macro_rules! choices {
    ($($type:ident { $($number:literal: $choice:ident { $($field:tt: $name:ident),* }),* $(,)? })*) => {$(
        impl Wire for $type {
            fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$choice { $($field: $name),* } => {
                        u64::write(&$number, out);
                        $($name.write(out);)*
                    })*
                }
            }
            fn read(from: &mut &[u8]) -> Option<Self> {
                match u64::read(from)? {
                    $($number => Some(Self::$choice { $($field: Wire::read(from)?),* }),)*
                    _ => None,
                }
            }
        }
    )*};
}

pub(super) use {choices, fields};

fields! {
    Course { policy, completed, ttft, within, duration, bin, rate, in_flight, blocks }
    Effect { replica, ttft_ms, hit_tokens, mean_ttft_ms, p99_ttft_ms, prefilled_tokens }
    Pick { request, sent, prompt, found, replica, ttft }
    ReplicaFigures {
        requests, prefilled_tokens, generated_tokens, mean_waiting, peak_kv_usage, evicted_blocks, preemptions,
    }
    StageFigures { rate, start_s, values, ranges }
    Summary { policy, seeds, values, ranges, replicas, stages }
}
