// The laboratory as a bench: what is said before and after a run, what stays in view, and what it does unasked.
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT, stage } from "../harness/browser.mjs";
import { warmpath } from "../harness/cli.mjs";
import { assert, axe, explained, groupsOpen, onPage, started, triedTwice } from "../harness/test.mjs";
import { begun, comeTo } from "../harness/wait.mjs";

const plain = (text) => text.replace(/\s+/g, " ").trim();
const run = async (page) => {
  await page.click("#lab-run");
  await page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
};

onPage("before a run it says what will be run, and closed groups what is set in them", "?v=2&n=20000&r=6&ttft=500#lab", async (page) => {
  const quiet = page.locator("#lab-quiet");
  assert.match(plain(await quiet.innerText()), /^Run sends 20,000 requests to 6 replicas under two policies in turn/);
  const gist = (title) => page.locator("#lab details.group", { has: page.getByText(title, { exact: true }) }).locator("summary").innerText();
  assert.match(plain(await gist("Fleet")), /6 × NVIDIA L4, Llama 3\.1 8B, fp8/);
  assert.match(plain(await gist("Goals")), /TTFT ≤ 500 ms/);
  await page.selectOption("#lab-add-policy", "least-load");
  await page.waitForFunction(() => /under three policies/.test(document.querySelector("#lab-quiet").textContent.replace(/\s+/g, " ")));
  assert.equal(await page.locator("#lab-settings details[open]").count(), 0);
});

onPage("after a run it says who answers first and why; after a change, that the results are of the settings before", "?v=2&w=rag&n=120#lab", async (page) => {
  await run(page);
  const verdict = plain(await page.locator("#lab-verdict").innerText());
  assert.match(verdict, /^smart answers .* than round-robin: half of the requests have their first token within /);
  assert.match(verdict, /Of the prompts' blocks it finds \d+ % in the cache, round-robin \d+ %/);
  assert.ok(await page.locator("#lab-stale").isHidden());
  await groupsOpen(page);
  await page.fill("#lab-replicas", "8");
  await page.press("#lab-replicas", "Tab");
  await page.waitForSelector("#lab-stale:not([hidden])");
  assert.match(plain(await page.locator("#lab-stale").innerText()), /settings before: Replicas 4 → 8\./);
  await run(page);
  assert.ok(await page.locator("#lab-stale").isHidden());
});

onPage("beside each other where there is room: a policy is changed and its TTFT seen without scrolling", "?v=2&w=rag&n=120#lab", { viewport: { width: 1280, height: 720 } }, async (page) => {
  const seen = (selector) => page.locator(selector).evaluate((it) => { const box = it.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; });
  await comeTo(page, "lab");
  // What is pressed is in sight, and so is what comes of it.
  for (const place of ["#lab-preset", "#lab-add-policy", "#lab-run"]) assert.ok(await seen(place), place);
  await page.selectOption("#lab-add-policy", "chwbl");
  await run(page);
  assert.ok(await seen("#lab-verdict"));
  assert.match(await page.locator("#lab-verdict").innerText(), /chwbl/);
  // However far down the settings one is, Run stays.
  await groupsOpen(page);
  await page.locator("#lab-off").scrollIntoViewIfNeeded();
  assert.ok(await seen("#lab-run"));
});

onPage("on a phone Run stays at the window's foot while the settings are in view, and leads to the results", "?v=2&n=60#lab", { viewport: { width: 360, height: 640 }, hasTouch: true }, async (page) => {
  const foot = () => page.locator("#lab-bar").evaluate((it) => innerHeight - it.getBoundingClientRect().bottom);
  await page.locator("#lab-preset").evaluate((it) => it.scrollIntoView({ block: "center" }));
  assert.ok(Math.abs(await foot()) <= 1, `${await foot()} px`);
  await page.locator("#lab-sweeps summary").evaluate((it) => it.scrollIntoView({ block: "end" }));
  assert.ok(Math.abs(await foot()) <= 1, `${await foot()} px`);
  // Who stays at Run is led to what came of it, with the focus too.
  const there = () => page.waitForFunction(() => document.querySelector("#lab-verdict").getBoundingClientRect().top < innerHeight / 2);
  await run(page);
  await there();
  assert.equal(await page.evaluate(() => document.activeElement.id), "lab-output");
  // Who has gone elsewhere is left there, and has a button that leads to it.
  await groupsOpen(page);
  await page.fill("#lab-requests", "40000");
  await page.press("#lab-requests", "Tab");
  await page.click("#lab-run");
  await page.locator("#lab-preset").evaluate((it) => it.scrollIntoView({ block: "center", behavior: "instant" }));
  // What stands above may still change its height: the place is what is looked at.
  const place = () => page.locator("#lab-preset").evaluate((it) => it.getBoundingClientRect().top);
  const from = await place();
  await page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
  await page.waitForTimeout(100);
  assert.ok(Math.abs((await place()) - from) < 60, `${await place()} px, and ${from} before`);
  await page.click("#lab-see");
  await there();
});

onPage("on a phone Stop is there while something runs, in a bar that stays as high, and hands its focus on to Run", "?v=2&n=200000&p=smart,least-load,chwbl,round-robin#lab", { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }, async (page) => {
  await page.locator("#lab-run").scrollIntoViewIfNeeded();
  const high = () => page.locator("#lab-bar").evaluate((it) => it.getBoundingClientRect().height);
  assert.ok(await page.locator("#lab-stop").isHidden());
  const before = await high();
  await page.locator("#lab-run").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /Running: .* left/.test(document.querySelector("#lab-status").textContent), null, { timeout: 60_000 });
  assert.ok(await page.locator("#lab-stop").isVisible());
  assert.ok(await page.locator("#lab-see").isHidden());
  assert.equal(await high(), before);
  await page.locator("#lab-stop").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#lab-status").textContent === "Stopped.");
  await page.waitForFunction(() => document.activeElement.id === "lab-run");
  assert.ok(await page.locator("#lab-stop").isHidden());
  assert.equal(await high(), before);
});

onPage("on a phone Run and what leads to the results stand in one row", "", { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }, async (page) => {
  await comeTo(page, "lab");
  await page.locator("#lab-see").waitFor();
  const [run, see] = await page.locator("#lab-run, #lab-see").evaluateAll((all) => all.map((it) => it.getBoundingClientRect().top));
  assert.ok(Math.abs(run - see) < 4, `${run} and ${see}`);
});

onPage("where the settings go on below, their edge says so until the end is reached", "?v=2&n=60#lab", { viewport: { width: 1280, height: 800 } }, async (page) => {
  await comeTo(page, "lab");
  const told = () => page.locator("#lab-settings").evaluate((it) => { return getComputedStyle(it, "::after").content; });
  await page.waitForFunction(() => getComputedStyle(document.querySelector("#lab-settings"), "::after").opacity === "1");
  assert.equal(await told(), '"More settings ↓"');
  await page.locator("#lab-settings").evaluate((it) => it.scrollTo({ top: it.scrollHeight, behavior: "instant" }));
  await page.waitForFunction(() => getComputedStyle(document.querySelector("#lab-settings"), "::after").opacity === "0");
  // Nothing is said where all of them are seen.
  await page.setViewportSize({ width: 1280, height: 1600 });
  await page.waitForFunction(() => { const it = document.querySelector("#lab-settings"); return it.scrollHeight <= it.clientHeight && getComputedStyle(it, "::after").opacity === "0"; });
});

onPage("the words of the laboratory open their meaning where they stand", "?v=2&n=60&p=chwbl,smart#lab", { reducedMotion: "reduce" }, async (page) => {
  await run(page);
  await explained(page);
  const opens = async (button, term) => {
    await button.click();
    await page.locator("#term").waitFor({ state: "visible" });
    assert.equal(await page.locator("#term-name").innerText(), term);
    await page.keyboard.press("Escape");
    await page.locator("#term").waitFor({ state: "hidden" });
    assert.ok(await button.evaluate((it) => it === document.activeElement), term);
  };
  const word = (place, name) => page.locator(`${place} .explained button`).and(page.getByText(name, { exact: true }));
  await opens(word("#lab-results", "P95"), "P95, P99");
  await opens(word("#lab-results", "E2E"), "E2E latency");
  assert.equal(await word("#lab-results", "goodput").count(), 0);
  await page.click("#lab-figures");
  await opens(word("#lab-results", "goodput"), "goodput");
  await page.locator("#lab-policies .name").first().click();
  await opens(word("#lab-policy-card", "chwbl"), "CHWBL");
  const group = (title) => page.locator("#lab details.group", { has: page.getByText(title, { exact: true }) });
  const help = page.locator("#policy-knowledge-help");
  for (const kind of ["nothing:", "routed:", "events:", "truth:"]) assert.ok((await help.innerText()).includes(kind), kind);
  for (const [title, name, term] of [["Arrivals", "Poisson", "Poisson"], ["Scaling", "keda", "KEDA"], ["Queue and tenants", "503", "status 429, 503"]]) {
    await group(title).locator("summary").click();
    const button = group(title).locator(".explained button").and(page.getByText(name, { exact: true }));
    await opens(button, term);
  }
  assert.deepEqual(await axe(page, "#lab"), []);
});

onPage("a menu of policies has each under its product", "?v=2&n=60#lab", async (page) => {
  await page.waitForSelector("#fleet-0 select");
  const menus = { "#fleet-0 .pick select": 1, "#failure-0 .pick select": 1 };
  for (const [menu, beside] of Object.entries(menus)) {
    const list = page.locator(menu);
    await list.waitFor({ state: "attached", timeout: 30_000 });
    const [grouped, alone, chwbl] = await list.evaluate((it) => [it.querySelectorAll("optgroup > option").length, it.querySelectorAll(":scope > option").length, it.querySelector("option[value=chwbl]").parentElement.label]);
    assert.ok(grouped > 30, `${grouped} in ${menu}`);
    assert.equal(alone, beside, menu);
    assert.equal(chwbl, "KubeAI");
  }
});

onPage("the lab's menu of policies begins with four, and has a line on each", "?v=2&n=60#lab", async (page) => {
  const groups = await page.locator("#lab-add-policy optgroup").evaluateAll((all) => all.map((it) => [it.label, [...it.children].map((option) => [option.value, option.textContent])]));
  assert.deepEqual(groups[0][1].map(([name]) => name), ["round-robin", "least-load", "chwbl", "smart"]);
  const rest = groups.slice(1).flatMap(([, all]) => all);
  assert.ok(rest.length > 25 && groups.length > 8, `${rest.length} in ${groups.length}`);
  assert.ok(!rest.some(([name]) => name === "smart"));
  for (const [name, text] of groups.flatMap(([, all]) => all)) assert.ok(text.startsWith(`${name}: `) && text.length > name.length + 20, text);
});

onPage("in view and idle it gets ready for a long run, as a finger points at nothing; nothing is run", "?v=2&n=20000&embed=lab#lab", { boot: false }, async (page) => {
  await page.addInitScript(() => {
    window.asked = 0;
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (...rest) {
      window.asked += 1;
      return post.apply(this, rest);
    };
  });
  await page.reload();
  await started(page);
  await page.waitForFunction(() => window.asked > 0, null, { timeout: 30_000 });
  assert.equal(await page.locator("#lab-status").innerText(), "");
  assert.ok(await page.locator("#lab-quiet").isVisible());
  await run(page);
});

triedTwice("a program that breaks off is told on the page", async () => {
  const theatre = await stage();
  const { page } = await theatre.open("", {});
  await begun(page);
  assert.ok(await page.locator("#broken").isHidden());
  // What a panic comes to: a module of one function, which is never to be reached.
  await page.evaluate(() => {
    const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11]);
    setTimeout(new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.f);
  });
  await page.locator("#broken").waitFor({ state: "visible" });
  assert.match(await page.locator("#broken").innerText(), /RuntimeError: unreachable/);
  await theatre.close();
});

onPage("a sweep is in the address, and its link asks for it again", "?v=2&n=40&r=1,2&rate=4,16&p=smart#lab", async (page) => {
  const search = (wanted) => page.waitForFunction((wanted) => location.search === wanted, wanted);
  assert.equal(await page.inputValue("#sweep-rates"), "4, 16");
  assert.equal(await page.inputValue("#sweep-replicas"), "1, 2");
  await page.click("#sweep-run");
  await page.waitForFunction(() => document.querySelector("#lab-status").textContent === "Done.", null, { timeout: 60_000 });
  assert.equal(await page.locator("#lab-sweep-all tbody tr").count(), 4);
  await search("?v=2&n=40&r=1,2&rate=4,16&p=smart");
  await page.fill("#sweep-replicas", "1, 2, 3");
  await page.click("#sweep-run");
  await search("?v=2&n=40&r=1,2,3&rate=4,16&p=smart");
  // One scenario is run alone again: the lists go.
  await page.click("#lab-one");
  await search("?v=2&n=40&r=1&p=smart");
  await run(page);
  assert.ok(await page.locator("#lab-sweep").isHidden());
  await page.goBack();
  await search("?v=2&n=40&r=1,2,3&rate=4,16&p=smart");
  await page.waitForFunction(() => document.querySelector("#sweep-replicas").value === "1, 2, 3");
  await page.goBack();
  await page.waitForFunction(() => document.querySelector("#sweep-replicas").value === "1, 2");
});

onPage("a sweep's link opens with its lists in the controls and in the plan, and Run runs it", "?v=2&n=40&r=1,2&rate=8,16&p=smart#lab", async (page) => {
  const search = (wanted) => page.waitForFunction((wanted) => location.search === wanted, wanted);
  const lead = async () => plain(await page.locator("#lab-quiet .lead").innerText());
  assert.match(await lead(), /^Run sends 40 requests to 1 and 2 replicas at 8 and 16 arrivals\/s: a sweep of four points, each under one policy\.$/);
  assert.deepEqual([await page.inputValue("#lab-rate"), await page.inputValue("#lab-replicas")], ["8, 16", "1, 2"]);
  assert.deepEqual([await page.inputValue("#sweep-rates"), await page.inputValue("#sweep-replicas")], ["8, 16", "1, 2"]);
  assert.match(plain(await page.locator("#lab details.group", { has: page.locator("#lab-replicas") }).locator("summary").innerText()), /swept over 1 and 2 replicas/);
  assert.equal(await page.locator("#lab-run").innerText(), "Run the sweep");
  // A list is changed where it stands, in either place; one value takes a list's place.
  await groupsOpen(page);
  await page.fill("#lab-replicas", "1, 2, 3");
  await page.press("#lab-replicas", "Tab");
  await search("?v=2&n=40&r=1,2,3&rate=8,16&p=smart");
  assert.equal(await page.inputValue("#sweep-replicas"), "1, 2, 3");
  await page.fill("#sweep-replicas", "2, 3");
  await page.press("#sweep-replicas", "Tab");
  await search("?v=2&n=40&r=2,3&rate=8,16&p=smart");
  assert.equal(await page.inputValue("#lab-replicas"), "2, 3");
  await page.fill("#lab-rate", "8");
  await page.press("#lab-rate", "Tab");
  await search("?v=2&n=40&r=2,3&rate=8&p=smart");
  assert.match(await lead(), /to 2 and 3 replicas: a sweep of two points/);
  // What could be one number is no list.
  for (const wrong of ["2, 0", "2,000"]) {
    await page.fill("#lab-replicas", wrong);
    await page.press("#lab-replicas", "Tab");
    await page.waitForSelector("#lab-replicas-wrong");
    assert.equal(await page.inputValue("#lab-replicas"), wrong);
  }
  assert.ok(await page.locator("#lab-run").isDisabled());
  await page.fill("#lab-replicas", "2, 4");
  await page.press("#lab-replicas", "Tab");
  await run(page);
  assert.equal(await page.locator("#lab-sweep-all tbody tr").count(), 2);
  await search("?v=2&n=40&r=2,4&rate=8&p=smart");
  assert.match(await page.locator("#lab-command").innerText(), /--replicas 2,4 --format json$/);
});

onPage("a calibration and saved caches are opened, said and taken out again; the report is the command line's", "?v=2&w=rag&n=80&p=smart#lab", async (page) => {
  const folder = await mkdtemp(join(tmpdir(), "warmpath-files-"));
  const [own, caches, bad] = ["own.json", "left.cache", "bad.json"].map((name) => join(folder, name));
  const shipped = JSON.parse(await readFile(join(ROOT, "core/data/calibration-l4-llama-3.1-8b-fp8.json"), "utf8"));
  shipped.about = "twice as slow a step, for a test";
  shipped.engine.step_s *= 2;
  await writeFile(own, JSON.stringify(shipped));
  await writeFile(bad, JSON.stringify({ ...shipped, engine: { ...shipped.engine, gemm: -1 } }));
  await warmpath("replay", "v=2&w=rag&n=80&p=smart", "--calibration", own, "--save-cache", caches);
  const loaded = page.locator("#lab-loaded");
  await page.setInputFiles("#lab-file", own);
  await loaded.getByText("own.json").waitFor();
  await page.setInputFiles("#lab-file", caches);
  await loaded.getByText("left.cache").waitFor();
  assert.match(plain(await loaded.innerText()), /Calibration own\.json twice as slow a step, for a test.*Caches at the start left\.cache the caches of 4 replicas, \d+ blocks in all, and what the router remembers/);
  assert.match(await page.evaluate(() => location.search), /cal=own\.json~[0-9a-f]{16}.*warm=left\.cache~[0-9a-f]{16}/);
  await run(page);
  await page.click("#lab-export summary");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#export-json")]);
  const told = await warmpath("replay", "v=2&w=rag&n=80&p=smart", "--calibration", own, "--warm", caches, "--format", "json");
  assert.equal(await readFile(await download.path(), "utf8"), told);
  assert.match(await page.locator("#lab-command").innerText(), / --calibration 'own\.json' --warm 'left\.cache' --format json$/);
  assert.deepEqual(await axe(page, "#lab"), []);
  // What is wrong with a file is said, and what was there stays.
  await page.setInputFiles("#lab-file", bad);
  const notice = page.locator("#lab-fault");
  await notice.waitFor({ state: "visible" });
  assert.match(await notice.innerText(), /bad\.json.*engine\.gemm/);
  await loaded.getByRole("button", { name: "own.json: take it out" }).click();
  await page.waitForFunction(() => !location.search.includes("cal="));
  await loaded.getByRole("button", { name: "left.cache: take it out" }).click();
  await page.waitForFunction(() => location.search === "?v=2&w=rag&n=80&p=smart");
  assert.equal(await loaded.innerText(), "");
});

onPage("a model's config.json that nobody here knows is opened, shown and run; the report is the command line's", "?v=2&w=rag&n=60&p=smart#lab", async (page) => {
  const made = {
    model_type: "made-up", hidden_size: 3072, num_hidden_layers: 28, num_attention_heads: 24, num_key_value_heads: 4, head_dim: 128,
    intermediate_size: 9216, vocab_size: 151936, max_position_embeddings: 65536, torch_dtype: "bfloat16", tie_word_embeddings: true,
  };
  const folder = await mkdtemp(join(tmpdir(), "warmpath-model-"));
  const [model, wrong] = ["lantern.json", "wrong.json"].map((name) => join(folder, name));
  await writeFile(model, JSON.stringify(made));
  await writeFile(wrong, JSON.stringify({ ...made, num_key_value_heads: 5 }));
  await page.setInputFiles("#lab-file", model);
  await page.waitForFunction(() => /[?&]m=lantern\.json~[0-9a-f]{16}/.test(location.search));
  await run(page);
  await page.click("#lab-export summary");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#export-json")]);
  const told = await warmpath("replay", "v=2&w=rag&n=60&p=smart", "--model", model, "--format", "json");
  assert.equal(await readFile(await download.path(), "utf8"), told);
  await page.setInputFiles("#lab-file", wrong);
  const notice = page.locator("#lab-fault");
  await notice.waitFor({ state: "visible" });
  assert.match(await notice.innerText(), /wrong\.json.*num_key_value_heads/);
});
