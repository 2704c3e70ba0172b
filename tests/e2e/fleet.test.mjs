// The stations of time: one GPU asked twice, and two to four policies on one clock.
import { assert, axe, frames, onPage, withoutScript } from "../harness/test.mjs";

const plain = (text) => text.replace(/\s+/g, " ").trim();
const said = (page, figure, at = 0) => page.locator(`${figure} .say`).nth(at).innerText().then(plain);
const ready = (page) => page.waitForSelector("#figure-fleet .lanes .strip");
const clock = (page) => page.locator("#figure-fleet .clock").innerText().then((text) => Number.parseFloat(text));

/** The figures of time; `say` is the place of the sentence among the fleet's. */
async function figures(page, say) {
  return {
    rows: (await page.locator("#figure-one-gpu .sends li").allInnerTexts()).map(plain),
    lanes: await page.locator("#figure-fleet .strip path").evaluateAll((all) => all.map((path) => path.getAttribute("d"))),
    say: await said(page, "#figure-fleet", say),
  };
}

onPage("both figures are there without JavaScript", "", { javaScriptEnabled: false, boot: false }, async (page) => {
  const { rows, lanes } = await figures(page, 0);
  assert.equal(rows.length, 2);
  assert.ok(lanes.length > 8);
});

onPage("the wasm replays the same lanes and says the same", "", async (page) => {
  await ready(page);
  assert.deepEqual(await figures(page, 1), await withoutScript((page) => figures(page, 0)));
});

onPage("one GPU's answers race on one clock, by button and by key", "", async (page) => {
  const now = () => page.locator("#figure-one-gpu .now").innerText().then(plain);
  assert.match(await now(), /^Press play/);
  await page.focus("#figure-one-gpu .figure-keys");
  await page.keyboard.press("Home");
  assert.equal(await now(), "After 0 s · answer 1: prefill, no token yet · answer 2: prefill, no token yet");
  await page.keyboard.press("Shift+ArrowRight");
  assert.match(await now(), /^After 39\.5 ms · answer 1: prefill, no token yet · answer 2: token 1 of 24$/);
  await page.click("#figure-one-gpu .play");
  await page.waitForFunction(() => /answer 2: token [5-9]/.test(document.querySelector("#figure-one-gpu .now").textContent));
  await page.keyboard.press("End");
  assert.match(await now(), /^Press play/);
  assert.deepEqual(await axe(page, "#figure-one-gpu"), []);
});

onPage("a cache that is emptied computes everything, and what is sent again almost nothing", "", async (page) => {
  const rows = page.locator("#figure-one-gpu .sends li");
  await page.click("#one-gpu-empty");
  await page.waitForFunction(() => document.querySelectorAll("#figure-one-gpu .sends li").length === 0);
  assert.match(await said(page, "#figure-one-gpu"), /cache is empty/);
  await page.focus("#one-gpu-send");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("#figure-one-gpu .sends li").length === 1);
  assert.match(await said(page, "#figure-one-gpu"), /all 4,160 tokens computed/);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("#figure-one-gpu .sends li").length === 2);
  assert.match(await said(page, "#figure-one-gpu"), /4,144 of 4,160 tokens were still in the cache/);
  await page.getByRole("button", { name: "Another question", exact: true }).click();
  await page.waitForFunction(() => document.querySelectorAll("#figure-one-gpu .sends li").length === 3);
  assert.match(await said(page, "#figure-one-gpu"), /^4,096 of 4,160/);
  const widths = await rows.evaluateAll((all) => all.map((row) => row.querySelector("rect.cold").getBoundingClientRect().width));
  assert.ok(widths[0] > 5 * widths[1], `${widths}`);
});

onPage("nothing plays by itself; the keys move both sides while the figure has the focus", "", async (page) => {
  await ready(page);
  const end = await clock(page);
  assert.ok(end > 60);
  await frames(page, 18);
  assert.equal(await clock(page), end);
  await page.locator("body").press("Home");
  assert.equal(await clock(page), end);
  await page.focus("#figure-fleet .figure-keys");
  await page.keyboard.press("Home");
  assert.equal(await clock(page), 0);
  // The first request is sent at 0.
  await page.keyboard.press("Shift+ArrowRight");
  assert.match(plain(await page.locator("#figure-fleet .log li").first().innerText()), /request 1, [\d,]+ tokens: least-load sent it to replica \d/);
  await page.keyboard.press("Shift+ArrowLeft");
  assert.equal(await page.locator("#figure-fleet .log li").count(), 1);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await page.locator("#figure-fleet .log li").count(), 1);
  assert.match(await said(page, "#figure-fleet"), /under least-load 1 without a first token.* under smart 1 without/);
  const lines = () => page.locator("#figure-fleet .cursor line:last-child").evaluateAll((all) => all.map((line) => line.getAttribute("x1")));
  await page.keyboard.press("End");
  assert.deepEqual((await lines()).slice(0, 2), ["100.000%", "100.000%"]);
  // The cursor lies over the lanes, not beside them.
  const edges = (what) => page.locator(`#figure-fleet .side ${what}`).first().evaluate((it) => { const { left, right } = it.getBoundingClientRect(); return [left, right].map(Math.round); });
  assert.deepEqual(await edges(".cursor"), await edges(".lanes .strip"));
});

for (const [station, name] of [["fleet", /^first costs$/], ["failure", /^replica.1 dies$/]]) {
  for (const viewport of [{ width: 1280, height: 800 }, { width: 360, height: 800 }]) {
    onPage(`the playhead looks like one, and what is marked over the lanes has its name: ${station}, ${viewport.width}`, `#${station}`, { viewport }, async (page) => {
      await page.waitForFunction((station) => document.querySelectorAll(`#${station}-1 .lanes .strip`).length >= 4, station, { timeout: 60_000 });
      const side = page.locator(`#${station}-0`);
      const box = (what) => side.locator(what).first().evaluate((it) => it.getBoundingClientRect().toJSON());
      const title = side.locator(".cursor text");
      assert.match(await title.textContent(), name);
      // Above the lanes, beside its line, and within the page; a text's box has its outline of 4 px, too.
      const [text, mark, lanes] = [await title.boundingBox(), await box(".cursor .mark"), await box(".lanes .strip")];
      assert.ok(text.y >= mark.top - 5 && text.y + text.height <= lanes.top + 4, JSON.stringify([text, mark, lanes]));
      assert.ok(text.x > mark.left && text.x < mark.left + 16 && text.x + text.width <= viewport.width, JSON.stringify([text, mark]));
      // At the end the playhead is at the right edge of the lanes, whole; a mark has no knob.
      const at = async () => { const { left, right } = await box("circle.head"); return (left + right) / 2; };
      assert.equal(await side.locator(".cursor circle").count(), 1);
      assert.ok(Math.abs((await at()) - lanes.right) < 2, `${await at()} beside ${lanes.right}`);
      await page.locator(`#figure-${station} .figure-keys`).focus();
      await page.keyboard.press("Home");
      await page.waitForFunction((station) => document.querySelector(`#${station}-0 .cursor line.head`).getAttribute("x1") === "0.000%", station);
      assert.ok(Math.abs((await at()) - lanes.left) < 2, `${await at()} beside ${lanes.left}`);
    });
  }
}

onPage("at the end of the run the sentence says what came of it", "#fleet", async (page) => {
  await ready(page);
  const told = await said(page, "#figure-fleet");
  assert.match(told, /^137\.4 s, the end of the run: all 300 requests got an answer under each policy\. The longest wait for a first token was [\d.]+ s under least-load, [\d.]+ s under smart\. The last answer was complete after 137 s under least-load, /);
  await page.focus("#figure-fleet .figure-keys");
  await page.keyboard.press("ArrowLeft");
  assert.match(await said(page, "#figure-fleet"), /without a first token/);
});

onPage("play goes on, pause holds, backwards comes back to the start", "", async (page) => {
  await ready(page);
  const fleet = page.locator("#figure-fleet");
  await page.selectOption("#figure-fleet .transport select", "max");
  await page.focus("#figure-fleet .figure-keys");
  await page.keyboard.press("Space");
  await page.waitForFunction(() => { const t = Number.parseFloat(document.querySelector("#figure-fleet .clock").innerText); return t > 1 && t < 100; });
  await page.keyboard.press("Space");
  const held = await clock(page);
  await frames(page, 15);
  assert.equal(await clock(page), held);
  await fleet.getByRole("button", { name: "Play backwards" }).click();
  await page.waitForFunction(() => Number.parseFloat(document.querySelector("#figure-fleet .clock").innerText) === 0);
  await fleet.getByRole("button", { name: "Play", exact: true }).waitFor();
});

for (const station of ["fleet", "failure"]) {
  onPage(`what is said of the runs before is pale until those asked for are there: ${station}`, `#${station}`, async (page) => {
    await page.waitForFunction((station) => document.querySelectorAll(`#${station}-1 .lanes .strip`).length >= 4 && !document.querySelector(`#${station}-1 .drawn[aria-busy]`), station, { timeout: 60_000 });
    const pale = () => page.locator(`#figure-${station} :is(.came, .moment .say)`).evaluateAll((all) => all.map((it) => Number(getComputedStyle(it).opacity)));
    assert.deepEqual(await pale(), [1, 1]);
    // What the page shows is noted frame by frame, as runs may take but a few.
    await page.evaluate((station) => {
      window.seen = [];
      const note = () => {
        const busy = Boolean(document.querySelector(`#figure-${station} .drawn[aria-busy]`));
        const said = document.querySelector(`#figure-${station} .came`);
        window.seen.push([busy, said.textContent.includes("round-robin"), Number(getComputedStyle(said).opacity)]);
        requestAnimationFrame(note);
      };
      note();
    }, station);
    await page.locator(`#${station}-1 .pick select`).selectOption("round-robin");
    await page.waitForFunction(() => window.seen.at(-1)[1] && window.seen.at(-1)[2] === 1, null, { timeout: 60_000 });
    const seen = await page.evaluate(() => window.seen);
    const waited = seen.filter(([busy]) => busy);
    assert.ok(waited.every(([, isNew, opacity]) => !isNew && opacity < 0.5), JSON.stringify(waited));
    assert.deepEqual(await pale(), [1, 1]);
  });
}

onPage("other policies are replayed, and where they part is a click away", "", async (page) => {
  await ready(page);
  const old = await said(page, "#figure-fleet", 1);
  await page.locator("#fleet").getByRole("combobox", { name: "First policy, the baseline" }).selectOption("round-robin");
  await page.waitForFunction((old) => !document.querySelectorAll("#figure-fleet .say")[1].innerText.includes("least-load"), old);
  const [, number] = (await said(page, "#figure-fleet", 1)).match(/anybody would notice is request (\d+)/);
  await page.click("#fleet-parting");
  assert.match(await said(page, "#figure-fleet"), new RegExp(`Request ${number} has its first token`));
  await page.locator("#fleet").getByText("The lanes as a table").click();
  assert.equal(await page.locator("#fleet-lanes tbody tr").count(), 8);
  assert.equal(await page.locator("#fleet-deltas tbody tr").count(), 7);
  assert.deepEqual(await axe(page, "#fleet"), []);
});

onPage("where it first costs, one has its first token and the other waits, and that is said", "", async (page) => {
  await ready(page);
  const [, number] = (await said(page, "#figure-fleet", 1)).match(/anybody would notice is request (\d+)/);
  await page.click("#fleet-parting");
  assert.match(await said(page, "#figure-fleet"), new RegExp(`Request ${number} has its first token under smart and waits for it under least-load until`));
});

onPage("a third and a fourth policy come beside the others, and go again", "#fleet", async (page) => {
  await ready(page);
  const sides = () => page.locator("#figure-fleet .side:visible").count();
  const strips = (side) => page.locator(`#fleet-${side} .strip`).count();
  const replayed = (count) => page.waitForFunction((count) => document.querySelectorAll("#fleet-deltas thead th").length === count, count, { timeout: 30_000 });
  assert.equal(await sides(), 2);
  assert.equal(await page.getByRole("button", { name: /take it away/ }).count(), 0);
  await page.click("#fleet-add");
  await replayed(3);
  await page.click("#fleet-add");
  await replayed(4);
  assert.equal(await sides(), 4);
  assert.ok(await page.locator("#fleet-add").isDisabled());
  assert.deepEqual(await Promise.all([0, 1, 2, 3].map(strips)), [4, 4, 4, 4]);
  const told = await said(page, "#figure-fleet", 1);
  for (const policy of ["least-load", "smart", "chwbl", "cache-aware"]) assert.match(told, new RegExp(`under ${policy}`));
  // Each says what it does; the charts and the trees have all four.
  assert.deepEqual((await page.locator("#figure-fleet .about").allInnerTexts()).map((it) => it.length > 10), [true, true, true, true]);
  // A sentence a chart, on all of them.
  const captions = await page.locator("#fleet-charts .summary li").allInnerTexts();
  assert.equal(captions.length, 4);
  for (const policy of ["least-load", "smart", "chwbl", "cache-aware"]) assert.ok(captions.every((it) => it.includes(policy)), captions.join("\n"));
  assert.equal(await page.locator("#fleet canvas.prefixes:visible").count(), 4);
  assert.deepEqual(await axe(page, "#fleet"), []);
  // The second goes: those behind it move up.
  await page.locator("#fleet").getByRole("button", { name: "Second policy: take it away" }).click();
  await replayed(3);
  assert.equal(await sides(), 3);
  assert.deepEqual(await page.locator("#figure-fleet .side:visible select").evaluateAll((all) => all.map((it) => it.value)), ["least-load", "chwbl", "cache-aware"]);
  await page.focus("#figure-fleet .figure-keys");
  await page.keyboard.press("Home");
  assert.match(await said(page, "#figure-fleet"), /under least-load .* under chwbl .* under cache-aware/);
});

onPage("on a phone further charts and the trees are a tap away, drawn and named with their numbers", "#fleet", { viewport: { width: 360, height: 800 } }, async (page) => {
  await ready(page);
  const canvases = page.locator("#fleet-charts canvas, #figure-fleet canvas.prefixes:not([hidden] *)");
  assert.equal(await canvases.count(), 6);
  assert.deepEqual(await canvases.evaluateAll((all) => all.map((it) => it.checkVisibility())), [true, false, false, false, false, false]);
  const lines = (await page.locator("#figure-fleet .wide-open > summary").allInnerTexts()).map(plain);
  assert.match(lines[0], /^7 figures: P95 of TTFT [\d.]+ s under least-load, [\d.]+ s under smart, and why no more is reused$/);
  assert.match(lines[1], /^3 more charts: .*on average [\d.]+ under least-load, [\d.]+ under smart$/);
  assert.match(lines[2], /^A table, and for each replica a tree: \d+ nodes from 300 prompts$/);
  // The numbers are those of what is inside.
  assert.ok(plain(await page.locator("#fleet-deltas tr", { hasText: "P95" }).evaluate((it) => it.textContent)).includes(lines[0].match(/[\d.]+ s/)[0]));
  for (const fold of await page.locator("#figure-fleet .wide-open > summary").all()) await fold.press("Enter");
  await frames(page, 20);
  const drawn = await canvases.evaluateAll((all) => all.map((it) => it.checkVisibility() && it.width > 200 && it.getContext("2d").getImageData(0, 0, it.width, it.height).data.some((value) => value > 0)));
  assert.deepEqual(drawn, Array(6).fill(true));
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  assert.deepEqual(await axe(page, "#fleet"), []);
});

onPage("a run of the laboratory is played, GPU by GPU", "?v=2&w=multi-turn&n=120&r=6&p=smart:load_balance_weight=2,chwbl,random#lab", async (page) => {
  await page.click("#lab-run");
  await page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
  await page.click("#lab-play");
  await page.waitForFunction(() => location.hash.startsWith("#fleet"));
  await page.waitForFunction(() => document.querySelectorAll("#fleet-0 .strip").length === 6, null, { timeout: 30_000 });
  // A reload would play it too.
  await page.waitForFunction(() => location.hash === "#fleet?play=own");
  assert.deepEqual(await page.locator("#figure-fleet .side:visible select").evaluateAll((all) => all.map((it) => it.value)), ["smart:load_balance_weight=2", "chwbl", "random"]);
  assert.equal(plain(await page.locator("#fleet-play option:checked").innerText()), "The laboratory: multi-turn, 6 replicas");
  assert.match(await said(page, "#figure-fleet", 1), /^The same 120 requests/);
  // What the table says of the run, the station says of it too.
  const median = await page.locator("#lab-table tr", { hasText: "TTFT, median" }).first().locator("td").allInnerTexts();
  const shown = plain(await page.locator("#fleet-deltas tr", { hasText: "TTFT, median" }).innerText());
  for (const text of median.map(plain)) if (/^[\d.]+ m?s$/.test(text)) assert.ok(shown.includes(text), `${text} of ${shown}`);
  assert.deepEqual(await axe(page, "#fleet"), []);
  await page.selectOption("#fleet-play", { index: 0 });
  await page.waitForFunction(() => document.querySelectorAll("#fleet-0 .strip").length === 4, null, { timeout: 30_000 });
});

onPage("a run that there are no lanes for says so", "?v=2&w=rag&n=60&r=12&p=smart,random#lab", async (page) => {
  await page.click("#lab-run");
  await page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
  assert.ok(await page.locator("#lab-play").isDisabled());
  assert.match(await page.locator("#lab-play-why").innerText(), /lanes for 8 replicas, not for 12/);
});

onPage("a moment of a scenario of its own opens with that scenario", "?v=2&w=multi-turn&n=90&r=2&p=chwbl,random#fleet?t=5s", async (page) => {
  await page.waitForFunction(() => document.querySelectorAll("#fleet-1 .strip").length === 2, null, { timeout: 30_000 });
  assert.match(await said(page, "#figure-fleet", 1), /^The same 90 requests.*random.*chwbl/);
  assert.equal(await clock(page), 5);
});

onPage("two trees: what the router believes and what the replicas hold, at the cursor", "", async (page) => {
  await ready(page);
  const trees = page.locator("#figure-fleet .holds");
  assert.equal(await trees.nth(1).locator("tbody tr").count(), 8);
  assert.match(plain(await page.locator("#figure-fleet .told-trees").first().innerText()), /least-load does not ask/);
  assert.match(plain(await page.locator("#figure-fleet .told-trees").nth(1).innerText()), /smart believes that of the 8 documents in the table the replicas hold [\d,]+ blocks; all are there/);
  await page.focus("#figure-fleet .figure-keys");
  await page.keyboard.press("Home");
  await page.waitForFunction(() => /Nothing has been stored/.test(document.querySelectorAll("#figure-fleet .told-trees")[1].textContent));
  await page.locator("#fleet").getByRole("combobox", { name: "Second policy", exact: true }).selectOption("cache-aware");
  await page.waitForFunction(() => /cache-aware/.test(document.querySelectorAll("#figure-fleet .say")[1].innerText));
});

onPage("every prefix of a long play is in a picture with a name, its numbers and a table, and it follows the cursor", "#fleet", async (page) => {
  await ready(page);
  const label = (side) => page.locator("#fleet canvas.prefixes").nth(side).getAttribute("aria-label").then(plain);
  assert.match(await label(1), /a tree of \d+ nodes from 300 prompts/);
  await page.selectOption("#fleet-play", { label: "2,000 questions about 100 documents" });
  await page.waitForFunction(() => /2,000\s+prompts/.test(document.querySelector("#fleet canvas.prefixes").getAttribute("aria-label")), null, { timeout: 90_000 });
  assert.match(await label(0), /^least-load: the replicas hold [\d,]+ blocks of a tree of 2,\d+ nodes from 2,000 prompts; the router does not ask/);
  const end = await label(1);
  assert.match(end, /^smart: .* does not know of \d+ of them and believes in \d+ that are not there/);
  const pixels = () =>
    page.locator("#fleet canvas.prefixes").nth(1).evaluate((it) => {
      const { data } = it.getContext("2d").getImageData(0, 0, it.width, it.height);
      return data.reduce((sum, value, at) => (sum * 31 + value * (at % 7)) % 1000003, 0);
    });
  const full = await pixels();
  await page.locator("#fleet .figure-keys").focus();
  await page.keyboard.press("Home");
  await page.waitForFunction((end) => document.querySelectorAll("#fleet canvas.prefixes")[1].getAttribute("aria-label").replace(/\s+/g, " ").trim() !== end, end);
  assert.match(await label(1), /hold 0 blocks/);
  assert.notEqual(await pixels(), full);
  const details = page.locator("#fleet details.prefixes-told").nth(1);
  await details.locator("summary").click();
  await page.locator("#fleet .figure-keys").focus();
  await page.keyboard.press("End");
  await page.waitForFunction(() => document.querySelectorAll("#fleet .prefixes-told table")[1].querySelectorAll("tbody tr").length === 4);
  const rows = (await details.locator("tbody tr").allInnerTexts()).map(plain);
  assert.ok(rows.every((row) => /^replica \d [\d,]+ \d+ \d+$/.test(row)), rows.join("\n"));
  assert.deepEqual(await axe(page, "#fleet"), []);
});

onPage("a prefix that is pointed at or walked to is told, with who holds it, and framed in every tree", "#fleet", async (page) => {
  await ready(page);
  const field = page.locator("#fleet .forest-field").nth(1);
  const told = () => page.locator("#fleet-node-1").innerText().then(plain);
  const framed = () => page.locator("#fleet-mark-1").evaluate((it) => (it.getAttribute("visibility") === "hidden" ? [] : [...it.children].filter((rect) => !rect.hasAttribute("visibility")).map((rect) => ["x", "y", "width", "height"].map((name) => Number(rect.getAttribute(name))))));
  const hint = await told();
  assert.match(hint, /^Who holds a prefix: point at it, or walk there with the arrow keys/);
  assert.deepEqual(await framed(), []);
  assert.equal(await page.locator("#fleet-rows-1 text").count(), 8);
  // The numbers above the trees and below them are the same blocks.
  const sum = (await page.locator("#fleet-heads-1 b").allInnerTexts()).reduce((sum, text) => sum + Number(text.replace(",", "")), 0);
  assert.match(plain(await page.locator("#fleet-keys-1").innerText()), new RegExp(`^${sum.toLocaleString("en")} blocks held, known 0 held, unknown 0 believed, not there$`));
  await field.focus();
  await page.keyboard.press("ArrowDown");
  assert.match(await told(), /^Document 1: [\d,]+ blocks, in \d+ of 300 prompts\. Held by .*as smart believes\.$/);
  const first = await framed();
  assert.equal(first.length, 4);
  assert.ok(first.every(([x, y, width, height], at) => y === first[0][1] && width > 20 && height > 10 && (at === 0 || x > first[at - 1][0])), JSON.stringify(first));
  await page.keyboard.press("ArrowRight");
  assert.match(await told(), /^Question 1 about document 1: /);
  await page.keyboard.press("ArrowDown");
  assert.match(await told(), /^Question 2 about document 1: /);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowDown");
  assert.match(await told(), /^Document 2: /);
  assert.notDeepEqual(await framed(), first);
  // The arrows walked the tree and did not move the playhead.
  assert.ok((await clock(page)) > 60);
  // At the start nobody holds anything.
  await page.locator("#fleet .figure-keys").focus();
  await page.keyboard.press("Home");
  assert.equal(await told(), hint);
  await field.scrollIntoViewIfNeeded();
  const box = await field.boundingBox();
  await page.mouse.move(box.x + 12, box.y + box.height - 8);
  assert.match(await told(), /^Document 8: .* Held by none, as smart believes\.$/);
  assert.equal((await framed()).length, 4);
  await page.mouse.move(box.x + box.width / 2, box.y - 60);
  assert.equal(await told(), hint);
  await page.mouse.click(box.x + 12, box.y + 4);
  assert.match(await told(), /^Document 1: /);
  await page.keyboard.press("Escape");
  assert.equal(await told(), hint);
  assert.deepEqual(await axe(page, "#fleet"), []);
});
