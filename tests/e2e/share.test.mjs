// What is shared is what was seen: the menu, the link with what is set in the figures, and a figure begun anew.
import { assert, axe, explained, frames, onPage, started } from "../harness/test.mjs";

const plain = (text) => text.replace(/\s+/g, " ").trim();

/** Goes to a station as a reader does, and waits until it stays: what comes to life above moves it. */
async function at(page, station) {
  await page.evaluate(async (id) => {
    const section = document.getElementById(id);
    for (let still = 0; still < 12; ) {
      const off = Math.abs(section.getBoundingClientRect().top - 64);
      still = off < 40 ? still + 1 : 0;
      if (off >= 40) section.scrollIntoView({ behavior: "instant" });
      await new Promise((next) => requestAnimationFrame(next));
    }
  }, station);
}

/** Opens the menu, and gives what its boxes hold. */
async function shared(page) {
  // As a hand does: the test runner's own click scrolls the page, as the header sticks.
  const { x, y, width, height } = await page.locator("#share").boundingBox();
  await page.mouse.click(x + width / 2, y + height / 2);
  await page.locator("#share-menu").waitFor({ state: "visible" });
  const boxes = await page.locator("#share-menu .share-way").evaluateAll((all) => all.filter((it) => !it.hidden).map((it) => [it.querySelector("label, span").textContent, it.querySelector("input, textarea")?.value]));
  return Object.fromEntries(boxes);
}

const second = (page, station) => page.locator(`#figure-${station} select[aria-label^="Second policy"]`);

/** Opens the link in the same browser as somebody else would. */
async function follow(page, link) {
  await page.goto("about:blank");
  await page.goto(link);
  await started(page);
}

const router = (page) =>
  page.evaluate(() => ({
    prompt: document.querySelector("#router-prompt").value,
    weights: ["#overlap-weight", "#load-weight"].map((id) => document.querySelector(id).value),
    size: [...document.querySelectorAll("#figure-router input[type=radio]")].findIndex((it) => it.checked),
    active: [...document.querySelectorAll("#figure-router .stepper input")].map((it) => it.value),
    costs: [...document.querySelectorAll("#figure-router .total")].map((it) => it.textContent),
  }));

onPage("a link brings along what is set at the router", "", async (page) => {
  await at(page, "router");
  await page.fill("#overlap-weight", "0.35");
  await page.fill("#router-prompt", "You are a lamp, and a bright one. You answer in one line.");
  await page.locator("#figure-router input[type=radio]").nth(1).check({ force: true });
  await page.waitForFunction(() => location.hash.startsWith("#router?q="));
  await frames(page, 12);
  await page.getByRole("button", { name: "one request more active on replica 2" }).click();
  await page.getByRole("button", { name: "one request more active on replica 2" }).click();
  const before = await router(page);
  assert.ok(before.active.length === 4 && Number(before.active[2]) >= 2, before.active.join());
  const { Link } = await shared(page);
  assert.match(Link, /#router\?q=You.*&router\.overlap-weight=0\.35|#router\?z=1/);
  assert.ok(Link.length < 2200, Link);
  await follow(page, Link);
  await page.waitForFunction((before) => document.querySelector("#overlap-weight").value === before, before.weights[0]);
  await frames(page, 30);
  assert.deepEqual(await router(page), before);
});

onPage("both prompts, the room and the blocks of the tree come along, packed", "", async (page) => {
  await at(page, "tree");
  await page.fill("#tree-first", `You are a lamp. ${"Answer in one line, and never guess what you do not know. ".repeat(8)}`);
  await page.fill("#tree-second", "You are a lamp. Answer in one line, please.");
  await page.locator("#figure-tree input[type=radio]").nth(1).check({ force: true });
  await frames(page, 12);
  await page.fill("#tree-room", "9");
  await frames(page, 12);
  const tree = () =>
    page.evaluate(() => [
      ...["first", "second", "room"].map((it) => document.getElementById(`tree-${it}`).value),
      [...document.querySelectorAll("#figure-tree .node")].map((it) => it.textContent).join("|"),
    ]);
  const before = await tree();
  const { Link } = await shared(page);
  assert.match(new URL(Link).hash, /^#tree\?z=1[\w-]+$/);
  assert.ok(new URL(Link).hash.length < 900, `${new URL(Link).hash.length} characters`);
  await follow(page, Link);
  await page.waitForFunction((room) => document.querySelector("#tree-room").value === room, before[2]);
  await frames(page, 30);
  assert.deepEqual(await tree(), before);
  await at(page, "tree");
});

onPage("the prompt that the blocks are compared with comes along", "", async (page) => {
  await at(page, "blocks");
  await page.getByRole("button", { name: "Change one early character" }).click();
  await frames(page, 30);
  const chips = () => page.evaluate(() => [...document.querySelectorAll("#figure-blocks .chip, #figure-blocks .say")].map((it) => `${it.className} ${it.textContent}`).join("|"));
  const before = await chips();
  assert.match(before, /ids? changed/);
  const { Link } = await shared(page);
  await follow(page, Link);
  await page.waitForFunction(() => document.querySelector("#blocks-before")?.value.length > 0);
  await frames(page, 30);
  assert.equal(await chips(), before);
});

onPage("the fleet's policies and moment come along", "", async (page) => {
  await at(page, "fleet");
  await second(page, "fleet").selectOption("chwbl");
  await page.waitForFunction(() => document.querySelector("#fleet-parting")?.disabled === false);
  await page.click("#fleet-parting");
  await page.waitForFunction(() => /^#fleet\?t=/.test(location.hash));
  const moment = await page.evaluate(() => location.hash);
  const { Link } = await shared(page);
  assert.ok(Link.includes("fleet.second-policy=chwbl"), Link);
  await follow(page, Link);
  await page.waitForFunction(() => document.querySelector("#figure-fleet select[aria-label^='Second policy']")?.value === "chwbl");
  await page.waitForFunction((moment) => document.querySelector("#figure-fleet .clock").textContent.includes(Number.parseFloat(moment.split("=")[1]).toFixed(1)), moment);
});

onPage("what was sent at the router comes along, with what it changed there", "", async (page) => {
  await at(page, "router");
  const log = () => page.locator("#figure-router [role=log] li").allTextContents();
  const caches = () => page.locator("#figure-router .shares").innerText();
  const first = await caches();
  await page.click("#router-send");
  await page.waitForFunction(() => document.querySelectorAll("#figure-router [role=log] li").length === 1);
  await page.fill("#load-weight", "2");
  await page.fill("#router-prompt", "You are a lamp, and a bright one. You answer in one line, and never in two.");
  await page.click("#router-send");
  await page.waitForFunction(() => document.querySelectorAll("#figure-router [role=log] li").length === 2);
  await page.click("#router-finish");
  await page.waitForFunction(() => document.querySelectorAll("#figure-router [role=log] li").length === 3);
  await page.fill("#load-weight", "0.25");
  await frames(page, 12);
  const before = [await router(page), await log(), await caches()];
  assert.notEqual(before[2], first);
  const { Link } = await shared(page);
  // The menu has nothing to leave out any more.
  assert.equal(plain(await page.locator("#share-menu p").first().innerText()), "Router, as it stands now.");
  await follow(page, Link);
  await page.waitForFunction(() => document.querySelectorAll("#figure-router [role=log] li").length === 3 && document.querySelector("#load-weight").value === "0.25");
  await page.waitForFunction(() => !document.querySelector("#figure-router").hasAttribute("data-restoring"));
  assert.deepEqual([await router(page), await log(), await caches()], before);
  // Begun anew it is as at first, and undone it has been sent again.
  await page.locator("#router .anew .reset").click();
  await page.waitForFunction(() => document.querySelectorAll("#figure-router [role=log] li").length === 0);
  assert.equal(await caches(), first);
  await page.locator("#router .anew .undo").click();
  await page.waitForFunction(() => document.querySelectorAll("#figure-router [role=log] li").length === 3 && document.querySelector("#load-weight").value === "0.25");
  await page.waitForFunction(() => !document.querySelector("#figure-router").hasAttribute("data-restoring"));
  assert.deepEqual([await router(page), await log(), await caches()], before);
});

onPage("the fleet's magnification comes along", "", async (page) => {
  await at(page, "fleet");
  await page.waitForFunction(() => document.querySelector("#fleet-in")?.disabled === false);
  await page.click("#fleet-in");
  await page.click("#fleet-in");
  const times = () => page.locator("#figure-fleet .touching .times").innerText();
  assert.equal(plain(await times()), "4 ×");
  const { Link } = await shared(page);
  assert.equal(plain(await page.locator("#share-menu p").first().innerText()), "Fleet, as it stands now.");
  await follow(page, Link);
  await page.waitForFunction(() => document.querySelector("#figure-fleet .touching .times")?.textContent.startsWith("4"));
});

onPage("what nobody touched is left out of a link, and links as they always were work", "?v=2&n=60#tree?q=You%20are%20a%20lamp", async (page) => {
  await at(page, "tree");
  const { Link, "Command line": command, "Embed code": embed } = await shared(page);
  assert.equal(new URL(Link).search + new URL(Link).hash, "?v=2&n=60#tree?q=You%20are%20a%20lamp");
  assert.equal(command, "warmpath replay 'v=2&n=60' --format json");
  assert.match(embed, /^<iframe src="http:.*\?v=2&amp;n=60&amp;embed=tree#tree\?q=You%20are%20a%20lamp" title=".*" width="100%" height="720" loading="lazy"><\/iframe>$/);
  assert.deepEqual(await axe(page, "#share-menu"), []);
  await page.keyboard.press("Escape");
  await page.locator("#share-menu").waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement.id), "share");
});

onPage("the link is copied by key alone", "#router", { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
  await at(page, "router");
  await page.locator("#share").evaluate((it) => it.focus({ preventScroll: true }));
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.id === "share-link-copy");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#share-menu .said").textContent === "Link copied.");
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /#router$/);
});

onPage("what a link cannot hold is named", "#blocks", async (page) => {
  await at(page, "blocks");
  const noise = Array.from({ length: 700 }, (_, n) => ((n * 2654435761) >>> 0).toString(36)).join(" ");
  await page.fill("#blocks-prompt", noise);
  await frames(page, 30);
  const { Link } = await shared(page);
  assert.ok(Link.length < 2300, `${Link.length}`);
  assert.match(plain(await page.locator("#share-menu .left").innerText()), /^Without what was typed at Blocks \([\d,]+ bytes\): a link holds 2,048 characters of settings\.$/);
});

for (const colorScheme of ["light", "dark"]) {
  onPage(`the menu fits a phone: ${colorScheme}`, "#router", { viewport: { width: 360, height: 640 }, colorScheme }, async (page) => {
    await shared(page);
    const box = await page.locator("#share-menu").boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 360 && box.y >= 0 && box.y + box.height <= 640, JSON.stringify(box));
    for (const target of await page.locator("#share-menu button:visible").all()) {
      const { width, height } = await target.boundingBox();
      assert.ok(width >= 24 && height >= 24);
    }
    assert.deepEqual(await axe(page, "#share-menu"), []);
  });
}

onPage("the picture has the title, a sentence and numbers, and its size", "", async (page) => {
  await at(page, "router");
  await shared(page);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#share-picture")]);
  assert.equal(download.suggestedFilename(), "warmpath-router.png");
  const { readFile } = await import("node:fs/promises");
  const png = await readFile(await download.path());
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [2400, 1260]);
  assert.ok(png.length > 30_000, `${png.length} bytes`);
});

/** How much of a picture is not its paper, by columns and rows of tenths. */
const inked = (page) =>
  page.evaluate(async () => {
    const share = await import(new URL("share.mjs", document.baseURI).href);
    const canvas = await share.picture(await share.link());
    const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const paper = [...data.slice(4 * width * 40, 4 * width * 40 + 3)];
    let ink = 0;
    // Nothing is written over the right edge, nor below the last line.
    let over = 0;
    for (let y = 24; y < height; y += 2)
      for (let x = 0; x < width; x += 2) {
        const at = 4 * (y * width + x);
        const off = Math.abs(data[at] - paper[0]) + Math.abs(data[at + 1] - paper[1]) + Math.abs(data[at + 2] - paper[2]) > 60;
        ink += off;
        over += off && (x > 2 * 1148 || x < 2 * 52 || y > 2 * 616);
      }
    return { ink, over };
  });

onPage("the pictures of router, fleet, failure and lab keep within their margins, and leave the page's charts as they were", "?v=2&w=rag:contexts%3D40;questions%3D20&n=120&r=6&rate=6&inflight=48&queue=1000/none&order=priority&classes=chat:0.3:0:2s,batch:0.7:9&p=least-load,smart:load_balance_weight%3D2,chwbl,round-robin#lab", async (page) => {
  await page.click("#lab-run");
  await ran(page);
  await page.getByRole("button", { name: "All figures" }).click();
  for (const station of ["lab", "router", "fleet", "failure"]) {
    await at(page, station);
    const sizes = () => page.locator(`#${station} canvas`).evaluateAll((all) => all.map((it) => [it.width, it.height]));
    const before = await sizes();
    const { ink, over } = await inked(page);
    assert.ok(ink > 9_000 && over === 0, `${station}: ${ink} points, ${over} of them outside`);
    assert.deepEqual(await sizes(), before, station);
    assert.equal(await page.evaluate(() => devicePixelRatio), 1);
  }
});

/** What a picture says, a text for each that is written into it. */
const written = (page) =>
  page.evaluate(async () => {
    const share = await import(new URL("share.mjs", document.baseURI).href);
    const shared = await share.link();
    const [put, texts] = [CanvasRenderingContext2D.prototype.fillText, []];
    // The page's charts are painted by the page; what is written into no element of it is the picture's.
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
      if (!this.canvas.isConnected) texts.push(text);
      return put.call(this, text, ...rest);
    };
    try {
      await share.picture(shared);
    } finally {
      CanvasRenderingContext2D.prototype.fillText = put;
    }
    return texts;
  });

onPage("the lab's picture has the foremost figures, each change apart from its value, and no unit without its number", "?v=2&w=rag&n=120&r=4&seeds=2&p=least-load,smart:load_balance_weight%3D2,chwbl,round-robin#lab", { boot: false }, async (page) => {
  await page.waitForSelector("#lab-run:not([disabled])");
  if ((await page.locator("#lab-status").textContent()) !== "Done.") await page.click("#lab-run");
  await ran(page);
  const foremost = ["Request throughput", "Mean TTFT", "P95 TTFT", "Median TPOT", "Mean E2E latency", "Prompt tokens reused"];
  for (const all of [false, true]) {
    if (all) await page.getByRole("button", { name: "All figures" }).click();
    const rows = new Set(await page.locator("#lab-table tbody th").allTextContents());
    const texts = await written(page);
    assert.deepEqual(texts.filter((it) => rows.has(it)), foremost);
    assert.ok(texts.some((it) => it.startsWith("2\u00a0seeds: median;")), texts.join(" | "));
    // 24 values and what of them differs.
    const values = texts.filter((it) => /^\d[\d.,]*\u00a0(req\/s|ms|s|%)$/.test(it));
    const changes = texts.filter((it) => /^([▲▽] )?[+−]?[\d.,]+(\u00a0(%|points)|×)$/.test(it) && /[+−▲▽×]/.test(it));
    assert.equal(values.length, 24, texts.join(" | "));
    assert.ok(changes.length > 12, texts.join(" | "));
    assert.deepEqual(texts.filter((it) => /\d.*\s[+−]\d/.test(it)), []);
    assert.deepEqual(texts.filter((it) => /^(s|ms|%|req\/s|requests\/s)\b/.test(it)), []);
  }
});

onPage("the lab's picture leaves out what is 0 under every policy", "?v=2&w=unique&n=60&p=smart,least-load#lab", { boot: false }, async (page) => {
  await page.waitForSelector("#lab-run:not([disabled])");
  if ((await page.locator("#lab-status").textContent()) !== "Done.") await page.click("#lab-run");
  await ran(page);
  assert.match(await page.locator("#lab-table tr", { hasText: "Prompt tokens reused" }).innerText(), /0\s%\s+0\s%/);
  const texts = await written(page);
  assert.ok(texts.includes("P95 TTFT") && !texts.includes("Prompt tokens reused"), texts.join(" | "));
});

onPage("router, blocks, fleet and failure come as command lines, with how to get the command", "", async (page) => {
  await at(page, "router");
  await page.fill("#overlap-weight", "0.35");
  await page.fill("#router-prompt", "It's a lamp");
  const of = async (station) => {
    await at(page, station);
    const { "Command line": line } = await shared(page);
    assert.match(await page.locator("#share-menu .where").innerText(), /cargo install --locked --path cli/);
    assert.deepEqual(await axe(page, "#share-menu"), []);
    await page.keyboard.press("Escape");
    return line;
  };
  assert.equal(await of("router"), "printf '%s\\n' 'It'\\''s a lamp' | warmpath route --replicas 4 --block-size 4 --policy 'smart:kv_overlap_weight=0.35;load_balance_weight=0.5' --explain");
  await page.fill("#blocks-prompt", "Two lamps");
  assert.equal(await of("blocks"), "warmpath tokens 'Two lamps' --block-size 4");
  await at(page, "fleet");
  await second(page, "fleet").selectOption("chwbl");
  await page.waitForFunction(() => document.querySelector("#figure-fleet").dataset.run?.includes("chwbl"), null, { timeout: 60_000 });
  assert.equal(await of("fleet"), "warmpath replay 'v=2&w=rag&n=300&rate=3&p=least-load,chwbl' --format json");
  await page.waitForFunction(() => document.querySelector("#figure-failure").dataset.run, null, { timeout: 60_000 });
  assert.match(await of("failure"), /^warmpath replay 'v=2&w=rag&n=300&rate=3&.*ev=30s:kill%3D1.*' --format json$/);
});

onPage("what of a link was refused is shared by none of the ways", "?v=2&w=rag&n=40&r=5000&p=smrt,chwbl,least-load#lab", async (page) => {
  await page.waitForFunction(() => document.querySelector("#figure-lab").dataset.understood);
  await at(page, "lab");
  const { Link, "Command line": command, "Embed code": embed } = await shared(page);
  assert.equal(new URL(Link).search, "?v=2&w=rag&n=40&p=chwbl,least-load");
  assert.equal(command, "warmpath replay 'v=2&w=rag&n=40&p=chwbl,least-load' --format json");
  assert.match(embed, /\?v=2&amp;w=rag&amp;n=40&amp;p=chwbl,least-load&amp;embed=lab#lab/);
});

onPage("settings that were packed otherwise are refused at the top, and the page stands", "#tree?z=9abc", { boot: false }, async (page) => {
  await page.waitForFunction(() => /later version/.test(document.getElementById("refused").textContent));
  assert.ok(await page.locator("#refused").isVisible());
});

for (const [station, touch, seen] of [
  ["router", (page) => page.click("#router-send"), (page) => page.locator("#figure-router .log li").count()],
  ["tree", (page) => page.fill("#tree-second", "You are a lamp"), (page) => page.inputValue("#tree-second")],
  ["blocks", (page) => page.fill("#blocks-prompt", "You are a lamp"), (page) => page.inputValue("#blocks-prompt")],
  ["one-gpu", (page) => page.click("#one-gpu-send"), (page) => page.locator("#figure-one-gpu .sends li").count()],
  ["fleet", (page) => second(page, "fleet").selectOption("chwbl"), (page) => second(page, "fleet").inputValue()],
  ["failure", (page) => second(page, "failure").selectOption("chwbl"), (page) => second(page, "failure").inputValue()],
]) {
  onPage(`${station} begins anew, and what was set can be had again`, "", async (page) => {
    await at(page, station);
    await frames(page, 12);
    const first = await seen(page);
    const row = page.locator(`#figure-${station} ~ .anew`);
    await explained(page);
    await row.waitFor({ state: "attached" });
    assert.equal(await row.isVisible(), false);
    await touch(page);
    await frames(page, 12);
    const touched = await seen(page);
    assert.notDeepEqual(touched, first);
    assert.deepEqual(await axe(page, `#${station} .anew`), []);
    await row.locator(".reset").click();
    await page.waitForFunction((station) => document.querySelector(`#figure-${station}`).dataset.touched === undefined, station);
    await frames(page, 30);
    assert.deepEqual(await seen(page), first);
    assert.deepEqual(await axe(page, `#${station}`), []);
    assert.match(await row.locator("p").innerText(), /stands as it did at the beginning/);
    if (["router", "one-gpu"].includes(station)) return;
    await row.locator(".undo").click();
    await frames(page, 60);
    assert.deepEqual(await seen(page), touched);
  });
}

const ran = (page) => page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
const beside = (page) => page.waitForFunction(() => /change from run/.test(document.querySelector("#lab-table")?.textContent ?? "") && /Pale: run/.test(document.querySelector("#lab-charts")?.textContent ?? ""), null, { timeout: 60_000 });

onPage("the pinned run comes along in a link, and is computed again where that is opened", "?v=2&w=rag&n=150&r=2&p=random,smart#lab", async (page) => {
  await page.click("#lab-run");
  await ran(page);
  await page.click("#lab-run-1");
  await page.click("#run-pin");
  await page.waitForFunction(() => /[?&]pin=v%3D2/.test(location.search));
  await page.locator("#lab details.group").evaluateAll((all) => all.forEach((it) => { it.open = true; }));
  await page.fill("#lab-replicas", "3");
  await page.keyboard.press("Tab");
  await page.click("#lab-run");
  await page.waitForSelector("#lab-run-2", { timeout: 60_000 });
  await beside(page);
  const rows = () => page.locator("#lab-table tbody tr").evaluateAll((all) => all.map((it) => it.textContent));
  const before = await rows();
  const { Link, "Command line": command, "Embed code": embed } = await shared(page);
  assert.equal(new URL(Link).searchParams.get("pin"), "v=2&w=rag&n=150&r=2&p=random,smart");
  assert.ok(!command.includes("pin"), command);
  assert.match(embed, /&amp;pin=v%3D2/);
  await page.keyboard.press("Escape");
  // Somebody else has no runs of their own.
  await page.evaluate(() => sessionStorage.clear());
  await follow(page, Link);
  await page.waitForSelector("#lab-run-2", { timeout: 60_000 });
  await beside(page);
  assert.deepEqual(await rows(), before);
  assert.equal(await page.inputValue("#lab-replicas"), "3");
  assert.match(await page.locator("#lab-run-1").innerText(), /baseline/);
  assert.equal(await page.evaluate(() => location.search), new URL(Link).search);
  assert.deepEqual(await axe(page, "#lab"), []);
});

for (const [pin, why] of [["v%3D2%26r%3D5000", /pin= \(.*1 to 1024/], ["%zz", /pin= \(it is no encoded text\)/], ["", /pin= \(it names no scenario\)/]]) {
  onPage(`a pinned run that is none is refused where the reader is: pin=${pin}`, `?v=2&w=rag&n=40&pin=${pin}`, { boot: false, whole: false }, async (page) => {
    const notice = page.locator("#refused");
    await notice.waitFor({ state: "visible", timeout: 30_000 });
    assert.match(plain(await notice.innerText()), why);
    const { y, height } = await notice.boundingBox();
    assert.ok(y > 0 && y + height <= 800, `from ${y}, ${height} high`);
  });
}

for (const options of [{}, { viewport: { width: 360, height: 800 }, colorScheme: "dark" }]) {
  onPage(`the lab begins anew, and what was there can be had again: ${options.colorScheme ?? "light"}`, "?v=2&w=rag&n=77&r=3&p=smart#lab", options, async (page) => {
    await explained(page);
    await page.locator("#lab-run").click();
    await page.waitForSelector("#lab-run-1", { timeout: 60_000 });
    await ran(page);
    const [anew, undo] = [page.locator("#lab .anew .reset"), page.locator("#lab .anew .undo")];
    assert.ok(await undo.isHidden());
    // Undo brings back a text that was refused, and that all figures were asked for.
    await page.locator("#lab-figures").evaluate((it) => it.click());
    await page.locator("#lab-rate").evaluate((it) => {
      it.value = "fast";
      it.dispatchEvent(new Event("change", { bubbles: true }));
    });
    await page.waitForSelector('#lab-rate[aria-invalid="true"]', { state: "attached" });
    await anew.focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("#lab-requests").value !== "77");
    await page.waitForFunction(() => document.activeElement.matches("#lab .undo"));
    assert.equal(await page.locator("#lab-run-1").count(), 0);
    assert.equal(await page.locator("#lab-rate[aria-invalid]").count(), 0);
    assert.equal(await page.getAttribute("#lab-figures", "aria-pressed"), "false");
    // As it opens: with the run that was stored when the page was built.
    await page.locator("#lab-stored").waitFor();
    assert.equal(await page.locator("#lab-command").textContent(), "warmpath replay 'v=2&w=rag' --format json");
    assert.ok(!/n=77/.test(await page.evaluate(() => location.search)));
    assert.match(plain(await page.locator("#lab .anew").innerText()), /^Lab stands as it did at the beginning\. Undo$/);
    assert.deepEqual(await axe(page, "#lab .anew"), []);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("#lab-requests").value === "77");
    assert.equal(await page.inputValue("#lab-replicas"), "3");
    await page.waitForSelector('#lab-rate[aria-invalid="true"]', { state: "attached" });
    assert.equal(await page.inputValue("#lab-rate"), "fast");
    assert.equal(await page.getAttribute("#lab-figures", "aria-pressed"), "true");
    assert.ok(await page.locator("#lab-stored").isHidden());
    assert.match(await page.locator("#lab-command").textContent(), /n=77/);
    assert.match(await page.locator("#lab-run-1").innerText(), /rag/);
    assert.ok(await undo.isHidden());
    const { width } = await page.evaluate(() => ({ width: document.scrollingElement.scrollWidth }));
    assert.ok(width <= (options.viewport?.width ?? 1280));
  });
}
