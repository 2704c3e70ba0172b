//! The bytes that the page and its engine exchange: whole numbers in groups of seven bits, the lowest first; real numbers
//! as eight bytes; texts and lists after their length; the fields of a struct one after the other; an enum's variant after
//! its number. Both sides are from one build, so nothing carries a name.
//!
//! This takes a tenth of the code that JSON with derived readers takes, and the thousand numbers of a chart need neither be
//! printed nor parsed.
//!
//! ```
//! use warmpath_view::wire::Wire;
//! let mut bytes = Vec::new();
//! (300_u32, String::from("é")).write(&mut bytes);
//! assert_eq!(bytes, [0xac, 2, 2, 0xc3, 0xa9]);
//! assert_eq!(<(u32, String)>::read(&mut &bytes[..]), Some((300, "é".to_owned())));
//! ```

use warmpath_core::fleet::Effect;
use warmpath_core::metrics::{
    AboveFigures, Billed, FIGURES, Figures, FoundValue, GroupFigures, HappeningFigures,
    KindFigures, LifeFigures, LimitKept, LineFigures, Recalled, Recovery, ReplicaFigures,
    ScalingFigures, StageFigures, Summary, Verdict,
};
use warmpath_core::plan::{GaveUp, TrialOutcome};
use warmpath_core::report::html::Picture;
use warmpath_core::scenario::Arriving;
use warmpath_core::units::VirtualTime;

/// A value that can be written as bytes and read back.
pub trait Wire: Sized {
    /// Appends the bytes of the value.
    fn write(&self, out: &mut Vec<u8>);
    /// Reads a value from the front of the bytes and moves past it; `None` if they are not a value of this type.
    fn read(from: &mut &[u8]) -> Option<Self>;
}

fn put(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take(from: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = from.split_first()?;
        *from = rest;
        let part = u64::from(byte & 0x7f);
        number |= part << shift;
        if byte < 0x80 {
            // Each number has one form only: no bit may be lost, and the last group may not be zero.
            let lost = part << shift >> shift != part;
            return (!lost && (byte > 0 || shift == 0)).then_some(number);
        }
    }
    None
}

/// Reads a length, and checks that the rest of the bytes can be that long.
fn length(from: &mut &[u8]) -> Option<usize> {
    let length = usize::try_from(take(from)?).ok()?;
    (length <= from.len()).then_some(length)
}

/// Reads so many values. A plain loop, compiled once for each type: an iterator that is collected takes three times its code.
#[inline(never)]
fn some<T: Wire>(from: &mut &[u8], count: usize) -> Option<Vec<T>> {
    let mut items = Vec::new();
    for _ in 0..count {
        items.push(T::read(from)?);
    }
    Some(items)
}

impl Wire for u64 {
    fn write(&self, out: &mut Vec<u8>) {
        put(*self, out);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        take(from)
    }
}

impl Wire for bool {
    fn write(&self, out: &mut Vec<u8>) {
        put((*self).into(), out);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        Some(take(from)? > 0)
    }
}

impl Wire for VirtualTime {
    fn write(&self, out: &mut Vec<u8>) {
        put(self.0, out);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        take(from).map(Self)
    }
}

impl Wire for f64 {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        let (first, rest) = from.split_first_chunk()?;
        *from = rest;
        Some(Self::from_le_bytes(*first))
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

counts! { u16, u32, usize }

impl Wire for i32 {
    fn write(&self, out: &mut Vec<u8>) {
        put(u64::from(*self as u32), out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Some(u32::read(from)? as i32)
    }
}

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
        let count = length(from)?;
        some(from, count)
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

impl<T: Wire, const N: usize> Wire for [T; N] {
    fn write(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|item| item.write(out));
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        some(from, N)?.try_into().ok()
    }
}

impl<T: Wire + Copy> Wire for Figures<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|item| item.write(out));
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        let items: Vec<T> = some(from, FIGURES.len())?;
        Some(Self::from_fn(|at| items[at]))
    }
}

/// Implements [`Wire`] for structs, given their fields.
#[macro_export]
macro_rules! wire_fields {
    ($($type:ident { $($field:ident),* $(,)? })*) => {$(
        impl $crate::wire::Wire for $type {
            fn write(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($crate::wire::Wire::write($field, out);)*
            }
            fn read(from: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: $crate::wire::Wire::read(from)?),* })
            }
        }
    )*};
}

/// Implements [`Wire`] for enums without data, given their variants, which are numbered from 0.
#[macro_export]
macro_rules! wire_choices {
    ($($type:ident { $($number:literal: $choice:ident { $($field:tt: $name:ident),* }),* $(,)? })*) => {$(
        impl $crate::wire::Wire for $type {
            fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$choice { $($field: $name),* } => {
                        $crate::wire::Wire::write(&($number as u64), out);
                        $($crate::wire::Wire::write($name, out);)*
                    })*
                }
            }
            fn read(from: &mut &[u8]) -> Option<Self> {
                match <u64 as $crate::wire::Wire>::read(from)? {
                    $($number => Some(Self::$choice { $($field: $crate::wire::Wire::read(from)?),* }),)*
                    _ => None,
                }
            }
        }
    )*};
}

wire_fields! {
    Effect { replica, ttft_ms, hit_tokens, mean_ttft_ms, p99_ttft_ms, prefilled_tokens }
    Picture { title, caption, svg }
    ReplicaFigures {
        requests, prefilled_tokens, generated_tokens, mean_waiting, peak_kv_usage, evicted_blocks, preemptions,
    }
    StageFigures { rate, start_s, values, ranges, verdict }
    HappeningFigures {
        at_s, event, whom, cut, reset, sent_to_dead, known_after_s, ready_after_s, lost_blocks, lost_alone,
        recomputed_tokens, hits_back, ttft_back,
    }
    LifeFigures {
        outcomes, completed_after_again, attempts, client_again, router_again, breakers_opened, recomputed_tokens,
        sent_to_dead, happenings,
    }
    Billed { requests, hits, input_tokens, cached_tokens, output_tokens, cost_usd, uncached_usd }
    Recalled { requests, input_tokens, output_tokens, saved_usd }
    AboveFigures { billed, recalled }
    Summary { policy, seeds, values, ranges, replicas, stages, life, verdict, kinds, scaling, line, above }
    TrialOutcome {
        verdict, gave_up, refused, backlog, unfinished, starts_s, p95_ttft_ms, request_throughput, output_throughput,
        token_reuse_rate,
    }
    GaveUp { limit, below }
    FoundValue { value, margin, standing }
    Verdict { found, requests, unanswered }
    ScalingFigures {
        fewest, most, wanted_s, paid_s, ready_s, gpu_hours, cost, price, needed_s, overshoot_s, ups, downs, retired, cut,
        recomputed_tokens, goal_ms, above_goal_s, course,
    }
    KindFigures {
        name, replicas, gpus, pool_tokens, completed, prefilled_tokens, generated_tokens, token_reuse_rate, mean_ttft_ms,
        p95_ttft_ms, mean_tpot_ms, peak_kv_usage, preemptions,
    }
    GroupFigures {
        name, priority, weight, requests, completed, rejected, failed, refused, waited, mean_wait_ms, longest_wait_ms,
        ttft_ms, attainment, tokens,
    }
    LineFigures { all, tenants, classes, jain_attainment, jain_ttft, turned_back, longest_line }
}

wire_choices! {
    Recovery {
        0: TooFew {},
        1: Undisturbed {},
        2: After { 0: seconds },
        3: Never {},
    }
    Arriving {
        0: AtRate {},
        1: Partly {},
        2: Recorded {},
        3: AtOnce {},
    }
    LimitKept {
        0: Met {},
        1: Missed {},
        2: Critical {},
    }
}

mod sealed;

pub use sealed::Sealed;

#[cfg(test)]
mod tests;
