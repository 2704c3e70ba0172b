//! A slab in shared chunks: cloning it copies pointers, writing copies the one chunk written to.
//!
//! A fork of an index shares every chunk with its origin until one of them writes. Reading costs one more load (the
//! table of chunks stays in the cache); writing costs the check that nobody shares the chunk.

use std::sync::Arc;

/// A list of items with small dense indices, `N` to a chunk; freed indices are used again.
#[derive(Clone, Debug)]
pub(super) struct Chunked<T, const N: usize> {
    chunks: Vec<Arc<[T; N]>>,
    /// The number of indices that were ever used.
    len: u32,
    free: Vec<u32>,
}

impl<T: Clone + Default, const N: usize> Chunked<T, N> {
    pub(super) fn new() -> Self {
        Self {
            chunks: Vec::new(),
            len: 0,
            free: Vec::new(),
        }
    }

    /// One more than the highest index used so far; some of those below may be free.
    pub(super) fn end(&self) -> u32 {
        self.len
    }

    /// How many indices are in use.
    pub(super) fn used(&self) -> usize {
        self.len as usize - self.free.len()
    }

    #[inline]
    pub(super) fn get(&self, index: u32) -> &T {
        &self.chunks[index as usize / N][index as usize % N]
    }

    #[inline]
    pub(super) fn get_mut(&mut self, index: u32) -> &mut T {
        &mut Arc::make_mut(&mut self.chunks[index as usize / N])[index as usize % N]
    }

    /// Takes an index; its item holds whatever it held when it was released, or the default.
    pub(super) fn take(&mut self) -> u32 {
        if let Some(index) = self.free.pop() {
            return index;
        }
        if self.len as usize == self.chunks.len() * N {
            self.chunks
                .push(Arc::new(core::array::from_fn(|_| T::default())));
        }
        self.len += 1;
        self.len - 1
    }

    pub(super) fn release(&mut self, index: u32) {
        self.free.push(index);
    }

    /// The heap bytes of the chunks and tables, shared chunks counted in full; what items own themselves is not counted.
    pub(super) fn heap_bytes(&self) -> usize {
        // An `Arc` keeps its two counts before the items, padded to the items' alignment.
        let counts = size_of::<[usize; 2]>().next_multiple_of(align_of::<T>());
        self.chunks.len() * (counts + N * size_of::<T>())
            + self.chunks.capacity() * size_of::<usize>()
            + self.free.capacity() * size_of::<u32>()
    }
}
