// What holds for the page as a whole: accessible, no wider than the window, there without a network or scripts, true to the command line.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { axe } from "../harness/axe.mjs";
import { ROOT } from "../harness/browser.mjs";
import { started } from "../harness/wait.mjs";

export async function accessibility({ open }) {
  const found = [];
  let pages = 0;
  for (const width of [360, 1280]) {
    for (const colorScheme of ["light", "dark"]) {
      const { page, close } = await open("?v=2&n=200#lab", { viewport: { width, height: 800 }, colorScheme, reducedMotion: "reduce" });
      await started(page);
      await page.click("#lab-run");
      await page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
      // The whole page at once: every station stands on it, and what is fetched when a reader comes near has been.
      for (const section of await page.locator("main > section").all()) {
        await section.scrollIntoViewIfNeeded();
        await page.waitForTimeout(500);
      }
      await page.waitForFunction(() => document.querySelector("#model-card table"), null, { timeout: 60_000 });
      found.push(...(await axe(page)).map((fault) => `${width} px, ${colorScheme}: ${fault}`));
      pages += 1;
      await close();
    }
  }
  return [{ bar: "axe (WCAG 2.2 AA), all stations, light and dark, 360 and 1280 px", must: "0", stretch: "", measured: found.length === 0 ? `0 (${pages} whole pages)` : `${found.length}: ${found.join("; ")}`, ok: found.length === 0 }];
}

export async function sideways({ open }) {
  const { page, close } = await open("?v=2&n=100#lab", { viewport: { width: 320, height: 700 } });
  await started(page);
  await page.click("#lab-run");
  await page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
  const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
  await close();
  return [{ bar: "sideways scroll of the page at 320 px", must: "none", stretch: "", measured: width <= 320 ? "none" : `${width - 320} px`, ok: width <= 320 }];
}

/** How far a reader on a phone scrolls from the first line to the last, before and after every section was laid out. */
export async function tall({ open }) {
  const { page, close } = await open("", { viewport: { width: 360, height: 800 }, reducedMotion: "reduce" });
  await started(page);
  await page.waitForLoadState("networkidle");
  const height = () => page.evaluate(() => document.scrollingElement.scrollHeight);
  const before = await height();
  for (const section of await page.locator("main > section").all()) {
    await section.scrollIntoViewIfNeeded();
    await page.waitForTimeout(1_000);
  }
  await page.waitForFunction(() => document.querySelector("#model-card table"), null, { timeout: 60_000 });
  const after = await height();
  await close();
  const px = (n) => n.toLocaleString("en");
  return [{ bar: "the page at 360 px", must: "24,000 px tall", stretch: "", measured: `${px(after)} px (${px(before)} before its sections are laid out)`, ok: Math.max(before, after) <= 24_000 }];
}

/** Whether the end-to-end tests of that name pass. */
async function passed(file, pattern) {
  try {
    await promisify(execFile)(process.execPath, ["--test", `--test-name-pattern=${pattern}`, `${ROOT}tests/e2e/${file}`], { timeout: 240_000 });
    return true;
  } catch {
    return false;
  }
}

export async function without() {
  const row = async (bar, file, pattern) => {
    const ok = await passed(file, pattern);
    return { bar, must: "all works", stretch: "", measured: ok ? "works" : `tests/e2e/${file} fails`, ok };
  };
  return [
    await row("second visit with the network off, a preset's run too", "offline.test.mjs", "."),
    { ...(await row("JavaScript off, or the wasm not to be had", "start.test.mjs", "without JavaScript|cannot fetch")), must: "story and a notice" },
  ];
}

export async function golden() {
  const natively = process.env.WARMPATH_GOLDEN ?? "not run";
  const onPage = (await passed("golden.test.mjs", ".")) ? "identical" : "tests/e2e/golden.test.mjs fails";
  const ok = natively === "identical" && onPage === "identical";
  const list = await readFile(`${ROOT}core/tests/golden/list.rs`, "utf8");
  const scenarios = list.match(/golden!\(/g).length;
  return [{ bar: "reports of the golden scenarios (20 or more): native, command line, page", must: "byte-identical", stretch: "", measured: ok ? `identical (${scenarios})` : `native and command line: ${natively}; page: ${onPage}`, ok }];
}
