//! Mutations of a file: what a disk, an editor, a spreadsheet, a program with a bug or an attacker makes of it.

use super::chance::Chance;

/// Numbers at the edges of what numbers are kept in, and of what formats allow.
const NUMBERS: [&str; 24] = [
    "0",
    "-1",
    "-0",
    "1",
    "4294967295",
    "4294967296",
    "2147483647",
    "2147483648",
    "1000000000",
    "1000000001",
    "9223372036854775807",
    "18446744073709551615",
    "18446744073709551616",
    "1e308",
    "1e400",
    "-1e308",
    "1e-400",
    "0.1",
    "NaN",
    "Infinity",
    "00",
    "1_000",
    "\"7\"",
    "null",
];

/// Pieces that open, close, hide or end something.
const PIECES: [&[u8]; 27] = [
    b"\"",
    b"\"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"\\",
    b"\\ud800",
    b"\\u0000",
    b"\x1b[2J",
    b"\t",
    b"+",
    b"=",
    b"/",
    b"x",
    b" ",
    b"+2147483647",
    b"\xe2\x80\xae",
];

/// A few mutations of a file; at times none.
pub(crate) fn mutate(chance: &mut Chance, file: &[u8]) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for _ in 0..chance.below(5) {
        once(chance, &mut bytes);
    }
    bytes
}

fn once(chance: &mut Chance, bytes: &mut Vec<u8>) {
    let at = chance.below(bytes.len() + 1);
    let end = (at + chance.below(60)).min(bytes.len());
    match chance.below(12) {
        0 if at < bytes.len() => bytes[at] = chance.below(256) as u8,
        1 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
        2 => drop(bytes.drain(at..end)),
        3 => bytes.truncate(at),
        4 => {
            let piece = bytes[at..end].to_vec();
            bytes.splice(at..at, piece);
        }
        5 | 6 => number(chance, bytes, at),
        7 => {
            // One piece so often that depth, width or length is beyond any sense.
            let piece = chance.pick(&PIECES);
            let many = chance.pick(&[&3, &200, &100_000]);
            bytes.splice(at..at, piece.repeat(*many));
        }
        8 => lines(chance, bytes),
        9 => {
            let text = String::from_utf8_lossy(bytes)
                .replace('\n', chance.pick(&["\r\n", "\r", "\n\n", " "]));
            *bytes = text.into_bytes();
        }
        _ => {
            let piece = chance.pick(&PIECES);
            bytes.splice(at..at, piece.iter().copied());
        }
    }
}

/// Another number instead of the next one.
fn number(chance: &mut Chance, bytes: &mut Vec<u8>, at: usize) {
    let digit = |byte: &u8| byte.is_ascii_digit();
    let Some(begun) = bytes[at..].iter().position(digit).map(|skip| at + skip) else {
        return;
    };
    let after = bytes[begun..]
        .iter()
        .position(|byte| !digit(byte) && *byte != b'.');
    let end = after.map_or(bytes.len(), |length| begun + length);
    let number = chance.pick(&NUMBERS);
    bytes.splice(begun..end, number.bytes());
}

/// Two lines in each other's place, or one of them twice.
fn lines(chance: &mut Chance, bytes: &mut Vec<u8>) {
    let mut lines: Vec<Vec<u8>> = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    if lines.is_empty() {
        return;
    }
    let (a, b) = (chance.below(lines.len()), chance.below(lines.len()));
    match chance.below(3) {
        0 => lines.swap(a, b),
        1 => drop(lines.remove(a)),
        _ => {
            let again = lines[a].clone();
            lines.insert(b, again);
        }
    }
    *bytes = lines.concat();
}
