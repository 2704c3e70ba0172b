// The reader's own files: what is said of them before anything runs, the controls that read them again, pasted texts, what a log
// measured, and that none of it leaves the page.
import { gzipSync } from "node:zlib";
import { assert, axe, onPage } from "../harness/test.mjs";

const plain = (text) => text.replace(/\s+/g, " ").trim();
const file = (name, text) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
const status = (page, says) => page.waitForFunction((says) => new RegExp(says).test(document.querySelector("#lab-status")?.textContent.replace(/\s+/g, " ")), says, { timeout: 60_000 });
const facts = async (page) => {
  await page.waitForSelector("#lab-file-card dl");
  const all = await page.locator("#lab-file-card dl").evaluate((list) => [...list.children].map((it) => it.textContent));
  return Object.fromEntries(all.flatMap((text, at) => (at % 2 ? [] : [[text, plain(all[at + 1])]])));
};
const run = async (page) => {
  await page.click("#lab-run");
  await page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
};

const TRACE = `{"timestamp": 0.0, "input_length": 1100, "output_length": 20, "hash_ids": [1, 2, 3], "note": "x"}
{"timestamp": 1.5, "input_length": 1600, "output_length": 30, "hash_ids": [1, 2, 4, 5]}
{"timestamp": 4.0, "input_length": 700, "output_length": 0, "hash_ids": [1, 6]}
{"timestamp": 9.0, "input_length": 1100, "output_length": 20, "hash_ids": [1, 2, 3]}
`;

onPage("a file that is opened while a run's charts are drawn is read, and that run's figures are shown", "#lab", async (page) => {
  await page.locator("#lab-stored").waitFor();
  await page.selectOption("#lab-add-policy", "least-load");
  await page.locator("#lab-stale").waitFor();
  await page.evaluate((trace) => {
    // A run has its chip just before its charts are drawn.
    new MutationObserver((_, watch) => {
      if (!document.querySelector("#lab-run-2")) return;
      watch.disconnect();
      const given = new DataTransfer();
      given.items.add(new File([trace], "trace.jsonl"));
      const input = document.querySelector("#lab-file");
      input.files = given.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }).observe(document.querySelector("#lab"), { childList: true, subtree: true });
    document.querySelector("#lab-run").click();
  }, TRACE);
  await status(page, "trace\\.jsonl\\S* read: 3");
  await page.locator("#lab-stored").waitFor({ state: "hidden" });
  assert.match(await page.locator("#lab-table").innerText(), /least-load/);
  for (const chart of await page.locator("#lab-charts .chart").all()) assert.match(await chart.innerText(), /least-load/);
});

onPage("a file is summed up beside the drop, and a control reads it again", "?v=2#lab", async (page) => {
  assert.equal(await page.locator("#lab-file-card").isVisible(), false);
  await page.setInputFiles("#lab-file", file("trace.jsonl", TRACE));
  await status(page, "3 requests");
  const said = await facts(page);
  assert.equal(said.Format, "Mooncake trace, 4 records read");
  assert.equal(said["Left out"], "1: no prompt or output tokens (the first: line 3)");
  assert.equal(said.Recorded, "9.00 s, 0.222 arrivals a second");
  assert.match(said["Reuse at most"], /\(132 of 236\)/);
  assert.match(said.Times, /^seconds \(their fractions and their pace\)/);
  assert.match(said["Not read"], /note/);
  assert.equal(await page.locator("#lab-file-card svg path").count(), 4);
  assert.equal(await page.locator("#lab-file-first tbody tr").count(), 3);
  assert.deepEqual(await axe(page), []);
  await page.getByRole("button", { name: "times: say otherwise" }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), "lab-time-unit");
  await page.fill("#lab-time-unit", "ms");
  await page.press("#lab-time-unit", "Tab");
  await page.waitForFunction(() => /9\.00\sms/.test(document.querySelector("#lab-file-card dl").textContent));
  assert.match(await page.evaluate(() => location.search), /w=trace\.jsonl~[0-9a-f]{16}&tunit=ms/);
  await run(page);
});

onPage("a file that asks is told so, and answered on the card", "?v=2#lab", async (page) => {
  await page.setInputFiles("#lab-file", file("either.jsonl", TRACE.replace("1.5", "150.5").replace("9.0", "900.5")));
  await page.locator("#lab-unread").waitFor({ state: "visible" });
  assert.match(await page.locator("#lab-unread").innerText(), /may be seconds/);
  await page.fill("#lab-time-unit", "s");
  await page.press("#lab-time-unit", "Tab");
  await status(page, "3 requests");
  assert.equal(await page.locator("#lab-unread").isVisible(), false);
  assert.match((await facts(page)).Recorded, /^900 s/);
});

onPage("a chat that is pasted is a workload", "?v=2&p=smart#lab", async (page) => {
  await page.click("#lab-pasting summary");
  await page.fill("#lab-paste", "User: What is a lamp? Answer in one line.\nAssistant: A light that somebody made.\nUser: And a lumen?\nAssistant: How much of it there is.\n");
  await page.click("#lab-read-pasted");
  await status(page, "2 requests");
  assert.equal((await facts(page)).Format, "a chat as text, 1 record read");
  await page.fill("#lab-paste", JSON.stringify([{ role: "user", content: "What is a lamp?" }, { role: "assistant", content: "A light." }]));
  await page.click("#lab-read-pasted");
  await status(page, "1 request\\b");
  await run(page);
});

onPage("what a log measured stands beside what is simulated, packed or not", "?v=2&r=2&p=recorded,smart#lab", async (page) => {
  const log = Array.from({ length: 20 }, (_, n) => JSON.stringify({ timestamp: n * 500, input_length: 512, output_length: 10, hash_ids: [n % 4], ttft_ms: 30 + n, replica: n % 2 ? "b" : "a" })).join("\n");
  await page.setInputFiles("#lab-file", { name: "log.jsonl.gz", mimeType: "application/gzip", buffer: gzipSync(log) });
  await status(page, "20 requests");
  await run(page);
  const rows = (await page.locator("#lab-measured-figures tr").allInnerTexts()).map(plain);
  assert.match(rows[0], /measured recorded error smart error/);
  assert.match(rows[1], /^mean TTFT ms 39\.5 /);
  assert.equal(await page.locator("#lab-measured-replicas tbody tr").count(), 4);
  await page.waitForFunction(() => /measured/.test(document.querySelector("#lab-charts canvas")?.getAttribute("aria-label")));
});

onPage("the text of a file leaves the page by no way", "?v=2&p=smart#lab", async (page) => {
  const marker = "Zyxwvutsrq";
  const sent = [];
  page.on("request", (request) => sent.push(request.url(), request.postData() ?? ""));
  const chat = { messages: [{ role: "user", content: `What is ${marker}? Answer in one line.` }, { role: "assistant", content: `${marker} is a word.` }] };
  await page.setInputFiles("#lab-file", file("secret.jsonl", JSON.stringify(chat)));
  await status(page, "1 request\\b");
  await run(page);
  await page.click("#lab-export summary");
  const written = [];
  for (const name of ["json", "csv", "html", "trace", "requests"]) {
    const button = page.locator(`#export-${name}`);
    if ((await button.count()) === 0) continue;
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    written.push(await (await import("node:fs/promises")).readFile(await download.path(), "utf8"));
  }
  assert.ok(written.length >= 3, `${written.length} formats`);
  const kept = await page.evaluate(async () => {
    const caches = await globalThis.caches.keys();
    const urls = await Promise.all(caches.map(async (name) => (await (await globalThis.caches.open(name)).keys()).map((it) => it.url)));
    return JSON.stringify([location.href, { ...localStorage }, { ...sessionStorage }, document.cookie, urls, (await indexedDB.databases?.()) ?? []]);
  });
  for (const place of [...sent, ...written, kept, await page.locator("#lab-file-card").innerHTML()]) assert.ok(!place.includes(marker), place.slice(0, 300));
});
