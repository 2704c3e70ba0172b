//! Files that break off or are garbled: what is used of them, and that nothing makes the reader panic.

use super::*;
use proptest::prelude::*;
use warmpath_core::workload::trace;

#[test]
fn a_last_line_that_breaks_off_is_noted() {
    for file in [MOONCAKE, BAILIAN, SESSIONS] {
        let lines = file.lines().count();
        let whole = read(file, 16).unwrap();
        let cut = &file[..file.len() - 3];
        let workload = read(cut, 16).unwrap();
        let read = workload.requests.len();
        assert!(read < whole.requests.len());
        assert_eq!(
            workload.notes[0],
            match read {
                1 => format!("ends inside line {lines}, which is left out; 1 request read"),
                _ => format!("ends inside line {lines}, which is left out; {read} requests read"),
            }
        );
    }
    let azure = read(&AZURE[..AZURE.len() - 5], 16).unwrap();
    assert_eq!(
        azure.notes[0],
        "ends inside line 4, which is left out; 2 requests read"
    );
    let text = trace::write(&read(AZURE, 16).unwrap());
    // A number that is cut short is still a number, so a note says it if the last line of a trace has no end.
    let open = |file: &str| read(file, 16).unwrap().notes.join("; ");
    let unended = "has no line end: what it ends with may be cut short";
    assert!(!open(AZURE).contains(unended) && !open(&text).contains(unended));
    // A table as it is published may have none.
    assert!(!open(AZURE.trim_end()).contains(unended));
    assert!(open(text.trim_end()).starts_with(&format!("line 4 {unended}")));
    // What BurstGPT's rows end with is not read.
    assert!(!open(BURST.trim_end()).contains(unended));
    assert_eq!(
        why(&text[..text.len() - 10]),
        "the file breaks off: line 1 promises 2 requests, 1 are there"
    );
}

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let traces = ALL.map(|file| trace::write(&read(file, 16).unwrap()));
    let files: Vec<Vec<u8>> = ALL
        .into_iter()
        .map(str::to_owned)
        .chain(traces)
        .map(String::into_bytes)
        .collect();
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 0..6);
    (
        prop::sample::select(files),
        edits,
        any::<prop::sample::Index>(),
        any::<bool>(),
    )
        .prop_map(|(mut file, edits, end, cut)| {
            for (at, byte, kind) in edits {
                let at = at.index(file.len().max(1));
                match kind {
                    0 if !file.is_empty() => file[at] = byte,
                    1 if !file.is_empty() => drop(file.remove(at)),
                    // Digits make numbers that are wrong rather than text that is.
                    2 => file.insert(at, b'0' + byte % 10),
                    _ => file.insert(at, b"{}[],:\"\\+-/=\n"[byte as usize % 13]),
                }
            }
            if cut {
                file.truncate(end.index(file.len() + 1));
            }
            file
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_file_makes_it_panic_and_pieces_never_matter(
        file in mutated(),
        cuts in prop::collection::vec(1..200usize, 1..20),
        size in prop::sample::select(vec![1u32, 16, 64]),
        requests in prop::option::of(0..9u32),
    ) {
        let options = ReadOptions { block_size: size, requests, ..ReadOptions::default() };
        let whole = read_with(&file, options.clone(), usize::MAX);
        let (mut reader, mut rest, mut result) = (Reader::new("file", options.clone()), &file[..], Ok(()));
        for cut in cuts.iter().cycle() {
            if rest.is_empty() || result.is_err() {
                break;
            }
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            result = reader.push(piece);
            rest = after;
        }
        let pieces = result.and_then(|()| reader.finish());
        match (whole, pieces) {
            (Ok(whole), Ok(pieces)) => {
                for r in &whole.requests {
                    prop_assert_eq!(r.prompt.depth, r.prompt_tokens / size);
                    prop_assert!(r.output_tokens > 0);
                    prop_assert!(r.answered.depth <= (r.prompt_tokens + r.output_tokens) / size);
                    prop_assert_eq!(whole.corpus.prefix(r.answered, r.prompt.depth), r.prompt);
                }
                prop_assert!(whole.count > 0 && !whole.requests.is_empty());
                let mut again = read(&trace::write(&whole), size).unwrap();
                again.name.clone_from(&whole.name);
                prop_assert_eq!(again, whole.clone().without_texts());
                prop_assert_eq!(whole, pieces);
            }
            (whole, pieces) => prop_assert_eq!(whole.err().map(|e| e.to_string()), pieces.err().map(|e| e.to_string())),
        }
    }
}
