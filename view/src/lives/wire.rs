//! The lives of replicas and the size of the fleet as bytes, which the engine sends to the page.

use super::scaling::Scaling;
use super::{Life, ReplicaState, Span};
use crate::wire::Wire;
use crate::{wire_choices, wire_fields};

wire_fields! {
    Life { spans, wrong, astray, cut, reset }
    Scaling { wanted, paid, ready, line }
}

wire_choices! {
    ReplicaState {
        0: Absent {},
        1: Starting {},
        2: Ready {},
        3: Slow {},
        4: Hung {},
        5: Draining {},
        6: Down {},
    }
}

impl<T: Wire> Wire for Span<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.from.write(out);
        self.to.write(out);
        self.what.write(out);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        Some(Self {
            from: Wire::read(from)?,
            to: Wire::read(from)?,
            what: T::read(from)?,
        })
    }
}
