// What explains the page: words that open, why figures are what they are, questions to try, and the lesson.
import { assert, axe, explained, onPage } from "../harness/test.mjs";
import { comeTo } from "../harness/wait.mjs";

const card = (page) => page.locator("#term");

onPage("a page that is only looked at does not fetch what explains it", "", { boot: false }, async (page) => {
  await page.waitForFunction(() => document.documentElement.dataset.started !== undefined);
  await page.waitForFunction(() => performance.getEntriesByType("resource").some((it) => it.name.endsWith("/later.mjs")));
  await page.waitForTimeout(300);
  const fetched = await page.evaluate(() => performance.getEntriesByType("resource").map((it) => it.name));
  assert.deepEqual(fetched.filter((name) => name.includes("teach")), []);
});

onPage("what explains the page is not fetched between two letters, but once typing pauses", "", { boot: false }, async (page) => {
  const race = page.locator("#race-go");
  await race.waitFor({ state: "visible" });
  // Letters are pressed by the page's own clock, on which the pause is measured as well.
  const early = await page.evaluate(
    () =>
      new Promise((done) => {
        let letters = 0;
        const press = () => {
          if (document.querySelector('link[href$="teach.css"]') || letters === 30) return done(letters);
          dispatchEvent(new KeyboardEvent("keydown", { key: "a" }));
          letters += 1;
          setTimeout(press, 50);
        };
        press();
      }),
  );
  assert.equal(early, 30, "letters pressed before the sheet of styles came");
  await page.waitForFunction(() => document.documentElement.dataset.teach !== undefined);
});

onPage("each abbreviation of the first screen opens its meaning", "", { boot: false }, async (page) => {
  await explained(page);
  const open = await page.evaluate(() => {
    const hook = document.querySelector(".hook");
    const words = [...hook.querySelectorAll("p, figcaption")].map((it) => it.textContent).join(" ");
    const short = [...new Set(words.match(/\b[A-Z][A-Z0-9]+s?\b/g))].filter((it) => it !== "8B");
    const terms = [...hook.querySelectorAll("button.term")].map((it) => it.textContent);
    return { short, closed: short.filter((word) => !terms.some((term) => term.includes(word.replace(/s$/, "")))) };
  });
  assert.ok(open.short.length > 2, String(open.short));
  assert.deepEqual(open.closed, []);
});

for (const width of [360, 1280]) {
  onPage(`a word opens by key and closes by Escape, and the focus goes back: ${width} px`, "", { viewport: { width, height: 800 }, boot: false, reducedMotion: "reduce" }, async (page) => {
    await explained(page);
    const word = page.locator(".hook button.term").first();
    await word.focus();
    await page.keyboard.press("Enter");
    await card(page).waitFor({ state: "visible" });
    assert.equal(await page.evaluate(() => document.activeElement.id), "term");
    const box = await card(page).boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= width + 0.5, JSON.stringify(box));
    assert.match(await card(page).innerText(), /\w+\./);
    await page.keyboard.press("Escape");
    await card(page).waitFor({ state: "hidden" });
    assert.ok(await word.evaluate((it) => it === document.activeElement));
    // With a pointer: a click opens, a second one closes, another word's opens that one's.
    await word.click();
    await card(page).waitFor({ state: "visible" });
    if (width > 560) {
      await word.click();
      await card(page).waitFor({ state: "hidden" });
      const other = page.locator(".hook button.term").nth(1);
      await other.click();
      await card(page).waitFor({ state: "visible" });
      assert.equal(await page.locator("#term-name").innerText(), await other.getAttribute("data-term"));
    }
  });
}

/** Brings the reader near an element that comes when a section is near. */
async function near(page, section, id) {
  await comeTo(page, section);
  const place = page.locator(`#${id}`);
  await place.waitFor({ state: "attached" });
  await place.scrollIntoViewIfNeeded();
  return place;
}

onPage("every figure's Why opens and answers; those of a run state its figures", "", async (page) => {
  await explained(page);
  for (const section of ["one-gpu", "blocks", "tree", "router", "fleet", "failure", "lab", "reality"]) {
    const why = await near(page, section, `why-${section}`);
    assert.equal(await why.locator("dt").count(), 0, "computed when it is opened");
    // The line names one of the questions, and says how many more there are.
    const line = (await why.locator("summary").innerText()).replace(/\s+/g, " ");
    assert.match(line, section === "lab" ? /parameters .*\?$/ : /^Why .*\? And \w+ more questions$/);
    await why.locator("summary").focus();
    await page.keyboard.press("Enter");
    await why.locator("dt").first().waitFor({ timeout: 60_000 });
    assert.ok((await why.locator("dt").count()) > 2);
    assert.doesNotMatch(await why.innerText(), /NaN|\{\}|undefined/);
    if (section !== "lab") assert.ok((await why.locator("dt").allInnerTexts()).includes(line.split("? ")[0] + "?"), line);
  }
  assert.match(await page.locator("#why-failure").innerText(), /\d+ attempts there, smart \d+/);
  // The laboratory's own run is explained beside what its policies' parameters do, of which a policy without any says so.
  const own = await near(page, "lab", "why-lab-run");
  await own.locator("summary").press("Enter");
  await own.locator("dt").nth(2).waitFor({ timeout: 60_000 });
  const reasons = (await own.innerText()).replace(/[\u00a0\s]+/g, " ");
  assert.doesNotMatch(reasons, /NaN|\{\}|undefined/);
  const table = (await page.locator("#lab-table").innerText()).replace(/[\u00a0\s]+/g, " ");
  const [, mean] = /Mean E2E latency ([\d.]+ s)/.exec(table);
  assert.ok(reasons.includes(`Of ${mean} under round-robin`), `${mean}: ${reasons}`);
  assert.match((await page.locator("#why-lab").innerText()).replace(/\s+/g, " "), /round-robin It has no parameter to set: /);
  assert.deepEqual(await axe(page), []);
});

onPage("the words of an answer, and of what a failure came to, open where they stand", "#failure?ev=30s:drain%3D1", { reducedMotion: "reduce" }, async (page) => {
  await explained(page);
  const opens = async (word, term) => {
    await word.click();
    await card(page).waitFor({ state: "visible" });
    assert.equal(await page.locator("#term-name").innerText(), term);
    await page.keyboard.press("Escape");
    await card(page).waitFor({ state: "hidden" });
  };
  await page.waitForFunction(() => /replica.1 is taken out/.test(document.querySelector("#failure-story").textContent));
  await opens(page.locator("#failure .explained button", { hasText: "grace period" }), "grace period");
  const why = await near(page, "one-gpu", "why-one-gpu");
  await why.locator("summary").press("Enter");
  const words = why.locator("dl button.term");
  await opens(words.and(page.getByText("step", { exact: true })), "step");
  // Each once, and the sentences are what they were.
  const terms = await words.evaluateAll((all) => all.map((it) => it.dataset.term));
  assert.equal(new Set(terms).size, terms.length, terms.join());
  assert.match((await why.innerText()).replace(/\s+/g, " "), /A step of the GPU reads all of the model's weights/);
});

onPage("a question is tried in the figure, told, and what stood there comes back", "", async (page) => {
  await explained(page);
  const tries = await near(page, "blocks", "try-blocks");
  const box = page.locator("#blocks-prompt");
  await box.fill("My own prompt, which nobody may lose without a way back to it.");
  await tries.getByRole("button", { name: "Change the case of the first letter" }).click();
  assert.match(await tries.getByRole("status").innerText(), /finds 0\sof\s\d+/);
  assert.match(await box.inputValue(), /^you are/);
  // The figure took it as if it had been typed.
  await page.waitForFunction(() => /first differs already/.test(document.querySelector("#figure-blocks").textContent));
  await tries.getByRole("button", { name: "Put back" }).click();
  assert.match(await box.inputValue(), /^My own prompt/);

  const tree = await near(page, "tree", "try-tree");
  await tree.getByRole("button", { name: "Ask the same again" }).click();
  assert.equal(await page.locator("#tree-first").inputValue(), await page.locator("#tree-second").inputValue());
  const first = () => tree.locator(".customers code").allTextContents();
  const open = await first();
  assert.equal(open[0], open[1]);
  await page.locator("#tree-salt").check();
  await page.waitForFunction(() => /finds 0\sof/.test(document.getElementById("tree-salt-said").textContent));
  const salted = await first();
  assert.notEqual(salted[0], salted[1]);
});

for (const [width, colorScheme] of [[360, "dark"], [1280, "light"]]) {
  onPage(`the lesson is gone through by key, and nothing of it leaves the tab: ${width} px, ${colorScheme}`, "?lesson", { viewport: { width, height: 800 }, colorScheme, reducedMotion: "reduce", boot: false }, async (page) => {
    const lesson = page.locator("#lesson");
    await lesson.waitFor({ timeout: 60_000 });
    const before = await page.evaluate(() => JSON.stringify(localStorage));
    for (let stop = 0; stop < 3; stop++) {
      const predictions = lesson.locator("fieldset.prediction:visible");
      const count = await predictions.count();
      assert.equal(count, 3);
      for (let at = 0; at < count; at++) {
        const one = predictions.nth(at);
        assert.ok(await one.locator("button.reveal").isDisabled(), "predicted before it is revealed");
        const radio = one.locator("input").first();
        await radio.focus();
        await page.keyboard.press("Space");
        for (let hint = 1; hint <= 3; hint++) {
          await one.locator("button.hint").click();
          assert.equal(await one.locator(".hints li").count(), hint);
        }
        assert.ok(await one.locator("button.explain").isDisabled(), "revealed before it is explained");
        await one.locator("button.reveal").focus();
        await page.keyboard.press("Enter");
        await one.locator(".say").filter({ hasText: "It is" }).waitFor({ timeout: 60_000 });
        await one.locator("button.explain").click();
        assert.equal(await one.locator(".say").count(), 2);
      }
      if (stop === 0) assert.deepEqual(await axe(page), []);
      await lesson.locator("button.go:visible").click();
    }
    const checks = lesson.locator("fieldset.prediction:visible");
    assert.equal(await checks.count(), 10);
    assert.ok(await page.locator("#lesson-check").isDisabled());
    for (let at = 0; at < 10; at++) await checks.nth(at).locator("input").nth(1).check();
    await page.locator("#lesson-check").click();
    await lesson.locator(".say").filter({ hasText: /^\d+ of 10 are right/ }).waitFor();
    assert.equal(await page.evaluate(() => JSON.stringify(localStorage)), before);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no sideways scroll");
    // The laboratory takes the address for a scenario, and the lesson is none.
    assert.doesNotMatch(await page.locator("body").innerText(), /unknown.*lesson/i);
  });
}
