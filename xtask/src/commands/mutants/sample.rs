//! Chooses the faults to try, and their order: random within a module, with the modules taking turns.

use super::MODULES;
use crate::fnv::Fnv;

/// A fault that can be put into the code.
#[derive(Clone)]
pub(super) struct Mutant {
    /// Its name by cargo-mutants: the file, the line, the column, and what is replaced by what.
    pub(super) name: String,
    /// The place of its module in the list of modules.
    pub(super) module: usize,
}

/// The place of the module that a fault is in; `None` if it is in none of those that are tried.
pub(super) fn module(name: &str) -> Option<usize> {
    let rest = name.strip_prefix("core/src/")?;
    let (module, _) = rest.split_once(['/', '.'])?;
    MODULES.iter().position(|it| *it == module)
}

/// All faults of these modules, in the order in which they are tried.
pub(super) fn of(list: &[String], seed: &str) -> Vec<Mutant> {
    let mut places: Vec<(usize, u64, &String)> = Vec::new();
    for at in 0..MODULES.len() {
        let here = list.iter().filter(|name| module(name) == Some(at));
        let mut here: Vec<(u64, &String)> = here.map(|name| (draw(seed, name), name)).collect();
        here.sort_unstable();
        let turns = here.into_iter().enumerate();
        places.extend(turns.map(|(turn, (_, name))| (turn, at as u64, name)));
    }
    places.sort_unstable();
    let mutants = places.into_iter().map(|(_, module, name)| Mutant {
        name: name.clone(),
        module: module as usize,
    });
    mutants.collect()
}

/// A pseudo-random number that depends only on the seed and the name.
fn draw(seed: &str, name: &str) -> u64 {
    let mut hash = Fnv::new();
    hash.add(seed.as_bytes());
    hash.add(b"/");
    hash.add(name.as_bytes());
    // FNV's high bits, which decide the order, hardly depend on the last bytes, so the bits are mixed.
    let mut bits = hash.0;
    bits = (bits ^ (bits >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    bits = (bits ^ (bits >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    bits ^ (bits >> 33)
}

/// The same fault in another commit, whose lines may have moved; if several could be meant, the nearest.
pub(super) fn found_again(name: &str, list: &[String]) -> Option<Mutant> {
    let (file, line, what) = parts(name)?;
    let same = list.iter().filter_map(|other| {
        let (its_file, its_line, its_what) = parts(other)?;
        (its_file == file && its_what == what).then(|| (its_line.abs_diff(line), other))
    });
    let (_, nearest) = same.min()?;
    let module = module(nearest)?;
    let name = nearest.clone();
    Some(Mutant { name, module })
}

/// The file and line of a fault, and what it replaces.
fn parts(name: &str) -> Option<(&str, u64, &str)> {
    let mut parts = name.splitn(4, ':');
    let file = parts.next()?;
    let line = parts.next()?.parse().ok()?;
    parts.next()?;
    Some((file, line, parts.next()?.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> Vec<String> {
        [
            "radix.rs:1:2: a",
            "radix/view.rs:3:4: b",
            "fleet.rs:5:6: c",
            "rng.rs:1:1: d",
        ]
        .map(|name| format!("core/src/{name}"))
        .to_vec()
    }

    #[test]
    fn modules_take_turns_and_a_seed_gives_the_order_again() {
        let names = |seed: &str| {
            let sample = of(&list(), seed);
            sample.into_iter().map(|it| it.name).collect::<Vec<_>>()
        };
        let one = names("1");
        assert_eq!(one.len(), 3, "a module that is not tried: {one:?}");
        assert_eq!(one[1], "core/src/fleet.rs:5:6: c");
        assert_eq!(one, names("1"));
        assert!((2..20).any(|seed| names(&seed.to_string()) != one));
    }

    #[test]
    fn a_fault_is_found_where_it_has_moved_to() {
        let found = found_again("core/src/fleet.rs:9:6: c", &list()).map(|it| it.name);
        assert_eq!(found.as_deref(), Some("core/src/fleet.rs:5:6: c"));
        assert!(found_again("core/src/fleet.rs:5:6: e", &list()).is_none());
    }
}
