use super::*;

#[test]
fn every_number_has_one_way_to_be_written() {
    for number in [
        0,
        1,
        127,
        128,
        300,
        u64::from(u32::MAX),
        u64::MAX - 1,
        u64::MAX,
    ] {
        let mut bytes = Vec::new();
        number.write(&mut bytes);
        let mut rest = &bytes[..];
        assert_eq!(u64::read(&mut rest), Some(number));
        assert!(rest.is_empty());
    }
    // Not valid: a last group of zeros, more bits than fit, and no last group.
    for wrong in [&[0x80, 0][..], &[0xff; 10], &[0x80]] {
        assert_eq!(u64::read(&mut &wrong[..]), None, "{wrong:?}");
    }
    let mut two = [0xff; 10];
    two[9] = 2;
    assert_eq!(u64::read(&mut &two[..]), None);
}

#[test]
fn a_length_beyond_the_bytes_is_refused_before_room_is_made_for_it() {
    let mut bytes = Vec::new();
    put(1 << 40, &mut bytes);
    assert_eq!(Vec::<f64>::read(&mut &bytes[..]), None);
    assert_eq!(String::read(&mut &bytes[..]), None);
}

#[test]
fn a_number_too_large_for_its_kind_is_refused() {
    let mut bytes = Vec::new();
    70_000_u32.write(&mut bytes);
    assert_eq!(u16::read(&mut &bytes[..]), None);
    assert_eq!(u32::read(&mut &bytes[..]), Some(70_000));
}
