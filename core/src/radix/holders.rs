//! Which replicas hold which blocks of one node: spans of blocks by replica, and a bit set for those that hold it whole.
//!
//! A replica's blocks in a node are usually one span from its beginning; an eviction in the middle makes two of one. With stamps
//! each span also has the time of its last use, and spans that touch stay apart when their times differ. Once a node has many spans,
//! the replicas that hold it whole move into a bit set (without stamps only).

mod change;
mod deepen;

use deepen::deepen;

/// A span: `replica` holds blocks `from..to` of the node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) replica: u32,
    pub(super) from: u16,
    pub(super) to: u16,
}

/// The number of spans that are kept in the node itself.
const FEW: usize = 3;
#[derive(Clone, Debug, Default)]
pub(super) struct Holders {
    few: [Span; FEW],
    count: u8,
    many: Option<Box<Many>>,
}

/// The spans, sorted by replica, then by block.
#[derive(Clone, Debug, Default)]
struct Many {
    spans: Vec<Span>,
    /// The time of last use \[ns\] of each span; empty without stamps.
    stamps: Vec<u64>,
    /// The set of the replicas that hold the whole node, a bit for each.
    whole: Vec<u64>,
}

impl Holders {
    #[inline]
    pub(super) fn spans(&self) -> &[Span] {
        match &self.many {
            None => &self.few[..self.count as usize],
            Some(many) => &many.spans,
        }
    }

    /// The set of the replicas that hold all blocks, as bits; they have no spans.
    #[inline]
    pub(super) fn whole(&self) -> &[u64] {
        match &self.many {
            None => &[],
            Some(many) => &many.whole,
        }
    }

    fn is_whole(&self, replica: u32) -> bool {
        let word = self.whole().get(replica as usize / 64).copied();
        word.unwrap_or(0) >> (replica % 64) & 1 == 1
    }

    /// Deepens the depths of the replicas that still match where the node begins, `start` blocks deep, when the prompt has its
    /// first `common` blocks. Returns whether any replica matches all of them.
    #[inline]
    pub(super) fn match_into(&self, depths: &mut [u32], start: u32, common: u16) -> bool {
        let end = start + common as u32;
        let mut alive = false;
        for (&word, depths) in self.whole().iter().zip(depths.chunks_mut(64)) {
            if word.count_ones() > 12 {
                alive |= deepen(word, depths, start, end);
                continue;
            }
            let mut word = word;
            while word != 0 {
                let depth = &mut depths[word.trailing_zeros() as usize];
                let goes_on = *depth == start;
                *depth = if goes_on { end } else { *depth };
                alive |= goes_on;
                word &= word - 1;
            }
        }
        for span in self.spans() {
            // A replica's spans come in order, so its depth has reached this one unless a block is missing before.
            let depth = &mut depths[span.replica as usize];
            if span.from < common && *depth == start + span.from as u32 {
                *depth = start + span.to.min(common) as u32;
                alive |= *depth == end;
            }
        }
        alive
    }

    /// Where the last block of the node ends that any replica holds: none holds a block from there on. `len` is the node's length.
    pub(super) fn reach(&self, len: u16) -> u16 {
        if self.whole().iter().any(|&word| word != 0) {
            return len;
        }
        self.spans().iter().map(|span| span.to).max().unwrap_or(0)
    }

    /// Whether `replica` holds any block of the node.
    pub(super) fn has(&self, replica: u32) -> bool {
        self.spans().iter().any(|span| span.replica == replica) || self.is_whole(replica)
    }

    /// Whether `replica` holds block `at` of the node.
    pub(super) fn covers(&self, replica: u32, at: u16) -> bool {
        self.spans()
            .iter()
            .any(|span| span.replica == replica && span.from <= at && at < span.to)
            || self.is_whole(replica)
    }

    /// The time of last use of block `at` on `replica` \[ns\]; `None` if it is not there or has none.
    pub(super) fn stamp(&self, replica: u32, at: u16) -> Option<u64> {
        let many = self.many.as_ref()?;
        let index = many
            .spans
            .iter()
            .position(|span| span.replica == replica && span.from <= at && at < span.to)?;
        many.stamps.get(index).copied()
    }

    /// The deepest span of `replica` with exactly this stamp.
    pub(super) fn stamped(&self, replica: u32, stamp: u64) -> Option<Span> {
        let many = self.many.as_ref()?;
        let index = (many.spans.iter().zip(&many.stamps))
            .rposition(|(span, &s)| span.replica == replica && s == stamp)?;
        many.spans.get(index).copied()
    }

    /// All holders: each replica with the blocks that it holds, in one or several spans.
    pub(super) fn iter(&self, len: u16) -> impl Iterator<Item = Span> + '_ {
        let whole = self.whole().iter().enumerate().flat_map(move |(w, &word)| {
            (0..64)
                .filter(move |bit| word >> bit & 1 == 1)
                .map(move |bit| Span {
                    replica: w as u32 * 64 + bit,
                    from: 0,
                    to: len,
                })
        });
        self.spans().iter().copied().chain(whole)
    }

    /// Checks where the spans are kept; the error says what does not add up; for tests.
    pub(super) fn audit_storage(&self, stamps: bool) -> Result<(), String> {
        let Some(many) = &self.many else {
            return match stamps && self.count > 0 {
                true => Err(format!("{} spans without stamps", self.count)),
                false => Ok(()),
            };
        };
        let (spans, stamped) = (many.spans.len(), many.stamps.len());
        let whole = many.whole.iter().any(|&word| word != 0);
        match (spans > FEW || stamped > 0 || whole, stamps) {
            (false, _) => Err(format!("{spans} spans are kept outside their node")),
            (_, true) if stamped != spans || whole => {
                Err(format!("{stamped} stamps of {spans} spans"))
            }
            (_, false) if stamped > 0 => Err(format!("{stamped} stamps where there are none")),
            _ => Ok(()),
        }
    }

    /// The heap bytes beyond the node itself.
    pub(super) fn heap_bytes(&self) -> usize {
        self.many.as_ref().map_or(0, |many| {
            size_of::<Many>()
                + many.spans.capacity() * size_of::<Span>()
                + (many.stamps.capacity() + many.whole.capacity()) * size_of::<u64>()
        })
    }
}
