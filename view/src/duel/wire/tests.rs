use crate::duel::{Duel, OPENING, opening, whole};
use crate::wire::Wire;

fn bytes(duel: &Duel) -> Vec<u8> {
    let mut bytes = Vec::new();
    duel.write(&mut bytes);
    bytes
}

#[test]
fn a_duel_survives_the_journey() {
    for policies in [OPENING, ["smart@events:50ms", "round-robin"]] {
        let duel = whole(&policies).expect("valid");
        let bytes = bytes(&duel);
        let mut rest = &bytes[..];
        assert!(
            Duel::read(&mut rest).as_ref() == Some(&duel),
            "{policies:?}"
        );
        assert!(rest.is_empty());
    }
}

#[test]
fn a_duel_that_is_cut_short_is_none() {
    let bytes = bytes(&opening().expect("valid"));
    for end in (0..bytes.len()).step_by(997) {
        assert_eq!(Duel::read(&mut &bytes[..end]), None, "{end}");
    }
}
