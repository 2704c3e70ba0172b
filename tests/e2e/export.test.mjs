// A run as files: the same bytes as the command line's.
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { warmpath } from "../harness/cli.mjs";
import { assert, axe, onPage } from "../harness/test.mjs";

const QUERY = "v=2&w=rag&n=150&r=3&rate=6&p=least-load,smart";
const done = (page) => page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 60_000 });
const saved = async (page, act) => {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
};

onPage("every format is the command line's, to the byte", `?${QUERY}#lab`, async (page) => {
  await page.click("#lab-run");
  await done(page);
  await page.click("#lab-export summary");
  const names = await page.locator("#lab-export button").evaluateAll((all) => all.map((it) => it.id.replace("export-", "")));
  for (const wanted of ["json", "csv", "html", "trace", "perfetto"]) assert.ok(names.includes(wanted), wanted);
  for (const name of names) {
    const file = await saved(page, () => page.click(`#export-${name}`));
    assert.match(file.name, /^warmpath-rag\.[a-z.]+$/);
    const told = await warmpath("replay", QUERY, "--format", name);
    assert.ok(told.length > 100, name);
    // Compared as a whole; the texts are too long to be shown.
    assert.ok(file.bytes.equals(Buffer.from(told)), `${name}: the page's ${file.bytes.length} bytes are not the command line's ${told.length}`);
  }
  assert.deepEqual(await axe(page, "#lab"), []);
});

onPage("a chart is saved as the command line's SVG, and as a PNG", `?${QUERY}#lab`, async (page) => {
  await page.click("#lab-run");
  await done(page);
  const folder = await mkdtemp(join(tmpdir(), "warmpath-svg-"));
  await warmpath("replay", QUERY, "--svg", folder);
  for (const figure of await page.locator("#lab-charts .chart").all()) {
    const svg = await saved(page, () => figure.getByRole("button", { name: /SVG/ }).click());
    const key = svg.name.match(/^warmpath-(.*)\.svg$/)[1];
    assert.equal(svg.bytes.toString(), await readFile(join(folder, `${key}.svg`), "utf8"), key);
    const png = await saved(page, () => figure.getByRole("button", { name: /PNG/ }).click());
    assert.equal(png.name, `warmpath-${key}.png`);
    assert.equal(png.bytes.toString("latin1", 1, 4), "PNG");
    assert.equal(png.bytes.readUInt32BE(16), 1440, "twice the drawing's width");
  }
});

onPage("the report stands alone: no script, no request, charts with names, and it prints", `?${QUERY}#lab`, async (page, { context }) => {
  await page.click("#lab-run");
  await done(page);
  await page.click("#lab-export summary");
  const { bytes } = await saved(page, () => page.click("#export-html"));
  const alone = await context.newPage();
  await alone.setContent(bytes.toString());
  assert.equal(await alone.locator("script").count(), 0);
  assert.equal(await alone.locator("svg[role=img] title").count(), 5);
  assert.match(await alone.locator("body").innerText(), /least-load/);
  assert.deepEqual(await axe(alone), []);
  await alone.setViewportSize({ width: 320, height: 700 });
  const overflow = await alone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${overflow} px`);
  await alone.emulateMedia({ media: "print" });
  assert.ok((await alone.pdf({ format: "A4" })).length > 10_000);
});
