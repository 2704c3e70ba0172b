// Sharing: a link to what is seen, the same as a frame for another page, as a picture and as a command line. Fetched when
// somebody shares, or opens a link that brings settings along.
//
// A link's query is the scenario and its fragment names a station, with the prompt typed there (`q=`) or the moment (`t=`), as
// the address always does. Beside these, a shared link has what is set in each figure that the reader has touched,
// `station.control=value`: `#router?router.overlap-weight=0.5&router.size=16`. A long one is packed: `z=`, a version, and the rest
// through deflate in base64url.

/** What a fragment may hold of settings, packed [characters]. */
const MOST = 2048;
/** From which length on it is packed [characters]. */
const LONG = 240;
/** What stands before a packed fragment's text, and says how it was packed. */
const VERSION = "1";
/** The stations whose controls are not in the query. */
const STATIONS = ["one-gpu", "blocks", "tree", "router", "fleet", "failure"];

const figure = (station) => document.getElementById(`figure-${station}`);
const plain = (text) => (text ?? "").replace(/\s+/g, " ").trim();
/** The same with its no-break spaces, which keep a number and its unit together. */
const kept = (text) => (text ?? "").replace(/[^\S\u00a0]+/g, " ").trim();
const slug = (text) => plain(text).toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
const label = (it) => plain(it.getAttribute("aria-label") ?? it.labels?.[0]?.textContent);

/** A station's controls by their names in a link, in the order in which they are set: what others depend on comes first. */
function controls(station) {
  const found = new Map();
  let boxes = 0;
  const all = [...figure(station).querySelectorAll("select, input, textarea")];
  const rank = (it) => ["select-one", "radio", "checkbox", "textarea", "text", "number", "range"].indexOf(it.type);
  for (const it of all.filter((it) => rank(it) >= 0 && !it.readOnly && !it.closest(".transport"))) {
    const name = it.id || (it.type === "radio" ? it.name : it.type === "checkbox" ? `box-${boxes++}` : slug(label(it).split(",")[0]));
    const key = name.startsWith(`${station}-`) ? name.slice(station.length + 1) : name;
    if (it.type === "radio") found.set(key, [...(found.get(key) ?? []), it]);
    else if (key) found.set(key, [it]);
  }
  return [...found].sort(([, [a]], [, [b]]) => rank(a) - rank(b));
}

const value = ([it, ...others]) =>
  it.type === "radio" ? label([it, ...others].find((one) => one.checked) ?? it) : it.type === "checkbox" ? (it.checked ? "1" : "0") : it.value;

/** What is set in a station's figure, as [control, value] pairs. */
export const settings = (station) => controls(station).map(([key, all]) => [key, value(all)]);

const frame = () => new Promise((next) => setTimeout(next, 30));

/** Sets one control as a hand would; where it takes another value, that is no fault: the page has changed since. */
async function put(all, wanted) {
  const tell = (it, kinds) => kinds.forEach((kind) => it.dispatchEvent(new Event(kind, { bubbles: true })));
  const [it] = all;
  if (value(all) === wanted) return;
  if (it.type === "radio") all.find((one) => label(one) === wanted)?.click();
  else if (it.type === "checkbox") it.click();
  else {
    // A slider's end may follow from what was typed a moment ago.
    for (let waits = 0; it.type === "range" && Number(it.max) < Number(wanted) && waits < 60; waits++) await frame();
    it.value = wanted;
    tell(it, ["input", "change"]);
  }
  await frame();
}

/** Sets a station's figure, as soon as it is live, as the pairs say. */
export async function restore(station, pairs) {
  const place = figure(station);
  if (place.dataset.live === undefined)
    await new Promise((live) => {
      const watch = new MutationObserver(() => place.dataset.live !== undefined && (watch.disconnect(), live()));
      watch.observe(place, { attributes: true });
    });
  await frame();
  const wanted = new Map(pairs);
  // No step of the reader's (src/shell/steps.rs).
  place.dataset.restoring = "";
  // Twice: a control may come or be filled only because of another.
  for (let round = 0; round < 2; round++) {
    for (const [key] of controls(station)) {
      const now = controls(station).find(([name]) => name === key);
      if (now && wanted.has(key)) await put(now[1], wanted.get(key));
    }
    await frame();
  }
  // The address waits for a quarter of a second.
  setTimeout(() => delete place.dataset.restoring, 300);
  place.dataset.touched = "";
}

const bytes = (text) => new TextEncoder().encode(text);
const through = (data, stream) => new Response(new Blob([data]).stream().pipeThrough(stream)).arrayBuffer();

/** A fragment's text behind the station, packed; as it is where the browser cannot. */
async function pack(text) {
  if (text.length <= LONG || !globalThis.CompressionStream) return text;
  const data = new Uint8Array(await through(bytes(text), new CompressionStream("deflate-raw")));
  const packed = `z=${VERSION}${btoa(String.fromCharCode(...data)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
  return packed.length < text.length ? packed : text;
}

/** The text that a packed one was, at most 64 KB of it. */
async function opened(packed) {
  if (packed[0] !== VERSION) throw new Error("it was packed by a later version of this page");
  const data = Uint8Array.from(atob(packed.slice(1).replaceAll("-", "+").replaceAll("_", "/")), (it) => it.charCodeAt(0));
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let text = ""; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    if (text.length > 65_536) throw new Error("it holds too much");
  }
}

const split = (hash) => {
  const [station, ...rest] = hash.replace(/^#/, "").split("?");
  return { station, pieces: rest.join("?").split("&").filter(Boolean) };
};
const setting = (piece) => /^([\w-]+)\.([\w-]+)=(.*)$/s.exec(piece);

/** Before the page starts: a packed fragment becomes a plain one, and what it sets is set once the figures are live. */
export async function unpack() {
  let { station, pieces } = split(location.hash);
  const packed = pieces.find((it) => it.startsWith("z="));
  if (packed)
    try {
      pieces = (await opened(packed.slice(2))).split("&");
    } catch (error) {
      document.getElementById("refused-parts").textContent = `the settings it brings along (${error.message || error})`;
      document.getElementById("refused").hidden = false;
      return;
    }
  const mine = pieces.filter((it) => !setting(it));
  const keep = location.href;
  const bare = `#${station}${mine.length > 0 ? `?${mine.join("&")}` : ""}`;
  // Each station's own program reads the rest of the fragment.
  history.replaceState(history.state, "", bare);
  const wanted = new Map();
  for (const [, station, key, text] of pieces.map(setting).filter(Boolean)) {
    if (!STATIONS.includes(station)) continue;
    try {
      wanted.set(station, [...(wanted.get(station) ?? []), [key, decodeURIComponent(text)]]);
    } catch {
      // Not text: as if it were not there.
    }
  }
  for (const [at, pairs] of wanted)
    restore(at, pairs).then(async () => {
      if (at !== station || split(location.hash).station !== station) return;
      // What the figure has written meanwhile gives way to the moment that the link names.
      await new Promise((next) => setTimeout(next, 400));
      history.replaceState(history.state, "", keep);
      if (mine.some((it) => it.startsWith("t="))) {
        history.replaceState(history.state, "", bare);
        dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
      }
    });
}

/** The figures that a reload sets again: those with an address of their own that says all keep themselves. */
const AGAIN = ["one-gpu", "blocks", "tree", "router"];
/** The key in the tab's storage (`boot.mjs` has it, too). */
const SET = "warmpath.set";
/** What is to be set again, of figures that are not live yet. */
const waiting = new Map();
let keeping = false;

/** From now on what is set in touched figures is kept for this tab while the page is left, so that a reload finds it. */
export function keep() {
  if (keeping) return;
  keeping = true;
  const write = () => {
    const touched = AGAIN.filter((it) => !waiting.has(it) && figure(it)?.dataset.touched !== undefined);
    const set = [...waiting, ...touched.map((it) => [it, settings(it)])];
    try {
      if (set.length === 0) sessionStorage.removeItem(SET);
      else sessionStorage.setItem(SET, JSON.stringify({ hash: location.hash, set }));
    } catch {
      // Storage is closed or full: the page does without.
    }
  };
  addEventListener("pagehide", write);
  document.addEventListener("visibilitychange", () => document.hidden && write());
}

/** After a reload: sets again what was set in figures before. What the address says goes before it. */
export function again() {
  try {
    const { hash, set } = JSON.parse(sessionStorage.getItem(SET));
    for (const [station, pairs] of set)
      if (AGAIN.includes(station) && (hash === location.hash || split(location.hash).station !== station)) waiting.set(station, pairs);
  } catch {
    // Closed, or of another version of this page.
  }
  keep();
  for (const [station, pairs] of waiting) restore(station, pairs).then(() => waiting.delete(station));
}

/** The station the reader is at: the one that the address names while a good part of it is seen, else the one seen most. */
function here() {
  const alone = document.documentElement.dataset.embed;
  if (alone) return alone;
  const seen = ({ top, bottom }) => Math.max(0, Math.min(bottom, innerHeight) - Math.max(top, 56)) / innerHeight;
  const sections = [...document.querySelectorAll("main > section")].map((it) => ({ id: it.id, part: seen(it.getBoundingClientRect()) }));
  const named = sections.find((it) => it.id === split(location.hash).station && it.part > 0.25);
  const most = sections.reduce((most, it) => (it.part > most.part ? it : most), { id: "", part: 0.25 });
  return (named ?? most).id;
}

/** The link to what is seen, with what it had to leave out. */
export async function link() {
  const station = here();
  const now = split(location.hash);
  const own = now.station === station ? now.pieces.filter((it) => !setting(it) && !it.startsWith("z=")) : [];
  const typed = own.map((it) => it.startsWith("q=") && decodeURIComponent(it.slice(2))).find(Boolean);
  const sets = STATIONS.filter((it) => figure(it)?.dataset.touched !== undefined).flatMap((it) =>
    settings(it)
      .filter(([, text]) => it !== station || text !== typed)
      .map(([key, text]) => ({ station: it, text, piece: `${it}.${key}=${encodeURIComponent(text)}` })),
  );
  const left = [];
  let text;
  for (;;) {
    text = await pack([...own, ...sets.map((it) => it.piece)].join("&"));
    const largest = sets.reduce((most, it) => (it.piece.length > (most?.piece.length ?? 0) ? it : most), undefined);
    if (text.length <= MOST || !largest) break;
    sets.splice(sets.indexOf(largest), 1);
    left.push(`what was typed at ${title(largest.station)} (${bytes(largest.text).length.toLocaleString("en")} bytes)`);
  }
  const address = new URL(location.href);
  address.search = understood(address);
  address.hash = station ? `#${station}${text ? `?${text}` : ""}` : "";
  return { address: address.href, left, station };
}

const title = (station) => plain(document.querySelector(`.top nav a[href="#${station}"]`)?.textContent) || "Warmpath";
const heading = (station) => plain(document.querySelector(`#${CSS.escape(station)} h2`)?.textContent ?? document.querySelector("h1").textContent);

/** The query without the page's own keys. */
function scenario(address) {
  const own = document.documentElement.dataset.own.split(" ");
  return new URL(address).search.slice(1).split("&").filter((it) => it && !own.includes(it.split("=")[0])).join("&");
}

/** The query of an address without what the laboratory has refused of it. */
function understood({ href, search }) {
  const { asked, understood } = figure("lab").dataset;
  const own = scenario(href);
  if (!own || asked !== own) return search;
  const others = search.slice(1).split("&").filter((it) => it && !own.split("&").includes(it));
  return [understood, ...others].join("&");
}

/** The same as a frame of another page. */
function frameOf({ address, station }) {
  const url = new URL(address);
  const own = scenario(address);
  // The run that is held beside is the laboratory's.
  const pin = station === "lab" ? (/[?&](pin=[^&]*)/.exec(url.search)?.[1] ?? "") : "";
  url.search = [own, pin, `embed=${station || "one-gpu"}`].filter(Boolean).join("&");
  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return `<iframe src="${escaped(url.href)}" title="${escaped(heading(station || "one-gpu"))}" width="100%" height="720" loading="lazy"></iframe>`;
}

/** A text as one word of a shell. */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The command line that gives the same figures, where it has one for them, and what is to be known of it. */
function command({ address, station }) {
  const control = (id) => document.getElementById(id)?.value ?? "";
  const size = (station) => plain(figure(station).querySelector('[aria-label="Tokens a block"] input:checked')?.parentElement.textContent);
  const run = (query, about) => ({ line: query && `warmpath replay ${quoted(query)} --format json`, about });
  const live = figure(station)?.dataset.live !== undefined;
  if (station === "blocks" && live) {
    const tokenizer = control("blocks-tokenizer");
    const other = ["words", "file"].includes(tokenizer) ? "" : ` --tokenizer ${tokenizer}`;
    return { line: `warmpath tokens ${quoted(control("blocks-prompt"))} --block-size ${size("blocks")}${other}` };
  }
  if (station === "router" && live) {
    const prompt = control("router-prompt");
    // A prompt is a line; one of several lines is written as JSON.
    const line = /[\n\r]|^\s*\{/.test(prompt) ? JSON.stringify({ prompt }) : prompt;
    const policy = `smart:kv_overlap_weight=${control("overlap-weight")};load_balance_weight=${control("load-weight")}`;
    const replicas = figure("router").querySelectorAll(".cost tbody tr").length;
    return {
      line: `printf '%s\\n' ${quoted(line)} | warmpath route --replicas ${replicas} --block-size ${size("router")} --policy ${quoted(policy)} --explain`,
      about: "The same rule with these weights; its replicas begin empty and idle, where the ones here have answered before.",
    };
  }
  if (["fleet", "failure"].includes(station)) return run(figure(station).dataset.run ?? scenario(address), station === "failure" ? "The run in which something happens to the fleet." : "");
  // That of the run that is shown, with the files that it reads; before there is one it names no scenario.
  const said = station === "lab" ? plain(document.getElementById("lab-command")?.textContent) : "";
  return /^warmpath replay '[^']/.test(said) ? { line: said } : run(scenario(address));
}

/** The words of a table's cell, with what its fields are set to, and a space between what stands apart on the page. */
function words(cell) {
  const parts = [];
  const read = (node) => {
    if (node.nodeType === Node.TEXT_NODE) parts.push(node.data);
    else if (node.matches?.("input")) parts.push(node.value);
    // The number in a replica's square is in its name as well; a change and a range stand apart from their value.
    else if (!node.matches?.("button, svg, .square, .unseen, .range, small[class]")) node.childNodes.forEach(read);
  };
  read(cell);
  // A mark stands with its word.
  return kept(parts.join(" ")).replace(/ (?=[;,.])/g, "").replace(/(?<=[▲▽]) /g, "\u00a0");
}

/** A table's cell: its words, and how they differ from the first policy's, unless they are the same. */
function figureOf(cell) {
  const small = cell.querySelector("small[class]");
  const change = /^0\s%$/.test(kept(small?.textContent)) ? "" : kept(small?.textContent);
  const better = small?.matches(".better");
  const mark = better ? "▲ " : small?.matches(".worse") ? "▽ " : "";
  return { text: words(cell), change: change && mark + change, better };
}

/** The rows that the picture shows: where the page marks the foremost figures, these, unless all of them are 0; else as many as have
    room, those on TTFT before others. All in their order. */
function chosen(rows, most) {
  const marked = rows.filter((row) => row.foremost);
  if (marked.length > 0) return marked.filter(({ cells }) => cells.slice(1).some(({ text }) => /[1-9]/.test(text))).slice(0, most);
  const first = rows.filter(({ cells }) => /TTFT|cost/i.test(cells[0].text));
  const shown = new Set([...new Set([...first, ...rows])].slice(0, Math.max(most, 0)));
  return rows.filter((row) => shown.has(row));
}

/** What the picture says: sentences of the station, and rows of figures under their head. */
function said(station) {
  const section = document.getElementById(station) ?? document.querySelector(".hook");
  const shown = (it) => it.checkVisibility() && plain(it.textContent);
  // Sentences of a list stand apart.
  const spoken = (it) => {
    const copy = it.cloneNode(true);
    copy.querySelectorAll("details").forEach((more) => more.remove());
    return kept([...(copy.querySelector("li") ? copy.querySelectorAll("li") : [copy])].map((one) => one.textContent).join(" "));
  };
  // What compares the policies before what is told of a moment.
  const about = (it) => (it.matches("#fleet-delta, #failure-story, .verdict") ? 0 : 1);
  const sentences = [...section.querySelectorAll(".say, .verdict")].filter(shown).sort((a, b) => about(a) - about(b)).map(spoken);
  const table = [section.querySelector("#lab-table"), ...section.querySelectorAll("table")].find((it) => it?.checkVisibility());
  const rows = [...(table?.rows ?? [])].map((row) => ({
    foremost: row.matches(".foremost"),
    cells: [...row.cells].filter((it) => !it.matches(".bars")).map(figureOf),
  }));
  // A line over a group of rows has no figures.
  const [head, ...others] = rows.filter(({ cells }) => cells.slice(1).some(({ text }) => text));
  const chart = [...section.querySelectorAll("canvas")].find((it) => it.checkVisibility() && it.width > 200 && it.height > 100);
  return { sentences, head: head?.cells ?? [], rows: others, chart };
}

/** A chart as sharp as the picture: painted for a screen of that many pixels, and then for this one again. */
async function sharp(chart, pixels) {
  const paint = async (width) => {
    dispatchEvent(new Event("resize"));
    for (let waits = 0; Math.abs(chart.width - width) > 2 && waits < 60; waits++) await frame();
  };
  const [before, own] = [chart.width, Object.getOwnPropertyDescriptor(globalThis, "devicePixelRatio")];
  const ratio = Math.min(4, pixels / chart.clientWidth);
  Object.defineProperty(globalThis, "devicePixelRatio", { configurable: true, get: () => ratio });
  try {
    await paint(chart.clientWidth * ratio);
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [chart.width, chart.height];
    copy.getContext("2d").drawImage(chart, 0, 0);
    return copy;
  } finally {
    if (own) Object.defineProperty(globalThis, "devicePixelRatio", own);
    else delete globalThis.devicePixelRatio;
    await paint(before);
  }
}

/** A card of 1200 by 630, drawn with twice as many pixels, with the station's title, its sentence and its numbers. */
export async function picture({ address, station }) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2400, 1260];
  const pen = canvas.getContext("2d");
  pen.scale(2, 2);
  const probe = document.body.appendChild(document.createElement("i"));
  const colour = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const face = getComputedStyle(document.body).fontFamily;
  const [paper, ink, soft, line, card, good] = ["paper", "ink", "soft", "line", "card", "good"].map(colour);
  probe.remove();
  const { sentences, head, rows, chart: small } = said(station);
  const chart = small && (await sharp(small, 1000));
  const font = (size, weight = 400) => (pen.font = `${weight} ${size}px ${face}`);
  const wide = (text, size, weight) => (font(size, weight), pen.measureText(text).width);
  /** A text in lines of a width; it breaks at spaces, and behind the marks of an address or a policy, but in no number nor unit. */
  const lines = (text, width, size, weight) => {
    const found = [""];
    for (const part of text.split(/(?<= )|(?<=[&,;:_])(?=[a-z])|(?<=\/)(?=\?)/)) {
      if (found.at(-1) && wide((found.at(-1) + part).trimEnd(), size, weight) > width) found.push("");
      found[found.length - 1] += part;
    }
    return found.map((it) => it.trimEnd());
  };
  /** Writes a text into lines of a width, at most so many; gives where the next begins. */
  const write = (text, x, y, width, size, most, weight) => {
    const all = lines(text, width, size, weight);
    const shown = all.slice(0, most);
    if (all.length > most) shown[most - 1] += " …";
    font(size, weight);
    for (const one of shown) pen.fillText(one, x, (y += size * 1.32));
    return y;
  };
  pen.fillStyle = paper;
  pen.fillRect(0, 0, 1200, 630);
  pen.fillStyle = ink;
  pen.fillRect(0, 0, 1200, 6);
  pen.fillStyle = soft;
  write(`Warmpath · ${title(station)}`, 56, 30, 1088, 24, 1, 600);
  // Where it is to be seen, whole: as small as that takes. What was typed and set there is the link's own.
  const { host, pathname, search } = new URL(address);
  const from = `Simulated by Warmpath · ${host}${pathname}${decodeURIComponent(search).replaceAll(" ", "%20")}${station && `#${station}`}`;
  const size = [18, 16, 14, 12, 10].find((size) => lines(from, 1088, size).length <= 3) ?? 10;
  const foot = 602 - Math.min(3, lines(from, 1088, size).length) * size * 1.32;
  write(from, 56, foot, 1088, size, 3);
  pen.fillStyle = ink;
  // The more policies there are, the more of the width is theirs.
  const room = chart ? (head.length > 3 ? 716 : 616) : 1088;
  let y = write(heading(station), 56, 72, 1088, 40, 2, 700) + 14;
  if (chart) {
    const [left, edge] = [56 + room + 28, 14];
    const scale = Math.min((1144 - left - 2 * edge) / chart.width, (foot - y - 30 - 2 * edge) / chart.height);
    const [width, height] = [chart.width * scale, chart.height * scale];
    pen.fillStyle = card;
    pen.fillRect(left, y + 10, width + 2 * edge, height + 2 * edge);
    pen.strokeStyle = line;
    pen.strokeRect(left, y + 10, width + 2 * edge, height + 2 * edge);
    pen.drawImage(chart, left + edge, y + 10 + edge, width, height);
    pen.fillStyle = ink;
  }
  const alone = rows.length === 0;
  const large = alone && !chart ? 32 : chart ? 21 : 24;
  for (const one of sentences.slice(0, alone ? 3 : 1)) {
    // As many whole sentences as have room.
    let told = one;
    while (lines(told, room, large).length > 5 && /\. \S/.test(told)) told = told.replace(/(^.*\.) .*$/s, "$1");
    y = write(told, 56, y, room, large, 5) + 10;
  }
  y += 8;
  const table = chosen(rows, Math.min(8, Math.floor((foot - 16 - y) / 24) - 2)).map(({ cells }) => cells);
  if (alone || table.length === 0) return canvas;
  // Columns as wide as what they hold, each with its changes beside its values, in the largest type in which they have room side by
  // side; a name over them goes on in further lines.
  const columns = head.map((_, column) => column);
  const widest = (column, of, weight, size) => Math.max(0, ...table.map((row) => wide(row[column]?.[of] ?? "", size, weight)));
  const measured = (type) => {
    const values = columns.map((column) => widest(column, "text", column === 0 ? 400 : 600, type));
    const changes = columns.map((column) => widest(column, "change", 400, type - 1)).map((it) => it && it + 16);
    const least = columns.map((column) => (column === 0 ? 0 : Math.max(...lines(head[column].text, values[column] + changes[column], type - 1, 600).map((it) => wide(it, type - 1, 600)))));
    return { type, values, changes, whole: columns.map((column) => Math.max(values[column] + changes[column], least[column])) };
  };
  const sum = (all) => all.reduce((sum, it) => sum + it, 0);
  const sizes = [18, 17, 16, 15, 14, 13, 12, 11, 10].map(measured);
  const { type, changes, whole } = sizes.find(({ whole }) => sum(whole) + 18 * (head.length - 1) <= room) ?? sizes.at(-1);
  // What is left over stands between them.
  const gap = Math.max(8, (room - sum(whole)) / Math.max(1, head.length - 1));
  const right = (column) => 56 + sum(whole.slice(0, column + 1)) + gap * column;
  const put = (text, column, x, y, colour, size, weight) => {
    pen.fillStyle = colour;
    font(size, weight);
    pen.textAlign = column === 0 ? "left" : "right";
    pen.fillText(text, column === 0 ? 56 : x, y);
  };
  const rule = (y) => {
    pen.fillStyle = line;
    pen.fillRect(56, y, room, 1);
  };
  const heads = head.map(({ text }, column) => lines(text, column === 0 ? Math.max(whole[0], 150) : whole[column] + gap - 18, type - 1, column === 0 ? 400 : 600));
  const deep = Math.max(...heads.map((it) => it.length));
  y += 24 + (deep - 1) * type * 1.2;
  heads.forEach((all, column) => all.forEach((one, at) => put(one, column, right(column), y - (all.length - 1 - at) * type * 1.2, column === 0 ? soft : ink, type - 1, column === 0 ? 400 : 600)));
  rule(y + 9);
  const pitch = Math.min(34, (foot - 22 - y) / table.length);
  for (const row of table) {
    y += pitch;
    row.forEach(({ text, change, better }, column) => {
      put(text, column, right(column) - changes[column], y, column === 0 ? soft : ink, type, column === 0 ? 400 : 600);
      if (change) put(change, column, right(column), y, better ? good : soft, type - 1, 400);
    });
    rule(y + 9);
  }
  pen.textAlign = "left";
  return canvas;
}

const make = (name, attributes = {}, ...children) => {
  const it = Object.assign(document.createElement(name), attributes);
  it.append(...children);
  return it;
};

let menu;
/** The menu, made once and filled whenever it is opened. */
function made() {
  const status = make("p", { className: "said" });
  status.setAttribute("role", "status");
  const row = (id, name, rows) => {
    const box = make(rows > 1 ? "textarea" : "input", { id, readOnly: true, value: "", spellcheck: false });
    if (rows > 1) box.rows = rows;
    box.addEventListener("focus", () => box.select());
    const copy = make("button", { type: "button", textContent: "Copy", id: `${id}-copy` });
    copy.setAttribute("aria-label", `Copy the ${name.toLowerCase()}`);
    copy.onclick = async () => {
      try {
        await navigator.clipboard.writeText(box.value);
        status.textContent = `${name} copied.`;
      } catch {
        // Not allowed here: it stands selected, to be copied by hand.
        box.focus();
        status.textContent = `The browser does not let this page copy: the ${name.toLowerCase()} is selected.`;
      }
    };
    const whole = make("div", { className: "share-way" }, make("label", { htmlFor: id, textContent: name }), box, copy);
    return { box, copy, whole };
  };
  const ways = { link: row("share-link", "Link", 1), embed: row("share-embed", "Embed code", 3), command: row("share-command", "Command line", 2) };
  const save = make("button", { type: "button", id: "share-picture", textContent: "Save as PNG" });
  const close = make("button", { type: "button", className: "close", textContent: "Close" });
  const about = make("p", { className: "about" });
  const left = make("p", { className: "left" });
  const where = make("p", { className: "about where" });
  const dialog = make(
    "dialog",
    { id: "share-menu" },
    make("h2", { id: "share-title", textContent: "Share what you see" }),
    about,
    ways.link.whole,
    left,
    ways.embed.whole,
    ways.command.whole,
    where,
    make("div", { className: "share-way" }, make("span", { textContent: "Picture" }), make("span", { className: "about", textContent: "Title, sentence and numbers, 2400 by 1260 pixels" }), save),
    make("div", { className: "ends" }, status, close),
  );
  dialog.setAttribute("aria-labelledby", "share-title");
  close.onclick = () => dialog.close();
  // Beside it is away from it.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  const sheet = make("link", { rel: "stylesheet", href: new URL("share.css", document.baseURI).href });
  const styled = new Promise((done) => (sheet.onload = sheet.onerror = done));
  document.head.append(sheet);
  document.body.append(dialog);
  save.onclick = async () =>
    (await picture(dialog.shared)).toBlob((blob) => {
      const url = URL.createObjectURL(blob);
      make("a", { href: url, download: `warmpath-${dialog.shared.station || "page"}.png` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      status.textContent = "Picture saved.";
    });
  return { dialog, ways, about, left, where, status, styled };
}

/** Opens the menu. */
export async function open() {
  menu ??= made();
  const { dialog, ways, about, left, where, status, styled } = menu;
  const shared = (dialog.shared = await link());
  about.textContent = shared.station ? `${title(shared.station)}, as it stands now.` : "The page from its beginning.";
  ways.link.box.value = shared.address;
  left.textContent = shared.left.length > 0 ? `Without ${shared.left.join(" and ")}: a link holds ${MOST.toLocaleString("en")} characters of settings.` : "";
  left.hidden = shared.left.length === 0;
  ways.embed.box.value = frameOf(shared);
  const { line = "", about: more = "" } = command(shared);
  ways.command.box.value = line;
  ways.command.whole.hidden = where.hidden = line === "";
  where.replaceChildren(more && `${more} `, make("code", { textContent: "cargo install --locked --path cli" }), " in Warmpath's source puts ", make("code", { textContent: "warmpath" }), " on your path.");
  status.textContent = "";
  await styled;
  if (!dialog.open) dialog.showModal();
  ways.link.copy.focus();
}
