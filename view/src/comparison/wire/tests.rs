use crate::comparison::{Comparison, OPENING, opening, whole};
use crate::wire::Wire;

fn bytes(comparison: &Comparison) -> Vec<u8> {
    let mut bytes = Vec::new();
    comparison.write(&mut bytes);
    bytes
}

#[test]
fn a_comparison_survives_the_journey() {
    for policies in [OPENING, ["smart@events:50ms", "round-robin"]] {
        let comparison = whole(&policies).expect("valid");
        let bytes = bytes(&comparison);
        let mut rest = &bytes[..];
        assert!(
            Comparison::read(&mut rest).as_ref() == Some(&comparison),
            "{policies:?}"
        );
        assert!(rest.is_empty());
    }
}

#[test]
fn a_comparison_that_is_cut_short_is_none() {
    let bytes = bytes(&opening().expect("valid"));
    for end in (0..bytes.len()).step_by(997) {
        assert_eq!(Comparison::read(&mut &bytes[..end]), None, "{end}");
    }
}
