//! What follows from a run's log: folds that run along with the run, in constant memory per finished request, and folds over a
//! whole log, for pictures.

pub(super) mod line;
pub(super) mod lives;
pub(super) mod losses;
pub(super) mod marks;
pub(super) mod record;
pub(super) mod scaling;
pub(super) mod stages;
pub(super) mod stays;

mod holders;
