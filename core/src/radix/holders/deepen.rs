//! Deepens the depths of the replicas in a bit set, four at a time.

/// For each number of four bits the masks of its bits, from the lowest: all ones where the bit is 1.
const LANES: [[u32; 4]; 16] = {
    let mut lanes = [[0; 4]; 16];
    let mut bits = 0;
    while bits < 16 {
        let mut lane = 0;
        while lane < 4 {
            lanes[bits][lane] = if bits >> lane & 1 == 1 { u32::MAX } else { 0 };
            lane += 1;
        }
        bits += 1;
    }
    lanes
};

/// Sets to `end` the depths of those replicas in the bit set `word` that are at `start`, and says whether there were any. Takes four
/// at a time without branches, and what is left over of `depths` one by one.
pub(super) fn deepen(word: u64, depths: &mut [u32], start: u32, end: u32) -> bool {
    let mut any = [0; 4];
    let (fours, rest) = depths.as_chunks_mut::<4>();
    let done = 4 * fours.len();
    for (at, depths) in fours.iter_mut().enumerate() {
        let masks = LANES[(word >> (4 * at)) as usize & 15];
        for lane in 0..4 {
            let matches = if depths[lane] == start { u32::MAX } else { 0 };
            let mask = masks[lane] & matches;
            depths[lane] = depths[lane] & !mask | end & mask;
            any[lane] |= mask;
        }
    }
    for (at, depth) in rest.iter_mut().enumerate() {
        if word >> (done + at) & 1 == 1 && *depth == start {
            *depth = end;
            any[0] = u32::MAX;
        }
    }
    any != [0; 4]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lane by lane or one by one, whatever the number of replicas and where they stand.
    #[test]
    fn who_stands_at_the_start_and_has_it_whole_goes_on() {
        for replicas in 0..=11 {
            for word in [0, 1, 0b101, 0b101_0101_0101, 0b111_0100_0010, u64::MAX] {
                let before: Vec<u32> = (0..replicas).map(|at| [4, 4, 0, 2][at % 4]).collect();
                let goes = |at: usize| word >> at & 1 == 1 && before[at] == 4;
                let expected: Vec<u32> = (0..replicas)
                    .map(|at| if goes(at) { 9 } else { before[at] })
                    .collect();
                let mut depths = before.clone();
                let any = deepen(word, &mut depths, 4, 9);
                assert_eq!(depths, expected, "{replicas} replicas, {word:b}");
                assert_eq!(
                    any,
                    (0..replicas).any(goes),
                    "{replicas} replicas, {word:b}"
                );
            }
        }
    }
}
