// The page's weight: what a first visit loads is below the limit.
import { assert, test } from "../harness/test.mjs";
import { LIMITS, sizes } from "../harness/sizes.mjs";
import { ROOT } from "../harness/browser.mjs";

test("the wasm and the first load are no larger than they may be", async () => {
  const { files, wasm, first } = await sizes(`${ROOT}dist`);
  assert.ok(files.some((file) => file.name.endsWith(".wasm")) && files.length > 5, JSON.stringify(files));
  assert.ok(wasm <= LIMITS.wasm, `wasm: ${wasm} bytes of gzip, ${LIMITS.wasm} at most`);
  assert.ok(first <= LIMITS.first, `first load: ${first} bytes of gzip, ${LIMITS.first} at most`);
});
