//! What must hold of any bytes that are read as a file.

use warmpath_core::workload::{ReadOptions, Reader, Workload, WorkloadError};

fn read(file: &[u8], piece: usize) -> Result<Workload, WorkloadError> {
    let mut reader = Reader::new("file", ReadOptions::default());
    for piece in file.chunks(piece) {
        reader.push(piece)?;
    }
    reader.finish()
}

/// Requests that can be replayed, or an error that says something; the same in any pieces.
pub(crate) fn check(file: &[u8], piece: usize) {
    let whole = read(file, usize::MAX);
    match (&whole, read(file, piece)) {
        (Ok(whole), Ok(pieces)) => {
            assert_eq!(*whole, pieces);
            assert!(!whole.requests.is_empty() && whole.count > 0);
            for r in &whole.requests {
                assert_eq!(r.prompt.depth, r.prompt_tokens / whole.block_size);
                assert!(r.output_tokens > 0);
                assert_eq!(whole.corpus.prefix(r.answered, r.prompt.depth), r.prompt);
            }
        }
        (Err(whole), Err(pieces)) => {
            assert_eq!(whole.to_string(), pieces.to_string());
            assert!(whole.to_string().len() > 10);
        }
        (whole, pieces) => panic!("{:?} {:?}", whole.as_ref().err(), pieces.err()),
    }
}
