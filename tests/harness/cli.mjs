// The command line, to hold the page's files against.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ROOT } from "./browser.mjs";

const run = promisify(execFile);
let built;

/** What `warmpath` prints for these arguments; built first, so that it is of the same source as the page. */
export async function warmpath(...args) {
  built ??= run("cargo", ["build", "--quiet", "--package", "warmpath-cli"], { cwd: ROOT });
  await built;
  const { stdout } = await run(`${ROOT}target/debug/warmpath`, args, { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 28 });
  return stdout;
}
