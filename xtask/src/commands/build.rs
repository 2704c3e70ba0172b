//! `build`: makes the page in `dist/` with Trunk; its wasm programs are trimmed of what nobody sees and shrunk by wasm-opt, its
//! scripts by terser, and its figures are rendered into it.

use crate::fault::{Fault, Outcome};
use crate::setup::{self, Tools};
use crate::{naming, places, precache, process, styles};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The wasm features that Rust lets the compiler use by default, which wasm-opt must be told of.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

pub(crate) fn run() -> Outcome<()> {
    build(&setup::tools()?)
}

/// Builds the page with these tools.
pub(crate) fn build(tools: &Tools) -> Outcome<()> {
    let step = "building the page";
    process::run(
        step,
        tools
            .trunk()
            .args(["build", "--release", "--color", "never"])
            // Trunk panics on NO_COLOR=1, and its own backtraces hide the compiler's messages.
            .env_remove("NO_COLOR")
            .env_remove("RUST_BACKTRACE"),
        "read the compiler's output above",
    )?;
    let dist = places::dist();
    let node = tools.node.as_deref();
    for wasm in wasms(&dist)? {
        let before = size(&wasm)?;
        let Some(node) = node else {
            println!("{}: {before} bytes, without wasm-opt", wasm.display());
            continue;
        };
        trim(tools, node, &wasm)?;
        shrink(tools, node, &wasm)?;
        println!(
            "{}: {before} bytes, {} after wasm-opt",
            wasm.display(),
            size(&wasm)?
        );
    }
    if let Some(node) = node {
        for script in scripts(&dist)? {
            tighten(tools, node, &script)?;
        }
    }
    picture_address(&dist)?;
    styles::join(&dist)?;
    first_paint(&dist)?;
    // Renamed after wasm-opt, since the name has a hash of the contents.
    for program in [
        "warmpath-router",
        "warmpath-fleet",
        "warmpath-lab",
        "warmpath-engine",
        "warmpath-files",
        "warmpath-tokens",
        "warmpath-teach",
    ] {
        naming::by_content(&dist, program)?;
    }
    naming::files_by_content(&dist, "opening", &["opening.run".to_owned()])?;
    precache::write(&dist)?;
    let Some(node) = node else { return Ok(()) };
    process::run(
        "measuring the page",
        Command::new(node)
            .arg(places::tests().join("sizes.mjs"))
            .arg(&dist),
        "delete dist/ and try again",
    )
}

/// Renders the figures into the page as they are before any program is loaded: the page's own components, rendered
/// natively.
fn first_paint(dist: &Path) -> Outcome<()> {
    process::run(
        "rendering the page's first figures",
        Command::new("cargo")
            .args(["run", "--quiet", "--profile", "first-paint"])
            .args(["--package", "warmpath"])
            .args(["--no-default-features", "--features", "ssr"])
            .args(["--bin", "warmpath-first-paint", "--"])
            .arg(dist.join("index.html"))
            .current_dir(places::root()),
        "read its output above",
    )
}

/// Puts the full addresses of the page and of its picture into it, because other sites that show them beside a link need these. The
/// address of the page's folder is given in `WARMPATH_URL`.
fn picture_address(dist: &Path) -> Outcome<()> {
    let Some(folder) = std::env::var_os("WARMPATH_URL") else {
        println!(
            "WARMPATH_URL is not set: the picture for links to the page keeps a relative address, which most other sites do not follow"
        );
        return Ok(());
    };
    let step = "writing the address of the page's picture";
    let fault = |reason: String| {
        Fault::new(
            step,
            reason,
            "set WARMPATH_URL to an address such as https://example.org/warmpath/, or to nothing",
        )
    };
    let page = dist.join("index.html");
    let text = std::fs::read_to_string(&page).map_err(|error| fault(error.to_string()))?;
    let text = with_picture(&text, &folder.to_string_lossy()).map_err(fault)?;
    std::fs::write(&page, text).map_err(|error| fault(error.to_string()))
}

/// The page with its own full address and that of its picture.
fn with_picture(page: &str, folder: &str) -> Result<String, String> {
    let rest = folder.strip_prefix("https://");
    let rest = rest.or_else(|| folder.strip_prefix("http://"));
    if !rest.is_some_and(|it| it.ends_with('/') && !it.contains(['"', '<', ' '])) {
        return Err(format!(
            "WARMPATH_URL is {folder:?}, and no address of a folder, which begins with https:// and ends with /"
        ));
    }
    // A minified page leaves out quotes where it can.
    for place in ["content=\"card.png\"", "content=card.png"] {
        let tag = page.find(place).and_then(|at| page.get(..at)?.rfind('<'));
        if let Some(tag) = tag {
            let (before, after) = page.split_at(tag);
            let after = after.replacen(place, &format!("content=\"{folder}card.png\""), 1);
            let own = format!("<meta property=\"og:url\" content=\"{folder}\">");
            return Ok([before, &own, &after].concat());
        }
    }
    Err("the page names no card.png".to_owned())
}

/// Takes the words and the places of panics, and exports that nothing calls, out of a wasm file in place.
fn trim(tools: &Tools, node: &Path, wasm: &Path) -> Outcome<()> {
    process::run(
        "trimming the wasm",
        tools
            .command(&node.to_string_lossy())
            .arg(places::root().join("xtask/src/commands/build/trim.mjs"))
            .arg(places::npm_file("binaryen/index.js"))
            .arg(wasm),
        "read its output above",
    )
}

/// Shrinks a wasm file in place.
fn shrink(tools: &Tools, node: &Path, wasm: &Path) -> Outcome<()> {
    let optimize = |arguments: &[&str]| {
        process::run(
            "shrinking the wasm",
            tools
                .command(&node.to_string_lossy())
                .arg(places::npm_file("binaryen/bin/wasm-opt"))
                .args(arguments)
                .args(FEATURES)
                .arg(wasm)
                .arg("-o")
                .arg(wasm),
            "delete tests/node_modules and try again",
        )
    };
    // Not -Oz, because the simulation must be fast. A large function that is called once stays a function: inlined it
    // compresses worse.
    optimize(&[
        "-Os",
        "--converge",
        "--one-caller-inline-max-function-size",
        "40",
    ])?;
    rewrite(tools, node, "order.mjs", wasm)?;
    // The levels are those of -Os, by which the code is written as small as that wrote it.
    optimize(&[
        "--optimize-level=2",
        "--shrink-level=1",
        "--reorder-functions-by-name",
        "--strip-debug",
        "--strip-producers",
        "--strip-target-features",
    ])?;
    rewrite(tools, node, "names.mjs", wasm)
}

/// Rewrites a wasm file, and what belongs to it, in place by one of the scripts beside this file.
fn rewrite(tools: &Tools, node: &Path, script: &str, wasm: &Path) -> Outcome<()> {
    let scripts = places::root().join("xtask/src/commands/build");
    process::run(
        "rewriting the wasm",
        tools
            .command(&node.to_string_lossy())
            .arg(scripts.join(script))
            .arg(wasm),
        "read its output above",
    )
}

/// Minifies a script in place: comments and long names are removed.
fn tighten(tools: &Tools, node: &Path, script: &Path) -> Outcome<()> {
    process::run(
        "tightening the scripts",
        tools
            .command(&node.to_string_lossy())
            .arg(places::npm_file("terser/bin/terser"))
            .arg(script)
            .args(["--module", "--compress", "--mangle", "--output"])
            .arg(script),
        "delete tests/node_modules and try again",
    )
}

/// The scripts of a built page except the service worker, which no visit waits for and whose list is written later.
fn scripts(dist: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = with_ending(dist, &["js", "mjs"])?;
    found.retain(|path| {
        path.file_name()
            .is_some_and(|it| it != "service-worker.mjs")
    });
    Ok(found)
}

/// The wasm files of a built page: the programs of the story, the router, the fleet, the laboratory, the explanations and the
/// tokenizer, and the engine with and without files.
fn wasms(dist: &Path) -> Outcome<Vec<PathBuf>> {
    let found = with_ending(dist, &["wasm"])?;
    match found.len() {
        8 => Ok(found),
        other => Err(Fault::new(
            "looking for the wasm",
            format!("{} has not eight but {other} of them", dist.display()),
            "delete dist/ and try again",
        )),
    }
}

/// The files directly in a built page's folder whose names have one of these endings.
fn with_ending(dist: &Path, ends: &[&str]) -> Outcome<Vec<PathBuf>> {
    let files = std::fs::read_dir(dist).map_err(|error| {
        Fault::new(
            "looking at the built page",
            format!("{}: {error}", dist.display()),
            "delete dist/ and try again",
        )
    })?;
    let fits = |path: &PathBuf| {
        let end = path.extension();
        end.is_some_and(|end| ends.iter().any(|it| end == *it))
    };
    let paths = files.filter_map(|entry| Some(entry.ok()?.path()));
    let mut found: Vec<PathBuf> = paths.filter(fits).collect();
    found.sort();
    Ok(found)
}

/// The size of a file \[bytes\].
fn size(path: &Path) -> Outcome<u64> {
    std::fs::metadata(path)
        .map(|metadata| metadata.len())
        .map_err(|error| {
            Fault::new(
                "measuring the wasm",
                format!("{}: {error}", path.display()),
                "delete dist/ and try again",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::with_picture;

    #[test]
    fn the_picture_gets_the_address_of_the_folder() {
        let page = include_str!("../../../index.html");
        let whole = with_picture(page, "https://example.org/a/").unwrap_or_default();
        assert!(whole.contains("\"og:image\" content=\"https://example.org/a/card.png\""));
        assert!(whole.contains("\"og:url\" content=\"https://example.org/a/\""));
        assert_eq!(
            whole.matches("card.png").count(),
            page.matches("card.png").count()
        );
        assert!(with_picture("<meta content=card.png>", "http://localhost/").is_ok());
        for wrong in ["", "example.org/", "https://example.org", "https://\"/"] {
            assert!(with_picture(page, wrong).is_err(), "{wrong}");
        }
        assert!(with_picture("", "https://example.org/").is_err());
    }
}
