// The accessibility checker.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const source = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What of WCAG 2.2 A and AA the page breaks: one line each, none for a good page. */
export async function axe(page, within = "html") {
  // Evaluated, not added as a script: the content security policy would rightly refuse that.
  await page.evaluate(await source);
  const { violations } = await page.evaluate(
    async (within) => {
      // Of text on a picture it says nothing, and the shadows at the edges of what scrolls are pictures: without them it measures.
      const flat = new CSSStyleSheet();
      // And of a section that is not laid out it is told places as if it were, over the sections below: all are rendered.
      // Nor does a target count as covered that has been scrolled to where the header sticks, or a bar of a figure.
      flat.replaceSync(".top, .befall, .figure-keys > .transport { position: static !important; } .scroll, #lab-settings, .top nav { background-image: none !important; } main > section { content-visibility: visible !important; }");
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, flat];
      const found = await window.axe.run(within, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
      });
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((it) => it !== flat);
      return found;
    },
    within,
  );
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`,
  );
}
