// Prints what a visit loads: node tests/sizes.mjs dist
import { LIMITS, sizes } from "./harness/sizes.mjs";

const { files, wasm, first, second } = await sizes(process.argv[2] ?? "dist");
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;
const kinds = new Map();
for (const { name, gzip } of files) {
  const kind = name.slice(name.lastIndexOf(".") + 1).replace("mjs", "js");
  kinds.set(kind, (kinds.get(kind) ?? 0) + gzip);
}
console.log(`first load, gzip -9: ${kb(first)} of at most ${kb(LIMITS.first)}; when the laboratory is near, ${kb(second)} more`);
console.log([...kinds].map(([kind, bytes]) => `  ${kind} ${kb(bytes)}`).join("\n"));
const over = (bytes, most) => bytes > most ? `: TOO LARGE by ${kb(bytes - most)}` : "";
console.log(Object.entries(wasm).map(([program, bytes]) => `  wasm of the ${program} ${kb(bytes)} of at most ${kb(LIMITS.wasm[program])}${over(bytes, LIMITS.wasm[program])}`).join("\n"));
