// When a GPU dies: the run with what befalls its fleet beside the run without it; the laboratory's timeline and presets.
import { readFile } from "node:fs/promises";
import { warmpath } from "../harness/cli.mjs";
import { assert, axe, groupsOpen, onPage, withoutScript } from "../harness/test.mjs";
import { comeTo } from "../harness/wait.mjs";

const plain = (text) => text.replace(/[\u00a0\s]+/g, " ").trim();
const said = async (page, selector) => plain(await page.locator(selector).innerText());
/** Waits until the runs that were asked for are shown: the sentence says so. */
const shows = (page, pattern) =>
  page.waitForFunction((source) => new RegExp(source).test((document.querySelector("#failure-story")?.textContent ?? "").replace(/[\u00a0\s]+/g, " ")), pattern.source, { timeout: 60_000 });
const opening = (page) => shows(page, /^At 30 s replica 1 dies/);
const figure = "#figure-failure";
/** Clicks on a lane of a side at a share of its width. */
const clickLane = async (page, side, replica, share) => {
  const lane = page.locator(`#failure-${side} .lane[data-replica="${replica}"]`);
  const { width, height } = await lane.boundingBox();
  await lane.click({ position: { x: width * share, y: height / 2 } });
};
const done = (page) => page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });

onPage("it is read before any program arrives, and says the same then", "#failure", async (page) => {
  const before = await withoutScript((still) => still.locator(`${figure} .say`).first().innerText());
  assert.match(plain(before), /^At 30 s replica 1 dies, and for 21.4 s the router takes it for alive\. Of 300 requests, 88 failed or broke off under least-load, 23 under smart\./);
  await opening(page);
  assert.equal(await said(page, "#failure-story"), plain(before));
  // The playhead rests at the end, where nothing is under way, and the sentence there says what came of the run.
  assert.match(await said(page, "#failure-now"), /^137\.4 s, the end of the run: under least-load all replicas serve, and 212 of 300 requests got a whole answer/);
  // How it comes about is a list of short items, beside a table of what is compared.
  const items = (await page.locator("#failure-story li").allInnerTexts()).map(plain);
  assert.ok(items.length >= 5, `${items.length}`);
  for (const item of items) assert.ok(item.split(/\. /).length <= 3, item);
  // Of the tokens in the table, the difference of the two runs is told, and why it is not what is computed again.
  const row = async (name) => [...(await said(page, `#failure-table tr:has(th:text-is("${name}"))`)).slice(name.length).matchAll(/[\d,]+/g)].map((it) => Number(it[0].replace(/,/g, "")));
  const [with0, without0, with1, without1] = await row("Prompt tokens computed");
  const count = (n) => Math.abs(n).toLocaleString("en");
  assert.ok(items.some((it) => it.includes(`${count(with0 - without0)} fewer under least-load, ${count(with1 - without1)} more under smart.`)), items.join(" | "));
  const [lost, alone, again] = [await row("Cached blocks lost"), await row("Of these on no other replica"), await row("Lost prompt tokens computed again")];
  assert.ok(lost[0] > lost[1] && alone[0] < alone[1] && again[1] > 0 && again[1] <= 16 * alone[1], `${lost} ${alone} ${again}`);
  assert.equal(await page.locator("#failure-0 .life").count(), 1);
  assert.equal(await page.locator("#failure-0 .lanes:not(.calm) .strip").count(), 4);
  assert.equal(await page.locator("#failure-0 .calm .strip").count(), 4);
  // Each place and control of the document has an id of its own.
  const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map((it) => it.id));
  assert.deepEqual(ids.filter((id, at) => ids.indexOf(id) !== at), []);
  await page.locator(`${figure} .transport .step`, { hasText: "?" }).click();
  assert.match(await said(page, `${figure} .help`), /K It dies.* A One more replica starts/);
  assert.deepEqual(await axe(page, "#failure"), []);
});

onPage("a click on a lane and a button: the run goes on from there, beside the run without it", "#failure", async (page) => {
  await opening(page);
  // At the end nothing can happen any more: the buttons name an earlier moment, and do it then.
  assert.match(await said(page, `${figure} .aim`), /^What happens at 68\.7 s, the middle of the run, to replica$/);
  await page.click("#failure-drain");
  // The replica that died is still starting then.
  await shows(page, /^At 30 s replica 1 dies.* Nothing came of what was set for 68\.7 s, that replica 1 is taken out: replica 1 was not ready/);
  assert.match(await said(page, "#failure-events li:last-child"), /^at 68\.7 s replica 1 /);
  await page.click("#failure-anew");
  await opening(page);
  await page.getByRole("button", { name: /Take it back/ }).click();
  await shows(page, /^Nothing happens to this fleet/);
  await clickLane(page, 1, 2, 0.25);
  const at = Number.parseFloat((await said(page, `${figure} .clock b`)));
  assert.ok(at > 20, `${at} s`);
  await page.click("#failure-hang");
  await shows(page, /replica 2 hangs for 60 s/);
  assert.match(await said(page, "#failure-story"), new RegExp(`^At ${String(at).replace(".", "\\.")} s replica 2 hangs for 60 s`));
  assert.equal(await page.locator("#failure-1 .life .hung").count(), 1);
  assert.match(await said(page, "#failure-now"), /replica 2 is hung and believed alive/);
  // The link holds it.
  await page.waitForFunction(() => /^#failure\?t=[\d.]+s&ev=/.test(location.hash));
  await page.reload();
  await shows(page, /replica 2 hangs for 60 s/);
  await page.click("#failure-anew");
  await opening(page);
  assert.deepEqual(await axe(page, "#failure"), []);
});

onPage("by keys alone: another replica, killed where the playhead stands", "#failure?t=40s", async (page) => {
  await opening(page);
  await page.focus(`${figure} .figure-keys`);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("k");
  await shows(page, /^From 30 s on 2 things happen to the fleet/);
  assert.deepEqual((await page.locator("#failure-events li").allInnerTexts()).map((it) => plain(it).replace(" ×", "")), ["at 30 s replica 1 dies", "at 40 s replica 2 dies"]);
  await page.keyboard.press("a");
  await page.waitForFunction(() => document.querySelectorAll("#failure-0 .lanes:not(.calm) .strip").length === 5, null, { timeout: 60_000 });
  await page.keyboard.press("Home");
  assert.match(await said(page, "#failure-now"), /^0\.0 s: under least-load all replicas serve/);
});

onPage("a third policy comes beside the others, and figure by figure what it would have been", "#failure", async (page) => {
  await opening(page);
  await page.click("#failure-another");
  await page.waitForFunction(() => document.querySelectorAll("#failure-table thead th").length === 3, null, { timeout: 60_000 });
  assert.match(await said(page, "#failure-story"), /Under chwbl, which sends it \d+ attempts/);
  const dead = await said(page, "#failure-table tr:has-text('Attempts sent where nothing answered')");
  assert.match(dead, /237 36 181/);
  await page.getByText("The lanes as a table").last().click();
  assert.equal(await page.locator("#failure-lanes tbody tr").count(), 12);
  assert.deepEqual(await axe(page, "#failure"), []);
});

const LINK = "v=2&w=rag&ev=30s:kill%3D1&p=smart,chwbl,least-load";
onPage("the run of a link is the command line's: here its figures, in the laboratory its bytes", `?${LINK}#failure`, async (page) => {
  await opening(page);
  const report = JSON.parse(await warmpath("replay", LINK, "--format", "json"));
  const story = await said(page, "#failure-story");
  for (const { policy, life } of report.policies) {
    assert.ok(story.includes(`Under ${policy}, which sends it ${life.sent_to_dead} attempts, ${life.rejected + life.failed} of 400 requests fail and ${life.cut} answers break off`), `${policy}: ${story}`);
    const again = life.recomputed_tokens.toLocaleString("en");
    assert.ok(life.recomputed_tokens === 0 || story.includes(`${again} prompt tokens`), `${policy}: ${again}`);
  }
  await page.click("#failure-lab");
  await page.click("#lab-run");
  await done(page);
  await page.click("#lab-export summary");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#export-json")]);
  const bytes = await readFile(await download.path());
  assert.ok(bytes.equals(Buffer.from(await warmpath("replay", LINK, "--format", "json"))), "the report is another");
  // What happened is marked on the charts, and the run is played where such runs are shown.
  const keys = await page.locator("#lab-charts .chart figcaption b").allInnerTexts();
  for (const name of ["Hits over time", "Time to first token over time"]) assert.ok(keys.some((it) => it.includes(name)), `${name} in ${keys}`);
  await page.click("#lab-play");
  await page.waitForFunction(() => location.hash.startsWith("#failure"));
});

onPage("what befalls the laboratory's fleet leaves this station alone, at the next visit too", "?v=2&w=rag&n=60&ev=20s:hang%3D2&p=smart,chwbl#lab", async (page) => {
  await page.waitForFunction(() => document.querySelector("#lab-events")?.value === "20s:hang=2", null, { timeout: 60_000 });
  await comeTo(page, "failure");
  await opening(page);
  assert.match(await said(page, "#failure-story"), /Under least-load, which sends it 237 attempts/);
  // An entry of the navigation leads here, and brings nothing of the query.
  await page.evaluate(() => { location.hash = "failure"; });
  await page.waitForTimeout(500);
  await opening(page);
  assert.ok(!(await said(page, "#failure-story")).includes("hangs"));
});

onPage("a pointer over a lane reads whose request is there, as a card beside it", "#failure", async (page) => {
  await opening(page);
  const tip = page.locator("#failure-tip");
  assert.ok(await tip.isHidden());
  const lane = page.locator('#failure-0 .lane[data-replica="2"]');
  await lane.scrollIntoViewIfNeeded();
  const { width, height } = await lane.boundingBox();
  await lane.hover({ position: { x: width * 0.2, y: height * 0.2 } });
  await tip.waitFor({ state: "visible" });
  const words = plain(await tip.innerText());
  assert.match(words, /^Request \d+ under least-load: sent to replica 2 at [\d.]+ s, first token after/);
  // The click keeps the same request.
  await lane.click({ position: { x: width * 0.2, y: height * 0.2 } });
  assert.equal(await said(page, "#failure-kept .title"), words);
  await page.mouse.move(2, 2);
  await tip.waitFor({ state: "hidden" });
});

onPage("no two names or marks over a lane print over each other", "#failure", async (page) => {
  await opening(page);
  const over = await page.evaluate(() => {
    const boxes = (life) => [...life.querySelectorAll("text")].filter((it) => it.textContent).map((it) => ({ name: it.textContent, ...it.getBoundingClientRect().toJSON() }));
    const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
    const pairs = (all) => all.flatMap((a, at) => all.slice(at + 1).filter((b) => meet(a, b)).map((b) => `${a.name} / ${b.name}`));
    const lives = [...document.querySelectorAll("#figure-failure .life")];
    return { names: lives.flatMap(boxes).length, over: lives.flatMap((life) => pairs(boxes(life))) };
  });
  assert.ok(over.names > 2, `${over.names} names`);
  assert.deepEqual(over.over, []);
});

onPage("taken to the laboratory, a run is set there at the first click, whether the laboratory was there before or not", "#failure", async (page) => {
  await opening(page);
  const taken = () => page.waitForFunction(() => document.querySelector("#lab-events")?.value === "30s:kill=1" && document.querySelector("#lab-requests")?.value === "300", null, { timeout: 60_000 });
  await page.click("#failure-lab");
  await taken();
  // The address names it too, and an entry of the navigation leads to a place and changes no setting.
  await page.waitForFunction(() => location.search.includes("ev=30s:kill%3D1") && location.hash === "#lab");
  await page.evaluate(() => { location.hash = "failure"; });
  await taken();
  // Now that the laboratory is there, with settings of its own.
  await page.evaluate(() => { location.hash = "lab"; });
  await groupsOpen(page);
  await page.fill("#lab-requests", "50");
  await page.locator("#lab-requests").blur();
  await page.waitForFunction(() => location.search.includes("n=50"));
  // The address is at another station when the button is pressed, so that the page goes to the laboratory by it.
  await page.evaluate(() => { location.hash = "fleet"; });
  await page.click("#failure-lab");
  await taken();
});

onPage("the laboratory's timeline and its text are in step, presets set both, and errors are told while one types", "?v=2&w=rag&n=100#lab", async (page) => {
  await groupsOpen(page);
  const reads = (text) => page.waitForFunction((text) => document.getElementById("lab-events").value === text, text);
  await page.click("#lab-place-it");
  await reads("30s:kill=1");
  const slider = page.locator("#lab-timeline input[type=range]");
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await reads("30.5s:kill=1");
  await page.fill("#lab-events", "10s:hang=2/5s;20s:kill=0");
  await page.locator("#lab-events").blur();
  assert.deepEqual((await page.locator("#lab-timeline li .what").allInnerTexts()).map(plain), ["replica 2 hangs for 5 s, 10 s", "replica 0 dies, 20 s"]);
  await page.locator("#lab-timeline").getByRole("button", { name: /Take away: replica 2 hangs/ }).click();
  await reads("20s:kill=0");
  await page.locator("#lab-events").press("End");
  await page.locator("#lab-events").pressSequentially(";30s:klil=1");
  const wrong = await said(page, "#lab-events-wrong");
  assert.match(wrong, /did you mean "kill"/);
  assert.match(wrong, /character \d+/);
  await page.fill("#lab-events", "20s:kill=0");
  await page.locator("#lab-events").blur();
  await page.locator("#lab-events-wrong").waitFor({ state: "detached" });
  const preset = (title) => page.locator("#lab details.group", { hasText: title }).locator(".group-preset select");
  await preset("Health and retries").selectOption("smg");
  const holds = (id, value) => page.waitForFunction(([id, value]) => document.getElementById(id).value === value, [id, value]);
  await holds("lab-health", "smg");
  await preset("Queue and tenants").selectOption("SGLang's router");
  await holds("lab-queue", "100/60");
  await preset("Scaling").selectOption("keda");
  await holds("lab-autoscale", "keda");
  await preset("Caches and batching").selectOption("Static batches");
  await holds("lab-batching", "static:64,10ms");
  assert.deepEqual(await axe(page, "#lab"), []);
});

onPage("a fleet that grows and shrinks: lanes appear and go, and a strip says how many", "?v=2&w=rag&n=300&rate=3&r=2&scale=schedule:0s%3D2;30s%3D4;100s%3D2&p=least-load,smart#fleet?t=20s", async (page) => {
  await page.waitForFunction(() => document.querySelectorAll("#fleet-1 .lanes .strip").length === 4, null, { timeout: 60_000 });
  assert.equal(await page.locator("#fleet-1 .life .absent").count() > 0, true);
  assert.equal(await page.locator("#fleet-1 .life .starting").count(), 2);
  for (const curve of ["wanted", "paid", "ready"]) assert.equal(await page.locator(`#fleet-1 .scaling path.${curve}`).count(), 1, curve);
  assert.deepEqual(await axe(page, "#fleet"), []);
});

onPage("on a phone nothing is cut off, and what is to happen stays beside the lanes", "#failure", { viewport: { width: 360, height: 740 }, hasTouch: true }, async (page) => {
  await opening(page);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${overflow} px`);
  await page.locator('#failure-1 .lane[data-replica="2"]').scrollIntoViewIfNeeded();
  assert.ok(await page.locator("#failure-kill").isVisible());
  const box = await page.locator("#failure-kill").boundingBox();
  assert.ok(box.y >= 0 && box.y < 740, `${box.y}`);
  assert.deepEqual(await axe(page, "#failure"), []);
  // What it costs the others goes on from what happens, a tap away; nothing is cut off then either.
  assert.doesNotMatch(await said(page, "#failure-story"), /one in twenty/);
  await page.locator("#failure-story summary").press("Enter");
  assert.match(await said(page, "#failure-story"), /^At 30 s replica 1 dies.*Why, and what it costs the others: prompt tokens computed again 0 under least-load, [\d,]+ under smart.*one in twenty waits longer for its first token \(P95 of TTFT\) than/);
  const folded = page.locator("#failure .wide-open:not([open]) > summary");
  while ((await folded.count()) > 0) await folded.first().press("Enter");
  assert.ok(await page.locator("#failure-table").isVisible());
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  assert.deepEqual(await axe(page, "#failure"), []);
  // Where nothing happens it costs nothing, and there is no line for it.
  await page.getByRole("button", { name: /Take it back/ }).click();
  await shows(page, /^Nothing happens to this fleet/);
  assert.ok(await page.locator("#failure-story summary").isHidden());
});

onPage("embedded it stands alone", "?embed=failure", async (page) => {
  await opening(page);
  assert.equal(await page.locator("main > section:visible").count(), 1);
  assert.ok(await page.locator("#failure").isVisible());
});

onPage("for who asked for less motion the playhead jumps", "#failure?t=29s", { reducedMotion: "reduce" }, async (page) => {
  await opening(page);
  await page.locator(figure).getByRole("button", { name: "Play", exact: true }).click();
  const clock = async () => Number.parseFloat(await said(page, `${figure} .clock b`));
  const first = await clock();
  await page.waitForFunction((first) => Number.parseFloat(document.querySelector("#figure-failure .clock b").textContent) >= first + 5, first, { timeout: 10_000 });
});

for (const options of [{}, { viewport: { width: 360, height: 800 }, colorScheme: "dark" }]) {
  onPage(`a request in a lane is told, and sent elsewhere from there: ${options.colorScheme ?? "light"}`, "#failure", options, async (page) => {
    await opening(page);
    await clickLane(page, 0, 2, 0.2);
    const card = page.locator("#failure-kept");
    await card.waitFor({ state: "visible" });
    assert.match(await said(page, "#failure-kept .title"), /^Request \d+ under least-load: sent to replica 2 at [\d.]+ m?s, first token after [\d.]+ m?s, answered by/);
    await page.click("#failure-elsewhere");
    await page.waitForFunction(() => document.querySelector("#failure-tried").textContent !== "", null, { timeout: 60_000 });
    const request = (await said(page, "#failure-kept .title")).match(/\d+/)[0];
    assert.match(await said(page, "#failure-tried"), new RegExp(`^least-load sent request ${request} to replica 2: .*fleet`));
    assert.ok(await page.locator("#failure-elsewhere").isDisabled());
    assert.deepEqual(await axe(page, "#failure"), []);
    assert.ok((await page.evaluate(() => document.scrollingElement.scrollWidth)) <= (options.viewport?.width ?? 1280));
    // By key alone: who was sent last to the chosen replica, and closed again.
    await page.focus(`${figure} .figure-keys`);
    await page.keyboard.press("Escape");
    await card.waitFor({ state: "hidden" });
    await page.keyboard.press("Enter");
    await card.waitFor({ state: "visible" });
    assert.match(await said(page, "#failure-kept .title"), /^Request \d+ under least-load: sent to replica 2/);
    assert.equal(await said(page, "#failure-tried"), "");
  });
}
