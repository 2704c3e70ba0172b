// The page starts, says so when it cannot, and what must not happen is noticed.
import { assert, axe, onPage, test } from "../harness/test.mjs";
import { stage } from "../harness/browser.mjs";

onPage("no accessibility fault that a checker finds", "", async (page) => {
  assert.deepEqual(await axe(page), []);
});

onPage("without JavaScript the page says so", "", { javaScriptEnabled: false, boot: false }, async (page) => {
  assert.match(await page.locator("noscript").innerText(), /JavaScript is off/);
  // The story is told all the same: a lit tree, the blocks, the costs.
  assert.ok((await page.locator("#figure-tree .node.lit").count()) > 0);
  assert.ok((await page.locator("#figure-blocks .block").count()) > 5);
  assert.match(await page.locator("#figure-router tr.wins").innerText(), /replica 2/);
});

test("a page that cannot fetch its wasm says why", async () => {
  const theatre = await stage();
  try {
    const context = await theatre.browser.newContext();
    const page = await context.newPage();
    await page.route("**/*.wasm", (route) => route.abort());
    await page.goto(theatre.server.url);
    const notice = page.locator("#boot-failed");
    await notice.waitFor({ state: "visible" });
    assert.match(await notice.innerText(), /could not be started: \S/);
  } finally {
    await theatre.close();
  }
});

test("the harness itself notices an error, a policy violation and a request to elsewhere", async () => {
  const theatre = await stage();
  try {
    const { page, faults } = await theatre.open();
    await page.evaluate(() => console.error("a test's own error"));
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.inline = true";
      document.head.append(script);
    });
    await page.evaluate(() => fetch("http://localhost:1/").catch(() => {}));
    const kinds = [/^console: a test's own error/, /^content security policy: script-src/, /^content security policy: connect-src/];
    const missing = () => kinds.filter((kind) => !faults.some((fault) => kind.test(fault)));
    for (let waits = 0; missing().length > 0 && waits < 100; waits++) await page.waitForTimeout(50);
    assert.deepEqual(missing(), [], JSON.stringify(faults));
    assert.equal(await page.evaluate(() => window.inline), undefined);
  } finally {
    await theatre.close();
  }
});
