//! Puts a hash of the contents into the names of files that Trunk leaves without one. A file that a cache has under such a
//! name cannot be out of date, and a program never gets the glue of another build.

use crate::fault::{Fault, Outcome};
use crate::fnv::Fnv;
use std::path::Path;

/// Renames a program's glue and wasm, `program.js` and `program_bg.wasm`, and where the page mentions them.
pub(crate) fn by_content(dist: &Path, program: &str) -> Outcome<()> {
    let fault = |what: &str, error: std::io::Error| {
        Fault::new(
            "naming the page's files by their content",
            format!("{what}: {error}"),
            "delete dist/ and try again",
        )
    };
    let old = [format!("{program}.js"), format!("{program}_bg.wasm")];
    let mut hash = Fnv::new();
    for name in &old {
        hash.add(&std::fs::read(dist.join(name)).map_err(|error| fault(name, error))?);
    }
    let new = old
        .each_ref()
        .map(|name| name.replace(program, &format!("{program}-{:016x}", hash.0)));
    let page = dist.join("index.html");
    let mut html = std::fs::read_to_string(&page).map_err(|error| fault("index.html", error))?;
    for (old, new) in old.iter().zip(&new) {
        std::fs::rename(dist.join(old), dist.join(new)).map_err(|error| fault(old, error))?;
        html = html.replace(old, new);
    }
    std::fs::write(&page, html).map_err(|error| fault("index.html", error))
}
