//! Sorting, with few copies of the code for it: the standard library's sorts are quick and ten kilobytes of code for each
//! type and order, so what is long shares one of two of them, and what is short needs neither.

/// Sorts numbers from the least on, in [`f64::total_cmp`]'s order.
#[inline(never)]
pub fn numbers(values: &mut [f64]) {
    values.sort_unstable_by(f64::total_cmp);
}

/// Sorts numbered keys by key, those of equal keys by number.
#[inline(never)]
pub fn keys(keys: &mut [(u64, u32)]) {
    keys.sort_unstable();
}

/// Puts items in the order of their keys, those of equal keys as they stood.
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
        fn the_standard_library_sorts_alike(list in prop::collection::vec((0..9u64, any::<u32>()), 0..40)) {
            let sorted = by_key(list.clone(), |item| item.0);
            let mut stable = list.clone();
            stable.sort_by_key(|item| item.0);
            prop_assert_eq!(sorted, stable);
            let mut few_sorted = list.clone();
            few(&mut few_sorted);
            let mut keys_sorted = list;
            keys(&mut keys_sorted);
            prop_assert_eq!(few_sorted, keys_sorted);
        }
    }
}
