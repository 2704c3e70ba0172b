// Where things stand: what heads a figure stands over it, what belongs together stands side by side, and what goes on says so.
import { assert, begun, comeTo, groupsOpen, onPage } from "../harness/test.mjs";

/** The right edge of the first text in each of the elements: its figure, without what is said beside it [px]. */
const ends = (cells) =>
  cells.evaluateAll((all) =>
    all.map((it) => {
      const walk = document.createTreeWalker(it, NodeFilter.SHOW_TEXT);
      while (walk.nextNode().data.trim() === "");
      const text = document.createRange();
      text.setStart(walk.currentNode, 0);
      text.setEnd(walk.currentNode, walk.currentNode.data.trimEnd().length);
      return text.getBoundingClientRect().right;
    }),
  );

onPage("the opening's rows take a line each where there is room, and on a phone none is cut beside its size", "", { boot: false }, async (page) => {
  const rows = () =>
    page.locator(".hero .row").evaluateAll((all) =>
      all.map((it) => {
        const words = it.querySelector(".words");
        return { tall: it.offsetHeight, cut: words.scrollWidth > words.clientWidth, wide: words.clientWidth, text: words.textContent };
      }),
    );
  const wide = await rows();
  assert.ok(wide.length > 5);
  for (const row of wide) assert.ok(row.tall === wide[0].tall && !row.cut, `${row.text}: ${row.tall} px`);
  // Of eleven blocks a row shows the first words, and says that there are more.
  assert.match(wide[0].text, /…$/);
  // What is said of the numbers stands side by side below the two cards, which end alike.
  const boxes = await page.locator("#race, .hero, .hook .source").evaluateAll((all) => all.map((it) => it.getBoundingClientRect()).map(({ top, bottom, left }) => ({ top, bottom, left })));
  const [race, ...others] = boxes;
  const [said, rest] = others.filter((it) => it.top >= race.bottom);
  assert.ok(Math.abs(said.top - rest.top) < 1 && said.left < rest.left, JSON.stringify(boxes));
  await page.setViewportSize({ width: 360, height: 800 });
  for (const row of await rows()) assert.ok(!row.cut && row.wide > 180, `${row.text}: ${row.wide} px`);
});

onPage("a policy's name stands over its values, and what they differ by beside it", "", async (page) => {
  for (const table of ["#fleet-deltas", "#lab-table"]) {
    await page.locator(table).scrollIntoViewIfNeeded();
    await page.locator(`${table} tbody td:nth-child(3)`).first().waitFor();
    const [head, ...values] = [...(await ends(page.locator(`${table} thead th:nth-child(3)`))), ...(await ends(page.locator(`${table} tbody td:nth-child(3)`)))];
    assert.ok(values.length > 5);
    for (const value of values) assert.ok(Math.abs(value - head) <= 3, `${table}: ${value} below ${head}`);
  }
});

onPage("all errors are to be seen at once on a wide screen, and each ends where its head does", "#reality", async (page) => {
  await page.evaluate(() => document.getElementById("reality-errors").closest("details").setAttribute("open", ""));
  const table = page.locator("#reality-errors");
  await table.scrollIntoViewIfNeeded();
  const room = await table.evaluate((it) => [it.closest(".scroll").scrollWidth, it.closest(".scroll").clientWidth]);
  assert.ok(room[0] <= room[1], `${room}`);
  const heads = await ends(page.locator("#reality-errors thead tr:last-child th:not(:first-child)"));
  for (const row of [1, 7, 12, 13]) {
    const figures = await ends(page.locator(`#reality-errors tbody tr:nth-child(${row}) td`));
    assert.equal(figures.length, 12);
    for (const [at, figure] of figures.entries()) assert.ok(Math.abs(figure - heads[at]) <= 3, `row ${row}, column ${at}: ${figure} below ${heads[at]}`);
  }
});

onPage("what it cost two policies stands side by side, and below it the chart beside the table", "#failure", async (page) => {
  await page.locator("#failure-table tbody tr").first().waitFor();
  const items = await page.locator("#failure-story li").evaluateAll((all) => all.slice(0, 2).map((it) => [it.querySelector("b").textContent, it.getBoundingClientRect().top, it.getBoundingClientRect().left]));
  assert.deepEqual(items.map((it) => it[0]), ["least-load", "smart"]);
  assert.ok(items[0][1] === items[1][1] && items[0][2] < items[1][2], `${items}`);
  const boxes = await page.locator("#failure-story, #figure-failure .came .chart, #figure-failure .came .scroll:has(#failure-table)").evaluateAll((all) => all.map((it) => it.getBoundingClientRect()).map(({ left, right, top, bottom }) => ({ left, right, top, bottom })));
  const [story, chart, table] = boxes;
  assert.ok(chart.top >= story.bottom && Math.abs(chart.top - table.top) < 20 && chart.right < table.left && story.right >= table.right - 1, JSON.stringify(boxes));
});

onPage("on a phone small tables fit, the log fades where it goes on, and the challenges' cards are as tall as one another", "", { viewport: { width: 360, height: 800 } }, async (page) => {
  await page.evaluate(() => document.querySelectorAll("main details").forEach((it) => { it.open = true; }));
  await page.locator("#fleet-deltas tbody tr").first().waitFor();
  const fits = (name) =>
    page.waitForFunction((name) => {
      const all = [...document.querySelectorAll(".scroll")].filter((it) => it.ariaLabel === name && it.querySelector("tbody td"));
      return all.length > 0 && all.every((it) => it.clientWidth > 0 && it.scrollWidth <= it.clientWidth);
    }, name);
  for (const name of ["Each replica's share", "The other policies against the first", "The trees as a table"]) await fits(name);
  const log = page.locator("#figure-fleet .log");
  assert.ok(await log.evaluate((it) => it.scrollHeight > it.clientHeight));
  const handle = await log.elementHandle();
  const fades = (below) =>
    page.waitForFunction(
      ([it, below]) => {
        const style = getComputedStyle(it);
        return style.maskImage.includes("gradient") && parseFloat(style.getPropertyValue("--below")) > 0 === below;
      },
      [handle, below],
    );
  await fades(true);
  await log.evaluate((it) => { it.scrollTop = it.scrollHeight; });
  await fades(false);
  await page.evaluate(() => document.querySelectorAll(".dare details").forEach((it) => { it.open = false; }));
  const tall = await page.locator(".dare").evaluateAll((all) => all.map((it) => it.offsetHeight));
  assert.deepEqual([...new Set(tall)].length, 1, `${tall}`);
});

onPage("a setting stands near its name on a tablet", "#lab", { viewport: { width: 768, height: 900 } }, async (page) => {
  await groupsOpen(page);
  const far = await page.locator("#lab-settings .setting:not(.wide)").evaluateAll((all) =>
    all.filter((it) => it.checkVisibility()).map((it) => {
      const [label, entry] = [it.querySelector("label"), it.querySelector(".entry, select, input")];
      return [label.textContent, entry.getBoundingClientRect().left - label.getBoundingClientRect().left];
    }),
  );
  assert.ok(far.length > 20);
  assert.deepEqual(far.filter(([, off]) => off > 260), []);
});

onPage("no head of a table lies over the next one, at any width and on paper", "", async (page) => {
  for (const table of ["#fleet-deltas", "#failure-table", "#lab-table"]) {
    await page.locator(table).scrollIntoViewIfNeeded();
    await page.locator(`${table} tbody tr`).first().waitFor({ state: "attached" });
  }
  const over = () =>
    page.locator("#fleet-deltas, #failure-table, #lab-table, .shares, .holds").evaluateAll((all) =>
      all
        .filter((it) => it.checkVisibility())
        .flatMap((it) => [...it.querySelectorAll("thead :is(th, td)")])
        .filter((it) => it.textContent.trim())
        .map((it) => {
          const words = document.createRange();
          words.selectNodeContents(it);
          return [it.textContent, words.getBoundingClientRect().right - it.getBoundingClientRect().right];
        }),
    );
  for (const width of [620, 700, 768, 860, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const heads = await over();
    assert.ok(heads.length > 12, `${width} px: ${heads.length}`);
    assert.deepEqual(heads.filter(([, px]) => px > 1), [], `${width} px`);
  }
  await page.setViewportSize({ width: 700, height: 1000 });
  await page.emulateMedia({ media: "print" });
  assert.deepEqual((await over()).filter(([, px]) => px > 1), [], "on paper");
});

onPage("the points of the failure's story stand close below one another", "#failure", async (page) => {
  await page.locator("#failure-table tbody tr").first().waitFor();
  for (const width of [768, 1280, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    const boxes = await page.locator("#failure-story .toll:not(.each) li").evaluateAll((all) => all.map((it) => it.getBoundingClientRect()).map(({ left, top, bottom }) => ({ left, top, bottom })));
    assert.ok(boxes.length > 4);
    const below = boxes.slice(1).map((it, at) => [it, boxes[at]]).filter(([it, before]) => it.left === before.left);
    assert.equal(below.length, boxes.length - 2, "two columns");
    for (const [it, before] of below) assert.ok(Math.abs(it.top - before.bottom - 7) < 1, `${width} px: ${it.top - before.bottom} px apart`);
  }
});

onPage("buttons beside one another are equally far apart", "", async (page) => {
  for (const width of [768, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const apart = await page.locator(".controls > button + button, .moment > button + button").evaluateAll((all) =>
      all
        .map((it) => [it.textContent, it.getBoundingClientRect(), it.previousElementSibling.getBoundingClientRect()])
        .filter(([, it, before]) => it.width > 0 && before.width > 0 && it.top === before.top)
        .map(([text, it, before]) => [text, Math.round(it.left - before.right)]),
    );
    assert.ok(apart.length >= 2, `${width} px: ${apart}`);
    assert.deepEqual(apart.filter(([, px]) => px !== 10), [], `${width} px`);
  }
});

for (const [width, query] of [[360, ""], [1280, ""], [360, "?present#challenges"], [1280, "?present#challenges"]])
  onPage(`a challenge's hints and its button are the card's foot, and the card is wide enough to read: ${width} px ${query}`, query, { viewport: { width, height: 800 }, boot: false }, async (page) => {
    await begun(page);
    await comeTo(page, "challenges");
    const buttons = page.locator(".dare > button");
    await buttons.first().waitFor({ timeout: 60_000 });
    const cards = await page.locator(".dare").evaluateAll((all) =>
      all.map((it) => {
        const [hints, button, card] = [it.querySelector("summary"), it.querySelector("button"), it].map((part) => part.getBoundingClientRect());
        return { between: button.top - hints.bottom, below: card.bottom - button.bottom, wide: card.width, of: it.id };
      }),
    );
    assert.equal(cards.length, 12);
    for (const { between, below, wide, of } of cards) assert.ok(between >= 4 && between < 16 && below < 32 && wide >= 200, `${of}: ${between} px between, ${below} below, ${wide} wide`);
  });

onPage("before a projector words are as tall as the strips and ticks leave room for", "?present#one-gpu", { viewport: { width: 1280, height: 720 }, boot: false }, async (page) => {
  await begun(page);
  await page.locator("#figure-one-gpu[data-live] .spared text").waitFor({ timeout: 60_000 });
  assert.ok((await page.evaluate(() => Number.parseFloat(getComputedStyle(document.documentElement).fontSize))) > 18);
  const [words, outline] = await page.locator("#figure-one-gpu .spared :is(text, rect)").evaluateAll((all) => ["text", "rect"].map((name) => all.find((it) => it.localName === name).getBoundingClientRect()).map(({ top, bottom }) => [top, bottom]));
  assert.ok(words[0] >= outline[0] - 2 && words[1] <= outline[1] + 2, `${words} in ${outline}`);
  const axes = await page.locator("#figure-one-gpu .axis").evaluateAll((all) => all.map((it) => [it.querySelector("line"), it.querySelector("text"), it].map((part) => part.getBoundingClientRect()).map(({ top, bottom }) => ({ top, bottom }))));
  assert.ok(axes.length > 0);
  for (const [tick, text, axis] of axes) assert.ok(text.top >= tick.bottom - 4 && text.bottom <= axis.bottom + 5, `${text.top} below ${tick.bottom}, ${text.bottom} in ${axis.bottom}`);
});

onPage("a question of the lesson stands within its frame", "?lesson", { viewport: { width: 360, height: 800 }, boot: false }, async (page) => {
  const questions = page.locator("#lesson fieldset.prediction:visible");
  await questions.first().waitFor({ timeout: 60_000 });
  const off = await questions.evaluateAll((all) => all.map((it) => [it.querySelector("legend").getBoundingClientRect(), it.getBoundingClientRect()]).map(([legend, frame]) => [legend.top - frame.top, legend.height]));
  assert.ok(off.length > 1 && off.some(([, tall]) => tall > 40), `${off}`);
  assert.deepEqual(off.filter(([px]) => px < 8), []);
});
