// The golden scenarios through the page: what it saves as JSON is the committed report, to the byte. Natively and through the
// command line the same list is held by cargo's tests.
import { readFile } from "node:fs/promises";
import { ROOT } from "../harness/browser.mjs";
import { assert, onPage, started } from "../harness/test.mjs";

const folder = `${ROOT}core/tests`;
const list = await readFile(`${folder}/golden/list.rs`, "utf8");
const scenarios = [...list.matchAll(/golden!\("([^"]+)", "([^"]+)"(?:, "([^"]+)")?\)/g)].map(([, name, query, file]) => ({ name, query, file }));
const said = (page, text) => page.waitForFunction((text) => document.querySelector("#lab-status")?.textContent.startsWith(text), text, { timeout: 60_000 });

assert.ok(scenarios.length >= 20, `${scenarios.length} scenarios found in the list`);
for (const part of [0, 1, 2, 3]) {
  const mine = scenarios.filter((_, at) => at % 4 === part);
  onPage(`the page's reports are the committed ones, ${mine.length} of ${scenarios.length}, part ${part + 1}`, "?embed=lab&v=2", async (page) => {
    for (const { name, query, file } of mine) {
      await page.goto(new URL(`?embed=lab&${query}#lab`, page.url()).href);
      await started(page);
      if (file) {
        await page.setInputFiles("#lab-file", `${folder}/data/${file}`);
        await page.waitForFunction((file) => document.querySelector("#lab-workload").value.startsWith(`${file}~`), file, { timeout: 60_000 });
      }
      await page.click("#lab-run");
      await said(page, "Done.");
      await page.click("#lab-export summary");
      const [download] = await Promise.all([page.waitForEvent("download"), page.click("#export-json")]);
      const found = await readFile(await download.path(), "utf8");
      const wanted = await readFile(`${folder}/golden/${name}.json`, "utf8");
      const line = found.split("\n").findIndex((line, at) => line !== wanted.split("\n")[at]);
      assert.ok(found === wanted, `${name}, line ${line + 1}: ${found.split("\n")[line]}; committed: ${wanted.split("\n")[line]}`);
    }
  });
}
