// On paper: light, without what only a screen can do, and with every figure.
import { assert, explained, frames, onPage } from "../harness/test.mjs";

onPage("what is printed is light and has no header and no controls", "", { whole: false, colorScheme: "dark" }, async (page) => {
  await page.evaluate(() => (document.documentElement.dataset.theme = "dark"));
  await page.emulateMedia({ media: "print" });
  const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(paper, "rgb(255, 255, 255)");
  const shown = await page.evaluate(() => [...document.querySelectorAll(".top, button:not(.term, .run > button, .chip > .name, .run-chip, .lanes .whom), input[type=range], input[type=file], .transport, .befall, details:not([open], .part, .group, .wide-open)")].filter((it) => it.checkVisibility()).map((it) => it.outerHTML.slice(0, 80)));
  assert.deepEqual(shown, []);
  // Every figure is laid out, far from the window too.
  for (const section of await page.locator("main > section").all()) {
    assert.equal(await section.evaluate((it) => getComputedStyle(it).contentVisibility), "visible");
  }
  for (const row of await page.locator(".hero .row").all()) assert.ok(await row.isVisible());
});

onPage("on paper a sentence has all its words, those that are explained too, and a prompt all its blocks", "", async (page) => {
  await explained(page);
  for (const station of ["fleet", "router", "tree"]) await page.locator(`#${station} .lead button.term`).first().waitFor({ state: "attached", timeout: 30_000 });
  await page.fill("#router-prompt", "You are the support agent of Lumen, a shop for lamps. ".repeat(40));
  await page.locator("#figure-router .run").first().waitFor();
  const said = () => page.locator("main .lead:visible, .more p:visible, #figure-router .chips").evaluateAll((all) => all.map((it) => it.innerText.replace(/\s+/g, " ")));
  const onScreen = await said();
  assert.ok(onScreen.length > 10);
  await page.emulateMedia({ media: "print" });
  assert.deepEqual(await said(), onScreen);
});

onPage("what was not run here stands on paper as the page's own runs", "", async (page) => {
  await page.waitForSelector("#figure-what-if[data-live] .what-if", { state: "attached" });
  const cards = page.locator("#figure-what-if .card:visible");
  assert.equal(await page.locator("#figure-what-if .what-if:visible").count(), 2);
  await page.emulateMedia({ media: "print" });
  assert.equal(await cards.count(), 2);
  for (const card of await cards.all()) assert.match(await card.innerText(), /What if .*Mean TTFT.*Requests a second/s);
});

onPage("what is presented is printed whole, in the size of paper", "?present#router", { whole: false }, async (page) => {
  await page.locator("#router-prompt").waitFor();
  assert.equal(await page.locator("#fleet").isVisible(), false);
  await page.emulateMedia({ media: "print" });
  const hidden = await page.locator(".hook, .hook .source, main > section, main > section > .lead, .more p, #figure-router .metrics, #figure-router .weigh, #reality-score").evaluateAll((all) => all.filter((it) => !it.checkVisibility()).map((it) => it.id || it.className));
  assert.deepEqual(hidden, []);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), "16px");
});

onPage("paper is light for charts too, and the reader's colours come back", "", { colorScheme: "dark" }, async (page) => {
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await theme(), "light");
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.equal(await theme(), undefined);
});

onPage("on paper the laboratory says its policies, and neither chips nor tables are split between sheets", "?v=2&w=rag&n=80&p=least-load,smart,chwbl#lab", async (page) => {
  await page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
  await page.emulateMedia({ media: "print" });
  const names = page.locator("#lab-policies .chip > .name");
  assert.deepEqual(await names.allInnerTexts(), ["least-load", "smart", "chwbl"]);
  for (const name of await names.all()) assert.ok(await name.isVisible());
  for (const out of await page.locator("#lab-policies .chip > .off").all()) assert.ok(await out.isHidden());
  const split = await page.locator("#lab-policies .chip, #lab-table, #lab-runs .run-chip, #lab-charts .chart").evaluateAll((all) => all.filter((it) => getComputedStyle(it).breakInside !== "avoid").map((it) => it.outerHTML.slice(0, 80)));
  assert.deepEqual(split, []);
  assert.equal(await page.locator("#lab-settings").evaluate((it) => it.scrollHeight - it.clientHeight), 0);
});

onPage("on paper a control is what it is set to", "", async (page) => {
  await page.emulateMedia({ media: "print" });
  const said = async (place) => (await page.locator(place).innerText()).replace(/\s+/g, " ").trim();
  for (const weight of ["overlap-weight", "load-weight"]) {
    const value = page.locator(`.slider output[for="${weight}"]`);
    assert.ok(await value.isVisible());
    assert.match(await value.innerText(), /\d/);
  }
  assert.equal(await said('#figure-blocks [aria-label="Tokens a block"]'), "tokens a block 4");
  for (const list of await page.locator("main select:visible").all()) {
    assert.equal(await list.evaluate((it) => getComputedStyle(it).borderTopWidth), "0px");
  }
});

onPage("the lanes of what befalls a fleet are as wide on paper as their column", "", async (page) => {
  await page.locator("#figure-failure .lanes:not(.calm) .lane").first().waitFor();
  await page.emulateMedia({ media: "print" });
  const shares = await page.locator("#figure-failure .lanes:not(.calm) .lane").evaluateAll((all) => all.filter((it) => it.checkVisibility()).map((it) => it.clientWidth / it.closest(".side").clientWidth));
  assert.ok(shares.length >= 8, `${shares.length} lanes`);
  assert.deepEqual(shares.filter((it) => it < 0.8), []);
});

for (const width of [360, 1280])
  onPage(`charts are drawn anew for paper, light and as wide as they are printed, from a window of ${width} px`, "?present#fleet", { viewport: { width, height: 800 }, colorScheme: "dark" }, async (page) => {
    const charts = page.locator("#fleet .chart canvas");
    await page.waitForFunction(() => document.querySelector("#fleet .chart canvas")?.getAttribute("aria-label")?.startsWith("Time to first token"));
    // As it is when a browser prints: what waits for a task does not come in time.
    const drawn = await page.evaluate(async () => {
      dispatchEvent(new Event("beforeprint"));
      for (let turn = 0; turn < 40; turn++) await null;
      return [...document.querySelectorAll("#fleet .chart canvas")].map((it) => {
        const [red, green, blue] = it.getContext("2d").getImageData(0, 0, 1, 1).data;
        return { wide: it.width / devicePixelRatio, ground: red + green + blue };
      });
    });
    await page.emulateMedia({ media: "print" });
    const printed = await charts.evaluateAll((all) => all.map((it) => it.clientWidth));
    assert.equal(printed.length, 4);
    printed.forEach((wide, at) => assert.ok(Math.abs(wide / drawn[at].wide - 1) < 0.06, `${wide} px, drawn for ${drawn[at].wide} px`));
    assert.deepEqual(drawn.map((it) => it.ground), [765, 765, 765, 765]);
    await page.emulateMedia({ media: "screen" });
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    assert.deepEqual(await page.evaluate(() => ({ ...document.documentElement.dataset })).then(({ present, paper }) => ({ present, paper })), { present: "", paper: undefined });
  });
