// The fleet's lanes under a pointer, a finger and the keys: what is told, what is lit, what is kept.
import { assert, axe, frames, onPage } from "../harness/test.mjs";

const plain = (text) => text.replace(/\s+/g, " ").trim();
const clock = (page) => page.locator("#figure-fleet .clock").innerText().then((text) => Number.parseFloat(text));
const clockOf = (page, station) => page.locator(`#figure-${station} .clock`).innerText().then((text) => Number.parseFloat(text));
const lit = (page, side) => page.locator(`#fleet-${side} .touched path`).evaluate((it) => it.getAttribute("d") !== "" && it.getBoundingClientRect().width);

/** The lanes in sight, and the place of the first strip of a side. */
async function ready(page, side = 0) {
  await page.waitForSelector("#figure-fleet .lanes .strip");
  await page.waitForFunction(() => document.querySelectorAll("#fleet-1 .strip").length === 4 && !document.querySelector("#fleet-0 .drawn[aria-busy]"));
  const strip = page.locator(`#fleet-${side} .strip`).first();
  await strip.evaluate((it) => it.scrollIntoView({ block: "center", behavior: "instant" }));
  await frames(page, 2);
  return strip.boundingBox();
}

onPage("who points at a lane is told whose request that is, on every side, within 50 ms", "#fleet", async (page) => {
  const box = await ready(page);
  assert.ok(await page.locator("#fleet-tip").isHidden());
  assert.equal(await lit(page, 1), false);
  const took = [];
  for (const share of [0.2, 0.3, 0.4, 0.5, 0.6]) {
    // From the event to the card that is laid out.
    took.push(await page.evaluate(([x, y]) => {
      const field = document.elementFromPoint(x, y).closest(".field");
      const from = performance.now();
      field.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX: x, clientY: y, pointerId: 1 }));
      return new Promise((told) => queueMicrotask(() => {
        document.getElementById("fleet-tip").getBoundingClientRect();
        told(performance.now() - from);
      }));
    }, [box.x + share * box.width, box.y + 10]));
  }
  assert.ok(Math.max(...took) <= 50, `${took.map((it) => it.toFixed(1))} ms`);
  await page.mouse.move(box.x + 0.3 * box.width, box.y + 10);
  const tip = plain(await page.locator("#fleet-tip").innerText());
  assert.match(tip, /^Request \d+, [\d,]+ tokens .*least-load 0.* [\d.]+ s [\d.]+ %.* smart \d.* [\d.]+ s [\d.]+ %/);
  assert.ok((await lit(page, 0)) > 0 && (await lit(page, 1)) > 0);
  await page.mouse.move(10, 10);
  await page.locator("#fleet-tip").waitFor({ state: "hidden" });
  assert.equal(await lit(page, 0), false);
});

for (const station of ["fleet", "failure"]) {
  // As a reader has it: what is far from the window is not laid out.
  onPage(`the card beside the pointer is beside it, wherever the page is scrolled to: ${station}`, `#${station}`, { whole: false }, async (page) => {
    await page.waitForFunction((station) => document.querySelectorAll(`#${station}-1 .lanes .strip`).length >= 4 && !document.querySelector(`#${station}-1 .drawn[aria-busy]`), station, { timeout: 60_000 });
    const tip = page.locator(`#${station}-tip`);
    for (const wanted of [90, 400, 740]) {
      for (const side of [0, 1]) {
        const strip = page.locator(`#${station}-${side} .lanes .strip`).nth(2);
        const from = () => strip.evaluate((it) => it.getBoundingClientRect().top);
        for (let tries = 0; tries < 10 && Math.abs((await from()) - wanted) > 2; tries++) {
          await strip.evaluate((it, wanted) => scrollTo({ top: scrollY + it.getBoundingClientRect().top - wanted, behavior: "instant" }), wanted);
          await frames(page, 2);
        }
        const box = await strip.boundingBox();
        let seen = 0;
        for (const share of [0.1, 0.3, 0.5, 0.7, 0.9]) {
          const [x, y] = [box.x + share * box.width, box.y + 12];
          await page.mouse.move(x, y);
          await frames(page, 2);
          if (!(await tip.isVisible())) continue;
          seen += 1;
          const { left, right, top, bottom } = await tip.evaluate((it) => it.getBoundingClientRect().toJSON());
          const off = Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
          const told = `pointer at ${x}, ${y}; card ${left} to ${right}, ${top} to ${bottom}`;
          assert.ok(off <= 40, `${told}: ${off} px off`);
          assert.ok(left >= 0 && right <= 1280 && top >= 0 && bottom <= 800, told);
        }
        assert.ok(seen >= 2, `${seen} cards at ${wanted}, side ${side}`);
      }
    }
  });
}

onPage("dragging moves the playhead; a click keeps the card, and the engine tries every replica", "#fleet", async (page) => {
  const box = await ready(page);
  const [end, y] = [await clock(page), box.y + 10];
  await page.mouse.move(box.x + 0.8 * box.width, y);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.5 * box.width, y, { steps: 4 });
  assert.ok(Math.abs((await clock(page)) - end / 2) < 1);
  await page.mouse.up();
  assert.ok(await page.locator("#fleet-kept").isHidden());
  // What was dragged to is what the strokes on every side show.
  await page.mouse.click(box.x + 0.3 * box.width, y);
  const kept = page.locator("#fleet-kept");
  await kept.waitFor();
  assert.ok(Math.abs((await clock(page)) - end / 2) < 1);
  const request = plain(await kept.locator(".title").innerText());
  assert.match(request, /^Request \d+, [\d,]+ tokens$/);
  assert.match(plain(await kept.innerText()), /Why there\? What least-load could choose from when it was sent: .*replica 0 ?chosen/);
  assert.equal(await kept.locator("table").nth(1).locator("tbody tr").count(), 4);
  await page.locator("#fleet-elsewhere").click();
  await page.waitForFunction(() => /sent request \d+ to replica 0/.test(document.querySelector("#fleet-tried").textContent), null, { timeout: 30_000 });
  assert.equal(await kept.locator("table").nth(1).locator("tbody tr").first().locator("th, td").count(), 6);
  // Its wait as it was is the wait of the replica that was chosen.
  const chosen = plain(await kept.locator("table").nth(1).locator("tr", { hasText: "chosen" }).innerText());
  const waited = plain(await kept.locator("table").first().locator("tbody tr").first().locator("td").nth(3).innerText());
  assert.ok(chosen.includes(waited), `${waited} in ${chosen}`);
  // Half a button below the page's header would be a small one.
  await page.evaluate(() => scrollTo(0, 0));
  assert.deepEqual(await axe(page, "#fleet"), []);
  await page.locator("#figure-fleet .figure-keys").first().focus();
  await page.keyboard.press("Escape");
  assert.ok(await kept.isHidden());
});

onPage("where it first costs something is shown close up, and its places are connected", "#fleet", async (page) => {
  await ready(page);
  await page.click("#fleet-parting");
  await page.locator("#fleet-kept").waitFor();
  const wide = () => page.locator("#fleet-0 .field").evaluate((it) => it.scrollWidth / it.clientWidth);
  assert.ok(Math.abs((await wide()) - 8) < 0.2, `${await wide()} times`);
  await page.waitForFunction(() => document.querySelector("#figure-fleet .connected path").getAttribute("d") !== "");
  // The playhead is in sight on either side.
  for (const side of [0, 1]) {
    const inside = await page.locator(`#fleet-${side} .field`).evaluate((it) => {
      const [area, head] = [it.getBoundingClientRect(), [...it.querySelectorAll(".cursor line")].at(-1).getBoundingClientRect()];
      return head.left >= area.left && head.left <= area.right;
    });
    assert.ok(inside, `side ${side}`);
  }
  await page.evaluate(() => scrollTo(0, 0));
  assert.deepEqual(await axe(page, "#fleet"), []);
  // By key: half as much, and less, until all is in sight again.
  await page.locator("#figure-fleet .figure-keys").first().focus();
  for (const times of [4, 2, 1, 1]) {
    await page.keyboard.press("s");
    assert.ok(Math.abs((await wide()) - times) < 0.1, `${await wide()} for ${times}`);
  }
  await page.keyboard.press("w");
  await frames(page, 2);
  assert.ok(Math.abs((await wide()) - 2) < 0.1);
  // One that is scrolled takes the other along.
  await page.locator("#fleet-0 .field").evaluate((it) => { it.scrollLeft = 40; });
  await page.waitForFunction(() => document.querySelector("#fleet-1 .field").scrollLeft === 40);
});

onPage("a stretch is summed up, by dragging with Shift and by key", "#fleet", async (page) => {
  const box = await ready(page);
  await page.keyboard.down("Shift");
  await page.mouse.move(box.x + 0.2 * box.width, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.4 * box.width, box.y + 10, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  const sum = page.locator("#fleet-sum");
  await sum.waitFor();
  const sent = (side) => sum.locator("tbody tr").nth(side).locator("td").first().innerText();
  // The same requests on either side, at the same moments.
  assert.equal(await sent(0), await sent(1));
  assert.ok(Number(await sent(0)) > 20);
  assert.ok(await page.locator("#fleet-0 .stretch path").evaluate((it) => it.getBoundingClientRect().width > 50));
  await page.locator("#figure-fleet .figure-keys").first().focus();
  await page.keyboard.press("Escape");
  assert.ok(await sum.isHidden());
  await page.keyboard.press("Home");
  await page.keyboard.press("m");
  await page.keyboard.press("End");
  assert.equal(await sent(0), "300");
  await page.keyboard.press("Enter");
  assert.match(plain(await page.locator("#fleet-kept .title").innerText()), /^Request 299, /);
});

onPage("on a phone a tap keeps the card in sight, and nothing is wider than the page", "#fleet", { viewport: { width: 360, height: 800 }, hasTouch: true }, async (page) => {
  const box = await ready(page);
  await page.touchscreen.tap(box.x + 0.3 * box.width, box.y + 8);
  const kept = page.locator("#fleet-kept");
  await kept.waitFor();
  const { y, height } = await kept.boundingBox();
  assert.ok(y >= 0 && y + height <= 801, `from ${y}, ${height} high`);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  assert.deepEqual(await axe(page, "#fleet"), []);
});

for (const station of ["fleet", "failure"]) {
  onPage(`on a phone what plays is at the window's foot for as long as lanes are in sight: ${station}`, `#${station}`, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }, async (page) => {
    await page.waitForFunction((station) => document.querySelectorAll(`#${station}-1 .lanes .strip`).length >= 4, station);
    const player = page.locator(`#figure-${station} .transport`);
    for (const side of [0, 1]) {
      for (const lane of [0, 3]) {
        await page.locator(`#${station}-${side} .lanes li`).nth(lane).evaluate((it) => it.scrollIntoView({ block: "center", behavior: "instant" }));
        await frames(page, 2);
        const { y, height } = await player.boundingBox();
        assert.ok(y + height <= 741 && y > 400, `side ${side}, lane ${lane}: from ${y}, ${height} high`);
        // Nothing lies over it.
        for (const name of ["Play", "On one event"]) assert.ok(await player.getByRole("button", { name, exact: true }).evaluate((it) => {
          const { x, y, width, height } = it.getBoundingClientRect();
          return it.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        }), name);
      }
    }
    // And the lane in the middle is not covered: half the window is left to look at.
    assert.ok((await player.boundingBox()).height < 120);
    await player.getByRole("button", { name: "On one event" }).tap();
    await player.getByRole("slider").fill("0");
    assert.equal(await clockOf(page, station), 0);
    await player.getByRole("button", { name: "On one event" }).tap();
    assert.ok((await clockOf(page, station)) > 0);
    // Half a button below what is at the window's edge would be a small one.
    await page.evaluate(() => scrollTo(0, 0));
    assert.deepEqual(await axe(page, `#${station}`), []);
  });
}

onPage("where a finger points, a target is 44 px tall, or 32 and apart from the next", "", { viewport: { width: 360, height: 800 }, hasTouch: true, isMobile: true }, async (page) => {
  await page.evaluate(() => document.querySelectorAll("main > section").forEach((it, at) => setTimeout(() => it.scrollIntoView(), 300 * at)));
  await page.waitForFunction(() => document.querySelector("#model-card table") && [..."one-gpu blocks tree router fleet failure lab".split(" ")].every((it) => document.querySelector(`#figure-${it}[data-live]`)), null, { timeout: 60_000 });
  await page.locator("#reality-run").waitFor();
  await page.locator("[data-challenge]").first().waitFor();
  const small = await page.evaluate(() => {
    document.querySelectorAll("details.wide-open").forEach((it) => { it.open = true; });
    const all = [...document.querySelectorAll("button:not(.term), select, summary, [role=tab], main input:not([type=range], .choice *, .pick *, label *)")].filter((it) => it.checkVisibility());
    const boxes = all.map((it) => it.getBoundingClientRect());
    return all.flatMap((it, at) => {
      const { left, right, top, bottom, width, height } = boxes[at];
      const name = `${it.closest("[id]").id} ${it.tagName} ${it.textContent.slice(0, 20)}: ${width} × ${height}`;
      if (height >= 40 && width >= 31) return [];
      if (Math.min(width, height) < 31) return it.matches("input") ? [] : [name];
      const near = boxes.some((other, which) => which !== at && !all[which].contains(it) && other.left < right + 5 && other.right > left - 5 && other.top < bottom + 3 && other.bottom > top - 3 && !it.closest(".lanes, .chip") && !all[which].closest(".lanes, .chip, .transport, .run-bar, .befall, .kept") && !it.closest(".transport, .run-bar"));
      return near ? [`${name}, too near another`] : [];
    });
  });
  assert.deepEqual(small, []);
  // The main ones are as tall as a thumb is wide.
  for (const go of await page.locator("button.go:visible").all()) assert.ok((await go.boundingBox()).height >= 44, await go.innerText());
  // Of keys nothing is said where there are none.
  assert.equal(await page.locator("kbd:visible, .by-keys:visible, .by-pointer:visible").count(), 0);
  assert.ok((await page.locator(".by-finger:visible").count()) > 0);
});

onPage("queues come before answers, and answers are counted up", "#fleet", async (page) => {
  await page.locator("#fleet-charts canvas").nth(3).waitFor();
  const names = (await page.locator("#fleet-charts .chart").allInnerTexts()).map(plain);
  assert.ok(["Time to first token", "Time to first token, percentiles", "Queue depth", "Answered so far"].every((name, at) => names[at].startsWith(name)), names.join("\n"));
});
