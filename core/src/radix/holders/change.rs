//! How holders change: spans are added, cut, touched and split, and move out of the node or into the bit set.

use super::{FEW, Holders, Many, Span};

/// More spans than this, and replicas that hold the node whole move into the bit set.
const DENSE: usize = 12;

/// One replica's span while it is worked on: from, to, stamp.
type Piece = (u16, u16, u64);

impl Holders {
    /// Adds blocks `from..to` of a node `len` long, used at `stamp` (`None`: no stamps); says how many were missing.
    pub(in crate::radix) fn add(
        &mut self,
        replica: u32,
        (from, to): (u16, u16),
        len: u16,
        stamp: Option<u64>,
    ) -> u16 {
        if let (Some(stamp), Some(many)) = (stamp, &mut self.many) {
            // The common case with stamps: what the replica had was used just now, and it goes on there.
            let last = many.spans.partition_point(|span| span.replica <= replica);
            if let Some(index) = last.checked_sub(1)
                && many.spans[index].replica == replica
                && many.spans[index].to == from
                && many.stamps[index] == stamp
            {
                many.spans[index].to = to;
                return to - from;
            }
        }
        if stamp.is_none() {
            // The two common cases: a replica goes on where it ended, and a replica comes new.
            let spans = match &mut self.many {
                None => &mut self.few[..self.count as usize],
                Some(many) => &mut many.spans[..],
            };
            let first = spans.partition_point(|span| span.replica < replica);
            let last = spans.partition_point(|span| span.replica <= replica);
            if last == first + 1 && spans[first].to == from {
                spans[first].to = to;
                if spans[first].from == 0 && to == len {
                    self.make_dense(len);
                }
                return to - from;
            }
            if last == first && !self.is_whole(replica) {
                self.insert(first, Span { replica, from, to });
                if from == 0 && to == len {
                    self.make_dense(len);
                }
                return to - from;
            }
        }
        let held = self.paint(replica, (from, to), len, Some(stamp), stamp.is_some());
        if stamp.is_none() {
            self.make_dense(len);
        }
        to - from - held
    }

    /// Takes away blocks `from..to`; says how many were there.
    pub(in crate::radix) fn cut(
        &mut self,
        replica: u32,
        (from, to): (u16, u16),
        len: u16,
        stamps: bool,
    ) -> u16 {
        if let None = self.many
            && let Some(span) = (self.few[..self.count as usize].iter_mut())
                .find(|span| span.replica == replica && span.from < from && span.to == to)
        {
            // The common case: a replica loses its last blocks.
            span.to = from;
            return to - from;
        }
        self.paint(replica, (from, to), len, None, stamps)
    }

    /// Marks what `replica` holds of blocks `from..to` as used at `stamp`.
    pub(in crate::radix) fn touch(
        &mut self,
        replica: u32,
        (from, to): (u16, u16),
        len: u16,
        stamp: u64,
    ) -> bool {
        if let Some(many) = &mut self.many {
            // The common case: one span, and all of it.
            let first = many.spans.partition_point(|span| span.replica < replica);
            let last = many.spans.partition_point(|span| span.replica <= replica);
            if last == first + 1 && from <= many.spans[first].from && many.spans[first].to <= to {
                many.stamps[first] = stamp;
                return true;
            }
        }
        let held: Vec<(u16, u16)> = (self.spans().iter())
            .filter(|span| span.replica == replica && span.from < to && from < span.to)
            .map(|span| (span.from.max(from), span.to.min(to)))
            .collect();
        for &range in &held {
            self.paint(replica, range, len, Some(Some(stamp)), true);
        }
        !held.is_empty()
    }

    /// Sets blocks `from..to` of `replica` to held (with a stamp or without) or to not held (`None`); says how many of
    /// them were held.
    fn paint(
        &mut self,
        replica: u32,
        (from, to): (u16, u16),
        len: u16,
        to_be: Option<Option<u64>>,
        stamps: bool,
    ) -> u16 {
        let mut old: Vec<Piece> = Vec::new();
        let spans = self.spans();
        let first = spans.partition_point(|span| span.replica < replica);
        let last = spans.partition_point(|span| span.replica <= replica);
        if self.is_whole(replica) {
            old.push((0, len, 0));
        }
        let stamps_of = self.many.as_ref().map_or(&[][..], |many| &many.stamps);
        for (index, span) in spans[first..last].iter().enumerate() {
            let stamp = stamps_of.get(first + index).copied();
            old.push((span.from, span.to, stamp.unwrap_or(0)));
        }
        let mut held = 0;
        let mut pieces: Vec<Piece> = Vec::with_capacity(old.len() + 2);
        for (a, b, stamp) in old {
            held += b.min(to).saturating_sub(a.max(from));
            if a < from {
                pieces.push((a, b.min(from), stamp));
            }
            if b > to {
                pieces.push((a.max(to), b, stamp));
            }
        }
        if let Some(stamp) = to_be {
            pieces.push((from, to, stamp.unwrap_or(0)));
        }
        crate::order::few(&mut pieces);
        pieces.dedup_by(|next, kept| {
            let joins = kept.1 == next.0 && kept.2 == next.2;
            if joins {
                kept.1 = next.1;
            }
            joins
        });
        self.splice(replica, first..last, &pieces, stamps);
        held
    }

    fn splice(
        &mut self,
        replica: u32,
        range: core::ops::Range<usize>,
        pieces: &[Piece],
        stamps: bool,
    ) {
        let many = self.spill();
        many.spans.splice(
            range.clone(),
            pieces
                .iter()
                .map(|&(from, to, _)| Span { replica, from, to }),
        );
        if stamps {
            many.stamps
                .splice(range, pieces.iter().map(|&(_, _, stamp)| stamp));
        }
        if let Some(word) = many.whole.get_mut(replica as usize / 64) {
            *word &= !(1 << (replica % 64));
        }
        self.settle();
    }

    /// Moves the spans out of the node.
    fn spill(&mut self) -> &mut Many {
        let few = &self.few[..self.count as usize];
        self.many.get_or_insert_with(|| {
            Box::new(Many {
                spans: few.to_vec(),
                ..Many::default()
            })
        })
    }

    /// Moves the spans back into the node when they fit.
    fn settle(&mut self) {
        let Some(many) = &self.many else { return };
        if many.spans.len() <= FEW
            && (many.stamps.is_empty() || many.spans.is_empty())
            && many.whole.iter().all(|&word| word == 0)
        {
            self.count = many.spans.len() as u8;
            self.few[..many.spans.len()].copy_from_slice(&many.spans);
            self.many = None;
        }
    }

    fn insert(&mut self, at: usize, span: Span) {
        let count = self.count as usize;
        if self.many.is_none() && count < FEW {
            self.few.copy_within(at..count, at + 1);
            self.few[at] = span;
            self.count += 1;
        } else {
            self.spill().spans.insert(at, span);
        }
    }

    /// Moves replicas that hold the whole node, `len` blocks, into the bit set if there are many spans.
    pub(in crate::radix) fn make_dense(&mut self, len: u16) {
        let Some(many) = &mut self.many else { return };
        if many.whole.is_empty() && many.spans.len() <= DENSE {
            return;
        }
        let whole = &mut many.whole;
        many.spans.retain(|span| {
            let all = span.from == 0 && span.to == len;
            if all {
                let word = span.replica as usize / 64;
                if whole.len() <= word {
                    whole.resize(word + 1, 0);
                }
                whole[word] |= 1 << (span.replica % 64);
            }
            !all
        });
    }

    /// Splits off what concerns the first `at` blocks; what is left counts from there.
    pub(in crate::radix) fn split_head(&mut self, at: u16) -> Self {
        let mut head = self.clone();
        head.keep(|span| {
            span.to = span.to.min(at);
            span.from < at
        });
        self.keep(|span| {
            span.from = span.from.max(at) - at;
            span.to = span.to.max(at) - at;
            span.from < span.to
        });
        head
    }

    fn keep(&mut self, mut change: impl FnMut(&mut Span) -> bool) {
        match &mut self.many {
            None => {
                let mut kept = 0;
                for index in 0..self.count as usize {
                    let mut span = self.few[index];
                    if change(&mut span) {
                        self.few[kept] = span;
                        kept += 1;
                    }
                }
                self.count = kept as u8;
            }
            Some(many) => {
                let keep: Vec<bool> = many.spans.iter_mut().map(&mut change).collect();
                let mut kept = keep.iter();
                many.spans.retain(|_| kept.next() == Some(&true));
                let mut kept = keep.iter();
                many.stamps.retain(|_| kept.next() == Some(&true));
                self.settle();
            }
        }
    }
}
