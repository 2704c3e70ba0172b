// The stations of time: one GPU asked twice, and two policies on one clock.
import { assert, axe, onPage } from "../harness/test.mjs";

const plain = (text) => text.replace(/\s+/g, " ").trim();
const said = (page, figure, at = 0) => page.locator(`${figure} .say`).nth(at).innerText().then(plain);
const ready = (page) => page.waitForSelector("#figure-fleet .lanes .strip");
const clock = (page) => page.locator("#figure-fleet .clock").innerText().then((text) => Number.parseFloat(text));

let before;
onPage("both figures are there without JavaScript", "", { javaScriptEnabled: false, boot: false }, async (page) => {
  before = {
    rows: (await page.locator("#figure-one-gpu .sends li").allInnerTexts()).map(plain),
    lanes: await page.locator("#figure-fleet .strip path").evaluateAll((all) => all.map((path) => path.getAttribute("d"))),
    say: await said(page, "#figure-fleet"),
  };
  assert.equal(before.rows.length, 2);
  assert.ok(before.lanes.length > 8);
});

onPage("the wasm replays the same lanes and says the same", "", async (page) => {
  await ready(page);
  assert.deepEqual((await page.locator("#figure-one-gpu .sends li").allInnerTexts()).map(plain), before.rows);
  const lanes = await page.locator("#figure-fleet .strip path").evaluateAll((all) => all.map((path) => path.getAttribute("d")));
  assert.deepEqual(lanes, before.lanes);
  assert.equal(await said(page, "#figure-fleet", 1), before.say);
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
  await page.getByRole("button", { name: "Another question" }).click();
  await page.waitForFunction(() => document.querySelectorAll("#figure-one-gpu .sends li").length === 3);
  assert.match(await said(page, "#figure-one-gpu"), /^4,096 of 4,160/);
  const widths = await rows.evaluateAll((all) => all.map((row) => row.querySelector("rect.cold").getBoundingClientRect().width));
  assert.ok(widths[0] > 5 * widths[1], `${widths}`);
});

onPage("nothing plays by itself; the keys move both sides while the figure has the focus", "", async (page) => {
  await ready(page);
  const end = await clock(page);
  assert.ok(end > 60);
  await page.waitForTimeout(300);
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
  assert.deepEqual(await lines(), ["100.000%", "100.000%"]);
  // The cursor lies over the lanes, not beside them.
  const edges = (what) => page.locator(`#figure-fleet .side ${what}`).first().evaluate((it) => { const { left, right } = it.getBoundingClientRect(); return [left, right].map(Math.round); });
  assert.deepEqual(await edges(".cursor"), await edges(".lanes .strip"));
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
  await page.waitForTimeout(250);
  assert.equal(await clock(page), held);
  await fleet.getByRole("button", { name: "Play backwards" }).click();
  await fleet.getByRole("button", { name: "Play", exact: true }).click();
  await page.waitForFunction(() => Number.parseFloat(document.querySelector("#figure-fleet .clock").innerText) === 0);
  await fleet.getByRole("button", { name: "Play", exact: true }).waitFor();
});

onPage("other policies are replayed, and where they part is a click away", "", async (page) => {
  await ready(page);
  const old = await said(page, "#figure-fleet", 1);
  await page.getByRole("combobox", { name: "Policy on the left" }).selectOption("round-robin");
  await page.waitForFunction((old) => !document.querySelectorAll("#figure-fleet .say")[1].innerText.includes("least-load"), old);
  const [, number] = (await said(page, "#figure-fleet", 1)).match(/anybody would notice is request (\d+)/);
  await page.click("#fleet-parting");
  assert.match(plain(await page.locator("#figure-fleet .log li").first().innerText()), new RegExp(`request ${number},`));
  await page.getByText("The lanes as a table").click();
  assert.equal(await page.locator("#fleet-lanes tbody tr").count(), 8);
  assert.equal(await page.locator("#fleet-deltas tbody tr").count(), 5);
  assert.deepEqual(await axe(page, "#fleet"), []);
});

onPage("two trees: what the router believes and what the replicas hold, at the cursor", "", async (page) => {
  await ready(page);
  const trees = page.locator("#figure-fleet .holds");
  assert.equal(await trees.nth(1).locator("tbody tr").count(), 8);
  assert.match(plain(await page.locator("#figure-fleet .told-trees").first().innerText()), /least-load does not ask/);
  assert.match(plain(await page.locator("#figure-fleet .told-trees").nth(1).innerText()), /smart believes in [\d,]+ blocks of these prefixes; all are there/);
  await page.focus("#figure-fleet .figure-keys");
  await page.keyboard.press("Home");
  await page.waitForFunction(() => /Nothing has been stored/.test(document.querySelectorAll("#figure-fleet .told-trees")[1].textContent));
  await page.getByRole("combobox", { name: "Policy on the right" }).selectOption("cache-aware");
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
  assert.match(end, /^smart: .* does not know of \d+ of them and believes in \d+ that are gone/);
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
  const details = page.locator("#fleet details", { hasText: "The trees as a table" }).nth(1);
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
  const framed = () => page.locator("#fleet-mark-1").evaluate((it) => (it.getAttribute("visibility") === "hidden" ? [] : [...it.children].map((rect) => ["x", "y", "width", "height"].map((name) => Number(rect.getAttribute(name))))));
  const hint = await told();
  assert.match(hint, /^Who holds a prefix: point at it, or walk there with the arrow keys/);
  assert.deepEqual(await framed(), []);
  assert.equal(await page.locator("#fleet-rows-1 text").count(), 8);
  // The numbers above the trees and below them are the same blocks.
  const sum = (await page.locator("#fleet-heads-1 b").allInnerTexts()).reduce((sum, text) => sum + Number(text.replace(",", "")), 0);
  assert.match(plain(await page.locator("#fleet-keys-1").innerText()), new RegExp(`^${sum.toLocaleString("en")} blocks held, known 0 held, unknown 0 believed, gone$`));
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
