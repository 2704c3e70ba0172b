// What the page does while it is used: keystrokes, replays, files.
import { existsSync } from "node:fs";
import { mkdir, open as openFile, readFile, stat } from "node:fs/promises";
import { ROOT } from "../harness/browser.mjs";
import { started } from "../harness/wait.mjs";
import { quantile } from "./table.mjs";

const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const FOUR = "p=round-robin,least-load,chwbl,smart";
/** Clicks Run and waits for the end; the time between, as the page sees it [ms]. */
const run = (page) =>
  page.evaluate(
    () =>
      new Promise((next, fail) => {
        const start = performance.now();
        const status = document.querySelector("#lab-status");
        new MutationObserver((_, watch) => {
          if (status.textContent !== "Done.") return;
          watch.disconnect();
          next(performance.now() - start);
        }).observe(status, { childList: true, characterData: true, subtree: true });
        setTimeout(() => fail(new Error(`no end: ${status.textContent}`)), 120_000);
        document.querySelector("#lab-run").click();
      }),
  );
/** Collects the page's long tasks in `window.long`. */
const watchLong = (page) => page.evaluate(() => ((window.long = []), new PerformanceObserver((list) => window.long.push(...list.getEntries().map((it) => it.duration))).observe({ type: "longtask" })));
const long = (page) => page.evaluate(() => window.long);

/** Types into a box that holds 4,000 characters; the time from a key to the paint that shows what it did, p95 [ms]. */
async function typed({ open }, station, which) {
  const { page, context, close } = await open(`#${station}`);
  await started(page);
  const box = page.locator(`#${station} textarea`).nth(which);
  await box.fill("You are the support agent of Lumen, a shop for lamps. Answer in short. ".repeat(57).slice(0, 4000));
  const devtools = await context.newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.evaluate(() => {
    window.keys = [];
    new PerformanceObserver((list) => window.keys.push(...list.getEntries().map(({ interactionId, duration }) => ({ interactionId, duration })))).observe({ type: "event", durationThreshold: 16 });
  });
  await box.focus();
  await page.keyboard.press("End");
  const strokes = 60;
  for (let at = 0; at < strokes; at += 1) {
    await page.keyboard.press("abcdefghij klmno"[at % 16]);
    await page.waitForTimeout(60);
  }
  await page.waitForTimeout(500);
  const seen = new Map();
  for (const { interactionId, duration } of await page.evaluate(() => window.keys)) if (interactionId) seen.set(interactionId, Math.max(seen.get(interactionId) ?? 0, duration));
  // Event timing tells only what took 16 ms and more.
  const times = [...seen.values(), ...Array(Math.max(0, strokes - seen.size)).fill(15)];
  await close();
  return quantile(times, 0.95);
}

export async function typing(theatre) {
  const rows = [];
  for (const [what, station, which] of [
    ["the tree", "tree", 0],
    ["the tree's second box", "tree", 1],
    ["the blocks", "blocks", 0],
    ["the router", "router", 0],
  ]) {
    const p95 = await typed(theatre, station, which);
    rows.push({ bar: `keystroke to next paint of ${what}, 4,000 characters, CPU 4 times slower, p95`, must: "50 ms", stretch: "16 ms", measured: p95 < 16 ? "under 16 ms" : ms(p95), ok: p95 <= 50 });
  }
  return rows;
}

/** From a move of the pointer over the fleet's lanes to the card beside it, laid out, p95 of 60 moves [ms]. */
export async function hovering({ open }) {
  const { page, close } = await open("#fleet");
  await started(page);
  await page.waitForFunction(() => document.querySelector("#fleet-parting")?.disabled === false);
  await page.locator("#fleet-0 .lanes").scrollIntoViewIfNeeded();
  await page.evaluate(() => {
    window.hovers = [];
    const tip = document.querySelector("#fleet-tip");
    addEventListener(
      "pointermove",
      ({ timeStamp }) =>
        // When all that hears the move has, and what follows from it is there.
        setTimeout(() => {
          const { height } = tip.getBoundingClientRect();
          if (!tip.hidden && height > 0) window.hovers.push(performance.now() - timeStamp);
        }),
      true,
    );
  });
  const box = await page.locator("#fleet-0 .lanes").boundingBox();
  for (let at = 0; at < 60; at += 1) {
    const [x, y] = [0.1 + 0.8 * ((at * 37) % 60) / 60, 0.05 + 0.9 * ((at * 23) % 60) / 60];
    await page.mouse.move(box.x + box.width * x, box.y + box.height * y);
    await page.waitForTimeout(30);
  }
  const times = await page.evaluate(() => window.hovers);
  await close();
  if (times.length < 30) throw new Error(`only ${times.length} moves showed a card`);
  const p95 = quantile(times, 0.95);
  return [{ bar: `hover on a lane of the fleet to its card laid out, p95 of ${times.length} moves`, must: "50 ms", stretch: "16 ms", measured: `${ms(p95)} (median ${ms(quantile(times, 0.5))})`, ok: p95 <= 50 }];
}

export async function longTasks({ open }) {
  const { page, close } = await open(`?v=2&n=3000&${FOUR}#lab`);
  await started(page);
  await page.waitForTimeout(2000);
  await watchLong(page);
  await run(page);
  await page.waitForTimeout(300);
  const tasks = await long(page);
  await close();
  return [{ bar: "main-thread tasks over 50 ms while a replay runs", must: "0", stretch: "", measured: tasks.length === 0 ? "0" : `${tasks.length}, the longest ${ms(Math.max(...tasks))}`, ok: tasks.length === 0 }];
}

export async function frames({ theatre, open }) {
  const { page, close } = await open("#fleet");
  await started(page);
  const trees = page.locator("#fleet canvas.prefixes");
  await page.selectOption("#fleet-play", { label: "2,000 questions about 100 documents" });
  await page.waitForFunction(() => /2,000\s+prompts/.test(document.querySelector("#fleet canvas.prefixes")?.getAttribute("aria-label") ?? ""), null, { timeout: 120_000 });
  const nodes = Number((await trees.first().getAttribute("aria-label")).match(/tree of ([\d,]+)/)[1].replace(",", ""));
  const lanes = await page.locator("#fleet .side").first().locator(".strip").count();
  if (nodes < 2000 || lanes < 4) throw new Error(`a tree of ${nodes} nodes and ${lanes} lanes`);
  // At a speed at which the trees change every few frames.
  await page.locator("#fleet select[aria-label=Speed]").selectOption("64×");
  await page.locator("#fleet .figure-keys").focus();
  await page.keyboard.press("Home");
  await page.waitForTimeout(1000);
  await theatre.browser.startTracing(page, { categories: ["devtools.timeline"] });
  await page.keyboard.press("Space");
  await page.waitForTimeout(5000);
  const { traceEvents } = JSON.parse((await theatre.browser.stopTracing()).toString());
  const spent = traceEvents.filter(({ name, dur }) => name === "FireAnimationFrame" && dur > 0).map(({ dur }) => dur / 1000);
  await close();
  if (spent.length < 20) throw new Error(`only ${spent.length} frames were drawn`);
  const p95 = quantile(spent, 0.95);
  const what = `${spent.length} frames of two times ${lanes} lanes and trees of ${nodes} nodes, 64×`;
  return [{ bar: "own work per frame while the fleet plays, 4 lanes and a tree of 2,000 nodes, p95", must: "6 ms", stretch: "", measured: `${ms(p95)} (${what})`, ok: p95 <= 6 }];
}

export async function preset({ open }) {
  const { page, close } = await open(`?v=2&w=kubeai&r=8&kv=65900&rate=800&arr=kubeai&conc=8000&warm=random:6&batch=16384&${FOUR}#lab`);
  await started(page);
  const first = await run(page);
  const again = await run(page);
  await close();
  const seconds = (value) => `${(value / 1000).toFixed(2)} s`;
  return [{ bar: "`kubeai`, 8,000 requests, 4 policies, in the worker, after a first run", must: "2 s", stretch: "0.6 s", measured: `${seconds(again)} (the first ${seconds(first)})`, ok: again <= 2000 }];
}

export async function answers({ open }) {
  const { page, close } = await open(`?v=2&n=20000&${FOUR}#lab`);
  await started(page);
  // As a reader comes to the button: the pointer is on it before it is pressed.
  await page.hover("#lab-run");
  await page.waitForTimeout(500);
  const chart = await page.evaluate(async () => {
    const start = performance.now();
    document.querySelector("#lab-run").click();
    // A canvas is 300 pixels wide until something is drawn on it.
    const drawn = () => [...document.querySelectorAll("#lab .chart canvas")].some((it) => it.width !== 300);
    while (!drawn() && performance.now() - start < 20_000) await new Promise((next) => setTimeout(next, 2));
    return performance.now() - start;
  });
  const stop = await page.evaluate(async () => {
    const start = performance.now();
    document.querySelector("#lab-stop").click();
    while (document.querySelector("#lab-status").textContent !== "Stopped." && performance.now() - start < 20_000) await new Promise((next) => setTimeout(next, 2));
    return performance.now() - start;
  });
  await close();
  return [
    { bar: "first partial chart after Run, 20,000 requests, 4 policies", must: "150 ms", stretch: "", measured: ms(chart), ok: chart <= 150 },
    { bar: "answer to Stop", must: "100 ms", stretch: "", measured: ms(stop), ok: stop <= 100 },
  ];
}

export async function drop({ open }) {
  const given = process.env.WARMPATH_SHAREGPT;
  const file = given && existsSync(given) ? given : await made();
  const { size } = await stat(file);
  const { page, close } = await open("?v=2#lab");
  await started(page);
  // Nobody drops a file while the figures are still coming: their work is not the file's.
  await page.waitForTimeout(2000);
  await watchLong(page);
  await page.evaluate(() => {
    window.read = new Promise((next) => {
      const status = document.querySelector("#lab-status");
      let start;
      let told = 0;
      new MutationObserver(() => {
        const said = status.textContent;
        if (/^Reading/.test(said)) {
          start ??= performance.now();
          told += 1;
        } else if (/read:/.test(said)) next({ took: performance.now() - start, told });
      }).observe(status, { childList: true, characterData: true, subtree: true });
    });
  });
  await page.setInputFiles("#lab-file", file);
  const { took, told } = await Promise.race([
    page.evaluate(() => window.read),
    new Promise((_, fail) => setTimeout(() => fail(new Error("not read within 180 s")), 180_000).unref()),
  ]);
  const tasks = await long(page);
  await close();
  const which = file === given ? "the real ShareGPT V3 file" : "a generated file of its shape";
  const still = tasks.length === 0 ? "no task over 50 ms" : `longest task ${ms(Math.max(...tasks))}`;
  return [{ bar: `${(size / 1048576).toFixed(0)} MiB dropped and read (${which})`, must: "30 s", stretch: "10 s", measured: `${(took / 1000).toFixed(1)} s, progress told ${told} times, ${still}`, ok: took <= 30_000 && told > 3 && tasks.length === 0 }];
}

/** A ShareGPT file of 125 MiB in target/, made once. */
async function made() {
  const path = `${ROOT}target/audit-sharegpt.json`;
  const SIZE = 125 * 1048576;
  if (existsSync(path) && (await stat(path)).size >= SIZE) return path;
  await mkdir(`${ROOT}target`, { recursive: true });
  const words = (await readFile(`${ROOT}README.md`, "utf8")).split(/\s+/);
  let seed = 1;
  const below = (n) => (seed = (seed * 48271) % 2147483647) % n;
  const text = () => Array.from({ length: 20 + below(200) }, () => words[below(words.length)]).join(" ");
  const file = await openFile(path, "w");
  let written = 0;
  for (let n = 0; written < SIZE; n += 1) {
    const conversations = Array.from({ length: 2 + 2 * below(4) }, (_, turn) => ({ from: turn % 2 ? "gpt" : "human", value: text() }));
    const piece = (n === 0 ? "[" : ",\n") + JSON.stringify({ id: `c${n}`, conversations });
    written += Buffer.byteLength(piece);
    await file.write(piece);
  }
  await file.write("]\n");
  await file.close();
  return path;
}
