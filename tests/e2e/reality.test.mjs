// The reality check: readable as it stands, run here on demand, and two changes to the benchmark.
import { assert, axe, explained, onPage, withoutScript } from "../harness/test.mjs";

const plain = (text) => text.replace(/\s+/g, " ").trim();
/** The words of the tables cell by cell, folded away or not. */
const tables = (page) => page.locator("#reality-tables :is(th, td)").evaluateAll((all) => all.map((it) => it.textContent).join(" ")).then(plain);
const marks = (page) => page.locator("#reality-picture .mark").evaluateAll((all) => all.map((it) => it.getAttribute("d")));
/** Texts of an element that lie on one another, or on the next of their kind. */
const overlaps = (page, selector) =>
  page.locator(selector).evaluateAll((all) => {
    const boxes = all.map((it) => it.getBoundingClientRect());
    return boxes.flatMap((one, at) => boxes.slice(at + 1).filter((two) => one.left < two.right && two.left < one.right && one.top < two.bottom && two.top < one.bottom).map(() => all[at].textContent));
  });
const points = (paths) => paths.join("").split("h0").length - 1;

onPage("measured, simulated and error are there without JavaScript", "", { javaScriptEnabled: false, boot: false }, async (page) => {
  assert.match(await tables(page), /Mean TTFT 10\.6 s \d+\.\d s [−+]/);
  assert.equal(await page.locator("#reality-tables tbody tr:not(.level)").count(), 48);
  assert.match(plain(await page.locator("#figure-what-if").innerText()), /the gain shrinks from .* times to .* times/);
  // The picture: a row a figure, a mark a row of the benchmark, and beside it the step times of other GPUs.
  assert.equal(await page.locator("#reality-picture li").count(), 13);
  assert.equal(points(await marks(page)), 12 * 13);
  // Of a figure whose rows are not all near, it is said which are not.
  const rows = await page.locator("#reality-picture li").evaluateAll((all) =>
    all.map((it) => {
      const name = it.querySelector("b").textContent;
      const far = [...it.closest(".range").querySelectorAll(".far-off")].map((line) => line.textContent);
      return [it.querySelector(".told").textContent, far.filter((line) => line.startsWith(`Far: ${name}, `)).join()];
    }),
  );
  assert.ok(rows.some(([told]) => plain(told) !== "12 of 12"));
  for (const [told, far] of rows) assert.equal(plain(told) === "12 of 12", far === "", `${told}: ${far}`);
  // What a row's three levels and the sizes of its marks stand for is written where they are.
  assert.deepEqual(await page.locator("#reality-picture .level").allTextContents(), ["least-load", "prefix-aware (CHWBL)", "by chance (Kubernetes service)"]);
  assert.equal((await page.locator("#reality-picture .keys").nth(1).locator(".key").allTextContents()).join(" "), "800 1,600 3,200 8,000 requests at once");
  // Each tolerance is written on the axis below the figures that are held to it.
  const axes = (await page.locator("#reality-picture .axis").allTextContents()).map(plain);
  for (const [at, limit] of ["5 %", "15 %", "30 %"].entries()) assert.ok(axes[at].includes(`−${limit}`) && axes[at].includes(`+${limit}`), axes[at]);
  assert.equal(await page.locator("#figure-reality .checked table tbody tr").count(), 6);
});

onPage("the picture is inside its card at every width, and its labels are not cut off", "", { boot: false }, async (page) => {
  // What is folded on a phone is unfolded there.
  await page.locator("#reality-picture details").evaluateAll((all) => all.forEach((it) => { it.open = true; }));
  for (const width of [360, 768, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.locator("#reality-picture").scrollIntoViewIfNeeded();
    const outside = await page.locator("#figure-reality").evaluate((card) => {
      const { left, right } = card.getBoundingClientRect();
      return [...card.querySelectorAll("#reality-picture :is(text, li, .told)")].filter((it) => {
        const box = it.getBoundingClientRect();
        return box.left < left - 0.5 || box.right > right + 0.5;
      }).map((it) => it.textContent);
    });
    assert.deepEqual(outside, [], `${width} px`);
    assert.deepEqual(await overlaps(page, "#reality-picture :is(.axis text, h3, li > b, .told, .far-off, .level, .key)"), [], `${width} px`);
    // Between the bands of two figures there is room.
    const ends = await page.locator("#reality-picture .ratio").evaluateAll((all) => all.map((it) => [it.getBoundingClientRect().top, it.getBoundingClientRect().bottom]));
    for (const [at, [top]] of ends.slice(1).entries()) assert.ok(top - ends[at][1] >= 6, `${width} px: ${top - ends[at][1]} px below row ${at}`);
  }
});

onPage("what is far has a line of its own below the axis, each box one column, and on a phone all bands are to be seen", "", { boot: false }, async (page) => {
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    await page.locator("#reality-picture").scrollIntoViewIfNeeded();
    assert.ok((await page.locator("#reality-picture li").evaluateAll((all) => all.map((it) => it.checkVisibility()))).every(Boolean), `${width} px`);
    const above = await page.locator("#reality-picture .far-off").evaluateAll((all) => all.map((it) => it.getBoundingClientRect().top - it.closest(".range").querySelector(".axis").getBoundingClientRect().bottom));
    assert.ok(above.length > 1 && above.every((it) => it >= 0), `${width} px: ${above}`);
    // What names the three lines of a row is a key and no row itself: a sign each, with that line in ink, on no ground.
    const signs = await page.locator("#reality-picture .level").evaluateAll((all) =>
      all.map((it) => {
        const sign = getComputedStyle(it, "::before");
        return [sign.width, sign.getPropertyValue("--ink-at").trim(), getComputedStyle(it).backgroundColor];
      }),
    );
    assert.deepEqual(signs, [0, 1, 2].map((at) => ["14px", `${at}`, "rgba(0, 0, 0, 0)"]), `${width} px`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  const boxes = await page.locator("#figure-reality > .wide-open > :is(p.say, #reality-score)").evaluateAll((all) => all.map((it) => [getComputedStyle(it).columnCount, Math.round(it.getBoundingClientRect().width)]));
  assert.equal(boxes.length, 5);
  for (const [columns, wide] of boxes) assert.ok(columns === "auto" && wide < 760, `${columns} columns, ${wide} px`);
});

onPage("before a projector no size of mark is missing", "?present#reality", { boot: false }, async (page) => {
  await page.locator("#reality-picture .ratio .mark").first().waitFor();
  const hidden = await page.locator("#reality-picture .ratio :is(.mark, .hole)").evaluateAll((all) => [all.length, all.filter((it) => getComputedStyle(it).display === "none").length]);
  assert.ok(hidden[0] > 20 && hidden[1] === 0, `${hidden[1]} of ${hidden[0]}`);
});

onPage("run here, the same seeds give the same figures, and other seeds others", "", async (page) => {
  const run = page.locator("#reality-run");
  const done = (text) => page.waitForFunction((text) => document.querySelector("#reality-status").textContent.includes(text), text, { timeout: 110_000 });
  const before = await withoutScript(tables);
  const drawn = await marks(page);
  assert.equal(await tables(page), before);
  await run.focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /Simulating/.test(document.querySelector("#reality-status").textContent));
  await done("over seeds 1 to 8");
  assert.equal(await tables(page), before);
  assert.deepEqual(await marks(page), drawn);
  const lines = () => page.locator("#reality .wide-open > summary .line").evaluateAll((all) => all.map((it) => it.textContent.trim()));
  const told = await lines();
  assert.equal(told.length, 5);
  await page.getByRole("button", { name: "Run it with other seeds" }).click();
  await done("over seeds 9 to 16");
  // What stands for the folded paragraphs on a phone has a number of theirs, of other seeds too.
  assert.notDeepEqual(await lines(), told);
  const paragraphs = await page.locator("#reality .wide-open > p.say").evaluateAll((all) => all.map((it) => it.textContent));
  const strong = await page.locator("#reality .wide-open > summary .line").evaluateAll((all) => all.map((it) => it.querySelector("b")?.textContent ?? ""));
  for (const [at, number] of strong.entries()) assert.ok(number === "" || number.endsWith(" figures") || paragraphs.at(at - strong.length).includes(number), number);
  assert.match(plain(strong[0]), /^\d+ of \d+ figures$/);
  const [others, placed] = [await tables(page), await marks(page)];
  assert.notEqual(others, before);
  assert.notDeepEqual(placed, drawn);
  // All of it begins anew, and can be had again.
  await explained(page);
  const row = page.locator("#figure-reality ~ .anew");
  await row.locator(".reset").click();
  await done("simulated when this page was built");
  assert.equal(await tables(page), before);
  assert.deepEqual(await marks(page), drawn);
  assert.deepEqual(await lines(), told);
  await row.locator(".undo").click();
  await done("over seeds 9 to 16");
  assert.equal(await tables(page), others);
  assert.deepEqual(await marks(page), placed);
});

onPage("a run that is stopped leaves the page's own figures", "", async (page) => {
  const before = await tables(page);
  await page.click("#reality-run");
  await page.click("#reality-stop");
  await page.waitForFunction(() => !document.querySelector("#reality-run").disabled);
  assert.equal(await tables(page), before);
});

onPage("a change is a button away, and says in numbers what it changes", "", async (page) => {
  assert.equal(await page.locator("#figure-what-if .say:visible").count(), 0);
  await page.getByRole("button", { name: "Fix the cache" }).click();
  await page.locator("#figure-what-if .say:visible").waitFor({ timeout: 60_000 });
  assert.match(plain(await page.locator("#figure-what-if .say:visible").innerText()), /least-load reuses 9\d % of all prompt tokens, not 5\d %/);
  // What it is compared with is named, and the score is of predictions.
  assert.match(plain(await page.locator("#small-tokens-table").innerText()), /^The benchmark at 1,600 at once → with the change; medians of 8 seeds/);
  assert.match(plain(await page.locator("#reality-score").innerText()), /^Of the four rows that were predicted while the model was built, 16 of 16/);
  // A list whose items are short, and not a paragraph.
  const items = (await page.locator("#reality-score > li").allInnerTexts()).map(plain);
  assert.ok(items.length === 4 && items.every((it) => !/\. \S/.test(it)), items.join(" | "));
  assert.match(plain(await page.locator("#reality-twins").innerText()), /1,600 and 3,200 are equal .* \d\d\d active requests/);
  assert.deepEqual(await axe(page, "#reality"), []);
});

onPage("on a phone no error is cut off, and a change tells how far it is beside its button", "", { viewport: { width: 360, height: 800 } }, async (page) => {
  await page.locator("#reality-rows summary").click();
  for (const table of await page.locator("#reality-tables .scroll").all()) {
    assert.ok(await table.evaluate((it) => it.scrollWidth <= it.clientWidth), "sideways");
  }
  await page.click("#free-client");
  await page.waitForFunction(() => /Simulating/.test(document.querySelector("#free-client-status").textContent));
  assert.ok(await page.locator("#free-client-progress").isVisible());
  assert.ok(await page.locator("#small-tokens-progress").isHidden());
  await page.locator("#free-client-said").waitFor({ timeout: 60_000 });
  assert.equal(await page.locator("#free-client-status").innerText(), "");
  // Both policies are in sight, before and after.
  const [wide, room, cells] = await page.locator("#free-client-table").evaluate((it) => [it.scrollWidth, it.clientWidth, it.querySelectorAll("tbody td").length]);
  assert.ok(wide <= room && cells === 6, `${wide} of ${room} px, ${cells} cells`);
});

for (const width of [360, 768, 1280])
  onPage(`at ${width} px the names of all errors stay in sight, and a policy's name stands where its columns begin`, "#reality", { viewport: { width, height: 800 } }, async (page) => {
    await page.evaluate(() => document.getElementById("reality-errors").closest("details").setAttribute("open", ""));
    const table = page.locator("#reality-errors");
    await table.waitFor();
    const [off, starts] = await table.evaluate((it) => {
      const scroller = it.closest(".scroll");
      const left = (cell) => cell.getBoundingClientRect().left;
      const heads = [...it.querySelectorAll("thead th[colspan]")];
      const firsts = [...it.querySelectorAll("tbody tr:first-child td")].filter((_, at) => at % 4 === 0);
      const starts = heads.map((head, at) => left(head.querySelector("b")) - left(firsts[at]));
      scroller.scrollLeft = scroller.scrollWidth;
      return [left(it.querySelector("tbody th")) - left(scroller), starts];
    });
    assert.ok(Math.abs(off) < 1, `${off} px`);
    assert.equal(starts.length, 3);
    assert.deepEqual(starts.filter((it) => it < 0 || it > 20), []);
  });
