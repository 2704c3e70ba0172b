// The page starts, says so when it cannot, and what must not happen is noticed.
import { assert, axe, begun, frames, onPage, started, triedTwice } from "../harness/test.mjs";
import { stage } from "../harness/browser.mjs";
import { comeTo } from "../harness/wait.mjs";

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

/** Opens the page where something is missing, and ends it. `before` prepares the page, `check` looks at it. */
async function without(before, check) {
  const theatre = await stage();
  try {
    const context = await theatre.browser.newContext();
    const page = await context.newPage();
    await before(page);
    await page.goto(theatre.server.url);
    await check(page);
  } finally {
    await theatre.close();
  }
}

const early = ["one-gpu", "blocks", "tree", "router"];
const texts = (page, ids) => page.locator(ids.map((id) => `#${id} .still`).join(", ")).allTextContents();

triedTwice("a page that cannot fetch its wasm says so in plain words, at the top and in each figure, and offers to try again", async () => {
  let broken = true;
  const before = (page) => page.route("**/*.wasm", (route) => (broken ? route.abort() : route.continue()));
  await without(before, async (page) => {
    const notice = page.locator("#boot-failed");
    await notice.waitFor({ state: "visible" });
    assert.match(await notice.innerText(), /could not be fetched\. Is there a network\?/);
    assert.equal((await texts(page, early)).length, early.length);
    for (const text of await texts(page, early)) assert.match(text, /^This figure stands still\..*Try again$/s);
    broken = false;
    await page.locator("#tree .again").click();
    await started(page);
    assert.deepEqual(await texts(page, early), []);
  });
});

triedTwice("a browser without WebAssembly is told that, and not to try again", async () => {
  const before = (page) => page.addInitScript(() => delete globalThis.WebAssembly);
  await without(before, async (page) => {
    const notice = page.locator("#boot-failed");
    await notice.waitFor({ state: "visible" });
    assert.match(await notice.innerText(), /This browser does not allow WebAssembly/);
    assert.equal((await texts(page, early)).length, early.length);
    assert.equal(await page.locator(".again").count(), 0);
  });
});

triedTwice("a program that cannot be fetched says so in each station that needs it", async () => {
  const before = (page) => page.route(/warmpath-(lab|router|fleet).*\.wasm/, (route) => route.fulfill({ status: 404, body: "not found" }));
  await without(before, async (page) => {
    await begun(page);
    await comeTo(page, "fleet");
    await page.waitForFunction(() => !document.getElementById("fleet-failed").hidden);
    await comeTo(page, "lab");
    await page.waitForFunction(() => !document.getElementById("lab-failed").hidden);
    for (const station of ["router", "fleet", "failure", "reality", "challenges"]) {
      await comeTo(page, station);
      assert.match((await texts(page, [station]))[0], /could not be fetched.*Try again/s);
    }
    await comeTo(page, "lab");
    // A section that came into view a moment ago has no rendered text until it is laid out.
    await page.waitForFunction(() => /could not be loaded.*Try again/s.test(document.getElementById("lab-failed").innerText));
    // What does not need it is live.
    assert.deepEqual(await texts(page, ["one-gpu", "blocks", "tree"]), []);
  });
});

triedTwice("until a figure is live it says that it is being loaded", async () => {
  let come;
  const held = new Promise((resolve) => (come = resolve));
  const before = (page) =>
    page.route("**/*.wasm", async (route) => {
      await held;
      await route.continue();
    });
  await without(before, async (page) => {
    const said = () => page.evaluate(() => getComputedStyle(document.getElementById("figure-one-gpu"), "::before").content);
    assert.match(await said(), /being loaded/);
    come();
    await page.waitForSelector("#figure-one-gpu[data-live]");
    assert.equal(await said(), "none");
  });
});

for (const width of [360, 700, 760, 860, 1280]) {
  onPage(`the opening picture is there: ${width} px`, "", { viewport: { width, height: 800 }, boot: false }, async (page) => {
    const rows = page.locator(".hero .row");
    assert.ok((await rows.count()) > 5);
    for (const row of await rows.all()) assert.ok(await row.isVisible());
  });
}

onPage("on a phone the race is on the first screen, and neither beside the tree nor below it is a hole", "", { viewport: { width: 360, height: 640 } }, async (page) => {
  await page.locator("#race-go").waitFor();
  const ends = (selector) => page.locator(selector).evaluateAll((all) => all.map((it) => it.getBoundingClientRect().bottom));
  for (const bottom of await ends("#race li, #race-go")) assert.ok(bottom <= 640, `${bottom} px`);
  for (const width of [1280, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    const boxes = (selector) => page.locator(selector).evaluateAll((all) => all.map((it) => it.getBoundingClientRect()).map(({ top, bottom }) => ({ top, bottom })));
    const [[lead], [race], [tree], [from, which]] = await Promise.all([".hook > .lead", "#race", ".hero", ".hook .source"].map(boxes));
    const gaps = [race.top - lead.bottom, from.top - race.bottom, which.top - tree.bottom, Math.abs(from.bottom - which.bottom)];
    assert.deepEqual(gaps.filter((it) => it < 0 || it >= 50), [], `${width} px: ${gaps}`);
  }
});

onPage("in a low window the header does not stay above the figures", "", { viewport: { width: 320, height: 256 }, boot: false }, async (page) => {
  assert.equal(await page.locator(".top").evaluate((it) => getComputedStyle(it).position), "static");
});

triedTwice("the harness itself notices an error, a policy violation and a request to elsewhere", async () => {
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
    for (let waits = 0; missing().length > 0 && waits < 100; waits++) await frames(page, 3);
    assert.deepEqual(missing(), [], JSON.stringify(faults));
    assert.equal(await page.evaluate(() => window.inline), undefined);
  } finally {
    await theatre.close();
  }
});

// The hook: the published times, over where nothing has been asked, and at true time once the reader asks.
const race = (page) => page.locator("#race li").evaluateAll((all) => all.map((it) => [it.querySelector("b").textContent.replace(/\s+/g, " "), Number(it.querySelector("rect").getAttribute("width"))]));

onPage("without a script the race is over", "", { javaScriptEnabled: false, boot: false }, async (page) => {
  assert.deepEqual(await race(page), [["196 ms", 1.85], ["10.6 s", 100]]);
  assert.ok(await page.locator("#race-go").isHidden());
});

for (const reducedMotion of ["no-preference", "reduce"]) {
  onPage(`asked twice, the first answer begins at once and the second ten seconds later: ${reducedMotion}`, "", { reducedMotion }, async (page) => {
    const go = page.locator("#race-go");
    await go.waitFor();
    await go.focus();
    await page.keyboard.press("Enter");
    assert.ok(await go.isDisabled());
    await page.waitForFunction(() => document.querySelector("#race li b").textContent.startsWith("196"));
    const [first, second] = await race(page);
    assert.equal(first[0], "196 ms");
    assert.ok(second[1] < 60, `${second}`);
    await page.waitForFunction(() => /On average, 10\.4\s+s later\./.test(document.getElementById("race-said").textContent), null, { timeout: 20_000 });
    assert.deepEqual((await race(page)).map((it) => it[0]), ["196 ms", "10.6 s"]);
    assert.ok(await go.isEnabled());
  });
}
