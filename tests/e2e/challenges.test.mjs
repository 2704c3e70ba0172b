// Challenge cards: readable without script, started in the laboratory, solved by a run and by nothing else.
import { assert, axe, explained, onPage, says, started } from "../harness/test.mjs";

const done = (page) => page.waitForFunction(() => document.querySelector("#lab-status").textContent === "Done.", undefined, { timeout: 60_000 });

onPage("the cards are there without JavaScript, hints closed", "", { javaScriptEnabled: false, boot: false }, async (page) => {
  assert.equal(await page.locator("#challenges .dare").count(), 12);
  assert.equal(await page.locator("#challenges details[open]").count(), 0);
});

onPage("each card has three hints, each inside the one before", "", { javaScriptEnabled: false, boot: false }, async (page) => {
  for (const card of await page.locator("#challenges .dare").all()) {
    const lines = card.locator("summary");
    assert.deepEqual(await lines.allTextContents(), ["Why this limit, and three hints", "Hint 1", "Hint 2", "Hint 3, which names a solution"]);
    await lines.first().click();
    const shown = () => card.locator("details p").evaluateAll((all) => all.filter((it) => it.checkVisibility()).length);
    for (const number of [1, 2, 3]) {
      assert.equal(await shown(), number);
      await lines.nth(number).click();
    }
    assert.equal(await shown(), 4);
  }
});

onPage("the challenges begin anew: what was solved is forgotten, and can be had again", "", async (page) => {
  await explained(page);
  const row = page.locator("#figure-challenges ~ .anew");
  await row.waitFor({ state: "attached" });
  assert.equal(await row.isVisible(), false);
  // A link of this size runs as it is opened, and its run solves a challenge.
  await page.goto(new URL("?v=2&w=rag&kvdtype=fp8&p=least-load#lab", page.url()).href);
  await page.waitForSelector("#dare-same-gpus.done", { state: "attached" });
  await row.locator(".reset").click();
  await page.waitForFunction(() => !document.querySelector(".dare.done"));
  assert.equal(await page.evaluate(() => localStorage.getItem("warmpath.solved")), null);
  assert.deepEqual(await axe(page, "#challenges"), []);
  await row.locator(".undo").click();
  await page.waitForSelector("#dare-same-gpus.done", { state: "attached" });
  assert.equal(await page.evaluate(() => localStorage.getItem("warmpath.solved")), "same-gpus");
});

onPage("on a phone the cards stand in a row that says that it is pushed along, and each says which it is", "", { viewport: { width: 360, height: 800 }, hasTouch: true, isMobile: true }, async (page) => {
  assert.match(await page.locator("#challenges .swipe").innerText(), /^12\scards in a row: swipe/);
  const which = (await page.locator("#challenges .which").allInnerTexts()).map((it) => it.replace(/\s+/g, " "));
  assert.deepEqual(which, Array.from({ length: 12 }, (_, at) => `Not solved yet ${at + 1} of 12`));
  const row = page.locator("#challenges .dares");
  assert.ok(await row.evaluate((it) => it.scrollWidth > 3 * it.clientWidth));
  // All are as high as the one with the most words, so that the row has one edge.
  const highs = await page.locator("#challenges .dare").evaluateAll((all) => all.map((it) => Math.round(it.getBoundingClientRect().height)));
  assert.equal(new Set(highs).size, 1, highs.join());
  // The next card is seen at the window's edge.
  const next = await page.locator("#challenges .dare").nth(1).boundingBox();
  assert.ok(next.x < 340, `${next.x}`);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  await page.setViewportSize({ width: 1280, height: 800 });
  assert.ok(await page.locator("#challenges .swipe").isHidden());
});

onPage("a card sets the laboratory to its start; its run solves nothing, a solution does, and that is remembered", "", async (page) => {
  const card = page.locator("#dare-same-gpus");
  await card.getByRole("button").focus();
  await page.keyboard.press("Enter");
  const strip = page.locator("#challenge-tried .tried");
  await says(strip, /Cut P99 TTFT to a quarter.*Run it as it is/);
  assert.equal(await page.inputValue("#lab-workload"), "rag");
  assert.equal(await page.evaluate(() => location.hash), "#lab");
  // The focus is where the next key starts the run.
  await page.keyboard.press("Enter");
  await done(page);
  await says(strip.locator(".state"), /Not yet/);
  await says(card.locator(".state"), /^Not solved yet$/);
  // The verdict and Run are both in sight.
  for (const part of [strip.locator(".state"), page.locator("#lab-run")]) {
    const box = await part.boundingBox();
    assert.ok(box.y >= 0 && box.y + box.height <= page.viewportSize().height, JSON.stringify(box));
  }
  // Another card begins with no verdict: nothing was run since.
  await page.locator("#dare-blind").getByRole("button").click();
  await page.waitForFunction(() => document.querySelector("#lab-workload").value === "multi-turn");
  await says(strip, /85.% reuse.*Run it as it is/);
  assert.equal(await strip.locator(".conditions").isVisible(), false);
  assert.equal(await page.locator("#dare-same-gpus .conditions").isVisible(), false);
  await page.evaluate(() => { history.replaceState(null, "", "?v=2&w=rag&kvdtype=fp8&p=least-load"); });
  await page.reload();
  await started(page);
  await page.click("#lab-run");
  await done(page);
  await page.waitForFunction(() => document.querySelector("#dare-same-gpus .state").textContent === "Solved");
  assert.deepEqual(await axe(page, "#challenges"), []);
  await page.reload();
  await started(page);
  await page.waitForFunction(() => document.querySelector("#dare-same-gpus.done") !== null);
});
