//! The places of things: the repository, the build output, and the folder of tools, which all clones of one user share.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The repository's root folder.
pub(crate) fn root() -> PathBuf {
    // This is known at build time, and xtask is rebuilt when the clone moves.
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_owned()
}

/// The folder of the built page, `dist` in the repository.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The folder of the end-to-end tests and their npm packages.
pub(crate) fn tests() -> PathBuf {
    root().join("tests")
}

/// The path of a file in an installed npm package.
pub(crate) fn npm_file(path: &str) -> PathBuf {
    tests().join("node_modules").join(path)
}

/// The folder of cargo-installed tools, with one folder per version, outside the clone so that the next clone finds them.
/// `WARMPATH_TOOLS` names another one.
pub(crate) fn tools() -> PathBuf {
    if let Some(folder) = std::env::var_os("WARMPATH_TOOLS") {
        return folder.into();
    }
    let from = |variable: &str| {
        std::env::var_os(variable)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    let cache = if cfg!(windows) {
        from("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        from("HOME").map(|home| home.join("Library/Caches"))
    } else {
        from("XDG_CACHE_HOME").or_else(|| from("HOME").map(|home| home.join(".cache")))
    };
    cache
        .map(|cache| cache.join("warmpath").join("tools"))
        .unwrap_or_else(|| root().join("target/tools"))
}

/// The value of `PATH` with these folders put first.
pub(crate) fn path_with(first: &[PathBuf]) -> OsString {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let all = first.iter().cloned().chain(std::env::split_paths(&old));
    // Joining fails only if a folder's name contains the separator, in which case the old PATH has to do.
    std::env::join_paths(all).unwrap_or(old)
}

/// The first of these names that is a program on `PATH` or an existing file.
pub(crate) fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| {
        let named = Path::new(name);
        if named.is_absolute() {
            return named.is_file().then(|| named.to_owned());
        }
        // npm's folder on Windows also has a bare `npm`, a shell script that Windows cannot run.
        let files = if cfg!(windows) {
            vec![format!("{name}.exe"), format!("{name}.cmd")]
        } else {
            vec![name.to_string()]
        };
        folders
            .iter()
            .flat_map(|folder| files.iter().map(move |file| folder.join(file)))
            .find(|file| file.is_file())
    })
}
