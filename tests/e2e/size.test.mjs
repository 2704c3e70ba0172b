// The page's weight: what a first visit loads is below the limit.
import { assert, frames, onPage, test } from "../harness/test.mjs";
import { begun, comeTo } from "../harness/wait.mjs";
import { LIMITS, sizes } from "../harness/sizes.mjs";
import { ROOT } from "../harness/browser.mjs";

test("each program's wasm and the first load are no larger than they may be", async () => {
  const { files, later, wasm, first } = await sizes(`${ROOT}dist`);
  const bare = (file) => file.name.replace(/-[0-9a-f]{16}/, "");
  assert.ok(files.some((file) => file.name.endsWith(".wasm")) && files.length > 5, JSON.stringify(files));
  assert.deepEqual(later.map(bare).sort(), ["fleet.css", "later.mjs", "model-card.html", "opening.run", "plans.css", "race.mjs", "reset.mjs", "share.css", "share.mjs", "sim-worker.mjs", "teach.css", "warmpath-engine.js", "warmpath-engine_bg.wasm", "warmpath-files.js", "warmpath-files_bg.wasm", "warmpath-fleet.js", "warmpath-fleet_bg.wasm", "warmpath-lab.js", "warmpath-lab_bg.wasm", "warmpath-router.js", "warmpath-router_bg.wasm", "warmpath-teach.js", "warmpath-teach_bg.wasm", "warmpath-tokens.js", "warmpath-tokens_bg.wasm"]);
  for (const [program, bytes] of Object.entries(wasm)) assert.ok(bytes <= LIMITS.wasm[program], `${program}: ${bytes} bytes of gzip, ${LIMITS.wasm[program]} at most`);
  assert.ok(first <= LIMITS.first, `first load: ${first} bytes of gzip, ${LIMITS.first} at most`);
});

onPage("who stays with the first stations does not fetch the laboratory; who comes near it does", "", { boot: false }, async (page) => {
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.reload();
  await begun(page);
  await page.waitForSelector("#figure-one-gpu[data-live]");
  await frames(page, 30);
  const fetched = (program) => asked.filter((url) => url.includes(`warmpath-${program}-`) && url.endsWith(".wasm")).length;
  assert.deepEqual(["router", "fleet", "lab", "engine", "files"].map(fetched), [0, 0, 0, 0, 0]);
  assert.equal(await page.locator("#figure-router[data-live]").count(), 0);
  await comeTo(page, "router");
  await page.waitForSelector("#figure-router[data-live]");
  await comeTo(page, "lab");
  await page.waitForSelector("#figure-lab[data-live]");
  // All of them, and whoever runs the engine asks for it no second time.
  await comeTo(page, "fleet");
  await page.waitForFunction(() => document.querySelector("#fleet-0 .strip"));
  await comeTo(page, "lab");
  await page.click("#lab-run");
  await page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
  assert.deepEqual(["router", "fleet", "lab", "engine", "files"].map(fetched), [1, 1, 1, 1, 0]);
});

onPage("a laboratory that cannot be fetched says why, and the stations go on", "", { boot: false }, async (page, { faults }) => {
  await page.route("**/warmpath-lab*", (route) => route.abort());
  await page.reload();
  await begun(page);
  await comeTo(page, "lab");
  const notice = page.locator("#lab-failed");
  await notice.waitFor({ state: "visible" });
  assert.match(await notice.innerText(), /could not be loaded\. .*network\? \(\S/s);
  await comeTo(page, "tree");
  await page.fill("#tree-second", "Still here?");
  await page.waitForFunction(() => location.hash.startsWith("#tree?q="));
  // The failure was asked for.
  faults.length = 0;
});
