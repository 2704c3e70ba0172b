// Takes out of a wasm program what nobody can see or call, in its place: node trim.mjs BINARYEN PROGRAM.wasm, where BINARYEN
// is the npm package's index.js. Functions are known by their names, which are in the program until wasm-opt strips them.
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

// What a panic says goes to a standard error that a browser does not have; what the page sees of it is the trap at its end
// ("unreachable"). So these trap at once, and what put the words together goes with their callers' part of it: 2 %.
const PANICS = new RegExp(
  "^(core|std|alloc)::(" +
    "panicking::|cell::panic_already_|option::(unwrap|expect)_failed|result::unwrap_failed|" +
    "str::slice_error_fail|slice::index::slice_index_fail|slice::copy_from_slice_impl::len_mismatch_fail|" +
    "raw_vec::(capacity_overflow|handle_error)|alloc::handle_alloc_error)",
);
// Classes by which a server's part of Leptos turns Rust's streams into a browser's. Nothing here makes one.
const UNCALLED = /^(__wbg_)?intounderlying(source|bytesource|sink)_/;

const [library, path] = process.argv.slice(2);
const { default: binaryen } = await import(pathToFileURL(library));
binaryen.setDebugInfo(true);
const program = binaryen.readBinary(await readFile(path));

/** A function's name as it is written in Rust, without the hash of its crate. */
const written = (name) => name.replace(/\\([0-9a-f]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16))).replace(/^(\w+)\[[0-9a-f]+\]/, "$1");
const functions = Array.from({ length: program.getNumFunctions() }, (_, at) => binaryen.getFunctionInfo(program.getFunctionByIndex(at)));
const panics = functions.filter(({ name, module }) => !module && PANICS.test(written(name)));
// Another compiler may call them otherwise; then this would do nothing, and nobody would notice.
if (panics.length < 5) throw new Error(`${path} has ${panics.length} functions that panic by the names known here`);
for (const { name, params, results } of panics) {
  program.removeFunction(name);
  program.addFunction(name, params, results, [], program.unreachable());
}
const exports = Array.from({ length: program.getNumExports() }, (_, at) => binaryen.getExportInfo(program.getExportByIndex(at)).name);
for (const name of exports.filter((it) => UNCALLED.test(it))) program.removeExport(name);
await writeFile(path, program.emitBinary());
