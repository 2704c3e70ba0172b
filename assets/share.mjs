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

/** The command line that gives the same figures, where the link has a scenario. */
function command({ address, station }) {
  const said = station === "lab" && plain(document.getElementById("lab-command")?.textContent);
  const query = scenario(address);
  return said || (query && `warmpath replay '${query.replaceAll("'", "'\\''")}' --format json`) || "";
}

/** What the picture says: sentences of the station, and rows of figures. */
function said(station) {
  const section = document.getElementById(station) ?? document.querySelector(".hook");
  const shown = (it) => it.checkVisibility() && plain(it.textContent);
  // Sentences of a list stand apart.
  const spoken = (it) => plain([...(it.querySelector("li") ? it.querySelectorAll("li") : [it])].map((one) => one.textContent).join(" "));
  const sentences = [...section.querySelectorAll(".say, .verdict")].filter(shown).map(spoken);
  const table = [section.querySelector("#lab-table"), ...section.querySelectorAll("table")].find((it) => it?.checkVisibility());
  const words = (cell) => {
    const copy = cell.cloneNode(true);
    copy.querySelectorAll("button, .bar").forEach((it) => it.remove());
    return plain(copy.textContent);
  };
  const rows = [...(table?.rows ?? [])].slice(0, 9).map((row) => [...row.cells].filter((it) => !it.matches(".bars")).map(words));
  const chart = [...section.querySelectorAll("canvas")].find((it) => it.checkVisibility() && it.width > 200 && it.height > 100);
  return { sentences, rows, chart };
}

/** A card of 1200 by 630 with the station's title, its sentence and its numbers. */
export function picture({ address, station }) {
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
  const [paper, ink, soft, line] = ["paper", "ink", "soft", "line"].map(colour);
  probe.remove();
  const { sentences, rows, chart } = said(station);
  const font = (size, weight = 400) => (pen.font = `${weight} ${size}px ${face}`);
  /** Writes a text into lines of a width, at most so many; gives where the next begins. */
  const write = (text, x, y, width, size, most, weight) => {
    font(size, weight);
    let row = "";
    const lines = [];
    for (const word of text.split(" ")) {
      const longer = row ? `${row} ${word}` : word;
      if (row && pen.measureText(longer).width > width) [row] = [word, lines.push(row)];
      else row = longer;
    }
    lines.push(row);
    const shown = lines.slice(0, most);
    if (lines.length > most) shown[most - 1] += " …";
    for (const one of shown) pen.fillText(one, x, (y += size * 1.32));
    return y;
  };
  pen.fillStyle = paper;
  pen.fillRect(0, 0, 1200, 630);
  pen.fillStyle = ink;
  pen.fillRect(0, 0, 1200, 6);
  pen.fillStyle = soft;
  write(`Warmpath · ${title(station)}`, 56, 30, 1088, 24, 1, 600);
  pen.fillStyle = ink;
  const wide = chart ? 560 : 1088;
  let y = write(heading(station), 56, 72, 1088, 40, 2, 700) + 14;
  if (chart) {
    const scale = Math.min(500 / chart.width, 380 / chart.height);
    pen.drawImage(chart, 644, y + 10, chart.width * scale, chart.height * scale);
  }
  const alone = rows.length === 0;
  for (const one of sentences.slice(0, alone ? 3 : 1)) y = write(one, 56, y, wide, alone && !chart ? 32 : 24, 4) + 10;
  y += 8;
  const columns = Math.max(1, ...rows.map((it) => it.length));
  const step = (wide - 230) / Math.max(1, columns - 1);
  for (const row of rows) {
    y += 30;
    if (y > 560) break;
    pen.fillStyle = line;
    pen.fillRect(56, y + 8, wide, 1);
    row.forEach((text, at) => {
      pen.fillStyle = at === 0 ? soft : ink;
      font(18, at === 0 ? 400 : 600);
      pen.textAlign = at === 0 ? "left" : "right";
      pen.fillText(text, at === 0 ? 56 : 56 + 230 + step * at, y, at === 0 ? 220 : step - 10);
    });
    pen.textAlign = "left";
  }
  pen.fillStyle = soft;
  const query = scenario(address);
  write(`Simulated by Warmpath${query ? `: ${query}` : ""} · ${new URL(address).host}${new URL(address).pathname}`, 56, 578, 1088, 18, 1);
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
  const dialog = make(
    "dialog",
    { id: "share-menu" },
    make("h2", { id: "share-title", textContent: "Share what you see" }),
    about,
    ways.link.whole,
    left,
    ways.embed.whole,
    ways.command.whole,
    make("div", { className: "share-way" }, make("span", { textContent: "Picture" }), make("span", { className: "about", textContent: "Title, sentence and numbers, 1200 by 630" }), save),
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
  save.onclick = () =>
    picture(dialog.shared).toBlob((blob) => {
      const url = URL.createObjectURL(blob);
      make("a", { href: url, download: `warmpath-${dialog.shared.station || "page"}.png` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      status.textContent = "Picture saved.";
    });
  return { dialog, ways, about, left, status, styled };
}

/** Opens the menu. */
export async function open() {
  menu ??= made();
  const { dialog, ways, about, left, status, styled } = menu;
  const shared = (dialog.shared = await link());
  about.textContent = shared.station ? `${title(shared.station)}, as it stands now.` : "The page from its beginning.";
  ways.link.box.value = shared.address;
  left.textContent = shared.left.length > 0 ? `Without ${shared.left.join(" and ")}: a link holds ${MOST.toLocaleString("en")} characters of settings.` : "";
  left.hidden = shared.left.length === 0;
  ways.embed.box.value = frameOf(shared);
  ways.command.box.value = command(shared);
  ways.command.whole.hidden = ways.command.box.value === "";
  status.textContent = "";
  await styled;
  if (!dialog.open) dialog.showModal();
  ways.link.copy.focus();
}
