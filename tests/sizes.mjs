// Prints what a first visit loads: node tests/sizes.mjs dist
import { LIMITS, sizes } from "./harness/sizes.mjs";

const { files, wasm, first, later } = await sizes(process.argv[2] ?? "dist");
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;
const kinds = new Map();
for (const { name, gzip } of files) {
  const kind = name.slice(name.lastIndexOf(".") + 1).replace("mjs", "js");
  kinds.set(kind, (kinds.get(kind) ?? 0) + gzip);
}
console.log(`first load, gzip -9: ${kb(first)} of at most ${kb(LIMITS.first)}; wasm ${kb(wasm)} of at most ${kb(LIMITS.wasm)}`);
console.log(`the laboratory, when it is asked for: ${kb(later)} of at most ${kb(LIMITS.lab)}`);
console.log([...kinds].map(([kind, bytes]) => `  ${kind} ${kb(bytes)}`).join("\n"));
