// Waiting, and what to wait for.
import assert from "node:assert/strict";

/** Waits until the page's own script has started it: the page has said so or said why not. Figures far away are not there yet. */
export async function begun(page) {
  await page.waitForFunction(() => {
    const failed = document.getElementById("boot-failed");
    if (failed && !failed.hidden) throw new Error(failed.textContent.trim());
    return document.documentElement.dataset.started !== undefined;
  });
}

/** Waits until every figure that can be seen is live: goes through the page as a reader would, and back to where it was. */
export async function started(page) {
  await begun(page);
  await page.evaluate(async () => {
    // What stood above changes its height meanwhile: the place is a section and how far from the window's top it is.
    const top = (it) => it.getBoundingClientRect().top;
    const place = [...document.querySelectorAll("main > section")].filter((it) => it.checkVisibility() && top(it) < 200).at(-1);
    const [x, off] = [scrollX, place ? top(place) : 0];
    const figures = document.querySelectorAll("main > section :is([id^=figure-], #reality-controls)");
    // The reality check's rows and the model card are text and stay so.
    const live = [...figures].filter((it) => !["figure-reality", "figure-model-card"].includes(it.id));
    const until = performance.now() + 60_000;
    for (const figure of live) {
      const section = figure.closest("section");
      while (section.checkVisibility() && figure.dataset.live === undefined) {
        for (const failed of ["router-failed", "fleet-failed", "lab-failed"].map((id) => document.getElementById(id)))
          if (!failed.hidden) throw new Error(failed.textContent.trim());
        if (performance.now() > until) throw new Error(`#${figure.id} does not come to life`);
        section.scrollIntoView({ behavior: "instant" });
        await new Promise((next) => setTimeout(next, 20));
      }
    }
    scrollTo({ left: x, top: place ? scrollY + top(place) - off : 0, behavior: "instant" });
  });
}

/**
 * Brings a section to the window's top, and waits until it stays there: until the page has been loaded it keeps the place that its
 * address names, and figures that come to life above move what is below.
 */
export async function comeTo(page, section) {
  await page.evaluate(async (id) => {
    const section = document.getElementById(id);
    const until = performance.now() + 20_000;
    for (let stayed = 0; stayed < 6; stayed++) {
      const off = section.getBoundingClientRect().top;
      const atEnd = scrollY + innerHeight > document.documentElement.scrollHeight - 2;
      if (Math.abs(off) > innerHeight / 4 && !(atEnd && off > 0 && off < innerHeight)) {
        section.scrollIntoView({ behavior: "instant" });
        stayed = 0;
      }
      if (performance.now() > until) throw new Error(`#${id} does not stay in the window: ${off} px from its top`);
      await new Promise((next) => setTimeout(next, 50));
    }
  }, section);
}

/** Opens all groups of the laboratory's settings, so that every control can be reached. */
export async function groupsOpen(page) {
  await page.locator("#lab details.group").evaluateAll((all) => all.forEach((it) => { it.open = true; }));
}

/**
 * Waits until the page has painted so many frames: long enough for whatever was under way to show itself, however slow the machine.
 */
export async function frames(page, count) {
  await page.evaluate(async (count) => {
    for (let left = count; left > 0; left--) await new Promise((next) => requestAnimationFrame(next));
  }, count);
}

/**
 * Moves the pointer, as a reader does, until what explains the page has come. The page listens for a sign of its reader only once
 * it has nothing else to do, so that one sign alone may be missed.
 */
export async function explained(page) {
  const until = Date.now() + 60_000;
  for (let x = 200; (await page.locator("html[data-teach]").count()) === 0; x = 200 + ((x + 7) % 200)) {
    if (Date.now() > until) throw new Error("the program that explains does not come");
    await page.mouse.move(x, 5);
    await page.waitForTimeout(50);
  }
}

/** Waits until the text of `place`, with single spaces, matches; returns it. What the page writes anew may need some paints. */
export async function says(place, pattern) {
  const until = Date.now() + 20_000;
  for (;;) {
    const text = (await place.innerText()).replace(/\s+/g, " ").trim();
    if (pattern.test(text)) return text;
    if (Date.now() > until) assert.match(text, pattern);
    await place.page().waitForTimeout(50);
  }
}
