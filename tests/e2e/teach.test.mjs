// What explains the page: words that open, why figures are what they are, questions to try, and the lesson.
import { assert, axe, onPage } from "../harness/test.mjs";

/** Does something, as a reader would, and waits for the program that explains. */
async function explained(page) {
  await page.mouse.move(200, 200);
  await page.mouse.move(210, 210);
  await page.waitForFunction(() => document.documentElement.dataset.teach !== undefined, null, { timeout: 60_000 });
}

const card = (page) => page.locator("#term");

onPage("nothing of what explains is fetched before the reader does something", "", async (page) => {
  const fetched = await page.evaluate(() => performance.getEntriesByType("resource").map((it) => it.name));
  assert.ok(fetched.some((name) => /warmpath-page.*wasm/.test(name)));
  // The harness scrolls through the page, which is something.
});

onPage("a page that is only looked at does not fetch what explains it", "", { boot: false }, async (page) => {
  await page.waitForFunction(() => document.documentElement.dataset.started !== undefined);
  await page.waitForFunction(() => performance.getEntriesByType("resource").some((it) => it.name.endsWith("/later.mjs")));
  await page.waitForTimeout(300);
  const fetched = await page.evaluate(() => performance.getEntriesByType("resource").map((it) => it.name));
  assert.deepEqual(fetched.filter((name) => name.includes("teach")), []);
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
