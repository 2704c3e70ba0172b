//! Puts a hash of the contents into the names of files that Trunk leaves without one. A file that a cache has under such a
//! name cannot be out of date, and a program never gets the glue of another build.

use crate::fault::{Fault, Outcome};
use crate::fnv::Fnv;
use std::path::Path;

/// Renames a program's glue and wasm, `program.js` and `program_bg.wasm`, in `dist` and in the page.
pub(crate) fn by_content(dist: &Path, program: &str) -> Outcome<()> {
    let files = [format!("{program}.js"), format!("{program}_bg.wasm")];
    files_by_content(dist, program, &files)
}

/// Renames files whose names begin with `begin`, in `dist` and in the page: a hash of all their contents is put behind that beginning.
pub(crate) fn files_by_content(dist: &Path, begin: &str, names: &[String]) -> Outcome<()> {
    let fault = |what: &str, error: std::io::Error| {
        Fault::new(
            "naming the page's files by their content",
            format!("{what}: {error}"),
            "delete dist/ and try again",
        )
    };
    let mut hash = Fnv::new();
    for name in names {
        hash.add(&std::fs::read(dist.join(name)).map_err(|error| fault(name, error))?);
    }
    let hashed = |name: &str| name.replacen(begin, &format!("{begin}-{:016x}", hash.0), 1);
    let page = dist.join("index.html");
    let mut html = std::fs::read_to_string(&page).map_err(|error| fault("index.html", error))?;
    for old in names {
        let new = hashed(old);
        std::fs::rename(dist.join(old), dist.join(&new)).map_err(|error| fault(old, error))?;
        html = html.replace(old, &new);
    }
    std::fs::write(&page, html).map_err(|error| fault("index.html", error))
}
