// What the page's first visit loads, measured as a static host would send it: each file through gzip -9.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** The most there may be [bytes, gzip -9]: the page's wasm, all of the first load, and the laboratory's wasm and glue. */
export const LIMITS = { wasm: 300_000, first: 360_000, lab: 520_000 };

/** Size and gzip size of each file that the first visit loads, the sums, and what the laboratory takes beside them [bytes]. */
export async function sizes(dist) {
  const html = await readFile(join(dist, "index.html"), "utf8");
  const named = (attributes) => [...html.matchAll(new RegExp(`[\\s"](?:${attributes})="?(?:\\./)?([^"#?>\\s]+\\.(?:css|svg|m?js|wasm))`, "g"))].map((match) => match[1]);
  const weigh = async (name) => {
    const bytes = await readFile(join(dist, name));
    return { name, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
  };
  const all = (names) => Promise.all([...new Set(names)].map(weigh));
  const files = await all(["index.html", ...named("href|src|data-glue|data-wasm")]);
  const lab = await all(named("data-lab-glue|data-lab-wasm"));
  const sum = (some) => some.reduce((total, file) => total + file.gzip, 0);
  return { files, lab, wasm: sum(files.filter((file) => file.name.endsWith(".wasm"))), first: sum(files), later: sum(lab) };
}
