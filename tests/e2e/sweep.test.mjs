// A sweep in the laboratory: its picture answers how many GPUs a limit takes, the limit is moved by pointer and by key, the table is
// a heat map, and what a sweep or a preset has replaced comes back.
import { assert, axe, onPage } from "../harness/test.mjs";

const plain = (text) => text.replace(/[\u00a0\s]+/g, " ").trim();
const said = async (page, selector) => plain(await page.locator(selector).innerText());
const open = (page) => page.locator("#lab details.group").evaluateAll((all) => all.forEach((it) => { it.open = true; }));
const done = (page) => page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 120_000 });
const SWEEP = "?v=2&n=80&r=1,2,4&rate=4,16&p=round-robin,smart";
const LINE = "#lab-charts .limit";

for (const [name, options] of [["", {}], [", on a phone in the dark", { viewport: { width: 360, height: 740 }, colorScheme: "dark" }]])
  onPage(`a limit is moved across a sweep by key and by pointer, and the sentences, the ticks and the figure follow${name}`, `${SWEEP}#lab`, options, async (page) => {
    await page.click("#lab-run");
    await done(page);
    await page.waitForSelector(LINE);
    assert.match(await said(page, "#lab-verdict"), /Set a limit on TTFT \(ttft-slo\) or a goal with p95_ttft, or drag the line/);
    assert.equal(await page.getAttribute(LINE, "aria-valuetext"), "none yet");
    assert.equal(await page.locator("#lab-sweep tbody tr").count(), 6, "a row a policy and fleet");
    assert.equal(await page.locator("#lab-sweep thead th").count(), 2, "a column a rate");
    assert.ok((await page.locator("#lab-sweep td.heat-4").count()) > 0);
    // Wherever the limit goes, the picture stays where it is.
    const high = () => page.evaluate((line) => document.querySelector(line).closest(".plot").getBoundingClientRect().top - document.querySelector("#lab-run-panel").getBoundingClientRect().top, LINE);
    const before = await high();
    await page.focus(LINE);
    await page.keyboard.press("Home");
    for (let step = 0; step <= 100; step += 1) {
      await page.waitForFunction(([line, now]) => document.querySelector(line).getAttribute("aria-valuenow") === now, [LINE, String(step)]);
      assert.equal(await high(), before, `at ${step}: ${await said(page, "#lab-verdict")}`);
      await page.keyboard.press("ArrowUp");
    }
    // By key: to the top, where everything keeps it, and a little down.
    await page.focus(LINE);
    await page.keyboard.press("End");
    await page.waitForFunction(() => /at all of these rates, up to 16 arrivals/.test(document.querySelector("#lab-verdict").textContent));
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction((line) => document.querySelector(line).getAttribute("aria-valuenow") === "99", LINE);
    const ticks = () => page.locator("#lab-sweep td", { hasText: "✓" }).count();
    assert.equal(await ticks(), 12);
    await page.keyboard.press("Home");
    await page.waitForFunction(() => /not even at 4/.test(document.querySelector("#lab-verdict").textContent));
    assert.equal(await ticks(), 0);
    // By pointer: to the middle of the picture.
    await page.locator(LINE).scrollIntoViewIfNeeded();
    const [plot, line] = [await page.locator("#lab-charts .plot").first().boundingBox(), await page.locator(LINE).boundingBox()];
    const x = line.x + line.width / 2;
    await page.mouse.move(x, line.y + line.height / 2);
    await page.mouse.down();
    await page.mouse.move(x, plot.y + 140, { steps: 8 });
    await page.mouse.up();
    await page.waitForFunction(() => /up to about/.test(document.querySelector("#lab-verdict").textContent));
    const some = await ticks();
    assert.ok(some > 0 && some < 12, `${some}`);
    const [first] = await page.locator("#lab-verdict li").allInnerTexts();
    assert.match(plain(first), /^P95 TTFT within [\d.]+ m?s at (4|16) arrivals\/s take: .*smart (more than )?\d/);
    // The line is in the picture where its value says.
    const [now, then] = [await page.locator(LINE).boundingBox(), await page.locator("#lab-charts .plot").first().boundingBox()];
    const place = Number(await page.getAttribute(LINE, "aria-valuenow")) / 100;
    const [top, bottom] = [28, 260 - 46];
    assert.ok(Math.abs(now.y + now.height / 2 - then.y - (bottom - place * (bottom - top))) < 4, `${now.y} ${then.y} ${place}`);
    // What ticks say is what the figures say.
    if (options.viewport) await page.click("#lab-results > .wide-open > summary");
    const limit = await page.getAttribute(LINE, "aria-valuetext");
    const seconds = (text) => { const [, value, unit] = /([\d.]+)\s(µs|ms|s)/.exec(text); return Number(value) * { "µs": 1e-6, ms: 1e-3, s: 1 }[unit]; };
    for (const cell of await page.locator("#lab-sweep td.heat").allInnerTexts()) assert.equal(cell.includes("✓"), seconds(cell.replaceAll(/[^\d.µms\s\u00a0]/g, " ")) <= seconds(limit), `${cell} ${limit}`);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
    assert.deepEqual(await axe(page, "#lab"), []);
    // It becomes the scenario's at a click.
    await page.click("#lab-limit");
    await open(page);
    assert.ok(Math.abs(Number(await page.inputValue("#lab-ttft-slo")) / 1e3 - seconds(limit)) < 1e-6);
    assert.ok(await page.locator("#lab-limit").isDisabled());
  });

onPage("a sweep is a chip among the runs: named by its lists, run again with them, and as a baseline pale below the next; it outlasts a reload", `${SWEEP}#lab`, async (page) => {
  await page.click("#lab-run");
  await done(page);
  assert.match(await said(page, "#lab-run-1"), /^1: .*; rates 4 and 16; replicas 1, 2 and 4 12 runs, the best: \S+, median TTFT [\d.]+ m?s$/);
  await page.click("#lab-run-1");
  await page.click("#run-pin");
  await page.fill("#run-name", "how many GPUs");
  await page.keyboard.press("Tab");
  // One run: its figures are not held against those of a sweep.
  await page.click("#lab-one");
  await page.click("#lab-run");
  await page.waitForSelector("#lab-run-2", { timeout: 60_000 });
  await done(page);
  assert.match(await said(page, "#lab-run-2"), /^2: one run/);
  await page.waitForSelector("#lab-table");
  assert.ok(!/change from run/.test(await said(page, "#lab-table")));
  // Another sweep over the same, and the pinned one pale below it.
  await open(page);
  await page.fill("#sweep-rates", "4, 12");
  await page.fill("#sweep-replicas", "1, 2");
  await page.click("#sweep-run");
  await page.waitForSelector("#lab-run-3", { timeout: 60_000 });
  await done(page);
  assert.match(await said(page, "#lab-run-3"), /^3: rates 4 and 12; replicas 1 and 2/);
  await page.waitForFunction(() => /Pale: run 1, the baseline/.test(document.querySelector("#lab-charts")?.textContent ?? ""));
  assert.deepEqual(await axe(page, "#lab"), []);
  await page.reload();
  await page.waitForSelector("#lab-run-1", { timeout: 60_000 });
  assert.match(await said(page, "#lab-run-1"), /^1: how many GPUs 12 runs/);
  await page.click("#lab-run-1");
  await page.click("#run-open");
  await done(page);
  assert.equal(await page.locator("#lab-sweep tbody tr").count(), 6, "a row a policy and fleet");
  assert.equal(await page.evaluate(() => location.search), SWEEP.replace("&p=round-robin,smart", ""), "the policies are those of every scenario");
  await page.click("#run-forget");
  assert.equal(await page.locator("#lab-run-1").count(), 0);
});

onPage("with several seeds every figure of a sweep has its range", `${SWEEP}&seeds=3&ttft=1500#lab`, async (page) => {
  await page.click("#lab-run");
  await done(page);
  const cells = await page.locator("#lab-sweep td.heat").allInnerTexts();
  assert.equal(cells.length, 12);
  for (const cell of cells) assert.match(plain(cell), / to /, cell);
  await page.click("#lab-sweep-all summary");
  const rows = await page.locator("#lab-sweep-all tbody tr").allInnerTexts();
  for (const row of rows) assert.ok((row.match(/ to /g) ?? []).length >= 4, row);
  await page.waitForFunction(() => /over the seeds/.test(document.querySelector("#lab-charts canvas")?.getAttribute("aria-label") ?? ""));
  assert.deepEqual(await axe(page, "#lab"), []);
});

onPage("what a group's preset and a sweep replace comes back", "?v=2&n=40&rate=3&p=smart#lab", async (page) => {
  await open(page);
  const search = (wanted) => page.waitForFunction((wanted) => location.search === wanted, wanted);
  await page.fill("#sweep-rates", "4, 16");
  await page.fill("#sweep-replicas", "1, 2");
  await page.click("#sweep-run");
  await done(page);
  await search("?v=2&n=40&r=1,2&rate=4,16&p=smart");
  await page.click("#lab-undo");
  await search("?v=2&n=40&rate=3&p=smart");
  await page.click("#sweep-run");
  await search("?v=2&n=40&r=1,2&rate=4,16&p=smart");
  await done(page);
  await page.click("#lab-one");
  await search("?v=2&n=40&rate=3&p=smart");
  await page.click("#lab-undo");
  await search("?v=2&n=40&r=1,2&rate=4,16&p=smart");
  const preset = page.locator("select[id^='lab-preset-']").first();
  const name = await preset.locator("option").nth(1).getAttribute("value");
  await preset.selectOption(name);
  await page.waitForFunction(() => location.search.length > "?v=2&n=40&r=1,2&rate=4,16&p=smart".length);
  await page.click("#lab-undo");
  await search("?v=2&n=40&r=1,2&rate=4,16&p=smart");
  assert.ok(await page.locator("#lab-undo").isHidden());
});
