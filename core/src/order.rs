//! Sorting with little code: the standard library's sorts are quick, but take up to ten kilobytes of code for each type and order.
//! Long lists that are sorted often share two of them: that of [`keys`] and that of whole numbers. All other lists need none: short
//! ones are sorted item by item, longer ones by the heap sort of [`by`], which sorts places and so is compiled once for all types.

use core::cmp::Ordering;

use crate::units::VirtualTime;

/// Up to this many items are moved to their places one by one.
const FEW: usize = 20;

/// Sorts numbers from the least on, in [`f64::total_cmp`]'s order. Each is turned once into the whole number that `total_cmp`
/// would make of it at every comparison.
///
/// ```
/// let mut list = vec![2.5, f64::INFINITY, -0.0, -3.0, 0.0];
/// warmpath_core::order::numbers(&mut list);
/// assert_eq!(list, [-3.0, -0.0, 0.0, 2.5, f64::INFINITY]);
/// assert!(list[1].is_sign_negative());
/// ```
#[inline(never)]
pub fn numbers(values: &mut Vec<f64>) {
    // Flips all bits of a negative number but the sign, so that whole numbers are in the same order; twice gives the number back.
    let turned = |bits: i64| bits ^ ((bits >> 63) as u64 >> 1) as i64;
    let numbers = core::mem::take(values).into_iter();
    let mut whole: Vec<i64> = numbers.map(|it| turned(it.to_bits() as i64)).collect();
    integers(&mut whole);
    let sorted = whole.into_iter();
    *values = sorted.map(|it| f64::from_bits(turned(it) as u64)).collect();
}

/// Sorts numbered keys by key, those of equal keys by number.
#[inline(never)]
pub fn keys(keys: &mut [(u64, u32)]) {
    keys.sort_unstable();
}

/// Sorts numbered moments by time, those of one time by number.
#[inline(never)]
pub fn moments(moments: &mut Vec<(VirtualTime, u32)>) {
    let numbered = core::mem::take(moments).into_iter();
    let mut whole: Vec<(u64, u32)> = numbered.map(|(at, number)| (at.0, number)).collect();
    keys(&mut whole);
    let sorted = whole.into_iter();
    *moments = sorted
        .map(|(at, number)| (VirtualTime(at), number))
        .collect();
}

/// Sorts whole numbers from the least on.
pub fn whole(values: &mut [u32]) {
    if values.len() <= FEW {
        return few(values);
    }
    let mut wide: Vec<i64> = values.iter().map(|it| i64::from(*it)).collect();
    integers(&mut wide);
    for (value, wide) in values.iter_mut().zip(wide) {
        *value = wide as u32;
    }
}

#[inline(never)]
fn integers(values: &mut [i64]) {
    values.sort_unstable();
}

/// Compares names as a person would list them: what is a number in them counts as a number. Names that differ by leading zeros
/// alone are compared as texts.
///
/// ```
/// let mut list = ["pod-10", "pod-2", "pod-2a", "node", "pod-02"];
/// warmpath_core::order::by(&mut list, |a, b| warmpath_core::order::names(a, b));
/// assert_eq!(list, ["node", "pod-02", "pod-2", "pod-2a", "pod-10"]);
/// ```
pub fn names(a: &str, b: &str) -> Ordering {
    parts(a).cmp(parts(b)).then_with(|| a.cmp(b))
}

/// The numbers of a name without their leading zeros, and the bytes between them one by one; numbers come before other bytes, and
/// short ones before long ones.
fn parts(name: &str) -> impl Iterator<Item = (bool, usize, &[u8])> {
    let mut rest = name.as_bytes();
    core::iter::from_fn(move || {
        let digits = rest.iter().take_while(|it| it.is_ascii_digit()).count();
        let is_number = digits > 0;
        let (part, after) = rest.split_at_checked(digits.max(1))?;
        rest = after;
        let zeros = part.iter().take_while(|it| is_number && **it == b'0');
        let part = &part[zeros.count()..];
        Some((!is_number, part.len(), part))
    })
}

/// Sorts by any order; items that are alike stay as they stood.
///
/// ```
/// let mut list = ["warm", "cold", "made"];
/// warmpath_core::order::by(&mut list, |a, b| b.cmp(a));
/// assert_eq!(list, ["warm", "made", "cold"]);
/// ```
pub fn by<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    if list.len() <= FEW {
        for end in 1..list.len() {
            let mut at = end;
            while at > 0 && compare(&list[at], &list[at - 1]).is_lt() {
                list.swap(at, at - 1);
                at -= 1;
            }
        }
        return;
    }
    let mut places = places(list.len(), &|a, b| compare(&list[a], &list[b]));
    // Moves the items along each ring of places that take each other's items.
    for start in 0..places.len() {
        let mut at = start;
        loop {
            let from = core::mem::replace(&mut places[at], at);
            if from == start || from == at {
                break;
            }
            list.swap(at, from);
            at = from;
        }
    }
}

/// For each place, the place where the item stands that belongs there.
#[inline(never)]
fn places(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..len).collect();
    let before = |a: usize, b: usize| compare(a, b).then(a.cmp(&b)).is_lt();
    // A heap sort: hardly slower than the library's for what this is used for, and a tenth of its code.
    for end in (1..len + len / 2).rev() {
        let (mut root, end) = match end.checked_sub(len) {
            // The first `len / 2` rounds build the heap, from its last parent back to its root.
            Some(root) => (root, len),
            None => {
                places.swap(0, end);
                (0, end)
            }
        };
        while let Some(mut child) = Some(2 * root + 1).filter(|&it| it < end) {
            if child + 1 < end && before(places[child], places[child + 1]) {
                child += 1;
            }
            if !before(places[root], places[child]) {
                break;
            }
            places.swap(root, child);
            root = child;
        }
    }
    places
}

/// Puts items in the order of their keys; items with equal keys stay in their order.
pub fn by_key<T>(items: Vec<T>, key: impl Fn(&T) -> u64) -> Vec<T> {
    let mut order: Vec<(u64, u32)> = items.iter().map(key).zip(0..).collect();
    keys(&mut order);
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    let next = |&(_, at): &(u64, u32)| items[at as usize].take();
    order.iter().filter_map(next).collect()
}

/// Sorts a list of some dozen at most; a long one takes the square of its length.
///
/// ```
/// let mut list = [3, 1, 2, 1];
/// warmpath_core::order::few(&mut list);
/// assert_eq!(list, [1, 1, 2, 3]);
/// ```
pub fn few<T: Ord>(list: &mut [T]) {
    for end in 1..list.len() {
        let mut at = end;
        while at > 0 && list[at] < list[at - 1] {
            list.swap(at, at - 1);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_standard_library_sorts_alike(list in prop::collection::vec((0..9u64, any::<u32>()), 0..60)) {
            let sorted = by_key(list.clone(), |item| item.0);
            let mut stable = list.clone();
            stable.sort_by_key(|item| item.0);
            prop_assert_eq!(&sorted, &stable);
            let mut by_sorted = list.clone();
            by(&mut by_sorted, |a, b| a.0.cmp(&b.0));
            prop_assert_eq!(&by_sorted, &stable);
            let mut few_sorted = list.clone();
            few(&mut few_sorted);
            let moment = |&(at, number): &(u64, u32)| (VirtualTime(at), number);
            let mut moments_sorted: Vec<_> = list.iter().map(moment).collect();
            moments(&mut moments_sorted);
            let mut keys_sorted = list;
            keys(&mut keys_sorted);
            prop_assert_eq!(moments_sorted, keys_sorted.iter().map(moment).collect::<Vec<_>>());
            prop_assert_eq!(few_sorted, keys_sorted);
        }

        /// Whatever their bits: zeros and infinities of both signs, and what is no number.
        #[test]
        fn numbers_are_in_their_total_order(bits in prop::collection::vec(any::<u64>(), 0..60)) {
            let edges = [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -f64::NAN];
            let mut list: Vec<f64> = bits.into_iter().map(f64::from_bits).chain(edges).collect();
            let mut expected = list.clone();
            expected.sort_by(f64::total_cmp);
            numbers(&mut list);
            let bits = |list: &[f64]| list.iter().map(|it| it.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&list), bits(&expected));
        }
    }
}
