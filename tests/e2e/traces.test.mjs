// Traces that the page fetches when they are asked for: they run, the page says what it waits for, and a failed fetch can be tried again.
import { assert, onPage, started, triedTwice } from "../harness/test.mjs";
import { stage } from "../harness/browser.mjs";

const status = (page) => page.locator("#lab-status").innerText();
const done = (page) => page.waitForFunction(() => document.querySelector("#lab-status")?.textContent === "Done.", null, { timeout: 90_000 });
const successful = async (page) => (await page.locator("#lab-table tr").allInnerTexts()).map((row) => row.replace(/\s+/g, " ")).find((row) => row.startsWith("Successful requests"));

for (const [workload, requests] of [["kubeai", 200], ["kubeai-400", 150], ["sharegpt-sample", 150], ["sessions", 150], ["mooncake-conversation", 100]]) {
  onPage(`${workload} is fetched and run`, `?v=2&w=${workload}&n=${requests}&p=least-load,chwbl#lab`, async (page) => {
    const asked = page.waitForRequest((request) => request.url().includes("/traces/"));
    await page.click("#lab-run");
    assert.ok((await asked).url().endsWith(`/some/where/traces/${workload}.trace.txt`));
    await done(page);
    // Of Mooncake's, a few are longer than the model's context and refused.
    const [, count] = (await successful(page)).match(/^Successful requests (\d+) \1/) ?? [];
    assert.ok(count >= 0.9 * requests && count <= requests, `${count} of ${requests}`);
  });
}

triedTwice("a trace that does not come is waited for, said to be missing, and fetched when asked again", async () => {
  const theatre = await stage();
  try {
    const { page, context } = await theatre.open("?v=2&w=kubeai-400&n=100#lab");
    await started(page);
    let answer;
    const held = new Promise((next) => (answer = next));
    await context.route("**/traces/*", async (route) => {
      await held;
      await route.fulfill({ status: 503, body: "" });
    });
    await page.click("#lab-run");
    await page.waitForFunction(() => document.querySelector("#lab-status").textContent.startsWith("Fetching the trace"));
    assert.ok(await page.locator("#lab-stop").isEnabled());
    answer();
    const notice = page.locator("#lab-fault");
    await notice.waitFor({ state: "visible" });
    assert.match(await notice.innerText(), /kubeai-400\.trace\.txt could not be fetched: status 503\. Run again/);
    assert.equal(await status(page), "");
    await context.unroute("**/traces/*");
    await page.click("#lab-run");
    await done(page);
    assert.match(await successful(page), /^Successful requests 100 100/);
    assert.ok(await notice.isHidden());
  } finally {
    await theatre.close();
  }
});
