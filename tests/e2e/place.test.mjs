// Where links, the history and a reload bring the reader, on a page whose figures are not there yet.
import { assert, begun, frames, onPage } from "../harness/test.mjs";

const STATIONS = ["one-gpu", "blocks", "tree", "router", "fleet", "failure", "lab", "reality", "model-card", "challenges"];
// Sections away from the window are left to the browser, as a reader's are.
const COLD = { whole: false, boot: false };

/** Waits until the station's figure is live and the page has kept its height for a while. */
async function settled(page, station) {
  await begun(page);
  await page.waitForFunction(
    (station) => {
      const place = document.querySelector(`#${station} #figure-${station}`);
      const text = ["reality", "model-card"].includes(station);
      const [now, height] = [performance.now(), document.documentElement.scrollHeight];
      if (window.heightWas !== height) [window.heightWas, window.heightSince] = [height, now];
      return (text || !place || place.dataset.live !== undefined) && now - window.heightSince > 400;
    },
    station,
    { polling: 50, timeout: 60_000 },
  );
}

/** How far the station's top is from where a link should bring it [px]; what cannot come up so far is at the page's end. */
const off = (page, station) =>
  page.evaluate((station) => {
    const root = document.documentElement;
    const off = document.getElementById(station).getBoundingClientRect().top - parseFloat(getComputedStyle(root).scrollPaddingTop);
    return off > 0 && scrollY + innerHeight > root.scrollHeight - 2 ? 0 : off;
  }, station);

async function at(page, station) {
  await settled(page, station);
  // What has just come to life is made good in the next frame. A place that was given up does not come back.
  let px = await off(page, station);
  for (let tries = 0; Math.abs(px) >= 2 && tries < 20; tries += 1) {
    await frames(page, 6);
    px = await off(page, station);
  }
  assert.ok(Math.abs(px) < 2, `#${station} is ${px} px away`);
}

/** Clicks a link of the navigation as a hand does: the test runner's own click may scroll the page first. */
async function follow(page, station) {
  const link = page.locator(`nav a[href='#${station}']`);
  // On a phone the row of links follows what is read: a hand waits until it stands still.
  let last = null;
  for (let still = 0; still < 3; ) {
    await link.evaluate((it) => (it.parentElement.scrollLeft = it.offsetLeft - it.parentElement.offsetLeft));
    await frames(page, 2);
    const box = await link.boundingBox();
    still = last && Math.abs(box.x - last.x) < 1 ? still + 1 : 0;
    last = box;
  }
  await page.mouse.click(last.x + last.width / 2, last.y + last.height / 2);
  await page.waitForFunction((station) => location.hash === `#${station}`, station);
}

const wheel = async (page, px) => {
  await page.mouse.move(page.viewportSize().width / 2, 400);
  await page.mouse.wheel(0, px);
};

const windows = [
  { width: 360, reducedMotion: "no-preference" },
  { width: 1280, reducedMotion: "no-preference" },
  { width: 1280, reducedMotion: "reduce" },
];
for (const { width, reducedMotion } of windows) {
  const options = { ...COLD, viewport: { width, height: 800 }, reducedMotion };
  const kind = `${width} px, motion: ${reducedMotion}`;
  for (const station of [...STATIONS, "fleet?t=12.4s", "tree?q=You%20are%20a%20lamp"]) {
    onPage(`a link to #${station} brings it under the header: ${kind}`, `#${station}`, options, async (page) => {
      await at(page, station.split("?")[0]);
    });
  }
  onPage(`the navigation leads to every station: ${kind}`, "", options, async (page) => {
    await begun(page);
    // Far ahead first, while nothing before it is live.
    for (const station of ["challenges", "tree", "reality", "one-gpu", "lab", "failure", "fleet", "model-card", "router", "blocks"]) {
      await follow(page, station);
      await at(page, station);
    }
  });
  onPage(`back and forward bring the reader to where they were: ${kind}`, "", options, async (page) => {
    await begun(page);
    for (const station of ["tree", "router"]) {
      await follow(page, station);
      await at(page, station);
    }
    // In the middle of a station, not at its top.
    await wheel(page, 300);
    await page.waitForFunction(() => document.getElementById("router").getBoundingClientRect().top < -150);
    await settled(page, "router");
    const further = await off(page, "router");
    await follow(page, "lab");
    await at(page, "lab");
    await page.goBack();
    await settled(page, "router");
    assert.ok(Math.abs((await off(page, "router")) - further) < 3, `${await off(page, "router")}, not ${further}`);
    await page.goBack();
    await at(page, "tree");
    assert.equal(await page.locator("nav a[aria-current]").getAttribute("href"), "#tree");
    await page.goBack();
    // At the top stands what is no station; the page stays there.
    await page.waitForFunction(() => scrollY === 0);
    await frames(page, 40);
    assert.equal(await page.evaluate(() => scrollY), 0);
    await page.goForward();
    await at(page, "tree");
  });
}

onPage("a link to where the address already points leads there again", "#tree", COLD, async (page) => {
  await at(page, "tree");
  await wheel(page, 400);
  await page.waitForFunction(() => document.getElementById("tree").getBoundingClientRect().top < -200);
  await follow(page, "tree");
  await at(page, "tree");
});

onPage("a reload leaves the reader where they were", "#router", COLD, async (page) => {
  await at(page, "router");
  await wheel(page, 250);
  await page.waitForFunction(() => document.getElementById("router").getBoundingClientRect().top < -150);
  // The place is kept when the scrolling has paused.
  await page.waitForFunction(() => {
    const { id, top } = history.state?.place ?? {};
    return id && Math.abs(document.getElementById(id).getBoundingClientRect().top - top) < 1;
  });
  const there = await off(page, "router");
  await page.reload();
  await settled(page, "router");
  assert.ok(Math.abs((await off(page, "router")) - there) < 3, `${await off(page, "router")}, not ${there}`);
});

for (const width of [360, 1280])
  onPage(`a reload at the laboratory's results shows them, where they were: ${width} px`, "#lab", { ...COLD, viewport: { width, height: 800 } }, async (page) => {
    const results = page.locator("#lab-results");
    await results.waitFor({ timeout: 60_000 });
    await at(page, "lab");
    const top = () => results.evaluate((it) => it.getBoundingClientRect().top);
    await wheel(page, (await top()) - 300);
    await page.waitForFunction(() => Math.abs(document.getElementById("lab-results").getBoundingClientRect().top) < 340);
    await page.waitForFunction(() => {
      const { id, top } = history.state?.place ?? {};
      return id && Math.abs(document.getElementById(id).getBoundingClientRect().top - top) < 1;
    });
    const there = await top();
    await page.reload();
    await begun(page);
    await results.waitFor({ timeout: 60_000 });
    await settled(page, "lab");
    assert.ok(Math.abs((await top()) - there) < 3, `${await top()}, not ${there}`);
  });

/** The section that lies under the header's edge, and how far up it has gone [px]. */
const under = (page) =>
  page.evaluate(() => {
    const all = [...document.querySelectorAll("main > section")].map((it) => ({ id: it.id, top: it.getBoundingClientRect().top }));
    const edge = document.querySelector(".top").getBoundingClientRect().bottom;
    return all.filter((it) => it.top <= edge + 2).at(-1);
  });

// By wheel, by key, and by none of these, as a scroll bar or a search does.
const ways = {
  wheel: (page) => wheel(page, 240),
  key: (page) => page.keyboard.press("PageDown"),
  "scroll bar": (page) => page.evaluate(() => scrollBy({ top: 240, behavior: "instant" })),
};
for (const [way, scroll] of Object.entries(ways)) {
  onPage(`the reader's own scrolling wins over the link: ${way}`, "about:blank", COLD, async (page, { theatre }) => {
    // What makes the figures live comes only when the reader has scrolled.
    let come;
    const scrolled = new Promise((resolve) => (come = resolve));
    await page.route("**/*.wasm", async (route) => {
      await scrolled;
      await route.continue();
    });
    await page.goto(`${theatre.server.url}#lab`);
    // Right under the header, which hides nothing of it.
    await page.waitForFunction(() => {
      const [section, header] = ["#lab", ".top"].map((it) => document.querySelector(it).getBoundingClientRect());
      return Math.abs(section.top - header.bottom) < 2;
    });
    // For a tenth of a second after loading, the browser itself may still scroll to what the address names.
    await frames(page, 12);
    await scroll(page);
    await page.waitForFunction(() => document.getElementById("lab").getBoundingClientRect().top < -100);
    await frames(page, 18);
    const there = await under(page);
    come();
    await settled(page, "lab");
    // What comes to life above must not carry the reader along either; a few pixels are the browser's rounding.
    const now = await under(page);
    assert.ok(now.id === there.id && Math.abs(now.top - there.top) < 8, `${JSON.stringify(now)}, not ${JSON.stringify(there)}`);
  });
}
