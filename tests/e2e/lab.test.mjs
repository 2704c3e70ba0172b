// The laboratory in a real browser: runs, files, addresses, and what happens when they are bad.
import { readFile } from "node:fs/promises";
import { assert, axe, groupsOpen, onPage, started } from "../harness/test.mjs";

const plain = (text) => text.replace(/\s+/g, " ").trim();
const done = (page) => page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
const table = async (page) => (await page.locator("#lab-table tr").allInnerTexts()).map(plain);
const run = async (page) => {
  await page.click("#lab-run");
  await done(page);
};
/** A ShareGPT file of so many conversations that all begin alike. */
const sharegpt = (conversations) =>
  JSON.stringify(
    Array.from({ length: conversations }, (_, n) => ({
      id: `c${n}`,
      conversations: [
        { from: "human", value: `${"You are a careful assistant of the lamp shop. ".repeat(12)} Question ${n}: what is a lumen?` },
        { from: "gpt", value: "A unit of light, as the eye sees it." },
        { from: "human", value: "And a lux?" },
        { from: "gpt", value: "A lumen on a square metre." },
      ],
    })),
  );
const file = (name, text) => ({ name, mimeType: "application/json", buffer: Buffer.from(text) });

onPage("two policies are compared: charts with names and tables, figures, a command line", "?v=2&n=200#lab", async (page) => {
  await run(page);
  const rows = await table(page);
  assert.match(rows[0], /round-robin smart/);
  assert.ok(rows.some((row) => /^Successful requests 200 200 0 %/.test(row)), rows.join("\n"));
  for (const canvas of await page.locator("#figure-lab canvas").all()) {
    assert.match(await canvas.getAttribute("aria-label"), /round-robin.*smart/);
    // Something is drawn: not all pixels are alike.
    const colours = await canvas.evaluate((it) => {
      const { data } = it.getContext("2d").getImageData(0, 0, it.width, it.height);
      const seen = new Set();
      for (let at = 0; at < data.length; at += 4) seen.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
      return seen.size;
    });
    assert.ok(colours > 10, `${colours} colours`);
  }
  assert.match(await page.locator("#lab-charts .chart .summary").first().innerText(), /^Half of 200\s+requests had their first token within .* under round-robin, .* under smart/);
  await page.locator("#lab-charts .chart details summary").first().click();
  await page.locator("#lab-charts .chart table").first().locator("tbody tr").nth(7).waitFor({ state: "attached" });
  assert.equal(await page.locator("#lab-command").innerText(), "warmpath replay 'v=2&n=200' --format json");
  assert.deepEqual(await axe(page), []);
});

onPage("the same address gives the same numbers", "?v=2&n=150&r=3&seed=9&p=smart,least-load#lab", async (page) => {
  await run(page);
  const first = await table(page);
  await page.reload();
  await started(page);
  await run(page);
  assert.deepEqual(await table(page), first);
  assert.match(first[0], /smart least-load/);
});

onPage("an address that asks for nothing opens with the documents, and says what is chosen instead", "#lab", async (page) => {
  assert.equal(await page.inputValue("#lab-preset"), "rag");
  assert.equal(await page.evaluate(() => location.search), "");
  await page.selectOption("#lab-preset", "shared-system");
  await page.waitForFunction(() => location.search === "?v=2");
  await page.goBack();
  await page.waitForFunction(() => document.querySelector("#lab-workload").value === "rag");
});

onPage("what is set is in the address; what is refused is not", "?v=2&n=50#lab", async (page) => {
  await groupsOpen(page);
  await page.fill("#lab-replicas", "6");
  await page.press("#lab-replicas", "Tab");
  await page.waitForFunction(() => location.search === "?v=2&n=50&r=6");
  await page.fill("#lab-replicas", "0");
  await page.press("#lab-replicas", "Tab");
  await page.waitForSelector("#lab-replicas-wrong");
  assert.equal(await page.evaluate(() => location.search), "?v=2&n=50&r=6");
});

onPage("policies are added from the list and taken out again", "?v=2&n=50#lab", async (page) => {
  await page.selectOption("#lab-add-policy", "least-load");
  await page.waitForFunction(() => location.search === "?v=2&n=50&p=round-robin,smart,least-load");
  await page.getByRole("button", { name: "smart: take it out" }).click();
  await page.waitForFunction(() => location.search === "?v=2&n=50&p=round-robin,least-load");
});

onPage("a bad address says what is wrong with it, and the page works", "?v=2&hw=l5#lab", async (page) => {
  assert.match(plain(await page.locator("#lab-ignored").innerText()), /Not all .* understood.*l5.*did you mean "l4"/);
  await groupsOpen(page);
  await page.fill("#lab-requests", "20");
  await page.press("#lab-requests", "Tab");
  await run(page);
});

onPage("a ShareGPT file is read and run, and the report is a file", "?v=2#lab", async (page) => {
  await page.setInputFiles("#lab-file", file("chats.json", sharegpt(30)));
  await page.waitForFunction(() => /60.requests/.test(document.querySelector("#lab-status").textContent));
  await run(page);
  assert.ok((await table(page)).some((row) => /^Successful requests 60 60/.test(row)));
  assert.equal(await page.locator("#lab-command").innerText(), "warmpath replay 'v=2' --workload 'chats.json' --format json");
  await page.click("#lab-export summary");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#export-json")]);
  assert.match(download.suggestedFilename(), /^warmpath-chats\.json-[0-9a-f]{16}\.json$/);
  const report = JSON.parse(await readFile(await download.path(), "utf8"));
  assert.equal(report.schema, "warmpath.report/2");
  assert.match(report.scenario, /^v=2&w=chats\.json~[0-9a-f]{16}$/);
  assert.equal(report.policies[0].completed, 60);
});

onPage("a file that is no trace is refused with a reason, and the one before is kept", "?v=2#lab", async (page) => {
  await page.setInputFiles("#lab-file", file("good.json", sharegpt(5)));
  await page.waitForFunction(() => /10.requests/.test(document.querySelector("#lab-status").textContent));
  await page.setInputFiles("#lab-file", file("bad.json", '[{"conversations": [{"from": "human", "value": 7}]}]'));
  const notice = page.locator("#lab-fault");
  await notice.waitFor({ state: "visible" });
  assert.match(await notice.innerText(), /bad\.json/);
  assert.match(await page.inputValue("#lab-workload"), /^good\.json~/);
  await run(page);
});

onPage("Stop is answered at once", "?v=2&n=50000#lab", async (page) => {
  await page.click("#lab-run");
  await page.waitForFunction(() => /Running/.test(document.querySelector("#lab-status").textContent), null, { timeout: 60_000 });
  const took = await page.evaluate(async () => {
    const start = performance.now();
    document.querySelector("#lab-stop").click();
    // It ends whatever the page does: what is said in the end is looked at below.
    while (document.querySelector("#lab-status").textContent !== "Stopped." && performance.now() - start < 10_000) await new Promise((next) => setTimeout(next, 2));
    return performance.now() - start;
  });
  assert.equal(await page.locator("#lab-status").innerText(), "Stopped.");
  // The bar is 100 ms on an idle machine.
  assert.ok(took < 500, `${took} ms`);
});
