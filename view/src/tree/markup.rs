//! The tree as static SVG and list.
