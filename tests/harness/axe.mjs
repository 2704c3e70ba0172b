// The accessibility checker.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const source = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What of WCAG 2.2 A and AA the page breaks: one line each, none for a good page. */
export async function axe(page, within = "html") {
  // Evaluated, not added as a script: the content security policy would rightly refuse that.
  await page.evaluate(await source);
  const { violations } = await page.evaluate(
    (within) =>
      window.axe.run(within, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
      }),
    within,
  );
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`,
  );
}
