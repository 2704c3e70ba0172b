// The engine: a program of its own, in workers; in the page where there are none; and what is said where it cannot be had.
import { assert, onPage, started, triedTwice } from "../harness/test.mjs";
import { stage } from "../harness/browser.mjs";
import { comeTo } from "../harness/wait.mjs";

const SCENARIO = "?v=2&n=300&p=round-robin,smart&seed=3#lab";
const said = (page, text) => page.waitForFunction((text) => document.querySelector("#lab-status")?.textContent === text, text, { timeout: 60_000 });
const replayed = (page) => page.waitForFunction(() => document.querySelectorAll("#fleet .drawn .strip").length === 8, null, { timeout: 60_000 });
const told = (page, selector) => page.locator(selector).evaluateAll((all) => all.map((it) => it.textContent));

/** What a run and the fleet's first replay come to. */
async function figures(page) {
  await page.click("#lab-run");
  await said(page, "Done.");
  await page.click("#lab-figures");
  await replayed(page);
  return { table: await told(page, "#lab-table tr"), delta: await told(page, "#fleet-delta"), lanes: await told(page, "#fleet-lanes tr") };
}

triedTwice("without workers the page comes to the same, whatever keeps them away", async () => {
  const theatre = await stage();
  const found = [];
  const ways = {
    "in workers": () => {},
    "no workers": (context) => context.addInitScript(() => delete window.Worker),
    "their script is not to be had": (context) => context.route("**/sim-worker.mjs", (route) => route.abort()),
    "they fail": (context) => context.route("**/sim-worker.mjs", (route) => route.fulfill({ contentType: "text/javascript", body: "self.onmessage = () => self.postMessage({ failed: 'no room' });" })),
  };
  try {
    for (const [way, prepare] of Object.entries(ways)) {
      const context = await theatre.browser.newContext({ viewport: { width: 1280, height: 800 } });
      await prepare(context);
      const page = await context.newPage();
      await page.goto(new URL(SCENARIO, theatre.server.url).href);
      await started(page);
      const workers = page.workers().length;
      found.push({ way, workers, ...(await figures(page)) });
      await context.close();
    }
  } finally {
    await theatre.close();
  }
  const [{ way: _, workers, ...first }, ...others] = found;
  assert.ok(workers > 0 && first.table.length > 20 && first.lanes.length > 2, JSON.stringify(found[0]));
  for (const { way, workers, ...other } of others) {
    assert.deepEqual(other, first, way);
    if (way === "no workers") assert.equal(workers, 0);
  }
});

onPage("an engine that cannot be fetched is told where it is missed, and asked for again", SCENARIO, { boot: false }, async (page, { faults }) => {
  await page.route("**/warmpath-engine*.wasm", (route) => route.abort());
  await page.reload();
  const missed = /could not be loaded: \S.* Asking again/s;
  await comeTo(page, "fleet");
  await page.waitForFunction(() => document.querySelector("#fleet-fault")?.hidden === false);
  assert.match((await told(page, "#fleet-fault"))[0], missed);
  await comeTo(page, "lab");
  // The laboratory asks the engine what is set, so without one it does not begin.
  await page.waitForFunction(() => document.querySelector("#lab-failed")?.hidden === false);
  assert.match(await page.locator("#lab-failed").textContent(), /could not be loaded.*could not be fetched/s);
  await page.unroute("**/warmpath-engine*.wasm");
  await page.selectOption("#fleet-1 select", "chwbl");
  await replayed(page);
  await page.waitForFunction(() => document.querySelector("#fleet-fault").hidden);
  await page.click("#lab-failed button");
  await started(page);
  await page.click("#lab-run");
  await said(page, "Done.");
  assert.equal(await page.locator("#lab-fault").isVisible(), false);
  // The failures were asked for.
  faults.length = 0;
});

onPage("the laboratory's run and the fleet's replay do not wait for each other", "?v=2&n=800000&p=smart#lab", async (page) => {
  await replayed(page);
  await page.click("#lab-run");
  await page.waitForFunction(() => /^Running: [1-9]/.test(document.querySelector("#lab-status")?.textContent), null, { timeout: 60_000 });
  const before = await told(page, "#fleet-1 .facts");
  await page.selectOption("#fleet-1 select", "round-robin");
  await page.waitForFunction((before) => document.querySelector("#fleet-1 .facts").textContent !== before, before[0], { timeout: 60_000 });
  assert.match(await page.locator("#lab-status").textContent(), /^Running: /);
  await page.click("#lab-stop");
  await said(page, "Stopped.");
});
