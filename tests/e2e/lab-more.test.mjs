// The laboratory's further rooms: every part's control, formulas, sweeps, forks, a phone, the keyboard.
import { warmpath } from "../harness/cli.mjs";
import { assert, axe, groupsOpen, onPage } from "../harness/test.mjs";

const plain = (text) => text.replace(/\s+/g, " ").trim();
const done = (page) => page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
const search = (page, wanted) => page.waitForFunction((wanted) => decodeURIComponent(location.search) === wanted, wanted);

onPage("every option of the command line has a control that says what it is, its default and its range", "?v=2#lab", async (page) => {
  await groupsOpen(page);
  const help = await warmpath("replay", "--help");
  const flags = [...help.matchAll(/^\s+--([a-z-]+) </gm)].map((match) => match[1]);
  // What is no part of a scenario: where a run's results go, files and cores of this computer, what the lab has buttons for, and the
  // run without one of its events, which the command line alone makes so far.
  const files = ["calibration", "format", "out", "svg", "save-cache", "resume", "shard", "threads"];
  const apart = ["policy", "fork", "fork-event", "race", ...files];
  const missing = [];
  for (const flag of flags.filter((it) => !apart.includes(it))) {
    const control = page.locator(`#lab-${flag}`);
    if ((await control.count()) !== 1) missing.push(flag);
    else assert.match(await page.locator(`#lab-${flag}-help`).innerText(), /(Default |Left empty: )/, flag);
  }
  assert.deepEqual(missing, []);
  await page.focus("#lab-replicas");
  const hint = page.locator("details.group", { has: page.locator("#lab-replicas") }).locator(".hint");
  assert.match(plain(await hint.innerText()), /^Replicas: replicas behind the router\. Default 4; a whole number from 1 to 1024\./);
  assert.deepEqual(await axe(page, "#lab"), []);
});

onPage("a formula is checked as it is typed, and the fault's place is marked", "?v=2&n=60#lab", async (page) => {
  await groupsOpen(page);
  await page.fill("#formula-text", "active + activ * 2");
  assert.match(await page.locator("#formula-wrong").innerText(), /at 10: there is no signal "activ", did you mean "active"/);
  assert.equal(await page.locator(".caret").textContent(), `${" ".repeat(9)}▲`);
  assert.ok(await page.locator("#formula-add").isDisabled());
  await page.fill("#formula-text", "active * 2 + queue");
  assert.equal(await page.locator("#formula-wrong").innerText(), "");
  await page.click("#formula-add");
  await search(page, "?v=2&n=60&p=round-robin,smart,mine=active * 2 + queue");
  await page.click("#lab-run");
  await done(page);
  assert.match(plain(await page.locator("#lab-table thead").innerText()), /mine=active/);
});

onPage("a policy's parameter is set beside its words", "?v=2&p=chwbl,smart#lab", async (page) => {
  await page.locator("button.name", { hasText: /^chwbl$/ }).click();
  await page.fill("#policy-load_factor", "2");
  await page.press("#policy-load_factor", "Tab");
  await search(page, "?v=2&p=chwbl:load_factor=2,smart");
});

onPage("a sweep says in words how many GPUs keep the limit, and its bytes are the command line's", "?v=2&n=60&ttft=1500&p=smart#lab", async (page) => {
  await groupsOpen(page);
  await page.fill("#sweep-rates", "4, 16");
  await page.fill("#sweep-replicas", "1,2,4");
  await page.click("#sweep-run");
  await done(page);
  assert.match(plain(await page.locator("#lab-verdict").innerText()), /P95 TTFT within 1.50 s at (4|16) arrivals\/s take: smart \d NVIDIA L4\. smart: P95 TTFT within 1.50 s: 1 replica \(1 NVIDIA L4\)/);
  assert.equal(await page.locator("#lab-sweep tbody tr").count(), 3);
  assert.equal(await page.locator("#lab-sweep-all tbody tr").count(), 6);
  assert.match(await page.locator("#lab-command").innerText(), /--rate 4,16 --replicas 1,2,4 --format json$/);
  await page.click("#lab-export summary");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#export-csv")]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const told = await warmpath("replay", "v=2&n=60&ttft=1500&p=smart", "--rate", "4,16", "--replicas", "1,2,4", "--format", "csv");
  assert.equal(Buffer.concat(chunks).toString(), told);
  assert.deepEqual(await axe(page, "#lab"), []);
});

onPage("a parameter's values are a chart with the range over seeds", "?v=2&n=40#lab", async (page) => {
  await groupsOpen(page);
  await page.fill("#sweep-values", "1, 1.25, 2");
  await page.fill("#sweep-seeds", "3");
  await page.click("#sweep-turn");
  await done(page);
  assert.match(await page.locator("#lab-charts .chart canvas").last().getAttribute("aria-label"), /load_factor.*3\s+seeds/);
  assert.ok(await page.locator("#lab-results .notice").isHidden());
});

onPage("a slow request is forked: every replica in its place, and what was best in words", "?v=2&w=rag&n=80&rate=8&r=3&p=least-load,smart#lab", async (page) => {
  await page.click("#lab-run");
  await done(page);
  await groupsOpen(page);
  assert.ok((await page.locator("#fork-picks tbody tr").count()) >= 5);
  await page.locator("#fork-picks button").first().click();
  await page.waitForSelector("#fork-table");
  assert.equal(await page.locator("#fork-table tbody tr").count(), 3);
  assert.equal(await page.locator("#fork-table .chosen").count(), 1);
  assert.match(plain(await page.locator("#fork-said").innerText()), /^least-load sent request \d+ to replica \d: /);
  assert.deepEqual(await axe(page, "#lab"), []);
});

for (const width of [320, 1440]) {
  onPage(`at ${width} px nothing scrolls sideways, open or closed, light or dark`, "?v=2&n=60&w=rag#lab", { viewport: { width, height: 800 }, colorScheme: width === 320 ? "dark" : "light" }, async (page) => {
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(await wide(), 0);
    await page.click("#lab-run");
    await done(page);
    await groupsOpen(page);
    // On a phone what can be done with the figures is folded away with them.
    if (width < 600) await page.click("#lab-results > .wide-open > summary");
    await page.click("#lab-export summary");
    assert.equal(await wide(), 0);
    // Words that open their meaning stand in sentences, where a target may be as high as its line.
    const small = await page.locator("#lab button:not(.term):visible, #lab select:visible, #lab input[type=text]:visible").evaluateAll((all) => all.filter((it) => it.getBoundingClientRect().height < 24).map((it) => it.textContent));
    assert.deepEqual(small, []);
    assert.deepEqual(await axe(page, "#lab"), []);
  });
}

onPage("from the presets to a result by keys alone", "?v=2&n=40#lab", async (page) => {
  await page.focus("#lab-preset");
  await page.focus("#lab-run");
  await page.keyboard.press("Enter");
  await done(page);
  await page.locator("#lab-export summary").focus();
  await page.keyboard.press("Enter");
  await page.locator("#export-csv").focus();
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  assert.equal(download.suggestedFilename(), "warmpath-shared-system.csv");
});
