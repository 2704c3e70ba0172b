// What a reader sees at each width: where they are, what of a link was refused, the figure of a frame.
import { assert, axe, begun, comeTo, explained, frames, onPage, started, test, withoutScript } from "../harness/test.mjs";

for (const [width, height] of [[1920, 1080], [1280, 800], [360, 800]]) {
  onPage(`the navigation marks the station that a link leads to, in sight: ${width} px`, "", { viewport: { width, height }, whole: false }, async (page) => {
    for (const station of ["reality", "lab", "challenges", "failure", "one-gpu"]) {
      await page.locator(`nav a[href='#${station}']`).evaluate((it) => it.click());
      await page.waitForFunction((station) => document.querySelector("nav a[aria-current]")?.hash === `#${station}`, station);
      const { x, width: wide } = await page.locator("nav a[aria-current]").boundingBox();
      assert.ok(x >= 0 && x + wide <= width, `${station} stands at ${x} px`);
    }
    // Above the first of them the reader is at none.
    await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
    await page.waitForFunction(() => !document.querySelector("nav a[aria-current]") && document.querySelector(".top nav").scrollLeft === 0);
  });
}

onPage("the first figure is as tall before its controls are there as with them", "", { boot: false, whole: false }, async (page) => {
  const tall = (it) => it.offsetHeight;
  for (const width of [360, 768, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const live = page.locator("#figure-one-gpu[data-live]");
    await comeTo(page, "one-gpu");
    await live.waitFor({ timeout: 60_000 });
    const now = await live.evaluate(tall);
    const before = await page.evaluate(async () => {
      const still = new DOMParser().parseFromString(await (await fetch("./")).text(), "text/html").querySelector("#figure-one-gpu");
      const figure = document.querySelector("#figure-one-gpu");
      figure.id = "";
      const copy = document.importNode(still, true);
      figure.after(copy);
      const tall = copy.offsetHeight;
      copy.remove();
      figure.id = "figure-one-gpu";
      return tall;
    });
    assert.ok(Math.abs(now - before) <= 6, `${width} px: ${before} px tall, and then ${now}`);
  }
});

for (const width of [768, 1280])
  onPage(`where "Why?" comes, nothing below it moves: ${width} px`, "", { viewport: { width, height: 800 }, boot: false }, async (page) => {
    await begun(page);
    await page.locator("#figure-one-gpu[data-live]").waitFor({ timeout: 60_000 });
    const top = () => page.locator("#one-gpu .more").evaluate((it) => it.getBoundingClientRect().top + scrollY);
    let [was, now] = [NaN, await top()];
    while (was !== now) {
      await frames(page, 30);
      [was, now] = [now, await top()];
    }
    assert.equal(await page.locator("details.why").count(), 0);
    await explained(page);
    await page.locator("#why-one-gpu summary").waitFor({ timeout: 30_000 });
    await frames(page, 10);
    assert.ok(Math.abs((await top()) - now) < 1, `${await top()} px down, and ${now} before`);
  });

onPage("header, sections and foot begin at one edge, and the header hides nothing of where a link leads", "", { viewport: { width: 1920, height: 1080 } }, async (page) => {
  for (const width of [1920, 1280, 768]) {
    await page.setViewportSize({ width, height: 1080 });
    const left = await page.evaluate(() => {
      const inside = (it) => it.getBoundingClientRect().left + parseFloat(getComputedStyle(it).paddingLeft);
      const all = [document.querySelector(".brand"), document.querySelector(".hook h1"), ...document.querySelectorAll("main > section > h2, main > section > .card, #lab-settings")];
      return [inside(document.querySelector(".foot")), ...all.map((it) => it.getBoundingClientRect().left)].map(Math.round);
    });
    assert.deepEqual(left.filter((it) => it !== left[0]), [], `${width} px: ${left}`);
    const [kept, header] = await page.evaluate(() => [parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop), document.querySelector(".top").offsetHeight]);
    assert.ok(Math.abs(kept - header) <= 1, `${width} px: ${kept} px kept for a header of ${header}`);
  }
});

onPage("a section that is not laid out takes about the room that it will need", "", async (page) => {
  await page.evaluate(() => document.querySelectorAll("main > section").forEach((it, at) => setTimeout(() => it.scrollIntoView(), 300 * at)));
  await page.waitForFunction(() => document.querySelector("#model-card table") && [..."one-gpu blocks tree router fleet failure lab".split(" ")].every((it) => document.querySelector(`#figure-${it}[data-live]`)), null, { timeout: 60_000 });
  // What a section is as tall as has what explains it.
  await explained(page);
  for (const width of [360, 768, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const off = () =>
      [...document.querySelectorAll("main > section")]
        .map((it) => ({ id: it.id, tall: it.offsetHeight, told: parseInt(getComputedStyle(it).getPropertyValue("--tall")) }))
        .filter(({ tall, told }) => !(Math.abs(tall - told) < 0.15 * tall))
        .map(({ id, tall, told }) => `${id}: ${tall} px tall, ${told} kept`);
    // What follows a width, such as the charts, takes a moment.
    for (let tries = 0; tries < 20 && (await page.evaluate(off)).length > 0; tries += 1) await page.waitForTimeout(250);
    assert.deepEqual(await page.evaluate(off), [], `${width} px`);
  }
});

/** Waits for the tables that runs fill; the laboratory's waits until it is seen. */
const filled = async (page) => {
  await page.locator("#lab-settings").evaluate((it) => it.scrollIntoView({ block: "center" }));
  for (const table of ["fleet-deltas", "failure-table", "lab-table"]) await page.locator(`#${table} tbody tr`).first().waitFor({ state: "attached", timeout: 60_000 });
};

/** How much of the page's folds is to be seen: of their lines, and of what they hold but for some. */
const folds = (page, but = "[hidden], .noting") =>
  page.evaluate((but) => {
    const seen = (it) => it.checkVisibility() && it.getBoundingClientRect().height > 0;
    const all = [...document.querySelectorAll("details.wide-open:not([open])")].filter((it) => it.parentElement.checkVisibility());
    // A sheet takes no part in the layout, and where nothing is noted is an empty line.
    const held = all.flatMap((it) => [...it.children].slice(1)).flatMap((it) => (it.matches(".sheet") ? [...it.children] : [it]));
    const inside = held.filter((it) => !it.matches(but) && (it.childElementCount > 0 || it.textContent.trim() !== "" || it.matches("canvas, svg, input, select")));
    const gone = inside.filter((it) => !seen(it)).map((it) => it.outerHTML.slice(0, 120));
    return { all: all.length, lines: all.filter((it) => seen(it.firstElementChild)).length, inside: inside.filter(seen).length, of: inside.length, gone };
  }, but);

onPage("what comes second is under a line on a phone, and simply there on a wide screen and on paper", "#router", async (page) => {
  // A table that a run is still to fill has no height.
  await filled(page);
  await page.setViewportSize({ width: 601, height: 800 });
  const wide = await folds(page);
  assert.ok(wide.all >= 12 && wide.of >= wide.all, JSON.stringify(wide));
  assert.deepEqual([wide.lines, wide.inside], [0, wide.of], wide.gone.join("\n"));
  await page.setViewportSize({ width: 600, height: 800 });
  const phone = await folds(page);
  assert.deepEqual([phone.lines, phone.inside], [phone.all, 0]);
  // Each line says what is inside.
  const lines = await page.locator("#router details.wide-open > summary").allInnerTexts();
  assert.ok(new Set(lines).size === lines.length && lines.every((it) => it.length > 12), lines.join("\n"));
  assert.deepEqual(await axe(page, "#router"), []);
  const weigh = page.locator("#figure-router .weigh");
  await page.locator("details.wide-open:has(.weigh) > summary").press("Enter");
  await weigh.waitFor({ state: "visible" });
  assert.deepEqual(await axe(page, "#router"), []);
  await page.emulateMedia({ media: "print" });
  // What is to be tried is not printed at any width, nor are words to open, buttons and what is closed.
  const paper = await folds(page, "[hidden], .noting, .trials, .explained, button, details:not([open])");
  assert.deepEqual([paper.lines, paper.inside], [0, paper.of], paper.gone.join("\n"));
  assert.ok(await weigh.isVisible());
});

onPage("an address that names a place inside a fold opens it", "", { viewport: { width: 360, height: 800 } }, async (page) => {
  const place = page.locator("#tree .more p").last();
  await place.evaluate((it) => (it.id = "place"));
  assert.ok(await place.isHidden());
  await page.evaluate(() => (location.hash = "place"));
  await place.waitFor({ state: "visible" });
  await page.waitForFunction(() => Math.abs(document.getElementById("place").getBoundingClientRect().top - 56) < 30);
});

test("where scripts are off, what comes second is there on a wide screen and under its line on a phone", async () => {
  assert.deepEqual(await withoutScript(async (page) => {
    const wide = await folds(page);
    await page.setViewportSize({ width: 360, height: 800 });
    const phone = await folds(page);
    await page.locator("#tree details.wide-open > summary").last().click();
    const opened = await page.locator("#tree .more").isVisible();
    return [wide.lines, wide.inside - wide.of, phone.lines - phone.all, phone.inside, opened];
  }), [0, 0, 0, 0, true]);
});

onPage("what helps at a figure stands in one order: the way back, questions, and why", "#tree", async (page) => {
  await explained(page);
  for (const station of ["blocks", "tree"]) {
    await page.locator(`#why-${station} summary`).waitFor({ state: "attached", timeout: 30_000 });
    await page.locator(`#try-${station} button`).first().waitFor({ state: "attached", timeout: 30_000 });
    const order = await page.locator(`#figure-${station} ~ :is(.anew, #try-${station}, #why-${station})`).evaluateAll((all) => all.map((it) => it.id || it.className));
    assert.deepEqual(order, ["anew", `try-${station}`, `why-${station}`]);
  }
});

onPage("a table that hides something at an edge shows that it goes on", "?embed=reality", { viewport: { width: 360, height: 800 } }, async (page) => {
  await page.evaluate(() => document.querySelectorAll("#reality details").forEach((it) => { it.open = true; }));
  // The tables by policy fit, the one of all errors cannot.
  const wide = await page.locator("#reality .scroll").evaluateAll((all) => all.filter((it) => it.scrollWidth > it.clientWidth).map((it) => it.ariaLabel));
  assert.deepEqual(wide, ["All errors"]);
  const table = page.locator("#reality .scroll", { has: page.locator("#reality-errors") });
  const fades = async (wide) =>
    page.waitForFunction(
      ([it, wide]) => {
        const style = getComputedStyle(it);
        return style.maskImage.includes("gradient") && style.getPropertyValue("--right") === wide;
      },
      [await table.elementHandle(), wide],
    );
  await fades("36px");
  await table.evaluate((it) => { it.scrollLeft = it.scrollWidth; });
  await fades("0px");
});

onPage("the reality check's tables can be scrolled by key on a phone", "?embed=reality", { viewport: { width: 360, height: 800 } }, async (page) => {
  assert.deepEqual(await axe(page, "#reality"), []);
});

for (const query of ["?v=2&r=-3", "?v=1&r=-3", "?v=2&p=smrt,chwbl"]) {
  onPage(`what of a link is refused is said in the window where the reader is: ${query}`, query, { boot: false, whole: false }, async (page) => {
    await begun(page);
    const notice = page.locator("#refused");
    await notice.waitFor({ state: "visible", timeout: 30_000 });
    assert.match(await notice.innerText(), query.includes("smrt") ? /p=smrt unknown policy "smrt"; did you mean "smart"\?/ : /r=-3 replicas is "-3", but must be a whole number from 1 to 1024/);
    const { y, height } = await notice.boundingBox();
    assert.ok(y > 0 && y + height <= (await page.evaluate(() => innerHeight)), `${y}, ${height} tall`);
    assert.equal(await page.evaluate(() => scrollY), 0);
  });
}

onPage("a link that is understood has nothing at the top", "?v=2&r=6", async (page) => {
  assert.ok(await page.locator("#refused").isHidden());
});

for (const station of ["one-gpu", "tree", "fleet", "reality"]) {
  onPage(`in a frame the figure comes before what is told about it: ${station}`, `?embed=${station}`, { viewport: { width: 800, height: 600 } }, async (page) => {
    await started(page);
    const { y } = await page.locator(`#figure-${station}`).boundingBox();
    assert.ok(y < 190, `${y} px down`);
    assert.ok((await page.locator(`#${station} .lead`).first().boundingBox()).y > y);
  });
}

for (const [station, figure, form] of [
  ["router", ".cost", "#router-prompt"],
  ["blocks", ".chips", "#blocks-prompt"],
  ["tree", ".tree", "#tree-first"],
  ["fleet", ".sides", ".controls"],
  ["failure", ".sides", ".controls"],
  ["lab", "#lab-output", "#lab-settings"],
]) {
  onPage(`in a small frame the figure stands above its form: ${station}`, `?embed=${station}`, { viewport: { width: 600, height: 400 } }, async (page) => {
    await page.locator(`#figure-${station} ${form}`).first().waitFor({ timeout: 60_000 });
    const [above, below] = await page.locator(`#figure-${station}`).evaluate((it, parts) => parts.map((part) => it.querySelector(part).getBoundingClientRect()).map(({ top, bottom }) => [top, bottom]), [figure, form]);
    assert.ok(above[0] < 180, `${above[0]} px down`);
    assert.ok(above[1] <= below[0] + 1, `${above[1]} px and ${below[0]} px`);
  });
}

onPage("in a small frame the costs of all four replicas are on the first screen, and their bars on one scale", "?embed=router", { viewport: { width: 600, height: 460 } }, async (page) => {
  await page.locator("#router-prompt").waitFor();
  const bars = await page.locator("#figure-router .cost .bar").evaluateAll((all) => all.map((it) => it.getBoundingClientRect()).map(({ left, right, bottom }) => [left, right, bottom]));
  assert.equal(bars.length, 4);
  for (const [left, right, bottom] of bars) assert.ok(left === bars[0][0] && right === bars[0][1] && bottom < 460, `${left} to ${right}, ${bottom} down`);
});

onPage("while a policy is replayed, no other's figures stand beside its name", "#fleet", async (page) => {
  const caption = page.locator("#fleet-1 .caption");
  assert.match(await caption.innerText(), /median TTFT/);
  // The figures come from a worker, so between the choice and them there is at least one turn.
  const between = await page.evaluate(async () => {
    const list = document.querySelector("#fleet-1 select");
    list.value = "chwbl";
    list.dispatchEvent(new Event("change", { bubbles: true }));
    await new Promise((next) => setTimeout(next));
    return document.querySelector("#fleet-1 .caption").textContent;
  });
  assert.match(between, /being replayed/);
  assert.doesNotMatch(between, /TTFT/);
  await page.waitForFunction(() => /median TTFT/.test(document.querySelector("#fleet-1 .caption").textContent));
});

onPage("on a sheet of another width a chart keeps its shape", "#fleet", async (page) => {
  const shape = () => page.locator("#figure-fleet canvas").first().evaluate((it) => it.clientWidth / it.clientHeight / (it.width / it.height));
  await page.locator("#figure-fleet .chart canvas").first().waitFor();
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 700, height: 1000 });
  assert.ok(Math.abs((await shape()) - 1) < 0.03, `stretched by ${await shape()}`);
});

onPage("for a projector one station stands alone, and keys turn to the next", "?present", { viewport: { width: 1920, height: 1080 }, whole: false }, async (page) => {
  const shown = () => page.evaluate(() => [...document.querySelectorAll(".hook, main > section")].filter((it) => it.checkVisibility()).map((it) => it.id || "hook"));
  assert.deepEqual(await shown(), ["hook"]);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), "24px");
  for (const [key, there] of [["PageDown", "one-gpu"], ["ArrowRight", "blocks"], ["PageUp", "one-gpu"], ["ArrowLeft", "hook"], ["ArrowLeft", "hook"]]) {
    await page.keyboard.press(key);
    await page.waitForFunction((there) => [...document.querySelectorAll(".hook, main > section")].filter((it) => it.checkVisibility()).every((it) => (it.id || "hook") === there), there);
  }
  // Larger words stand in the middle of their lane, and not below the bar above it.
  await page.evaluate(() => (location.hash = "one-gpu"));
  await page.waitForFunction(() => document.querySelector("#figure-one-gpu .spared text")?.checkVisibility());
  const [words, lane] = await page.evaluate(() => [".spared text", "svg.spared"].map((it) => document.querySelector(`#figure-one-gpu ${it}`).getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2));
  assert.ok(Math.abs(words - lane) < 1.5, `${words} in a lane around ${lane}`);
  // A control keeps its keys.
  await page.evaluate(() => (location.hash = "tree"));
  await page.waitForFunction(() => document.getElementById("tree").checkVisibility());
  await page.locator("#tree textarea").first().press("ArrowRight");
  assert.deepEqual(await shown(), ["tree"]);
  const current = (name) => page.waitForFunction((name) => [...document.querySelectorAll(".top nav [aria-current]")].map((it) => it.textContent).join() === name, name);
  await current("Tree");
  await page.locator("#tree textarea").first().blur();
  await page.keyboard.press("End");
  await current("Model");
  await page.keyboard.press("Home");
  await current("");
  assert.deepEqual(await shown(), ["hook"]);
  assert.equal(await page.locator(".top nav").evaluate((it) => it.scrollLeft), 0);
  // Nothing runs out of a smaller projector's window.
  await page.setViewportSize({ width: 1280, height: 800 });
  for (const station of ["lab", "reality", "failure"]) {
    await page.evaluate((station) => (location.hash = station), station);
    await page.waitForFunction((station) => document.getElementById(station).checkVisibility(), station);
    const [left, right, wide] = await page.locator(`#${station}`).evaluate((it) => [it.getBoundingClientRect().left, it.getBoundingClientRect().right, document.documentElement.scrollWidth]);
    assert.ok(left >= 0 && right <= 1280 && wide <= 1280, `${station}: ${left} to ${right} of ${wide}`);
  }
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !location.search.includes("present") && location.hash === "#failure" && document.querySelector(".hook").checkVisibility());
});

/** What is to be on the first screen before a projector, by station. */
const FIRST = { hook: "#race, .hero, .hook > .lead", "one-gpu": ".card", blocks: ".card", tree: ".tree, .say, .pair, .controls", router: ".cost, .say, #router-prompt, .controls", fleet: ".sides, .transport, .moment, .controls", failure: ".sides, .transport, .moment, .controls", lab: "#lab-settings, #lab-output", challenges: ".dare", reality: "#reality-picture", "model-card": ".card" };

for (const [width, height] of [[1280, 720], [1440, 900]]) {
  onPage(`before a projector a station stands on one screen, and all are named: ${width} x ${height}`, "?present", { viewport: { width, height }, whole: false, boot: false }, async (page) => {
    await begun(page);
    for (const [station, parts] of Object.entries(FIRST)) {
      await page.evaluate((station) => (location.hash = station === "hook" ? "top" : station), station);
      await page.waitForFunction((station) => document.querySelector(station === "hook" ? ".hook" : `#${station}`).checkVisibility(), station);
      if (!["hook", "challenges", "reality", "model-card", "lab"].includes(station)) await page.waitForSelector(`#figure-${station}[data-live]`, { timeout: 60_000 });
      if (["fleet", "failure"].includes(station)) await page.locator(`#${station}-1 .lanes .strip`).nth(3).waitFor({ timeout: 60_000 });
      if (station === "lab") await page.locator("#lab-settings").waitFor({ timeout: 60_000 });
      await frames(page, 6);
      const over = await page.evaluate(
        ([parts]) =>
          [...document.querySelectorAll(`[data-shown] :is(${parts}), [data-shown]:is(${parts})`)]
            .filter((it) => it.checkVisibility())
            .map((it) => [it.className || it.id, Math.round(it.getBoundingClientRect().bottom + scrollY)])
            .filter(([, bottom]) => bottom > innerHeight),
        [parts],
      );
      assert.deepEqual(over, [], station);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, station);
      const cut = await page.locator(".top nav a").evaluateAll((all) => all.filter((it) => it.getBoundingClientRect().right > it.parentElement.getBoundingClientRect().right + 1).map((it) => it.textContent));
      assert.deepEqual(cut, [], station);
      assert.ok((await page.evaluate(() => Number.parseFloat(getComputedStyle(document.documentElement).fontSize))) >= 11, station);
    }
  });
}

onPage("before a projector a figure and its controls are on the first screen, and its charts' words are as large as the page's", "?present", { viewport: { width: 1920, height: 1080 }, whole: false }, async (page) => {
  // What controls a figure, and what it says.
  const last = { "one-gpu": ".controls", blocks: ".controls", tree: ".controls", router: ".controls", fleet: ".moment", failure: ".moment" };
  for (const [station, control] of Object.entries(last)) {
    await page.evaluate((station) => (location.hash = station), station);
    await page.waitForFunction((station) => document.getElementById(station).checkVisibility() && document.querySelector(`#figure-${station}[data-live]`), station, { timeout: 60_000 });
    if (["fleet", "failure"].includes(station)) await page.locator(`#${station}-1 .lanes .strip`).nth(3).waitFor({ timeout: 60_000 });
    await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
    await frames(page, 4);
    const ends = await page.locator(`#figure-${station} ${control}`).evaluateAll((all) => all.filter((it) => it.checkVisibility()).map((it) => it.getBoundingClientRect().bottom));
    assert.ok(ends.length > 0 && Math.max(...ends) <= 1080, `${station}: ${ends}`);
    // What comes second is under its line, as on a phone.
    const shown = await page.locator(`#figure-${station} .wide-open:not([open])`).evaluateAll((all) => all.filter((it) => it.checkVisibility()).map((it) => [...it.children].map((one) => one.matches(":not(.sheet)") && one.checkVisibility()).join()));
    assert.ok(shown.every((it) => /^true(,false)*$/.test(it)), `${station}: ${shown.join(" / ")}`);
  }
  await page.evaluate(() => (location.hash = "fleet"));
  const canvas = page.locator("#fleet-charts canvas").first();
  await canvas.waitFor();
  const sizes = await page.evaluate(async () => {
    const found = new Set();
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (...all) {
      found.add(((Number.parseFloat(/[\d.]+px/.exec(this.font)[0]) * this.getTransform().d) / devicePixelRatio).toFixed(1));
      return fillText.apply(this, all);
    };
    dispatchEvent(new Event("resize"));
    for (let waits = 0; waits < 100 && found.size === 0; waits++) await new Promise((next) => setTimeout(next, 50));
    return [...found];
  });
  assert.deepEqual(sizes, ["19.5"]);
  assert.equal((await canvas.boundingBox()).height, 390);
  // The cursor over it is where it is painted.
  const reader = page.locator("#fleet-charts .reader").first();
  await reader.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await reader.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  const spot = await page.locator("#fleet-charts .reader .line, #fleet-charts .reader .spot").first().boundingBox();
  assert.ok(Math.abs(spot.x - x - width / 2) < width / 10, `${spot.x} for ${x + width / 2}`);
});

for (const width of [1280, 360]) {
  onPage(`all text on the page has one of the six sizes of type: ${width} px`, "", { viewport: { width, height: 800 } }, async (page) => {
    await filled(page);
    const sizes = await page.evaluate(() => {
      for (const fold of document.querySelectorAll("main details")) fold.open = true;
      const found = {};
      const note = (it, size) => (found[size] ??= new Set()).add(`${it.closest("[id]")?.id} ${it.localName}`);
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const it = texts.currentNode.parentElement;
        if (texts.currentNode.data.trim() && it.checkVisibility()) note(it, getComputedStyle(it).fontSize);
      }
      for (const it of document.querySelectorAll("select, textarea, input:not([type=range], [type=radio], [type=checkbox], [type=file])")) if (it.checkVisibility()) note(it, getComputedStyle(it).fontSize);
      return Object.entries(found).map(([size, where]) => [Number.parseFloat(size), [...where].slice(0, 8).join(", ")]);
    });
    const tokens = await page.evaluate(() => {
      const probe = document.body.appendChild(document.createElement("i"));
      const all = ["xs", "s", "m", "l", "xl", "xxl"].map((name) => {
        probe.style.fontSize = `var(--text-${name})`;
        return Number.parseFloat(getComputedStyle(probe).fontSize);
      });
      probe.remove();
      return all;
    });
    assert.equal(new Set(tokens).size, 6);
    assert.deepEqual(sizes.filter(([size]) => !tokens.includes(size)), []);
    assert.ok(sizes.length >= 5, JSON.stringify(sizes));
  });
}

onPage("the stations follow each other as the navigation names them", "", { boot: false }, async (page) => {
  const named = await page.locator("nav a").evaluateAll((all) => all.map((it) => it.hash.slice(1)));
  assert.deepEqual(named, await page.locator("main > section").evaluateAll((all) => all.map((it) => it.id)));
  assert.deepEqual(named.slice(4), ["fleet", "failure", "lab", "challenges", "reality", "model-card"]);
});

onPage("what the benchmark's gain is made of stands there before anything is run", "", { boot: false, javaScriptEnabled: true }, async (page) => {
  const [first, second] = await page.locator("#reality .twist b").allInnerTexts();
  assert.match(first, /^The gain shrinks from \d{3}\Wtimes to \d(\.\d)?\Wtimes if sending costs no time/);
  assert.match(second, /not \d+\Wtimes but \d+(\.\d+)?\Wtimes sooner/);
});

onPage("each replica's cost is to be read at every width of the window", "#router", async (page) => {
  for (const width of [1280, 1180, 1100, 1024, 900, 861, 800, 768, 400]) {
    await page.setViewportSize({ width, height: 900 });
    await frames(page, 6);
    const beyond = await page.locator("#figure-router .cost td.total").evaluateAll((all) => all.map((it) => it.getBoundingClientRect().right - it.closest("#figure-router").getBoundingClientRect().right));
    assert.ok(beyond.length === 4 && beyond.every((it) => it <= 0), `${width} px: ${beyond.map(Math.round)} px beyond the card`);
  }
});

// A word of the glossary is a button, and a line may break on either side of a button.
onPage("what belongs to a word stays on its line, a full stop or the rest of a compound", "", { viewport: { width: 360, height: 800 } }, async (page) => {
  await explained(page);
  await page.locator("button.term").nth(20).waitFor({ state: "attached", timeout: 30_000 });
  const apart = await page.evaluate(() => {
    for (const section of document.querySelectorAll("main > section")) section.style.contentVisibility = "visible";
    for (const fold of document.querySelectorAll("details.wide-open")) fold.open = true;
    const lines = [];
    let glued = 0;
    for (const word of document.querySelectorAll("button.term")) {
      const texts = document.createTreeWalker(word.closest("p, figcaption"), NodeFilter.SHOW_TEXT);
      const all = [];
      while (texts.nextNode()) if (texts.currentNode.data) all.push(texts.currentNode);
      const inside = all.filter((it) => word.contains(it));
      const box = word.getBoundingClientRect();
      for (const [node, at] of [[all[all.indexOf(inside.at(-1)) + 1], 0], [all[all.indexOf(inside[0]) - 1], -1]]) {
        const letter = node?.data.at(at);
        // In a list of words the next is another button, with a gap between the two.
        if (!letter || /\s/.test(letter) || node.parentElement.closest("button.term")) continue;
        glued += 1;
        const range = document.createRange();
        const from = at === 0 ? 0 : node.data.length - 1;
        range.setStart(node, from);
        range.setEnd(node, from + 1);
        const { top, bottom } = range.getBoundingClientRect();
        const middle = (top + bottom) / 2;
        if (middle < box.top || middle > box.bottom) lines.push(`${word.textContent}${at === 0 ? "|" : "<"}${node.data.slice(0, 20)}`);
      }
    }
    return { lines, glued };
  });
  assert.ok(apart.glued > 10, `${apart.glued} words with something to them`);
  assert.deepEqual(apart.lines, []);
});

const ink = (locator) => locator.evaluate((it) => getComputedStyle(it, it.matches(".pick") ? "::before" : null).color);
const look = (locator) => locator.evaluate((it) => /curve-\d shape-\d/.exec(it.className)[0]);

for (const colorScheme of ["light", "dark"]) {
  onPage(`a policy looks alike in the fleet, in what fails and in the lab, whatever stands beside it: ${colorScheme}`, "?v=2&w=rag&n=40&r=2&p=chwbl,smart,round-robin,smart:load_balance_weight=2#lab", { colorScheme }, async (page) => {
    const chips = page.locator("#lab-policies .chip");
    const [chwbl, smart, baseline, again] = [0, 1, 2, 3].map((at) => chips.nth(at));
    const text = await page.evaluate(() => getComputedStyle(document.body).color);
    assert.equal(await ink(baseline), text, "round-robin is in ink");
    assert.notEqual(await ink(chwbl), await ink(smart));
    // The same policy with other parameters: its colour, another shape.
    assert.equal(await ink(again), await ink(smart));
    assert.notEqual(await look(again), await look(smart));
    for (const station of ["fleet", "failure"]) {
      const picks = page.locator(`#figure-${station} .pick`);
      await picks.nth(1).locator("select").selectOption("smart");
      await page.waitForFunction((station) => /curve-1 shape-0/.test(document.querySelectorAll(`#figure-${station} .pick`)[1].className), station);
      assert.equal(await look(picks.nth(1)), await look(smart));
      assert.equal(await ink(picks.nth(1)), await ink(smart));
      await picks.nth(1).locator("select").selectOption("chwbl");
      await page.waitForFunction((wanted) => document.querySelectorAll(`#figure-${wanted[0]} .pick`)[1].className.includes(wanted[1]), [station, await look(chwbl)]);
      assert.equal(await ink(picks.nth(1)), await ink(chwbl));
    }
    await page.click("#lab-run");
    await page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
    const heads = page.locator("#lab-table thead [class*=curve-]");
    for (const [at, chip] of [chwbl, smart, baseline, again].entries()) assert.equal(await look(heads.nth(at)), await look(chip));
    assert.deepEqual(await axe(page, "#lab"), []);
  });
}
