// Gives the functions of a wasm program, in its place, names by which wasm-opt's --reorder-functions-by-name puts those together
// that are alike: node order.mjs PROGRAM.wasm. gzip looks back 32 KB, and of what it has just seen it writes only where; in
// this order it writes a twentieth less than in that of their real names, by which instances of one generic function stand together.
import { readFile, writeFile } from "node:fs/promises";
import { customs, imports, number, sections, written } from "./wasm.mjs";

// How many bytes in a row are compared, and how far back a compressor sees, less what it reads ahead.
const RUN = 6;
const WINDOW = 30_000;
// What only one function has says nothing, and what very many have says little.
const MOST = 150;
// A function that has little in common with any is no better a neighbour for being short.
const SHORT = 15;

const [path] = process.argv.slice(2);
const bytes = await readFile(path);

/** The bodies of the program's functions. */
function bodies({ inside }) {
  let [left, at] = number(bytes, inside);
  const found = [];
  for (; left > 0; left--) {
    const [length, body] = number(bytes, at);
    found.push(bytes.subarray(body, body + length));
    at = body + length;
  }
  return found;
}

/** The runs of bytes that each function shares with some others, and how much each of these runs says. */
function shared(functions) {
  const runs = functions.map((body) => {
    const own = new Set();
    for (let at = 0; at + RUN <= body.length; at++) {
      let hash = 0x811c9dc5;
      for (let next = at; next < at + RUN; next++) hash = Math.imul(hash ^ body[next], 0x01000193);
      own.add(Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d));
    }
    return own;
  });
  const counts = new Map();
  for (const own of runs) for (const run of own) counts.set(run, (counts.get(run) ?? 0) + 1);
  const numbers = new Map();
  for (const [run, count] of counts) if (count > 1 && count <= MOST) numbers.set(run, numbers.size);
  const weights = new Float64Array(numbers.size);
  for (const [run, at] of numbers) weights[at] = counts.get(run) ** -0.3;
  const has = runs.map((own) => [...own].map((run) => numbers.get(run)).filter((at) => at !== undefined));
  return { has, weights };
}

/** The order: next comes whatever shares most of what it has with the functions that a compressor still sees. */
function order(functions) {
  const { has, weights } = shared(functions);
  const holders = Array.from(weights, () => []);
  has.forEach((own, at) => own.forEach((run) => holders[run].push(at)));
  const all = has.map((own) => own.reduce((sum, run) => sum + weights[run], SHORT));
  const seen = new Uint32Array(weights.length);
  const common = new Float64Array(functions.length);
  const left = new Set(functions.keys());
  const found = [];
  let [first, length] = [0, 0];
  const tell = (run, more) => holders[run].forEach((it) => (common[it] += more * weights[run]));
  while (left.size > 0) {
    let [next, most] = [-1, -1];
    for (const it of left) {
      if (common[it] / all[it] > most) [next, most] = [it, common[it] / all[it]];
    }
    left.delete(next);
    found.push(next);
    length += functions[next].length;
    for (const run of has[next]) if (seen[run]++ === 0) tell(run, 1);
    for (; length > WINDOW && first + 1 < found.length; first++) {
      length -= functions[found[first]].length;
      for (const run of has[found[first]]) if (--seen[run] === 0) tell(run, -1);
    }
  }
  return found;
}

const all = sections(bytes);
const before = imports(bytes).length;
const functions = bodies(all.find((it) => it.kind === 10));
const places = new Uint32Array(functions.length);
order(functions).forEach((it, place) => (places[it] = place));
// Names in the order of the functions' numbers; wasm-opt sorts by them.
const name = (place) => Buffer.from(`f${String(place).padStart(6, "0")}`);
const names = [...places].flatMap((place, at) => [written(before + at), written(name(place).length), name(place)]);
const table = Buffer.concat([written(places.length), ...names]);
const inside = Buffer.concat([written(4), Buffer.from("name"), Buffer.from([1]), written(table.length), table]);
const custom = Buffer.concat([Buffer.from([0]), written(inside.length), inside]);
const kept = all.filter((it) => customs(bytes, it) !== "name").map(({ at, end }) => bytes.subarray(at, end));
await writeFile(path, Buffer.concat([bytes.subarray(0, 8), ...kept, custom]));
