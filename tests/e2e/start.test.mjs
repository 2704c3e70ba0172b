// The page starts, its worker answers, and what must not happen is noticed.
import { assert, axe, onPage, test } from "../harness/test.mjs";
import { stage } from "../harness/browser.mjs";

onPage("the wasm starts and the worker answers a typed prompt", "", async (page) => {
  await page.waitForSelector("#blocks li");
  const ids = () => page.locator("#blocks li").allTextContents();
  const before = await ids();
  assert.equal(before.length, 3, "49 characters fill three blocks of 16");
  for (const id of before) assert.match(id, /^[0-9a-f]{16}$/);

  // One character changed in the second block: the first keeps its id, every later one changes.
  const prompt = await page.inputValue("#prompt");
  await page.fill("#prompt", `${prompt.slice(0, 20)}_${prompt.slice(21)}`);
  await page.waitForFunction((old) => document.querySelectorAll("#blocks li")[1]?.textContent !== old, before[1]);
  const after = await ids();
  assert.equal(after[0], before[0]);
  assert.notEqual(after[1], before[1]);
  assert.notEqual(after[2], before[2]);
});

onPage("no accessibility fault that a checker finds", "", async (page) => {
  await page.waitForSelector("#blocks li");
  assert.deepEqual(await axe(page), []);
});

onPage("without JavaScript the page says so", "", { javaScriptEnabled: false, boot: false }, async (page) => {
  assert.match(await page.locator("noscript").innerText(), /JavaScript is off/);
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
    await page.waitForTimeout(100);
    for (const kind of [/^console: a test's own error/, /^content security policy: script-src/, /^content security policy: connect-src/]) {
      assert.ok(faults.some((fault) => kind.test(fault)), `${kind} is not among ${JSON.stringify(faults)}`);
    }
    assert.equal(await page.evaluate(() => window.inline), undefined);
  } finally {
    await theatre.close();
  }
});
