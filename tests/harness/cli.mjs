// The command line, to hold the page's files against.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ROOT } from "./browser.mjs";

const run = promisify(execFile);
// Before any test's clock starts: from nothing it takes minutes.
await run("cargo", ["build", "--quiet", "--package", "warmpath-cli"], { cwd: ROOT });

/** What `warmpath` prints for these arguments; built first, so that it is of the same source as the page. */
export async function warmpath(...args) {
  const { stdout } = await run(`${ROOT}target/debug/warmpath`, args, { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 28 });
  return stdout;
}
