// Removes from a wasm program, in place, what nobody can see or call: node trim.mjs BINARYEN PROGRAM.wasm, where BINARYEN is
// the npm package's index.js. Functions are known by their names, which are in the program until wasm-opt strips them.
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

// What a panic says goes to a standard error that a browser does not have; what the page sees of it is the trap at its end
// ("unreachable"). So these functions trap at once; wasm-opt then removes the code that put their messages together, there and in
// their callers. That saves 2 % of a program.
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

/** The data segments of a program: where each stands in memory and in the bytes, and its length. */
function segments(bytes) {
  const found = [];
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const section = bytes[at++];
    const end = number() + at;
    for (let left = section === 11 ? number() : 0; left > 0; left--) {
      // Each is for memory 0 at a constant place: `0 i32.const PLACE end LENGTH`; others would be no data of Rust's.
      if (number() !== 0 || bytes[at++] !== 0x41) return [];
      const memory = number();
      at++;
      const length = number();
      found.push({ memory, at, length });
      at += length;
    }
    at = end;
  }
  return found;
}

// A panic's place in the source (the file's path and its length, a line, a column) is only ever said in its words, which are
// gone; so these and the paths are zeros, of which a compressor makes nothing: 3 to 5 KB of a program.
const bytes = program.emitBinary();
const view = new DataView(bytes.buffer, bytes.byteOffset);
const data = segments(bytes);
const paths = new Map();
for (const { memory, at, length } of data) {
  for (let place = at + ((4 - (memory % 4)) % 4); place + 16 <= at + length; place += 4) {
    const [text, long, line, column] = [0, 4, 8, 12].map((it) => view.getUint32(place + it, true));
    if (long < 4 || long > 300 || line < 1 || line > 99_999 || column < 1 || column > 999) continue;
    const of = data.find((it) => it.memory <= text && text + long <= it.memory + it.length);
    const from = of ? of.at + text - of.memory : 0;
    if (of && /^[\x21-\x7e]+\.rs$/.test(Buffer.from(bytes.subarray(from, from + long)).toString("latin1"))) {
      paths.set(from, long);
      bytes.fill(0, place, place + 16);
    }
  }
}
if (paths.size < 5) throw new Error(`${path} has ${paths.size} places in the source in the form known here`);
for (const [from, long] of paths) bytes.fill(0, from, from + long);
await writeFile(path, bytes);
