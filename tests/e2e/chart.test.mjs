// Charts: what a cursor reads, by pointer and by keys, without a picture being drawn anew.
import { assert, onPage } from "../harness/test.mjs";

const plain = (text) => text.replace(/\s+/g, " ").trim();
const run = async (page) => {
  await page.click("#lab-run");
  await page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
};
const figure = (page, title) => page.locator("#lab-charts .chart", { has: page.getByText(title, { exact: true }) });

onPage("each chart has a name, sentences with their n, a table, and a cursor in the tab order", "?v=2&n=120#lab", async (page) => {
  await run(page);
  const charts = await page.locator("#lab-charts .chart").all();
  assert.equal(charts.length, 5);
  for (const chart of charts) {
    const title = await chart.locator("figcaption b").innerText();
    assert.ok((await chart.locator("canvas").getAttribute("aria-label")).startsWith(`${title}. `), title);
    assert.match(plain(await chart.locator(".summary").innerText()), /\b120 requests/, title);
    await chart.locator("details summary").click();
    // Opening is told a little after it is done, and the table made then.
    await chart.locator("tbody tr").nth(2).waitFor({ state: "attached" });
    const cursor = chart.locator(".reader");
    assert.equal(await cursor.getAttribute("tabindex"), "0");
    await cursor.focus();
    await page.keyboard.press("ArrowRight");
    const first = plain(await chart.locator("[role=status]").innerText());
    await page.keyboard.press("End");
    const last = plain(await chart.locator("[role=status]").innerText());
    assert.ok(first.length > 5 && last.length > 5 && first !== last, `${title}: ${first} | ${last}`);
    await page.keyboard.press("Escape");
    assert.equal(await chart.locator(".tip").count(), 0);
  }
});

onPage("the pointer reads the nearest values, and the canvas is not drawn again", "?v=2&n=120#lab", async (page) => {
  await run(page);
  const chart = figure(page, "Time to first token");
  await chart.scrollIntoViewIfNeeded();
  await chart.locator("canvas").evaluate((canvas) => {
    const context = canvas.getContext("2d");
    window.strokes = 0;
    const stroke = context.stroke.bind(context);
    context.stroke = (...rest) => { window.strokes += 1; stroke(...rest); };
  });
  const box = await chart.locator(".reader").boundingBox();
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
  const early = plain(await chart.locator(".tip").innerText());
  await page.mouse.move(box.x + box.width * 0.95, box.y + box.height / 2);
  const late = plain(await chart.locator(".tip").innerText());
  assert.match(early, /^within .* round-robin .* smart /);
  assert.match(late, /100 %.*100 %/);
  assert.equal(await page.evaluate(() => window.strokes), 0);
  await page.mouse.move(0, 0);
  assert.equal(await chart.locator(".tip").count(), 0);
});

onPage("a table that goes on below its edge fades there, and at its end does not", "?v=2&n=120#lab", async (page) => {
  await run(page);
  const chart = figure(page, "Time to first token");
  await chart.locator("summary").click();
  const table = chart.locator(".scroll");
  await table.locator("tbody tr").first().waitFor();
  // Lower than what it holds, whatever the table's size.
  await table.evaluate((it) => (it.style.maxHeight = `${Math.round(it.scrollHeight / 2)}px`));
  const handle = await table.elementHandle();
  const faded = (above, below) =>
    page.waitForFunction(
      ([it, above, below]) => {
        const style = getComputedStyle(it);
        const there = (name) => parseFloat(style.getPropertyValue(name)) > 0;
        return style.maskImage.includes("gradient") && there("--above") === above && there("--below") === below;
      },
      [handle, above, below],
    );
  assert.ok(await table.evaluate((it) => it.scrollHeight > it.clientHeight + 20));
  await faded(false, true);
  await table.evaluate((it) => (it.scrollTop = it.scrollHeight));
  await faded(true, false);
});
