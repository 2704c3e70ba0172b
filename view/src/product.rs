//! Policies by the product whose rule each is, as the menus of policies group them.

use warmpath_core::router::PolicyDocs;

/// The group of a rule that several products have.
const SEVERAL: &str = "In many routers";

/// The group of what is no router, but a line to hold routers against.
const REFERENCE: &str = "Reference lines, no routers";

/// The policies to begin with, before all others: the two that know nothing of caches, and the two kinds of rule that look for them.
const FIRST: [&str; 4] = ["round-robin", "least-load", "chwbl", "smart"];

/// The group of the policies to begin with.
const BEGIN: &str = "To begin with";

/// What a policy's source begins with, and the name of the product that it comes from.
const PRODUCTS: [(&str, &str); 17] = [
    ("the default of", SEVERAL),
    ("the second baseline of", SEVERAL),
    ("KubeAI", "KubeAI"),
    ("FakeAI", "FakeAI"),
    ("NVIDIA Dynamo", "NVIDIA Dynamo"),
    ("smg", "smg"),
    ("the rule of smg", "smg"),
    ("sglang-router", "SGLang router"),
    ("vllm-router", "vLLM router"),
    ("vllm-project/router", "vLLM router"),
    ("vllm-project/production-stack", "vLLM production-stack"),
    ("vllm-project/vllm", "vLLM"),
    ("vllm-project/aibrix", "AIBrix"),
    ("llm-d", "llm-d router"),
    ("WukLab/preble", "Preble"),
    ("Ray", "Ray Serve"),
    ("reference line", REFERENCE),
];

/// The product that a policy's rule comes from, by its source. A source that names several has `; ` between them.
fn product(source: &'static str) -> &'static str {
    if source.contains("; ") {
        return SEVERAL;
    }
    let known = PRODUCTS.iter().find(|(begin, _)| source.starts_with(begin));
    // A paper is named before the first comma.
    known.map_or_else(|| source.split(',').next().unwrap_or(source), |it| it.1)
}

/// Every policy under its product; products and policies are in the order of `core`'s table.
pub fn by_product() -> Vec<(&'static str, Vec<&'static PolicyDocs>)> {
    let mut groups: Vec<(&'static str, Vec<&'static PolicyDocs>)> = Vec::new();
    for docs in PolicyDocs::all() {
        let of = product(docs.source);
        match groups.iter_mut().find(|(name, _)| *name == of) {
            Some((_, all)) => all.push(docs),
            None => groups.push((of, vec![docs])),
        }
    }
    groups
}

/// First the policies to begin with, then every other one under its product.
pub fn first_and_by_product() -> Vec<(&'static str, Vec<&'static PolicyDocs>)> {
    let first = FIRST.into_iter().filter_map(PolicyDocs::of);
    let mut groups = vec![(BEGIN, first.collect())];
    for (product, mut all) in by_product() {
        all.retain(|it| !FIRST.contains(&it.name));
        if !all.is_empty() {
            groups.push((product, all));
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_policies_come_first_and_every_other_once() {
        let groups = first_and_by_product();
        let first: Vec<&str> = groups[0].1.iter().map(|it| it.name).collect();
        assert_eq!(first, FIRST);
        let all: usize = groups.iter().map(|it| it.1.len()).sum();
        assert_eq!(all, POLICIES.len());
        assert!(
            groups
                .iter()
                .all(|it| it.1.iter().all(|it| !it.about.is_empty()))
        );
    }
    use warmpath_core::router::POLICIES;

    #[test]
    fn every_policy_is_under_the_product_that_its_rule_was_read_in() {
        let groups = by_product();
        let all: usize = groups.iter().map(|(_, all)| all.len()).sum();
        assert_eq!(all, POLICIES.len());
        for entry in POLICIES {
            let of = groups
                .iter()
                .find(|(_, all)| all.iter().any(|it| it.name == entry.name));
            let (name, _) = of.expect("a group");
            let read = entry.provenance().product.to_lowercase();
            let several = read.contains([',', ';']);
            match *name {
                SEVERAL => assert!(several || read == "warmpath", "{}: {read}", entry.name),
                REFERENCE => assert!(entry.reference, "{}", entry.name),
                // The first word of the name says which product it is.
                name => {
                    let word = name.split(' ').next().unwrap_or(name).to_lowercase();
                    assert!(!several && read.contains(&word), "{}: {read}", entry.name);
                }
            }
        }
    }

    #[test]
    fn a_name_of_a_product_is_written_once_and_in_its_own_way() {
        let names: Vec<&str> = by_product().iter().map(|it| it.0).collect();
        assert_eq!(names[..2], [SEVERAL, "KubeAI"]);
        for (at, one) in names.iter().enumerate() {
            assert!(!names[..at].contains(one), "{one}");
            assert!(!one.contains('/'), "{one} is a path");
        }
    }
}
