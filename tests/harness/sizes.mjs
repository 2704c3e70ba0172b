// What the page's first visit loads, measured as a static host would send it: each file through gzip -9.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** The most there may be [bytes, gzip -9]. */
export const LIMITS = { wasm: 760_000, first: 820_000 };

/** Size and gzip size of each file that the first visit loads, and the sums [bytes]. */
export async function sizes(dist) {
  const html = await readFile(join(dist, "index.html"), "utf8");
  const named = [...html.matchAll(/(?:href|src|data-glue|data-wasm)="?(?:\.\/)?([^"#?>\s]+\.(?:css|svg|m?js|wasm))/g)].map((match) => match[1]);
  const files = [];
  for (const name of new Set(["index.html", ...named])) {
    const bytes = await readFile(join(dist, name));
    files.push({ name, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length });
  }
  const sum = (some) => some.reduce((total, file) => total + file.gzip, 0);
  return { files, wasm: sum(files.filter((file) => file.name.endsWith(".wasm"))), first: sum(files) };
}
