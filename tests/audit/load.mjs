// What the first visit costs: bytes, and Lighthouse's word on it.
import { execFile } from "node:child_process";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../harness/browser.mjs";
import { LIMITS, sizes } from "../harness/sizes.mjs";

const kb = (bytes) => `${(bytes / 1000).toFixed(0)} KB`;

export async function weight() {
  const { wasm, first } = await sizes(`${ROOT}dist`);
  const row = (bar, bytes, must, stretch) => ({ bar, must: kb(must), stretch: stretch ? kb(stretch) : "", measured: kb(bytes), ok: bytes <= must });
  return [
    row("whole first load (page, styles, scripts, the story's wasm), gzip -9", first, LIMITS.first, 250_000),
    row("of it the story's wasm", wasm.page, LIMITS.wasm.page, 200_000),
    row("wasm of the fleet, its failures and the reality check, fetched when the reader comes near them", wasm.fleet, LIMITS.wasm.fleet),
    row("wasm of the laboratory, fetched when the reader comes near it", wasm.laboratory, LIMITS.wasm.laboratory),
    row("wasm of the engine, fetched along with the first of the two, for the workers", wasm.engine, LIMITS.wasm.engine),
  ];
}

export async function lighthouse({ theatre }) {
  const program = process.env.WARMPATH_LIGHTHOUSE;
  if (!program) throw new Error("WARMPATH_LIGHTHOUSE names no Lighthouse");
  const report = join(await mkdtemp(join(tmpdir(), "warmpath-")), "lighthouse.json");
  await promisify(execFile)(
    process.execPath,
    [program, theatre.server.url, "--quiet", "--output=json", `--output-path=${report}`, "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage --disable-gpu"],
    { env: { ...process.env, CHROME_PATH: theatre.chrome }, timeout: 240_000 },
  );
  const { categories, lighthouseVersion, audits } = JSON.parse(await readFile(report, "utf8"));
  const score = (name) => Math.round(100 * (categories[name]?.score ?? 0));
  const others = ["accessibility", "best-practices", "seo"];
  const paint = `first contentful paint ${audits["first-contentful-paint"]?.displayValue}, largest ${audits["largest-contentful-paint"]?.displayValue}, blocked ${audits["total-blocking-time"]?.displayValue}`;
  const failing = others.flatMap((name) => categories[name].auditRefs.filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 1).map(({ id }) => id));
  return [
    { bar: `Lighthouse ${lighthouseVersion}, mobile: performance`, must: "90", stretch: "97", measured: `${score("performance")} (${paint})`.replaceAll("\u00a0", " "), ok: score("performance") >= 90 },
    {
      bar: "Lighthouse: accessibility, best practices, search",
      must: "100 each",
      stretch: "",
      measured: others.map(score).join(", ") + (failing.length > 0 ? ` (${failing.join(", ")})` : ""),
      ok: others.every((name) => score(name) === 100),
    },
  ];
}
