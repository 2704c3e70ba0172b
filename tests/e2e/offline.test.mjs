// A later visit without a network: the page, its stations and a preset's run come from what the first visit kept.
import { assert, frames, started, triedTwice } from "../harness/test.mjs";
import { stage } from "../harness/browser.mjs";

/** Waits until the service worker of the first visit has kept everything. */
const kept = (page) =>
  page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active.state !== "activated") await new Promise((next) => active.addEventListener("statechange", next));
    return (await caches.keys()).length;
  });

triedTwice("the second visit works with the network off, a preset's run too", async () => {
  const theatre = await stage();
  try {
    const { page, context, faults } = await theatre.open("", { serviceWorkers: "allow" });
    await started(page);
    assert.equal(await kept(page), 1);
    // Nobody answers any more.
    await theatre.server.close();
    await page.goto(`${theatre.server.url}?v=2&w=kubeai&n=120&p=chwbl,least-load#lab`);
    await started(page);
    assert.ok((await page.locator("#figure-tree .node").count()) > 0);
    await page.click("#lab-run");
    await page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
    assert.ok((await page.locator("#lab-table tr").allInnerTexts()).some((row) => /Successful requests\s+120\s+120/.test(row)));
    assert.deepEqual(faults, []);
    await context.close();
  } finally {
    await theatre.browser.close();
  }
});

triedTwice("caches of older builds and only those are removed", async () => {
  const theatre = await stage();
  try {
    const context = await theatre.browser.newContext();
    const page = await context.newPage();
    // Before the page, and so its service worker, was ever there: an older build's cache, and one of another page on the same origin.
    await page.goto(new URL("boot.mjs", theatre.server.url).href);
    const [old, other] = [`warmpath ${theatre.server.url} 0`, `warmpath ${theatre.server.origin}/elsewhere/ 0`];
    await page.evaluate(async (names) => Promise.all(names.map((name) => caches.open(name))), [old, other]);
    await page.goto(theatre.server.url);
    await started(page);
    await kept(page);
    const names = await page.evaluate(() => caches.keys());
    assert.ok(names.includes(other), names.join(", "));
    assert.equal(names.length, 2, names.join(", "));
  } finally {
    await theatre.close();
  }
});

triedTwice("where service workers are blocked the page works and says nothing", async () => {
  const theatre = await stage();
  try {
    const { page, faults } = await theatre.open("", { serviceWorkers: "block" });
    await started(page);
    await frames(page, 90);
    assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
    assert.deepEqual(faults, []);
  } finally {
    await theatre.close();
  }
});
