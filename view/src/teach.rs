//! What helps a reader to understand the page: a glossary, the reasons for figures, questions to try, and the lesson.
//!
//! Everything here is text and small computations; a program of its own shows it, which is fetched once the reader does
//! something with the page. A sentence that states a figure computes it, or reads it from the published rows in `core`.
//! Left out: any record of what a reader answered.

pub mod glossary;
pub mod lesson;
pub mod questions;
pub mod why;
