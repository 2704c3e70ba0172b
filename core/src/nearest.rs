//! Which name was meant: the nearest of those there are, for "did you mean …?" in error messages.
//!
//! ```
//! use warmpath_core::nearest::nearest;
//! assert_eq!(nearest("round-robbin", ["random", "round-robin"]), Some("round-robin"));
//! assert_eq!(nearest("kv-aware", ["random", "round-robin"]), None);
//! ```

/// How much of a name is compared, so that hostile input costs little work \[characters\].
const LONGEST: usize = 64;

/// The one of `among` that needs the fewest edits (insert, delete, replace a character; case is free) to become `name`,
/// the first of equals; `None` if even that one needs more edits than a third of the longer name's characters (but one edit is
/// always near enough, and two are from four characters on).
pub fn nearest<'a>(name: &str, among: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = folded(name);
    let mut best: Option<(usize, &str)> = None;
    for candidate in among {
        let other = folded(candidate);
        let edits = distance(&name, &other);
        let length = name.len().max(other.len());
        let tolerated = if length < 4 { 1 } else { (length / 3).max(2) };
        if edits <= tolerated && best.is_none_or(|(fewest, _)| edits < fewest) {
            best = Some((edits, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn folded(name: &str) -> Vec<char> {
    name.chars()
        // Only the case of ASCII letters, as all names are ASCII: the tables for all other letters are not small.
        .map(|letter| letter.to_ascii_lowercase())
        .take(LONGEST)
        .collect()
}

/// Levenshtein distance, one row at a time.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replace = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replace.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(a: &str, b: &str) -> usize {
        distance(&folded(a), &folded(b))
    }

    #[test]
    fn counts_edits() {
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("Tier-1", "tier-1"), 0);
        assert_eq!(edits("naïve", "naive"), 1);
    }

    #[test]
    fn the_first_of_equals_wins_and_far_names_do_not() {
        assert_eq!(nearest("tier", ["tier-1", "tier-2"]), Some("tier-1"));
        assert_eq!(nearest("l40", ["L4", "H100"]), Some("L4"));
        assert_eq!(nearest("b200", ["L4", "A10G"]), None);
        assert_eq!(nearest("anything", []), None);
        assert_eq!(nearest(&"x".repeat(1 << 20), ["random"]), None);
    }
}
