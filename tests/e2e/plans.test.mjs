// What should I run: the tabs beside the run, their answers and files, by pointer and by key, stopped and gone on with.
import { readFile } from "node:fs/promises";
import { warmpath } from "../harness/cli.mjs";
import { ROOT, stage } from "../harness/browser.mjs";
import { assert, axe, onPage, triedTwice } from "../harness/test.mjs";

const plain = (text) => text.replace(/[\u00a0\s]+/g, " ").trim();
const said = async (page, selector) => plain(await page.locator(selector).innerText());
const GOAL = "goal=p95_ttft%3C6s%3Berrors%3C1%25";
const QUERY = `v=2&w=rag&n=100&r=2&rate=4&p=random,smart&${GOAL}`;
const done = (page) => page.waitForFunction(() => document.querySelector("#plan-status")?.textContent === "Done." && document.querySelector("#plan-command"), null, { timeout: 120_000 });
const saved = async (page, act) => {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
};
/** The command line that stands below an answer, as its arguments. */
const command = async (page) => {
  const line = await said(page, "#plan-command");
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map((it) => it[1] ?? it[2]);
  assert.equal(words.shift(), "warmpath");
  return words;
};
/** Holds the answer's JSON against what the command line prints for the line that stands below it. */
const sameAsTheCommandLine = async (page, word = (it) => it) => {
  await page.click("#plan-files summary");
  const file = await saved(page, () => page.click("#plan-save-json"));
  const told = await warmpath(...(await command(page)).map(word));
  assert.ok(told.length > 300);
  assert.ok(file.bytes.equals(Buffer.from(told)), `the page's ${file.bytes.length} bytes are not the command line's ${told.length}`);
  return JSON.parse(told);
};

for (const [tab, setting, picture] of [
  ["goal", {}, /What the goal leaves to spare/],
  ["capacity", { tolerance: "5%" }, /over load/],
  ["plan", { replicas: "1..12", frontier: "1.5" }, /over cost/],
  ["tune", { settings: "6", "search-seeds": "2", "held-out": "2" }, /Settings that were tried/],
])
  onPage(`${tab}: an answer in sentences, a picture and tables, which is the command line's to the byte`, `?${tab === "tune" ? QUERY.replace("random", "chwbl") : QUERY}#lab`, async (page) => {
    await page.click(`#lab-tab-${tab}`);
    assert.match(await page.evaluate(() => location.hash), new RegExp(`^#lab\\?tab=${tab}`));
    // Its words are explained as those of a run are.
    assert.deepEqual(await page.locator("#lab-panel .explained button[data-term=TTFT]").count(), 1);
    for (const [flag, text] of Object.entries(setting)) {
      await page.fill(`#plan-${tab}-${flag}`, text);
      await page.keyboard.press("Tab");
    }
    await page.click("#plan-go");
    await done(page);
    assert.ok(await page.locator("#plan-fault").isHidden(), await page.locator("#plan-fault").innerText());
    assert.match(await said(page, "#plan-charts figcaption >> nth=0"), picture);
    await page.waitForFunction(() => !/Being drawn/.test(document.querySelector("#plan-charts canvas")?.getAttribute("aria-label") ?? "Being drawn"));
    assert.ok((await page.locator("#plan-said li").count()) > 0);
    assert.ok((await page.locator(".plan-answer table tbody tr").count()) > 1);
    // Nothing of what is compared is out of sight.
    const cut = () => page.locator(".plan-answer .scroll").evaluateAll((all) => all.filter((it) => it.scrollWidth > it.clientWidth + 1).map((it) => it.ariaLabel));
    assert.deepEqual(await cut(), []);
    const told = await sameAsTheCommandLine(page);
    if (tab !== "goal") for (const sentence of told.sentences) assert.ok((await said(page, "#plan-said")).includes(plain(sentence)), sentence);
    // What is set anew makes the answer one of before.
    assert.ok(await page.locator("#plan-stale").isHidden());
    await page.fill("#plan-goal", "p95_ttft<7s");
    await page.keyboard.press("Tab");
    assert.match(await said(page, "#plan-stale"), /the settings before/);
    assert.deepEqual(await axe(page, "#lab"), []);
  });

onPage("tabs by keys alone, on a phone in the dark: nothing scrolls sideways, and what is refused is said at its control", `?${QUERY}#lab`, { viewport: { width: 360, height: 740 }, colorScheme: "dark" }, async (page) => {
  await page.focus("#lab-tab-run");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement.id), "lab-tab-capacity");
  assert.equal(await page.getAttribute("#lab-tab-capacity", "aria-selected"), "true");
  assert.ok(await page.locator("#lab-run-panel").isHidden());
  await page.keyboard.press("End");
  assert.equal(await page.evaluate(() => document.activeElement.id), "lab-tab-tune");
  await page.fill("#plan-tune-held-out", "1");
  await page.keyboard.press("Tab");
  await page.click("#plan-go");
  await page.waitForSelector("#plan-tune-held-out-wrong", { timeout: 60_000 });
  assert.match(await said(page, "#plan-tune-held-out-wrong"), /must be a whole number from 2 to 1000/);
  assert.ok(await page.locator("#plan-go").isDisabled(), "it waits until that is mended");
  assert.ok(await page.locator("#lab-run").isEnabled(), "a run does not");
  await page.fill("#plan-tune-held-out", "2");
  await page.keyboard.press("Tab");
  assert.equal(await page.locator("#plan-tune-held-out-wrong").count(), 0);
  await page.fill("#plan-goal", "p95_tftt<1s");
  await page.keyboard.press("Tab");
  assert.match(await said(page, "#plan-goal-wrong"), /did you mean "p95_ttft"/);
  assert.deepEqual(await axe(page, "#lab"), []);
  await page.fill("#plan-goal", "p95_ttft<6s");
  await page.keyboard.press("Tab");
  await page.click("#lab-tab-goal");
  await page.click("#plan-go");
  await done(page);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  assert.deepEqual(await axe(page, "#lab"), []);
  // Sentences are apart, and a policy with many settings, which has no space, goes on in the next line.
  const answer = page.locator("#plan-said");
  const [first, second] = await answer.locator("li").evaluateAll((all) => all.slice(0, 2).map((it) => it.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom]));
  assert.ok(second[0] - first[1] >= 4, `${second[0] - first[1]} px apart`);
  await answer.locator("li").first().evaluate((it) => { it.textContent = `smart:${"kv_overlap_weight=0.412;".repeat(4)}`; });
  assert.deepEqual(await answer.evaluate((it) => [it.scrollWidth <= it.clientWidth, it.getBoundingClientRect().right <= innerWidth]), [true, true]);
});

onPage("without a goal it says what is missing; Run leads back to the run", "?v=2&w=rag&n=60&r=2&p=smart#lab", async (page) => {
  await page.click("#lab-tab-capacity");
  await page.click("#plan-go");
  assert.match(await said(page, "#plan-goal-wrong"), /Type a goal first/);
  await page.click("#lab-run");
  await page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
  assert.equal(await page.getAttribute("#lab-tab-run", "aria-selected"), "true");
  assert.ok(await page.locator("#lab-table").isVisible());
});

onPage("a search that is stopped keeps what it has found, and goes on from there to the same answer", `?v=2&w=rag&n=4000&r=4&rate=8&p=random,smart,chwbl&${GOAL}#lab?tab=capacity&tolerance=0.5%25`, async (page) => {
  assert.equal(await page.inputValue("#plan-capacity-tolerance"), "0.5%", "the link brings the tab and its settings");
  await page.click("#plan-go");
  await page.waitForSelector("#plan-said li", { timeout: 60_000 });
  await page.click("#plan-stop");
  await page.waitForFunction(() => document.querySelector("#plan-status")?.textContent === "Stopped.");
  assert.match(await said(page, "#plan-stale"), /this is what was found until then/);
  assert.ok((await page.locator("#plan-said li").count()) > 0);
  assert.ok(await page.locator("#plan-files").isHidden(), "what is not whole is not saved");
  assert.equal(await said(page, "#plan-go"), "Go on");
  await page.click("#plan-go");
  await done(page);
  await sameAsTheCommandLine(page);
});

triedTwice("a search on one core and on four comes to the same bytes and says how much longer it takes; its helpers find something and end with it", async () => {
  const theatre = await stage();
  const bytes = [];
  try {
    for (const cores of [1, 4]) {
      const { page, context, faults } = await theatre.open("", { whole: true });
      // As on a machine with so many cores; who is started, heard of and ended is counted.
      const counted = `const counts = new BroadcastChannel("counts");
        self.Worker = class extends Worker {
          constructor(...all) { super(...all); counts.postMessage("started"); this.addEventListener("message", () => counts.postMessage("heard")); }
          terminate() { counts.postMessage("ended"); super.terminate(); }
        };`;
      await context.route("**/sim-worker.mjs", async (route) => {
        const response = await route.fetch();
        const text = await response.text();
        assert.match(text, /navigator\.hardwareConcurrency/);
        await route.fulfill({ response, body: counted + text.replace("navigator.hardwareConcurrency", String(cores)) });
      });
      await page.goto(new URL(`?v=2&w=rag&n=6000&r=4&rate=8&p=random,smart,chwbl&${GOAL}#lab?tab=capacity&tolerance=0.2%25`, theatre.server.url).href);
      await page.waitForSelector("#plan-go");
      await page.evaluate(() => {
        globalThis.told = [];
        globalThis.counts = { started: 0, heard: 0, ended: 0 };
        new BroadcastChannel("counts").onmessage = ({ data }) => { counts[data] += 1; };
        new MutationObserver(() => told.push(document.querySelector("#plan-status").textContent)).observe(document.querySelector("#plan-status"), { childList: true, subtree: true, characterData: true });
      });
      await page.click("#plan-go");
      await done(page);
      await page.click("#plan-files summary");
      bytes.push((await saved(page, () => page.click("#plan-save-json"))).bytes);
      const { told, counts } = await page.evaluate(() => ({ told, counts }));
      assert.deepEqual([counts.started, counts.ended], [cores - 1, cores - 1]);
      assert.equal(counts.heard > 0, cores > 1, JSON.stringify(counts));
      assert.ok(told.some((it) => /^Running: \d.*%, about \d+\s(s|min) left$/.test(it)), told.slice(0, 40).join("; "));
      assert.deepEqual(faults, []);
      await context.close();
    }
    assert.ok(bytes[0].length > 1000 && bytes[0].equals(bytes[1]));
  } finally {
    await theatre.close();
  }
});

const LOG = "docs/deciding/requests.jsonl";
for (const [tab, setting] of [
  ["goal", {}],
  ["capacity", { tolerance: "5%" }],
  ["plan", { replicas: "2..4", frontier: "1.2" }],
  ["tune", { settings: "4", "search-seeds": "2", "held-out": "2" }],
])
  onPage(`${tab} of a dropped file is the command line's to the byte`, `?v=2&r=3&p=smart&goal=p95_ttft%3C2s%3Berrors%3C5%25#lab?tab=${tab}`, async (page) => {
    await page.setInputFiles("#lab-file", `${ROOT}${LOG}`);
    await page.waitForFunction(() => /240\srequests/.test(document.querySelector("#lab-status")?.textContent), null, { timeout: 60_000 });
    for (const [flag, text] of Object.entries(setting)) {
      await page.fill(`#plan-${tab}-${flag}`, text);
      await page.keyboard.press("Tab");
    }
    await page.click("#plan-go");
    await done(page);
    assert.ok(await page.locator("#plan-fault").isHidden(), await page.locator("#plan-fault").innerText());
    const told = await sameAsTheCommandLine(page, (word) => (word === "requests.jsonl" ? LOG : word));
    assert.match(JSON.stringify(told), /requests\.jsonl/);
  });

onPage("the cheapest fleet is set in the laboratory at a click", `?${QUERY}#lab?tab=plan&replicas=1..12`, async (page) => {
  await page.click("#plan-go");
  await done(page);
  const found = JSON.parse(await warmpath(...(await command(page))));
  await page.click("#plan-take");
  assert.equal(await page.inputValue("#lab-replicas"), String(found.cheapest.match(/^(\d+) replica/)[1]));
});

const ran = (page) => page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
onPage("runs stay as chips: one is pinned and stands beside the next, pale in the charts and as a column; they outlast a reload", "?v=2&w=rag&n=150&r=2&p=random,smart#lab", async (page) => {
  await page.click("#lab-run");
  await ran(page);
  await page.click("#lab-run-1");
  await page.click("#run-pin");
  await page.fill("#run-name", "two of them");
  await page.keyboard.press("Tab");
  assert.match(await said(page, "#lab-run-1"), /^1 \(baseline\): two of them/);
  await page.locator("#lab details.group").evaluateAll((all) => all.forEach((it) => { it.open = true; }));
  await page.fill("#lab-replicas", "4");
  await page.keyboard.press("Tab");
  await page.click("#lab-run");
  await page.waitForSelector("#lab-run-2", { timeout: 60_000 });
  await ran(page);
  assert.match(await said(page, "#lab-run-2"), /^2: .*4/);
  await page.waitForFunction(() => /change from run 1/.test(document.querySelector("#lab-table")?.textContent ?? ""));
  await page.waitForFunction(() => /Pale: run 1, the baseline/.test(document.querySelector("#lab-charts")?.textContent ?? ""));
  assert.deepEqual(await axe(page, "#lab"), []);
  await page.reload();
  await page.waitForSelector("#lab-run-1", { timeout: 60_000 });
  assert.match(await said(page, "#lab-run-1"), /two of them/);
  await page.click("#lab-run-1");
  await page.click("#run-open");
  await ran(page);
  assert.equal(await page.inputValue("#lab-replicas"), "2");
  await page.click("#run-forget");
  assert.equal(await page.locator("#lab-run-1").count(), 0);
});

onPage("what a preset replaces comes back", "?v=2&w=rag&n=77&r=3&p=smart#lab", async (page) => {
  await page.locator("#lab details.group").evaluateAll((all) => all.forEach((it) => { it.open = true; }));
  assert.ok(await page.locator("#lab-undo").isHidden());
  const preset = await page.locator("#lab-preset option").nth(2).getAttribute("value");
  await page.selectOption("#lab-preset", preset);
  await page.waitForFunction(() => document.querySelector("#lab-requests").value !== "77");
  await page.click("#lab-undo");
  assert.equal(await page.inputValue("#lab-requests"), "77");
  assert.equal(await page.inputValue("#lab-replicas"), "3");
  assert.ok(await page.locator("#lab-undo").isHidden());
});
