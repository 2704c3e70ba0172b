// Gives what a wasm program imports from its script short names, in both, in their places: node names.mjs PROGRAM_bg.wasm, beside
// which the script is PROGRAM.js. wasm-bindgen's names carry a hash of sixteen digits each, of which no compressor makes less: 2 to
// 3 KB of a program, and half of that of its script.
import { readFile, writeFile } from "node:fs/promises";
import { imports, sections, written } from "./wasm.mjs";

const [path] = process.argv.slice(2);
const beside = path.replace(/_bg\.wasm$/, ".js");
const [bytes, script] = [await readFile(path), await readFile(beside, "utf8")];

const all = imports(bytes);
const short = new Map();
for (const { name } of all) if (/^__wbg_\w+_[0-9a-f]{16}$/.test(name)) short.set(name, `i${short.size.toString(36)}`);
// Another wasm-bindgen may call them otherwise; then this would do nothing, and nobody would notice.
if (short.size < 5) throw new Error(`${path} imports ${short.size} functions by the names known here`);
for (const name of short.values()) if (all.some((it) => it.name === name)) throw new Error(`${path} imports ${name} already`);

const text = (it) => [written(Buffer.byteLength(it)), Buffer.from(it)];
const entries = all.flatMap(({ module, name, type }) => [...text(module), ...text(short.get(name) ?? name), type]);
const inside = Buffer.concat([written(all.length), ...entries]);
const { at, end } = sections(bytes).find((it) => it.kind === 2);
const renamed = [bytes.subarray(0, at), Buffer.from([2]), written(inside.length), inside, bytes.subarray(end)];

let found = 0;
const shorter = script.replaceAll(/\b__wbg_\w+_[0-9a-f]{16}\b/g, (name) => {
  found += short.has(name);
  return short.get(name) ?? name;
});
if (found < short.size) throw new Error(`${beside} has ${found} of the ${short.size} functions that ${path} imports`);
await writeFile(path, Buffer.concat(renamed));
await writeFile(beside, shorter);
