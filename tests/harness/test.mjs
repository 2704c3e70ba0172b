// What an end-to-end test file needs, in one import.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { stage } from "./browser.mjs";
import { started } from "./wait.mjs";

export { assert, test };
export { axe } from "./axe.mjs";
export { begun, comeTo, explained, frames, groupsOpen, says, started } from "./wait.mjs";

/**
 * A test that may fail once: a browser on a busy machine sometimes does not come to what is waited for. The second try is told
 * in the report, with what failed at the first, so that a test that often needs it is seen.
 */
export function triedTwice(name, run) {
  test(name, { timeout: 240_000 }, async (context) => {
    try {
      await run();
    } catch (error) {
      context.diagnostic(`needed a second try: ${String(error.message).replace(/\s+/g, " ").slice(0, 400)}`);
      await run();
    }
  });
}

let theatre;
before(async () => {
  theatre = await stage();
});
after(() => theatre?.close());

/**
 * A test on the page opened at `address`. It fails also on any console error, policy violation, failed request or request to
 * elsewhere during the test. `script` gets playwright's page and its context. With `{ boot: false }` among the options the page
 * is not waited for.
 */
export function onPage(name, address, options, script) {
  if (typeof options === "function") return onPage(name, address, {}, options);
  const { boot = true, ...context } = options;
  triedTwice(name, async () => {
    const opened = { theatre, ...(await theatre.open(address, { whole: true, ...context })) };
    try {
      if (boot) await started(opened.page);
      await script(opened.page, opened);
      assert.deepEqual(opened.faults, []);
    } catch (error) {
      if (opened.faults.length > 0) error.message += `\nthe page's faults:\n${opened.faults.join("\n")}`;
      throw error;
    } finally {
      await opened.context.close();
    }
  });
}

/** What `read` finds on the page as a reader without JavaScript has it: a page of its own, closed again. */
export async function withoutScript(read) {
  const { page, context } = await theatre.open("", { whole: true, javaScriptEnabled: false });
  try {
    return await read(page);
  } finally {
    await context.close();
  }
}
