// The address: back and forward, the playhead, the prompt, one station alone, and what is refused.
import { assert, axe, frames, groupsOpen, onPage, started } from "../harness/test.mjs";

const search = (page, wanted) => page.waitForFunction((wanted) => location.search === wanted, wanted);

onPage("back and forward bring scenario and station again", "?v=2&n=50#lab", async (page) => {
  await groupsOpen(page);
  await page.fill("#lab-replicas", "6");
  await page.press("#lab-replicas", "Tab");
  await search(page, "?v=2&n=50&r=6");
  await page.fill("#lab-replicas", "3");
  await page.press("#lab-replicas", "Tab");
  await search(page, "?v=2&n=50&r=3");
  await page.click("nav a[href='#tree']");
  await page.waitForFunction(() => location.hash.startsWith("#tree"));
  await page.goBack();
  await page.waitForFunction(() => location.hash === "#lab");
  await page.goBack();
  await search(page, "?v=2&n=50&r=6");
  await page.waitForFunction(() => document.querySelector("#lab-replicas").value === "6");
  await page.goBack();
  await search(page, "?v=2&n=50");
  await page.waitForFunction(() => document.querySelector("#lab-replicas").value !== "6");
  await page.goForward();
  await page.waitForFunction(() => document.querySelector("#lab-replicas").value === "6");
  // What came ahead is still there: going back has made no entry of its own.
  await page.goForward();
  await search(page, "?v=2&n=50&r=3");
});

onPage("a moment in the fragment is where the playhead stands, and follows it", "#fleet?t=12.4s", async (page) => {
  const clock = (text) => page.waitForFunction((text) => document.querySelector("#fleet input[type=range]")?.getAttribute("aria-valuetext")?.includes(text) || document.querySelector("#fleet")?.innerText.includes(text), text);
  await clock("12.4");
  await page.waitForFunction(() => document.querySelector("#fleet").getBoundingClientRect().top < innerHeight);
  await page.click("#fleet-parting");
  await page.waitForFunction(() => /^#fleet\?t=\d+\.\d+s&card=\d-\d+$/.test(location.hash));
  const hash = await page.evaluate(() => location.hash);
  const kept = page.locator("#fleet-kept .title");
  const title = await kept.innerText();
  await page.reload();
  await started(page);
  await page.waitForFunction(() => document.querySelector("#fleet-parting")?.disabled === false);
  await frames(page, 12);
  assert.equal(await page.evaluate(() => location.hash), hash);
  // The card is of the same request.
  assert.equal(await kept.innerText(), title);
  await page.click("#fleet-let-go");
  await page.waitForFunction(() => /^#fleet\?t=\d+\.\d+s$/.test(location.hash));
});

const sides = (page, station) => page.locator(`#figure-${station} .side:not([hidden]) .pick select`).evaluateAll((all) => all.map((it) => it.value).join());
const compares = (page, station, names) =>
  page.waitForFunction(([station, names]) => [...document.querySelectorAll(`#figure-${station} .side:not([hidden]) .pick select`)].map((it) => it.value).join() === names && !document.querySelector(`#figure-${station} .drawn[aria-busy]`), [station, names], { timeout: 60_000 });
const hash = (page, wanted) => page.waitForFunction((wanted) => location.hash === wanted, wanted, { timeout: 60_000 });

onPage("what is compared in the fleet, and what is asked, stands in the address, and a reload gives it again", "#fleet", async (page) => {
  await compares(page, "fleet", "least-load,smart");
  await page.locator("#fleet-1 .lanes .strip").first().waitFor();
  const second = page.locator("#fleet-1 .pick select");
  await second.selectOption("chwbl");
  await hash(page, "#fleet?p=least-load%2Cchwbl");
  await page.click("#fleet-add");
  const played = await page.locator("#fleet-setting").innerText();
  await page.selectOption("#fleet-play", "1");
  // The address changes at once, the figure once its runs are there.
  await page.waitForFunction((played) => document.querySelector("#fleet-setting").innerText !== played, played, { timeout: 60_000 });
  await page.waitForFunction(() => !document.querySelector("#figure-fleet .drawn[aria-busy]"), null, { timeout: 60_000 });
  await page.waitForFunction(() => /^#fleet\?play=1&p=least-load%2Cchwbl%2C[\w-]+$/.test(location.hash), null, { timeout: 60_000 });
  const address = await page.evaluate(() => location.hash);
  const [names, setting] = [await sides(page, "fleet"), await page.locator("#fleet-setting").innerText()];
  await page.reload();
  await started(page);
  await compares(page, "fleet", names);
  assert.equal(await page.inputValue("#fleet-play"), "1");
  await page.waitForFunction((setting) => document.querySelector("#fleet-setting").innerText === setting, setting, { timeout: 60_000 });
  assert.equal(await page.evaluate(() => location.hash), address);
  // An entry of the navigation leads to the place and changes nothing there, and the address says so again.
  await page.click("nav a[href='#tree']");
  await page.waitForFunction(() => location.hash.startsWith("#tree"));
  await page.click("nav a[href='#fleet']");
  await hash(page, address);
  assert.equal(await sides(page, "fleet"), names);
  // An address that names other policies has these.
  await page.evaluate(() => (location.hash = "fleet?p=smart%2Cround-robin"));
  await compares(page, "fleet", "smart,round-robin");
  assert.equal(await page.inputValue("#fleet-play"), "0");
});

onPage("a link of before, with a scenario and a moment, plays that scenario, at its end and after a reload too", "?v=1&w=rag&n=60&rate=3&r=2&p=smart,chwbl#fleet?t=2.4s", async (page) => {
  await compares(page, "fleet", "smart,chwbl");
  await page.waitForFunction(() => /^2\.4/.test(document.querySelector("#figure-fleet .clock").innerText), null, { timeout: 60_000 });
  assert.equal(await page.locator("#fleet-0 .lanes .strip").count(), 2);
  await page.focus("#figure-fleet .figure-keys");
  await page.keyboard.press("End");
  await hash(page, "#fleet?play=own");
  await page.reload();
  await started(page);
  await compares(page, "fleet", "smart,chwbl");
  await page.waitForFunction(() => document.querySelectorAll("#fleet-0 .lanes .strip").length === 2, null, { timeout: 60_000 });
  assert.equal(await page.inputValue("#fleet-play"), "own");
});

onPage("a moment of the run that the page opens with stays one, beside a scenario of the laboratory", "?v=2&w=rag&n=60&r=2#lab", async (page) => {
  await page.evaluate(() => (location.hash = "fleet"));
  await page.locator("#fleet-1 .lanes .strip").nth(3).waitFor();
  await page.focus("#figure-fleet .figure-keys");
  await page.keyboard.press("Home");
  await hash(page, "#fleet?t=0s&play=0");
  await page.reload();
  await started(page);
  await page.locator("#fleet-1 .lanes .strip").nth(3).waitFor();
  assert.equal(await page.inputValue("#fleet-play"), "0");
});

onPage("a failure's link gives the same when it is loaded again, with its card and with another policy", "?v=2&w=rag&n=120&rate=3&ev=20s:hang%3D2&p=smart,chwbl#failure", async (page) => {
  const story = (pattern) => page.waitForFunction((source) => new RegExp(source).test(document.querySelector("#failure-story")?.textContent.replace(/\s+/g, " ")), pattern.source, { timeout: 60_000 });
  const figures = () => page.locator("#failure-story, #failure-table").allTextContents();
  await story(/^At 20 s replica 2 hangs.*under smart/);
  const opened = await figures();
  await page.reload();
  await started(page);
  await story(/^At 20 s replica 2 hangs.*under smart/);
  assert.deepEqual(await figures(), opened);
  await page.locator("#failure-1 .pick select").selectOption("least-load");
  await story(/under least-load/);
  await page.click("#failure-keep");
  await page.waitForFunction(() => /^#failure\?p=smart%2Cleast-load&card=0-\d+$/.test(location.hash));
  const [address, title, changed] = [await page.evaluate(() => location.href), await page.locator("#failure-kept .title").innerText(), await figures()];
  await page.reload();
  await started(page);
  await story(/under least-load/);
  assert.deepEqual([await page.evaluate(() => location.href), await page.locator("#failure-kept .title").innerText(), await figures()], [address, title, changed]);
});

for (const station of ["fleet", "failure", "lab"]) {
  onPage(`what of a link is refused is said where the reader stands, and once: ${station}`, `?v=1&r=-3&p=smrt,chwbl#${station}`, async (page) => {
    const refused = page.locator("#refused");
    await page.waitForFunction(() => /r=-3.*smrt/.test(document.querySelector("#refused-parts").textContent));
    await frames(page, 12);
    const count = () => page.evaluate(() => document.body.innerText.split("r=-3").length - 1);
    assert.equal(await count(), 1);
    for (const notice of [refused, page.locator("#older")]) {
      const { top, bottom } = await notice.evaluate((it) => it.getBoundingClientRect().toJSON());
      assert.ok(top > 0 && bottom < 800, `${top} to ${bottom}`);
    }
    assert.deepEqual(await axe(page, ".of-link"), []);
    await page.locator(".of-link button").click();
    await refused.waitFor({ state: "hidden" });
    assert.ok(await page.locator("#older").isHidden());
    // The laboratory says it as long as it holds.
    await page.locator("#lab-ignored").waitFor({ state: "visible" });
    assert.equal(await count(), 1);
  });
}

onPage("a prompt in the fragment is typed at its station and nowhere else", "#tree?q=You%20are%20a%20lamp", async (page) => {
  const typed = await page.locator("#tree textarea").evaluateAll((boxes) => boxes.map((box) => box.value));
  assert.ok(typed.includes("You are a lamp"), typed.join(" | "));
  const others = await page.locator("#blocks textarea").evaluateAll((boxes) => boxes.map((box) => box.value));
  assert.ok(!others.includes("You are a lamp"));
});

for (const station of ["one-gpu", "blocks", "tree", "router", "fleet", "failure", "lab"]) {
  onPage(`${station} alone`, `?embed=${station}`, async (page) => {
    const title = await page.locator(`#${station} h2`).textContent();
    assert.equal(await page.title(), `${title} · Warmpath`);
    assert.equal(await page.locator(".skip").getAttribute("href"), `#${station}`);
    const shown = await page.locator("main > section").evaluateAll((all) => all.filter((it) => it.checkVisibility()).map((it) => it.id));
    assert.deepEqual(shown, [station]);
  });
}

onPage("a station alone leads to the whole page, with its scenario and prompt", "?v=2&n=60&embed=tree", async (page, { context }) => {
  await page.fill("#tree-second", "You are a lamp");
  await page.waitForFunction(() => location.hash === "#tree?q=You%20are%20a%20lamp");
  const [whole] = await Promise.all([context.waitForEvent("page"), page.click(".whole")]);
  await whole.waitForLoadState();
  const { search, hash } = new URL(whole.url());
  assert.deepEqual([search, hash], ["?v=2&n=60", "#tree?q=You%20are%20a%20lamp"]);
  assert.ok(await whole.locator(".hook").isVisible());
});

const plain = (text) => text.replace(/\s+/g, " ").trim();

onPage("of an address that is not understood whole, what is understood is kept and the rest is named", "?v=2&w=rag&n=200&runs=5&r=5000&p=smrt,chwbl,least-load#lab", async (page) => {
  // It is said once: at the window's foot until that is dismissed, then here.
  const told = page.locator("#refused");
  assert.match(plain(await told.innerText()), /^Not all of this link was understood: runs=5 unknown query key "runs"; r=5000 [^;]*; p=smrt unknown policy "smrt"; did you mean "smart"\? The rest is set in the lab\.$/);
  assert.ok(await page.locator("#lab-ignored").isHidden());
  await page.locator(".of-link button").click();
  assert.ok(await told.isHidden());
  const said = plain(await page.locator("#lab-ignored").innerText());
  assert.match(said, /^Not all of the address was understood\. What was is set; left out: runs=5 unknown query key "runs"/);
  assert.match(said, /r=5000 replicas is "5000", but must be a whole number from 1 to 1024/);
  assert.match(said, /p=smrt unknown policy "smrt"; did you mean "smart"\?$/);
  assert.deepEqual([await page.inputValue("#lab-workload"), await page.inputValue("#lab-requests"), await page.inputValue("#lab-replicas")], ["rag", "200", "4"]);
  assert.deepEqual(await page.locator("#lab-policies .name").allInnerTexts(), ["chwbl", "least-load"]);
  // The address stays as it is until something is set, the notice until that is run.
  await frames(page, 12);
  assert.equal(await page.evaluate(() => location.search), "?v=2&w=rag&n=200&runs=5&r=5000&p=smrt,chwbl,least-load");
  await groupsOpen(page);
  await page.fill("#lab-replicas", "6");
  await page.press("#lab-replicas", "Tab");
  await search(page, "?v=2&w=rag&n=200&r=6&p=chwbl,least-load");
  assert.ok(await page.locator("#lab-ignored").isVisible());
  assert.deepEqual(await axe(page, "#lab"), []);
  await page.click("#lab-run");
  await page.locator("#lab-ignored").waitFor({ state: "hidden" });
});

onPage("a workload that there is not is named before anything runs", "?v=2&w=nosuch&n=20#lab", async (page) => {
  assert.match(plain(await page.locator("#lab-ignored").innerText()), /w=nosuch there is no workload "nosuch"/);
  assert.equal(await page.inputValue("#lab-workload"), "shared-system");
  assert.equal(await page.inputValue("#lab-requests"), "20");
});

onPage("a part out of range in the history is named too, and the next address has nothing to say", "?v=2&n=50#lab", async (page) => {
  const go = (query) => page.evaluate((query) => {
    history.pushState(null, "", `${query}#lab`);
    dispatchEvent(new PopStateEvent("popstate"));
  }, query);
  await go("?v=2&n=60&r=5000");
  await page.waitForFunction(() => /r=5000.*1 to 1024/.test(document.querySelector("#lab-ignored").textContent));
  await page.waitForFunction(() => document.querySelector("#lab-requests").value === "60");
  assert.equal(await page.inputValue("#lab-replicas"), "4");
  await go("?v=2&n=70");
  await page.waitForFunction(() => document.querySelector("#lab-requests").value === "70");
  assert.ok(await page.locator("#lab-ignored").isHidden());
});

onPage("a link made with an earlier version of the model says at the foot of the window and where it is run that figures have moved", "?v=1&w=rag&n=40&p=smart#lab", async (page) => {
  const said = /^This link was made with version 1 of the model, and its figures have moved since\. Why: an engine takes 90 %/;
  assert.match(plain(await page.locator("#older").innerText()), said);
  await page.click("#lab-run");
  await page.locator("#lab-older").waitFor({ state: "visible" });
  assert.match(plain(await page.locator("#lab-older").innerText()), said);
});

onPage("a link of this version has nothing to say", "?v=2&w=rag&n=40&p=smart#lab", async (page) => {
  assert.ok(await page.locator("#older").isHidden());
});
