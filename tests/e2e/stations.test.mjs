// The stations in a real browser: what is typed is cut, found in the tree and routed.
import { assert, axe, comeTo, onPage, says, started, withoutScript } from "../harness/test.mjs";

const plain = (text) => text.replace(/\s+/g, " ").trim();
const texts = async (locator) => (await locator.allTextContents()).map(plain);

/** The figures of the first stations. */
async function figures(page) {
  return {
    nodes: await texts(page.locator("#figure-router .node")),
    edges: await page.locator("#figure-router .edge").evaluateAll((all) => all.map((edge) => edge.getAttribute("d"))),
    chips: await texts(page.locator("#figure-blocks .block")),
    costs: await texts(page.locator("#figure-router .total")),
    say: plain(await page.locator("#figure-router .say").innerText()),
  };
}

onPage("the static figures are there without JavaScript", "", { javaScriptEnabled: false, boot: false }, async (page) => {
  const { nodes, chips } = await figures(page);
  assert.ok(nodes.length > 5 && chips.length > 5);
});

onPage("the wasm draws the same figures as the static page", "", async (page) => {
  assert.deepEqual(await figures(page), await withoutScript(figures));
});

onPage("one early character renames every block, and the sentence counts them", "", async (page) => {
  const ids = () => texts(page.locator("#figure-blocks .block code"));
  const cached = page.locator("#figure-blocks .block.hit");
  const old = await ids();
  const full = old.filter((id) => id !== "no id").length;
  // It was sent before, so all of it is there.
  assert.equal(await cached.count(), full);
  assert.match(plain(await page.locator("#figure-blocks .say").last().innerText()), new RegExp(`^${full} blocks shared .* a cache that holds that one finds them all\\.$`));
  await page.getByRole("button", { name: "Change one early character" }).click();
  await page.waitForFunction((first) => document.querySelector("#figure-blocks .block code").textContent !== first, old[0]);
  const now = await ids();
  for (let at = 0; at < full; at++) assert.notEqual(now[at], old[at]);
  // The old id stands struck beside the new one, and nothing is cached any more.
  assert.deepEqual(await texts(page.locator("#figure-blocks .block s")), old.slice(0, full));
  assert.equal(await cached.count(), 0);
  const said = plain(await page.locator("#figure-blocks .say").last().innerText());
  assert.match(said, new RegExp(`${full} of ${full} block ids changed`));
  assert.match(said, /a cache finds nothing/);
});

onPage("counts are typed, time passes, and the bars have the width of their column", "", { viewport: { width: 1280, height: 900 } }, async (page) => {
  const count = (replica) => page.getByRole("spinbutton", { name: `requests active on replica ${replica}` });
  const costs = () => texts(page.locator("#figure-router .total"));
  assert.ok((await page.locator("#figure-router tbody .bar").first().boundingBox()).width > 200);
  const before = await costs();
  await count(2).fill("40");
  await count(2).press("Tab");
  await page.waitForFunction((cost) => document.querySelectorAll("#figure-router td.total")[2].textContent !== cost, before[3]);
  assert.notDeepEqual(await costs(), before);
  await count(1).fill("1000");
  await count(1).press("Tab");
  assert.equal(await count(1).inputValue(), "99");
  await count(1).fill("");
  await count(1).press("Tab");
  assert.equal(await count(1).inputValue(), "99");
  await page.click("#router-finish");
  await page.waitForFunction(() => /^Time passes: one request each has finished on replicas 0, 1, 2\.$/.test(document.querySelector("#router .log li").textContent.replace(/\s+/g, " ")));
  assert.deepEqual([await count(0).inputValue(), await count(1).inputValue(), await count(2).inputValue()], ["4", "98", "39"]);
});

const LONG = "You are the support agent of Lumen, a shop for lamps. Answer in short. ".repeat(57).slice(0, 4000);

for (const [station, which] of [["blocks", 0], ["tree", 0], ["tree", 1], ["router", 0]]) {
  onPage(`a keystroke leaves alone what it does not change: box ${which + 1} of ${station}`, `#${station}`, async (page) => {
    const box = page.locator(`#${station} textarea`).nth(which);
    await box.fill(`${LONG}, and`);
    await box.focus();
    await page.keyboard.press("End");
    await page.waitForTimeout(500);
    /** The attributes that were set at a keystroke to what they were already, and how many others changed. */
    const changes = async (key) => {
      await page.evaluate((station) => {
        window.records = [];
        window.watch = new MutationObserver((records) => window.records.push(...records));
        window.watch.observe(document.querySelector(`#figure-${station}`), { subtree: true, attributes: true, attributeOldValue: true });
      }, station);
      await page.keyboard.press(key);
      await page.waitForTimeout(500);
      return page.evaluate(() => {
        window.watch.disconnect();
        const first = new Map();
        for (const { target, attributeName, oldValue } of window.records) {
          const of = first.get(target) ?? first.set(target, new Map()).get(target);
          if (!of.has(attributeName)) of.set(attributeName, oldValue);
        }
        const all = [...first].flatMap(([target, of]) => [...of].map(([name, was]) => was === target.getAttribute(name)));
        return { same: all.filter((it) => it).length, all: all.length };
      });
    };
    // A space after a word is no token and changes nothing.
    assert.deepEqual(await changes("Space"), { same: 0, all: 0 });
    // Another word is another token: the last blocks change, and what is said. When all was drawn anew, some 300 attributes were set again.
    const { same } = await changes("a");
    assert.ok(same < 60, `${same} attributes were set to what they were`);
  });
}

for (const [station, which] of [["tree", 1], ["blocks", 0], ["router", 0]]) {
  // A rule by which what is inside a section or a figure decides how all of that section looks makes every letter cost a style of all its elements.
  onPage(`a keystroke has few elements styled anew: box ${which + 1} of ${station}`, `#${station}`, async (page, { theatre }) => {
    const box = page.locator(`#${station} textarea`).nth(which);
    await box.fill(LONG);
    await box.focus();
    await page.keyboard.press("End");
    // The programs that come later have come.
    await page.waitForSelector("#figure-lab[data-live]", { state: "attached" });
    await page.waitForTimeout(2000);
    await theatre.browser.startTracing(page, { categories: ["devtools.timeline", "disabled-by-default-devtools.timeline"] });
    await page.keyboard.press("a");
    await page.waitForTimeout(500);
    const { traceEvents } = JSON.parse((await theatre.browser.stopTracing()).toString());
    const styled = traceEvents.filter((it) => it.name === "UpdateLayoutTree").map((it) => it.args.elementCount ?? 0);
    assert.ok(styled.length > 0);
    assert.ok(Math.max(...styled) < 250, `elements styled anew, by pass: ${styled.join(", ")}`);
  });
}

onPage("the sentence, the costs and the choice are in the paint that shows the letter", "#router", async (page) => {
  await page.fill("#router-prompt", LONG);
  await page.waitForTimeout(500);
  const [before, painted, later] = await page.evaluate(async () => {
    const read = () => ["td.total", "tr.wins th", ".say", ".facts", ".node.ghost", ".chips li:last-child"].map((it) => [...document.querySelectorAll(`#figure-router ${it}`)].map((it) => it.textContent).join(" "));
    const before = read();
    const box = document.querySelector("#router-prompt");
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
    document.execCommand("insertText", false, " one two three four five");
    // Functions for a frame run before its paint.
    const painted = await new Promise((next) => requestAnimationFrame(() => next(read())));
    await new Promise((next) => setTimeout(next, 800));
    return [before, painted, read()];
  });
  assert.deepEqual(painted, later);
  for (const [at, was] of before.entries()) if (at !== 1) assert.notEqual(painted[at], was);
});

onPage("on a phone the costs stay in sight beside the sliders", "#router", { viewport: { width: 360, height: 800 } }, async (page) => {
  await page.locator("#overlap-weight").scrollIntoViewIfNeeded();
  const costs = page.locator("#figure-router .costs");
  const box = await costs.boundingBox();
  assert.ok(box.y > 0 && box.y + box.height <= 800, JSON.stringify(box));
  assert.equal(await costs.locator("li").count(), 4);
  assert.equal(await costs.locator(".wins").count(), 1);
});

onPage("what an edit at the end shares is drawn as shared, and counted", "", async (page) => {
  const cached = page.locator("#figure-blocks .block.hit");
  const all = await cached.count();
  const box = page.locator("#blocks-prompt");
  await box.fill((await box.inputValue()).replace("order 4417", "order 4418"));
  await page.waitForFunction(() => document.querySelector("#figure-blocks .block s"));
  const shared = await cached.count();
  assert.ok(shared > 3 && shared < all, `${shared} of ${all}`);
  await says(page.locator("#figure-blocks .say").last(), new RegExp(`^${shared} blocks shared, the ${shared + 1}(st|nd|rd|th) differs\\.`));
});

onPage("blocks of another size are other blocks", "", async (page) => {
  const many = await page.locator("#figure-blocks .block").count();
  await page.locator("#figure-blocks input[type=radio]").nth(2).focus();
  await page.keyboard.press("Space");
  await page.waitForFunction((many) => document.querySelectorAll("#figure-blocks .block").length < many, many);
});

onPage("what is typed lights its path, and a miss lights none", "", async (page) => {
  const lit = page.locator("#figure-tree .node.lit");
  assert.ok((await lit.count()) >= 2);
  await page.fill("#tree-second", "Nothing that anybody has asked here before, in so many words.");
  await page.waitForFunction(() => document.querySelectorAll("#figure-tree .node.lit").length === 0);
  await page.waitForFunction(() => /^Miss: 0\s+of\s+\d+\s+blocks? reused = 0\s+%/.test(document.querySelector("#figure-tree .say").innerText));
  await page.fill("#tree-second", await page.inputValue("#tree-first"));
  await page.waitForFunction(() => /^Hit/.test(document.querySelector("#figure-tree .say").innerText));
});

onPage("a small cache forgets what was asked first", "", async (page) => {
  const said = () => page.locator("#figure-tree .say").innerText().then(plain);
  assert.match(await said(), /88 %/);
  // Whoever leaves the slider at its end has room for all, also for a longer prompt.
  await page.fill("#tree-first", `${await page.inputValue("#tree-first")} ${"And one more lamp. ".repeat(20)}`);
  await page.waitForFunction(() => document.querySelector("#tree-room").max > 40);
  assert.doesNotMatch(await said(), /evicted/);
  await page.fill("#tree-room", "14");
  await page.waitForFunction(() => /evicted/.test(document.querySelector("#figure-tree .say").innerText));
  assert.doesNotMatch(await said(), /88 %/);
});

onPage("what is asked first counts alone once the others are taken out of the cache", "", async (page) => {
  const says = (what) => page.waitForFunction((what) => document.querySelector("#figure-tree .say").innerText.replace(/\s+/g, " ").includes(what), what);
  const facts = () => page.locator("#figure-tree .facts").first().innerText().then(plain);
  const stored = page.locator("#figure-tree .stored label");
  assert.deepEqual([await stored.count(), await facts()], [3, "15 blocks, the oldest of four"]);
  assert.match(plain(await stored.first().innerText()), /^how do I reset my password\? 13 blocks$/);
  // Without it, only the system prompt is found, which the others begin with; and it is said whose that is.
  await page.fill("#tree-first", "");
  await says("11 of 17 blocks reused = 65 %");
  await says("What is asked first would alone give 0 blocks: others in the cache begin the same way.");
  for (const box of await stored.locator("input").all()) await box.uncheck();
  await says("Miss: 0 of 17 blocks");
  assert.equal(await page.locator("#figure-tree .node:not(.ghost)").count(), 0);
  await stored.locator("input").nth(1).focus();
  await page.keyboard.press("Space");
  await says("11 of 17 blocks");
  assert.equal(await facts(), "no full block, nothing to keep");
  await page.locator("#figure-tree input[type=radio]").nth(2).focus();
  await page.keyboard.press("Space");
  await page.waitForFunction(() => /\s3\s+blocks$/.test(document.querySelector("#figure-tree .stored label").innerText));
  assert.deepEqual(await axe(page, "#tree"), []);
});

onPage("the choice flips at the weight that the sentence names", "", async (page) => {
  const chosen = () => page.locator("#figure-router tr.wins th").innerText().then(plain);
  assert.match(await chosen(), /replica 2/);
  const said = plain(await page.locator("#figure-router .say").innerText());
  const [, winner, weight] = said.match(/lose to replica (\d) once the overlap weight falls below (\d+\.\d+)/);
  await page.fill("#overlap-weight", String(Number(weight) - 0.01));
  await page.waitForFunction((winner) => document.querySelector("#figure-router tr.wins th").innerText.includes(`replica ${winner}`), winner);
  await page.fill("#overlap-weight", String(Number(weight) + 0.01));
  await page.waitForFunction(() => document.querySelector("#figure-router tr.wins th").innerText.includes("replica 2"));
});

onPage("a prompt that is sent is stored, and found the next time; the keyboard is enough", "", async (page) => {
  assert.equal(await page.locator("#figure-router .node.ghost").count(), 1);
  await page.focus("#router-send");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("#figure-router .node.ghost").length === 0);
  assert.match(plain(await page.locator("#figure-router .log").innerText()), /^Sent to replica 2: 15 of 17 blocks reused/);
  // Beside the button, where it is seen, and what it did to the hit rate.
  assert.match(plain(await page.locator("#figure-router .log li").first().innerText()), /Requests with a hit: 20 % → 33 %\.$/);
  const [button, log] = [await page.locator("#router-send").boundingBox(), await page.locator("#figure-router .log").boundingBox()];
  assert.ok(log.y >= button.y + button.height && log.y - button.y < 120, `${button.y} and ${log.y}`);
  await page.click("#router .anew .reset");
  await page.waitForFunction(() => document.querySelectorAll("#figure-router .node.ghost").length === 1);
});

onPage("notes stand at the tokens they are about, and go away with them", "", async (page) => {
  assert.equal(await page.locator("#figure-blocks .lints li").count(), 0);
  await page.locator("#figure-blocks").getByRole("button", { name: "A clock at the front" }).click();
  await page.locator("#figure-blocks .noted sup").first().waitFor();
  assert.match(plain(await page.locator("#figure-blocks .lints").innerText()), /^09:41:07 looks like a clock/);
  assert.deepEqual(await axe(page, "#blocks"), []);
  await page.fill("#tree-first", "You help Ann. " + (await page.inputValue("#tree-second")));
  await page.fill("#tree-second", "You help Bob. " + (await page.inputValue("#tree-second")));
  // Between the two letters' paints the notes are about the first box alone.
  await page.locator("#figure-tree .lints li").first().waitFor();
  await says(page.locator("#figure-tree .lints"), /part at "Bob", in block 1/);
});

onPage("a prompt that is sent is counted, in figures and in the JSON", "", async (page) => {
  const measures = () => page.locator("#figure-router .measures").innerText().then(plain);
  const before = await measures();
  assert.match(before, /requests with a hit 20 % target over 50 % not yet/);
  await page.locator("#figure-router .told summary").click();
  assert.match(await page.locator("#figure-router .json").innerText(), /"total_cache_hits":1,"total_cache_misses":4/);
  await page.click("#router-send");
  await page.waitForFunction(() => /"total_cache_hits":2/.test(document.querySelector("#figure-router .json").textContent));
  assert.notEqual(await measures(), before);
});

onPage("a click on the map of weights sets both, and the map says who wins", "", async (page) => {
  const map = page.locator("#figure-router .plane svg");
  assert.match(await map.getAttribute("aria-label"), /replica 2 on \d+\s%.*now at an overlap weight of 1 and an active weight of 0\.5/);
  await map.click({ position: { x: 4, y: 100 } });
  await page.waitForFunction(() => Number(document.querySelector("#overlap-weight").value) < 0.1);
  assert.match(plain(await page.locator("#figure-router tr.wins th").innerText()), /replica 3/);
});

onPage("a typed prompt is in the address and survives a reload", "", async (page) => {
  await page.fill("#router-prompt", "Is <b>this</b> & that kept?");
  await page.waitForFunction(() => location.hash.startsWith("#router?q="));
  await page.reload();
  await started(page);
  assert.equal(await page.inputValue("#router-prompt"), "Is <b>this</b> & that kept?");
});

onPage("a prompt without a word cannot be sent to the fleet", "#router", async (page) => {
  for (const [text, disabled] of [["", true], [" \n ", true], ["Who?", false]]) {
    await page.fill("#router-prompt", text);
    await page.waitForFunction((disabled) => document.querySelector("#router-send").disabled === disabled, disabled);
  }
});

onPage("what was set in other sections survives a reload too, the address stays, and what was begun anew stays so", "", async (page) => {
  await page.fill("#router-prompt", "First of all, who are you?");
  await page.locator("#overlap-weight").fill("0.5");
  await page.waitForFunction(() => location.hash.startsWith("#router?q="));
  await page.fill("#blocks-prompt", "And what do you know?");
  await page.waitForFunction(() => location.hash.startsWith("#blocks?q="));
  await page.waitForFunction(() => document.querySelector("#figure-router + .anew:not([hidden])"));
  const hash = await page.evaluate(() => location.hash);
  const is = async () => {
    // A figure is live once it is near.
    await comeTo(page, "figure-router");
    await page.waitForFunction(() => document.querySelector("#router-prompt")?.value === "First of all, who are you?" && document.querySelector("#overlap-weight").value === "0.5");
    await page.waitForFunction(() => document.querySelector("#figure-router:not([data-restoring])"));
    assert.equal(await page.inputValue("#blocks-prompt"), "And what do you know?");
    assert.equal(await page.evaluate(() => location.hash), hash);
  };
  await page.reload();
  await started(page);
  await is();
  // Once more, as nothing was touched since.
  await page.reload();
  await started(page);
  await is();
  await page.locator("#figure-router + .anew .reset").click();
  await page.waitForFunction(() => document.querySelector("#router-prompt").value !== "First of all, who are you?");
  const sample = await page.inputValue("#router-prompt");
  await page.reload();
  await started(page);
  await page.waitForFunction(() => document.querySelector("#blocks-prompt")?.value === "And what do you know?");
  assert.equal(await page.inputValue("#router-prompt"), sample);
  // Whoever comes anew finds the page as it is.
  const url = page.url();
  await page.goto("about:blank");
  await page.goto(url);
  await started(page);
  assert.equal(await page.evaluate(() => sessionStorage.getItem("warmpath.set")), null);
});

onPage("a long prompt is folded, says what it hides, and unfolds by the keyboard", "#blocks", async (page) => {
  const blocks = page.locator("#figure-blocks .block");
  const runs = page.locator("#figure-blocks .run");
  assert.equal(await runs.count(), 0);
  await page.fill("#blocks-prompt", "You are the support agent of Lumen, a shop for lamps. ".repeat(75));
  await runs.first().waitFor();
  // The sentence, the folds and the blocks that are shown are made one after the other.
  await page.waitForFunction(() => {
    const figure = document.querySelector("#figure-blocks");
    const hidden = [...figure.querySelectorAll(".run button > span")].map((it) => parseInt(it.textContent));
    const shown = [...figure.querySelectorAll(".block code")].filter((it) => !it.textContent.includes("no id"));
    const [, all] = figure.querySelector(".facts").innerText.match(/(\d+)\s+blocks/) ?? [];
    return hidden.reduce((a, b) => a + b, shown.length) === Number(all);
  });
  const hidden = (await texts(runs.locator("button > span"))).map((text) => Number(text.match(/^(\d+) blocks/)[1]));
  assert.ok((await blocks.count()) < 20);
  assert.deepEqual(await axe(page, "#blocks"), []);
  const before = await blocks.count();
  const from = await runs.first().locator("button").getAttribute("data-from");
  await runs.first().locator("button").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction((n) => document.querySelectorAll("#figure-blocks .block").length === n, before + hidden[0]);
  // The focus is at the first of the blocks that have come, and not lost.
  assert.equal(await page.evaluate(() => document.activeElement.querySelector("i")?.textContent), String(Number(from) + 1));
  assert.deepEqual(await axe(page, "#blocks"), []);
  await page.getByRole("button", { name: "Fold the blocks again" }).click();
  await page.waitForFunction((n) => document.querySelectorAll("#figure-blocks .block").length === n, before);
});

onPage("a keystroke leaves the elements of the blocks that stay", "#router", async (page) => {
  const first = () => page.locator("#figure-router .block").first();
  await first().evaluate((it) => (it.old = true));
  await page.focus("#router-prompt");
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" And one more lamp?");
  await page.waitForFunction(() => [...document.querySelectorAll("#figure-router .block b")].some((it) => it.textContent === "lamp"));
  assert.equal(await first().evaluate((it) => it.old), true);
});

onPage("figures and bars change in place, and an empty prompt goes to who has the fewest active requests", "#router", async (page) => {
  const marks = ["#figure-router [data-name=cost]", "#figure-router .bar rect", "#figure-router .way b", "#figure-router .say"];
  await page.evaluate((marks) => marks.forEach((it) => { document.querySelector(it).old = true; }), marks);
  const cost = () => page.locator(marks[0]).first().innerText();
  const [before, way] = [await cost(), await page.locator("#figure-router .way").innerText()];
  await page.fill("#router-prompt", (await page.inputValue("#router-prompt")) + " And one lamp more, please, for the hall?");
  await page.waitForFunction(({ way, text }) => document.querySelector(way).innerText !== text, { way: "#figure-router .way", text: way });
  assert.notEqual(await cost(), before);
  assert.deepEqual(await page.evaluate((marks) => marks.map((it) => document.querySelector(it).old), marks), [true, true, true, true]);
  await page.fill("#router-prompt", "");
  await page.waitForFunction(() => /^Nothing to prefill: the fewest active requests win, replica\s3 with 0 active\./.test(document.querySelector("#figure-router .say").innerText));
});

onPage("going back brings the prompt again that was typed then", "#tree?q=You%20are%20a%20lamp", async (page) => {
  for (const station of ["tree", "router", "blocks"]) {
    const box = station === "tree" ? "#tree-second" : `#${station}-prompt`;
    await page.evaluate((hash) => (location.hash = hash), `#${station}?q=first`);
    await page.waitForFunction((box) => document.querySelector(box)?.value === "first", box);
    await page.evaluate((hash) => (location.hash = hash), `#${station}?q=second`);
    await page.waitForFunction((box) => document.querySelector(box).value === "second", box);
    await page.goBack();
    await page.waitForFunction((box) => document.querySelector(box).value === "first", box);
  }
});

onPage("one station alone", "?embed=tree", async (page) => {
  assert.ok(await page.locator("#tree").isVisible());
  for (const id of ["blocks", "router", "lab"]) assert.ok(!(await page.locator(`#${id}`).isVisible()));
});

onPage("the colours turn from system to light to dark and are remembered", "", { colorScheme: "light" }, async (page) => {
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.click("#theme");
  assert.equal(await paper(), light);
  await page.click("#theme");
  await page.waitForFunction((light) => getComputedStyle(document.body).backgroundColor !== light, light);
  await page.reload();
  // Already before the wasm is there, so that nothing flashes.
  await page.waitForFunction((light) => getComputedStyle(document.body).backgroundColor !== light, light);
});

for (const width of [320, 360, 1280]) {
  for (const colorScheme of ["light", "dark"]) {
    onPage(`no fault of access and no sideways scroll: ${width} px, ${colorScheme}`, "", { viewport: { width, height: 800 }, colorScheme }, async (page) => {
      assert.deepEqual(await axe(page), []);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${over} px too wide`);
    });
  }
}

for (const [width, list] of [[360, true], [768, true], [1280, false]]) {
  onPage(`trees are ${list ? "lists" : "drawn"} at ${width} px`, "", { viewport: { width, height: 800 } }, async (page) => {
    // On a phone the router's tree is folded.
    await page.locator("#router details.wide-open").evaluateAll((all) => all.forEach((it) => { it.open = true; }));
    for (const figure of ["#figure-tree", "#figure-router"]) {
      assert.equal(await page.locator(`${figure} .tree .rows`).isVisible(), list, `${figure}: list`);
      assert.equal(await page.locator(`${figure} .tree > svg`).isVisible(), !list, `${figure}: drawing`);
    }
  });
}

onPage("the room in the cache is named by what is stored, however it became less", "#tree", async (page) => {
  const named = async () => (await page.locator("#figure-tree .slider output").innerText()).replaceAll("\u00a0", " ");
  await page.locator("#figure-tree details").first().evaluate((it) => { it.open = true; });
  const boxes = page.locator("#figure-tree input[type=checkbox]");
  for (let at = 0; at < 3; at++) {
    await boxes.nth(at).uncheck();
    await page.waitForFunction(() => document.querySelector("#figure-tree .slider output").textContent.replaceAll("\u00a0", " ") === `all ${document.querySelector("#tree-room").max} blocks`);
  }
  assert.equal(await named(), "all 15 blocks");
});
