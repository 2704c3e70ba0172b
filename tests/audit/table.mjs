// The table of bars as text and as a document.
import { cpus } from "node:os";

/** A row as one line. */
export const line = ({ bar, must, stretch, measured, ok }) => `${ok ? "met   " : "MISSED"}  ${bar}: ${measured}${must ? ` (must ${must}${stretch ? `, stretch ${stretch}` : ""})` : ""}`;

/** The value that so large a share of the values is at most. */
export const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)];

/** docs/page-quality.md. */
export function document(rows, browser) {
  const day = new Date().toISOString().slice(0, 10);
  const cells = rows.map(({ bar, must, stretch, measured, ok }) => `| ${[bar, must, stretch, measured, ok ? "yes" : "**no**"].map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`);
  return `# How good the page is

Measured by \`cargo xtask audit\` on ${day} with Chromium ${browser}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}). Times are
those of this machine with whatever else it did; run it on an idle one. Sizes are gzip -9 in thousands of bytes. The stable bars are also tests
of \`cargo xtask test\`.

| bar | must | stretch | measured | met |
| --- | --- | --- | --- | --- |
${cells.join("\n")}
${NOTES}`;
}

const NOTES = `
The real file is never part of this project; where it is not given by \`WARMPATH_SHAREGPT\`, a generated one of the same shape and size takes its
place, and the row says so. A file is always read to its end, since its name in a scenario holds the hash of all of it.

## Where the wasm's bytes are, and what made it smaller

Each step's effect, gzip -9, measured one after the other, each on its day's page:

| step | page | laboratory | engine |
| --- | --- | --- | --- |
| one wasm for all; core at opt-level 3, the rest at s, wasm-opt -O2 | 1,007 KB | | |
| the traces out of the wasm, fetched when asked for | 580 KB | | |
| wasm-opt -Os instead of -O2 | 576 KB | | |
| core at s instead of 3 (replays as fast: within noise) | 539 KB | | |
| the rest at z | 523 KB | | |
| functions ordered by name, so that instances of one generic function stand together | 507 KB | | |
| no tables of letter cases, no second table of powers for reading numbers | 493 KB | | |
| (more to show: exports, charts, forks, the reality check, the challenges, the model card) | 701 KB | | |
| two programs: the header and four stations; and the fleet, the laboratory and the engine, fetched when the reader is two screens away | 288 KB | 619 KB | |
| figures as \`view\`'s markup, set once and updated in parts, instead of nested generic views; the engine's steps below; more to show (trees of the fleet, folded prompts) | 270 KB | 482 KB | |
| three programs: the engine apart, the fleet's replay in it too; tables of policies and formats that hold no code, so that the story's program holds one policy and not thirty | 243 KB | 313 KB | 306 KB |
| inlining less of what the standard library marks as inline (\`-inlinehint-threshold=60\`) | 240 KB | 310 KB | 297 KB |
| core's tables stand once, as statics: as constants each crate that reads one had a copy of its own | 240 KB | 309 KB | 297 KB |
| charts name their fonts as families, since plotters looks up a mere text whatever its letter case, by tables | | 298 KB | |
| files beside a workload are read in the engine alone; how many tokens fit is worked out without a calibration | 240 KB | 285 KB | 297 KB |
| (more to show: two to four policies and charts in the fleet) | 240 KB | 293 KB | 298 KB |
| what figures follow is a trigger beside a plain value, so that the graph of signals is compiled for triggers alone and not for twenty types; charts stand in the laboratory without a list of views | 237 KB | 275 KB | 298 KB |
| (more to show: what is refused is said where it was typed, texts that change in place) | 244 KB | 289 KB | 298 KB |

The laboratory's program places and draws; whatever reads, runs and writes is the engine's. It is fetched and compiled once, beside the laboratory's, and
each worker instantiates the compiled module: the laboratory has one, the fleet one, the reality check one, so that none waits for another. The two
together weigh a fifth more than the one program before, since each has its own copy of what both need (reading a scenario, the standard library), but
they come side by side and the main thread compiles half: on this machine the first chart of a run clicked as soon as it can be was there 1.0 s after the
address was asked for instead of 1.1 s, the first run of \`kubeai\` took 0.45 s instead of 0.56 s, and the fleet's first replay was there after
0.74 s instead of 0.95 s.

Tried and left out: core at z (35 KB less, but it replays 3 to 4 times slower; in the page's and the laboratory's programs alone 3 and 4.5 KB, for a
second build of everything); the exports of Leptos' streams taken away (1.4 KB, and another tool in the build); Leptos with erased component types (2 % larger);
merging similar functions (no gain); panics cut to traps (2 %, and another tool in the build); -O3 with flattening (half a percent). The limits in
\`tests/harness/sizes.mjs\` hold all three near where they are.

The first paint needs one page, one style sheet and one short script: sheets are joined when the page is built, nothing is preloaded, what is far from
the window is not laid out, and a figure comes alive when its section is a screen away.

The engine alone, each step measured after the one before (until it was a program of its own, as a wasm made for the measurement):

| step | engine |
| --- | --- |
| before | 329 KB |
| one small JSON reader for all readers of workloads instead of derived ones; real numbers by long division instead of tables | 318 KB |
| messages as bytes instead of JSON; five copies of the sorts less | 302 KB |
| a calibration read by hand, which was the last use of a JSON library for reading; a scenario's numbers as data; no debug output of readers | 278 KB |
| (more to do: the fleet's replay and what is shown of it, reports of a run's figures) | 310 KB |
| five copies of the sorts less; policies and terms without their words | 296 KB |

Left in it, raw: 183 KB the model itself, 63 KB readers, 45 KB reports, 96 KB names and sentences. Inlining less (\`-inlinehint-threshold=60\`) has a
price: the 125 MB file is read in 4.6 s instead of 3.5 s (two runs each, in turn); replays are as fast.

Typing is measured up to the paint that shows it, the browser's own layout and painting included. An empty page with one box of 4,000
characters takes 5 ms of CPU a keystroke here, unthrottled. The tree's station took 25 (38 in its second box), as every keystroke painted the whole
page, drew 228 blocks and measured the box; now each figure is a paint of its own, a prompt over 256 tokens shows the blocks where something
happens and folds the rest, and it takes 8 (12).

A fifth of a keystroke was not this page's: Chromium's autofill looks through the form of the field that is typed in, and a field
without a form belongs to one of all the page's controls (2.6 to 3.5 ms of CPU in a trace, 0.7 since each box is a form of its own).
Blocks that differ in texts alone keep their elements, ids stand only where they are the subject, and a keystroke within a word leaves
tree, costs and sentences alone. Containing paint in every part of a figure, and the text box as a layer of its own, gained nothing
that could be told from noise.

What is left is dear when a word begins, since then there is another token: costs, bars and sentences change. What changes in a figure is
changed in place, text by text and attribute by attribute, and no longer parsed anew; the tree's boxes are laid out by themselves and not with
the page, as the other stations' boxes were; a replica's square is no SVG any more (each was a layer of its own to the browser, in the
neighbouring stations too); a note that comes and goes has its line kept, so that nothing below moves; and the router's sentence and its map of
weights come in the turn after the paint. CPU up to the paint of such a keystroke, unthrottled, medians of two runs in turn on a machine with
other work: the router 15 and 17 ms, now 12 and 13. In the blocks and in the tree's second box the difference is within noise, 11 to 12 ms before, 11 to 12
now, and 8 before and 7 now in its first. A turn after the paint costs a frame of its own, some 4 ms: in blocks and tree, where only a sentence
could wait, it cost more than it gained, and is not done.
`;
