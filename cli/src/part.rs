//! A file that is being written under a temporary name. It is removed however the program ends.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// The file that is removed if the program is interrupted.
static UNDER_WAY: Mutex<Option<PathBuf>> = Mutex::new(None);
static CAUGHT: Once = Once::new();

/// The exit code that shells report for an interrupted program.
const INTERRUPTED: i32 = 130;

/// A file beside the one that it is to replace, which is removed when this is dropped unless it was renamed.
#[derive(Debug)]
pub(crate) struct PartialFile {
    pub(crate) file: File,
    pub(crate) path: PathBuf,
}

impl PartialFile {
    /// Creates the file, which must not exist yet.
    pub(crate) fn create(path: PathBuf) -> io::Result<Self> {
        CAUGHT.call_once(|| {
            // If signals cannot be caught, an interrupted program leaves the file behind, which is no reason not to write.
            let _ = ctrlc::set_handler(|| {
                let under_way = under_way();
                if let Some(path) = &*under_way {
                    let _ = fs::remove_file(path);
                }
                // The lock is held until the program has ended, so that no other file is begun.
                std::process::exit(INTERRUPTED);
            });
        });
        let mut under_way = under_way();
        let file = File::create_new(&path)?;
        *under_way = Some(path.clone());
        Ok(Self { file, path })
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        let mut under_way = under_way();
        // If it was renamed, there is no file with the temporary name.
        let _ = fs::remove_file(&self.path);
        *under_way = None;
    }
}

fn under_way() -> MutexGuard<'static, Option<PathBuf>> {
    UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner)
}
