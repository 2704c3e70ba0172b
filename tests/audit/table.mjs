// The table of bars as text and as a document.
import { cpus } from "node:os";

/** A row as one line. */
export const line = ({ bar, must, stretch, measured, ok }) => `${ok ? "met   " : "MISSED"}  ${bar}: ${measured}${must ? ` (must ${must}${stretch ? `, stretch ${stretch}` : ""})` : ""}`;

/** The value that so large a share of the values is at most. */
export const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)];

/** docs/page-quality.md: the table as it was measured, and below it what a person wrote, as it stands in the one `before`. */
export function document(rows, browser, before) {
  const written = before.indexOf(NOTES);
  if (written < 0) throw new Error(`docs/page-quality.md has no line that begins with "${NOTES.trim()}"`);
  const day = new Date().toISOString().slice(0, 10);
  const cells = rows.map(({ bar, must, stretch, measured, ok }) => `| ${[bar, must, stretch, measured, ok ? "yes" : "**no**"].map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`);
  return `# How good the page is

Measured by \`cargo xtask audit\` on ${day} with Chromium ${browser}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}). Times are
those of this machine with whatever else it did; run it on an idle one. Sizes are gzip -9 in thousands of bytes. The stable bars are also tests
of \`cargo xtask test\`.

| bar | must | stretch | measured | met |
| --- | --- | --- | --- | --- |
${cells.join("\n")}
${before.slice(written)}`;
}

/** Where what a person wrote begins. */
const NOTES = "\nThe real file is never part of this project;";
