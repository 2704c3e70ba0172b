// What the laboratory shows without being asked, and what it is asked by keys and links.
import { assert, axe, begun, groupsOpen, onPage } from "../harness/test.mjs";

const plain = (text) => text.replace(/\s+/g, " ").trim();
const done = (page) => page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
const command = (page) => page.locator("#lab-command").innerText();
/** All that the results say: sentences, every figure, and each chart with its numbers as a table. */
const results = async (page) => {
  const closed = page.locator("#lab-charts .chart details:not([open]) > summary");
  while ((await closed.count()) > 0) await closed.first().click();
  await page.locator("#lab-charts .chart").last().locator("table tbody tr").first().waitFor();
  const all = await page.locator("#lab-verdict, #lab-table, #lab-charts .chart, #lab-provenance, #lab-notes, #lab-command").allInnerTexts();
  return all.map(plain);
};

onPage("the laboratory opens with the run that was stored when the page was built, and that is what a fresh run brings", "#lab", async (page) => {
  await page.locator("#lab-stored").waitFor();
  assert.match(await page.locator("#lab-stored").innerText(), /stored when this page was built/);
  assert.equal(await page.locator("#lab-run").innerText(), "Run it yourself");
  assert.equal(await page.locator("#lab-status").innerText(), "");
  assert.match(plain(await page.locator("#lab-verdict").innerText()), /^smart answers .* than round-robin/);
  assert.equal(await page.locator("#lab-runs").isVisible(), false);
  assert.equal(await page.locator("#lab .anew .reset").isVisible(), false);
  await page.click("#lab-figures");
  const stored = await results(page);
  assert.ok(stored.length > 8, `${stored.length} parts`);
  assert.deepEqual(await axe(page, "#lab"), []);
  await page.click("#lab-run");
  await done(page);
  await page.locator("#lab-stored").waitFor({ state: "hidden" });
  assert.equal(await page.locator("#lab-run").innerText(), "Run");
  assert.deepEqual(await results(page), stored);
});

onPage("what is run after the stored run is named by what differs, and the stored one is there to compare with", "#lab", async (page) => {
  await page.locator("#lab-stored").waitFor();
  await page.selectOption("#lab-add-policy", "least-load");
  await page.locator("#lab-stale").waitFor();
  assert.equal(await page.locator("#lab-run").innerText(), "Run");
  await page.click("#lab-run");
  await done(page);
  assert.match(plain(await page.locator("#lab-run-1").innerText()), /^1: rag /);
  assert.match(plain(await page.locator("#lab-run-2").innerText()), /^2: Policies .*least-load/);
});

onPage("a link's scenario is run at once where that takes a moment, and is no step in the history", "?v=2&w=rag&n=90&p=smart,least-load#lab", async (page) => {
  await done(page);
  assert.match(await command(page), /n=90&p=smart,least-load/);
  assert.ok(await page.locator("#lab-stored").isHidden());
  assert.equal(await page.evaluate(() => location.search), "?v=2&w=rag&n=90&p=smart,least-load");
  assert.match(plain(await page.locator("#lab-run-1").innerText()), /^1: rag/);
});

for (const [what, link] of [
  ["takes long", "?v=2&n=20000#lab"],
  ["needs a trace that would have to be fetched", "?v=2&w=kubeai&n=50#lab"],
  ["was not understood as a whole", "?v=2&n=50&hw=l5#lab"],
])
  onPage(`a link's scenario that ${what} waits for Run`, link, async (page) => {
    await page.locator("#lab-quiet").waitFor();
    await page.waitForTimeout(1500);
    assert.match(plain(await page.locator("#lab-quiet").innerText()), /^Run sends .* Press Run/);
    assert.ok(await page.locator("#lab-results").isHidden());
    assert.equal(await page.locator("#lab-runs").isVisible(), false);
  });

onPage("that all figures are shown is in the link, and comes back", "?v=2&w=rag&n=60#lab", async (page) => {
  await done(page);
  const rows = () => page.locator("#lab-table tbody tr").count();
  const few = await rows();
  await page.click("#lab-figures");
  await page.waitForFunction(() => location.search === "?v=2&w=rag&n=60&figures=all");
  const all = () => page.waitForFunction((few) => document.querySelectorAll("#lab-table tbody tr").length > few + 10, few);
  await all();
  await page.reload();
  // The reader was at the figures, which come again with the run; that is made unasked, since they come back to it.
  await begun(page);
  await done(page);
  await all();
  assert.equal(await page.locator("#lab-figures").getAttribute("aria-pressed"), "true");
  // Nothing of it is the scenario's.
  assert.ok(await page.locator("#lab-ignored").isHidden());
  assert.ok(!(await command(page)).includes("figures"));
  await page.click("#lab-figures");
  await page.waitForFunction(() => location.search === "?v=2&w=rag&n=60");
  await page.waitForFunction((few) => document.querySelectorAll("#lab-table tbody tr").length === few, few);
});

onPage("Ctrl and Enter run from anywhere in the laboratory, with what is being typed", "?v=2&w=rag&n=60#lab", async (page) => {
  await done(page);
  const run = page.locator("#lab-run");
  assert.match(await run.getAttribute("title"), /Ctrl\+Enter/);
  assert.equal(await run.getAttribute("aria-keyshortcuts"), "Control+Enter Meta+Enter");
  await groupsOpen(page);
  await page.fill("#lab-requests", "50");
  await page.press("#lab-requests", "Control+Enter");
  await page.waitForFunction(() => /n=50/.test(document.querySelector("#lab-command").textContent));
  assert.equal(await page.evaluate(() => document.activeElement.id), "lab-requests");
  await done(page);
  await page.fill("#lab-requests", "55");
  await page.press("#lab-requests", "Tab");
  await page.locator("#lab-comparison").focus();
  await page.keyboard.press("Meta+Enter");
  await page.waitForFunction(() => /n=55/.test(document.querySelector("#lab-command").textContent));
  await done(page);
  // What is refused is not run.
  await page.fill("#lab-requests", "0");
  await page.press("#lab-requests", "Control+Enter");
  await page.waitForSelector("#lab-requests-wrong");
  assert.match(await command(page), /n=55/);
  // Enter alone takes over what was typed and runs nothing.
  await page.fill("#lab-requests", "40");
  await page.press("#lab-requests", "Enter");
  await page.locator("#lab-stale").waitFor();
  assert.match(await command(page), /n=55/);
});

onPage("a changed preset is called by its name with what was changed, and is reset at a press, which can be undone", "?v=2&w=rag#lab", async (page) => {
  const about = async () => plain(await page.locator("#lab-preset-about").innerText());
  const chosen = () => page.locator("#lab-preset").evaluate((it) => it.selectedOptions[0].textContent.replace(/\s+/g, " "));
  const reset = page.locator("#lab-preset-reset");
  assert.equal(await chosen(), "rag");
  assert.ok(await reset.isHidden());
  await groupsOpen(page);
  await page.fill("#lab-replicas", "8");
  await page.press("#lab-replicas", "Tab");
  await page.waitForFunction(() => location.search === "?v=2&w=rag&r=8");
  assert.equal(await chosen(), "rag, 1 change");
  assert.equal(await about(), "rag, 1 change: Replicas 4 → 8. reset");
  await page.fill("#lab-requests", "60");
  await page.press("#lab-requests", "Tab");
  await page.waitForFunction(() => /2.changes/.test(document.querySelector("#lab-preset").selectedOptions[0].textContent));
  assert.deepEqual(await axe(page, "#lab-settings"), []);
  await reset.click();
  await page.waitForFunction(() => location.search === "?v=2&w=rag");
  assert.equal(await chosen(), "rag");
  await page.click("#lab-undo");
  await page.waitForFunction(() => location.search === "?v=2&w=rag&n=60&r=8");
});

onPage("what a challenge, a preset or a file puts in the place of settings comes back", "?v=2&w=rag&n=77&r=3&p=smart#lab", async (page) => {
  await done(page);
  const search = (wanted) => page.waitForFunction((wanted) => location.search === wanted, wanted);
  const own = "?v=2&w=rag&n=77&r=3&p=smart";
  const replaced = [
    () => page.selectOption("#lab-preset", "unique"),
    () => page.locator("#dare-same-gpus").getByRole("button").click(),
    () => page.setInputFiles("#lab-file", { name: "two.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify([{ id: "a", conversations: [{ from: "human", value: "What is a lumen?" }, { from: "gpt", value: "A unit of light." }] }])) }),
  ];
  for (const replace of replaced) {
    await replace();
    await page.locator("#lab-replaced").waitFor();
    assert.notEqual(await page.evaluate(() => location.search), own);
    await page.click("#lab-undo");
    await search(own);
    await page.locator("#lab-replaced").waitFor({ state: "hidden" });
  }
});
