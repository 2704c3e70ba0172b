// Measures the page's noisy bars in a real browser, prints the table and writes docs/page-quality.md. `cargo xtask audit` runs it.
// WARMPATH_LIGHTHOUSE: Lighthouse's command; WARMPATH_SHAREGPT: the 125 MB ShareGPT file; WARMPATH_GOLDEN: how those tests ended.
import { readFile, writeFile } from "node:fs/promises";
import { ROOT, stage } from "./harness/browser.mjs";
import * as load from "./audit/load.mjs";
import * as work from "./audit/work.mjs";
import * as whole from "./audit/whole.mjs";
import { document, line } from "./audit/table.mjs";

const theatre = await stage({ gzip: true });
const faults = [];
const rows = [];
const open = async (address, options) => {
  const opened = await theatre.open(address, options);
  opened.close = async () => {
    faults.push(...opened.faults);
    await opened.context.close();
  };
  return opened;
};
/** Measures one thing; one that cannot be measured says why and does not stop the others. */
async function measure(names, probe) {
  try {
    for (const row of await probe({ theatre, open })) {
      rows.push(row);
      console.log(line(row));
    }
  } catch (error) {
    for (const name of names) rows.push({ bar: name, must: "", stretch: "", measured: `not measured: ${String(error.message ?? error).split("\n")[0]}`, ok: false });
    console.log(`${names.join(", ")}: ${error.stack ?? error}`);
  }
}

try {
  await measure(["sizes"], load.weight);
  await measure(["Lighthouse 12, mobile"], load.lighthouse);
  await measure(["keystroke to lit tree"], work.typing);
  await measure(["hover on a lane to its card"], work.hovering);
  await measure(["long tasks while a replay runs"], work.longTasks);
  await measure(["own work per frame"], work.frames);
  await measure(["kubeai, 8,000 requests, 4 policies"], work.preset);
  await measure(["first partial chart", "answer to Stop"], work.answers);
  await measure(["a 125 MB file dropped"], work.drop);
  await measure(["axe"], whole.accessibility);
  await measure(["sideways scroll"], whole.sideways);
  await measure(["height on a phone"], whole.tall);
  await measure(["network off, no JavaScript"], whole.without);
  await measure(["golden reports"], whole.golden);
  rows.push({ bar: "console errors and policy violations in all of this", must: "0", stretch: "", measured: faults.length === 0 ? "0" : `${faults.length}: ${faults[0]}`, ok: faults.length === 0 });
  console.log(line(rows.at(-1)));
  const said = `${ROOT}docs/page-quality.md`;
  await writeFile(said, document(rows, theatre.browser.version(), await readFile(said, "utf8")));
} finally {
  await theatre.close();
}
const missed = rows.filter((row) => !row.ok);
console.log(missed.length === 0 ? "every bar is met" : `missed: ${missed.map((row) => row.bar).join("; ")}`);
