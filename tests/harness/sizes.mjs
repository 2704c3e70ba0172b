// What the page loads, measured as a static host would send it: each file through gzip -9.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/**
 * What each program's wasm, and all of the first load, may weigh at most [bytes, gzip -9]: the tests, the build and the audit measure by it.
 * For the page, the fleet, the laboratory, the engine and the first load these are the bars that the page has to meet; the others have none,
 * and may grow by a twentieth of what they weighed when this was written.
 */
export const LIMITS = {
  wasm: { page: 300_000, router: 206_000, fleet: 420_000, laboratory: 420_000, engine: 450_000, files: 760_000, tokens: 99_000, teach: 238_000 },
  first: 300_000,
};

/**
 * Size and gzip size of each file that the first visit loads, and of those that come when the laboratory is near; the wasm of each
 * of the programs; and the sums [bytes].
 */
export async function sizes(dist) {
  const html = await readFile(join(dist, "index.html"), "utf8");
  const named = (attributes) => [...html.matchAll(new RegExp(`[\\s"](?:${attributes})="?(?:\\./)?([^"#?>\\s]+\\.(?:css|svg|m?js|wasm|run))`, "g"))].map((match) => match[1]);
  const weigh = async (name) => {
    const bytes = await readFile(join(dist, name));
    return { name, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
  };
  const all = (names) => Promise.all([...new Set(names)].map(weigh));
  const files = await all(["index.html", ...named("href|src|data-glue|data-wasm")]);
  const later = await all(["sim-worker.mjs", "later.mjs", "model-card.html", "race.mjs", "reset.mjs", "share.mjs", "fleet.css", "plans.css", "share.css", "teach.css", ...named("data-opening"), ...named("data-(?:router|fleet|lab|engine|files|tokens|teach)-(?:glue|wasm)")]);
  const sum = (some) => some.reduce((total, file) => total + file.gzip, 0);
  const wasm = (of, program) => of.find(({ name }) => name.startsWith(`warmpath-${program}-`) && name.endsWith(".wasm")).gzip;
  return {
    files,
    later,
    wasm: { page: wasm(files, "page"), router: wasm(later, "router"), fleet: wasm(later, "fleet"), laboratory: wasm(later, "lab"), engine: wasm(later, "engine"), files: wasm(later, "files"), tokens: wasm(later, "tokens"), teach: wasm(later, "teach") },
    first: sum(files),
    second: sum(later),
  };
}
