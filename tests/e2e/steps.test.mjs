// What is done at blocks, tree and router can be undone: a prompt that a sample replaces, and each step by going back.
import { assert, axe, explained, frames, onPage } from "../harness/test.mjs";

const BOX = { blocks: "#blocks-prompt", tree: "#tree-second", router: "#router-prompt" };
const MINE = "A prompt of my own about lamps, which nobody shall lose.";

/** Types into a station's box as a reader does, and leaves it. */
async function typed(page, station, text) {
  await page.locator(BOX[station]).click();
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
  await page.keyboard.press("Tab");
  await page.waitForFunction((text) => location.hash.includes(encodeURIComponent(text).slice(0, 24)), text);
}

const holds = (page, station, text) => page.waitForFunction(([box, text]) => document.querySelector(box).value === text, [BOX[station], text]);
const entries = (page) => page.evaluate(() => history.length);

for (const station of Object.keys(BOX)) {
  onPage(`a sample that replaces what was typed says so, and that can be had again: ${station}`, `#${station}`, async (page) => {
    const samples = page.locator(`#figure-${station} .samples`);
    const back = samples.getByRole("button", { name: "Put back what stood there" });
    // One sample for another loses nothing.
    await samples.getByRole("button", { name: "Another customer" }).click();
    assert.equal(await back.isVisible(), false);
    await typed(page, station, MINE);
    await samples.getByRole("button", { name: "Nothing in common" }).click();
    assert.match(await samples.getByRole("status").innerText(), /What you typed was replaced/);
    assert.notEqual(await page.inputValue(BOX[station]), MINE);
    assert.deepEqual(await axe(page, `#${station} .samples`), []);
    // What is typed since is not lost by that either.
    const second = `${MINE} And another one.`;
    await typed(page, station, second);
    await back.click();
    await holds(page, station, MINE);
    await back.click();
    await holds(page, station, second);
    await samples.getByRole("button", { name: "Another customer" }).click();
    await back.click();
    await holds(page, station, second);
    await back.waitFor({ state: "hidden" });
  });

  onPage(`a sample pressed while the focus is in the box is a step of its own: ${station}`, `#${station}`, async (page) => {
    await page.locator(BOX[station]).click();
    await page.waitForTimeout(300);
    await page.keyboard.press("Control+A");
    await page.keyboard.type(MINE);
    await page.waitForFunction((text) => location.hash.includes(encodeURIComponent(text).slice(0, 24)), MINE);
    const typed = await entries(page);
    // A tap leaves the box and presses the button in one go.
    await page.locator(`#figure-${station} .samples`).getByRole("button", { name: "Another customer" }).click();
    await page.waitForFunction((n) => history.length === n, typed + 1);
    await page.goBack();
    await holds(page, station, MINE);
  });

  onPage(`going back undoes a step, forward does it again, and the focus stays: ${station}`, `#${station}`, async (page) => {
    const opened = await page.inputValue(BOX[station]);
    const before = await entries(page);
    await page.locator(BOX[station]).click();
    await page.keyboard.press("Control+A");
    for (const piece of [MINE.slice(0, 20), MINE.slice(20, 40), MINE.slice(40)]) {
      await page.keyboard.type(piece);
      await page.waitForTimeout(350);
    }
    await page.waitForFunction((text) => location.hash.includes(encodeURIComponent(text).slice(-24)), MINE);
    // One entry, however often the reader paused.
    assert.equal(await entries(page), before + 1);
    await page.keyboard.press("Tab");
    await page.locator(`#figure-${station} .samples`).getByRole("button", { name: "Another customer" }).click();
    await page.waitForFunction((n) => history.length === n, before + 2);
    const sample = await page.inputValue(BOX[station]);
    await page.locator(BOX[station]).focus();
    await page.goBack();
    await holds(page, station, MINE);
    assert.equal(await page.evaluate(() => `#${document.activeElement.id}`), BOX[station]);
    await page.goBack();
    await holds(page, station, opened);
    // What follows from going back makes no entries of its own.
    await page.waitForTimeout(600);
    await page.goForward();
    await holds(page, station, MINE);
    await page.goForward();
    await holds(page, station, sample);
    assert.equal(await entries(page), before + 2);
  });
}

for (const station of ["tree", "router"])
  onPage(`what is typed at once after a click is one step with what is typed later: ${station}`, `#${station}`, async (page) => {
    const before = await entries(page);
    const type = (text, click) =>
      page.evaluate(
        ([selector, text, click]) => {
          const box = document.querySelector(selector);
          box.focus();
          // Both in one turn, as where a slow page comes to the click only after the first letters.
          if (click) box.click();
          box.value = text;
          box.dispatchEvent(new Event("input", { bubbles: true }));
        },
        [BOX[station], text, click],
      );
    await type(MINE.slice(0, 20), true);
    await page.waitForFunction((text) => location.hash.includes(encodeURIComponent(text).slice(-12)), MINE.slice(0, 20));
    await type(MINE, false);
    await page.waitForFunction((text) => location.hash.includes(encodeURIComponent(text).slice(-24)), MINE);
    assert.equal(await entries(page), before + 1);
  });

onPage("a prompt that was sent, a weight and a count come back one by one", "#router", async (page) => {
  const state = () =>
    page.evaluate(() => ({
      log: document.querySelectorAll("#figure-router .log li").length,
      weight: document.querySelector("#overlap-weight").value,
      active: [...document.querySelectorAll("#figure-router .stepper input")].map((it) => it.value).join(),
      size: document.querySelector("#figure-router .choice input:checked").parentElement.textContent.trim(),
      costs: [...document.querySelectorAll("#figure-router td.total")].map((it) => it.textContent).join(),
    }));
  const steps = [await state()];
  const step = async (act) => {
    const before = await entries(page);
    await act();
    await page.waitForFunction((n) => history.length === n, before + 1);
    await frames(page, 4);
    steps.push(await state());
  };
  await step(() => page.click("#router-send"));
  await step(() => page.getByRole("button", { name: "one request more active on replica 3" }).click());
  await step(async () => {
    await page.focus("#overlap-weight");
    await page.keyboard.press("Home");
  });
  await step(() => page.locator("#figure-router .choice input").nth(1).check({ force: true }));
  assert.equal(new Set(steps.map((it) => JSON.stringify(it))).size, steps.length);
  for (const wanted of steps.slice(0, -1).reverse()) {
    await page.goBack();
    await page.waitForTimeout(400);
    assert.deepEqual(await state(), wanted);
  }
});

onPage("another block size leaves the counts that were typed", "#router", async (page) => {
  const active = () => page.locator("#figure-router .stepper input").evaluateAll((all) => all.map((it) => it.value));
  for (const [at, count] of ["9", "1", "2", "7"].entries()) {
    await page.locator("#figure-router .stepper input").nth(at).fill(count);
    await page.keyboard.press("Tab");
  }
  assert.deepEqual(await active(), ["9", "1", "2", "7"]);
  const blocks = await page.locator("#figure-router [data-name=decode]").first().innerText();
  await page.locator("#figure-router .choice input").nth(2).check({ force: true });
  await page.waitForFunction((blocks) => document.querySelector("#figure-router [data-name=decode]").innerText !== blocks, blocks);
  assert.deepEqual(await active(), ["9", "1", "2", "7"]);
});

onPage("what a question to try has replaced twice is put back as it was typed last", "#tree", async (page) => {
  await explained(page);
  const trials = page.locator("#try-tree");
  await trials.locator(".trial button").first().waitFor({ state: "visible" });
  const [first, second] = [trials.locator(".trial button").nth(0), trials.locator(".trial button").nth(1)];
  await first.click();
  await typed(page, "tree", MINE);
  await second.click();
  assert.notEqual(await page.inputValue(BOX.tree), MINE);
  await trials.getByRole("button", { name: "Put back what stood there" }).click();
  await holds(page, "tree", MINE);
});

onPage("an early change drains the blocks one after the other from the left", "#blocks", async (page) => {
  await page.getByRole("button", { name: "Change one early character" }).click();
  await page.waitForFunction(() => document.querySelectorAll("#figure-blocks .cached-before").length > 10);
  const delays = await page.locator("#figure-blocks .cached-before").evaluateAll((all) => all.map((it) => getComputedStyle(it).animationDelay));
  assert.deepEqual(delays, delays.map((_, at) => `${Math.round(at * 30) / 1000}s`));
});

onPage("who wants no motion sees the blocks as they end", "#blocks", { reducedMotion: "reduce" }, async (page) => {
  await page.getByRole("button", { name: "Change one early character" }).click();
  await page.waitForFunction(() => document.querySelectorAll("#figure-blocks .cached-before").length > 10);
  assert.deepEqual(await page.locator("#figure-blocks .cached-before").evaluateAll((all) => [...new Set(all.map((it) => getComputedStyle(it).animationName))]), ["none"]);
});

for (const width of [360, 1280]) {
  onPage(`the sliders stay under the finger while the sentence changes: ${width} px`, "#router", { viewport: { width, height: 800 } }, async (page) => {
    const places = await page.evaluate(async () => {
      const slider = document.getElementById("overlap-weight");
      const say = document.querySelector("#figure-router > .say");
      const seen = { tops: new Set(), said: new Set() };
      for (let at = 0; at <= 20; at++) {
        slider.value = String((Number(slider.max) * at) / 20);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        for (let paints = 0; paints < 3; paints++) await new Promise((next) => requestAnimationFrame(next));
        seen.tops.add(Math.round(slider.getBoundingClientRect().top - document.getElementById("figure-router").getBoundingClientRect().top));
        seen.said.add(say.getBoundingClientRect().height);
      }
      return { tops: seen.tops.size, said: seen.said.size };
    });
    assert.ok(places.said > 2, "the sentence has one height only, so nothing was tried");
    assert.equal(places.tops, 1);
  });
}

onPage("a figure is offered to begin anew once something was done at it, and not for a click beside its controls", "#router", async (page) => {
  await explained(page);
  const row = page.locator("#figure-router ~ .anew");
  await row.waitFor({ state: "attached" });
  await page.locator("#figure-router > .say").click();
  assert.equal(await row.isVisible(), false);
  await page.getByRole("button", { name: "one request more active on replica 3" }).click();
  await row.waitFor({ state: "visible" });
});
