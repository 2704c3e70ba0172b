// Starts the page. A file of its own, since the content security policy allows no inline script; Trunk writes the hashed
// names of the wasm and its glue into this script's data attributes.
// The reader's colours come first, so that nothing flashes. (The key is that of src/shell/theme.rs.)
try {
  const theme = localStorage.getItem("warmpath.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is closed: the system's colours.
}
const { dataset } = document.documentElement;
const { glue, wasm, routerGlue, routerWasm, fleetGlue, fleetWasm, labGlue, labWasm, engineGlue, engineWasm, filesGlue, filesWasm, tokensGlue, tokensWasm, teachGlue, teachWasm } = document.getElementById("boot").dataset;
const address = (file) => new URL(file, document.baseURI).href;

/** Starts a program, and does with what it exports; where that cannot be, the notice `name`-failed says why, if it has a name. */
async function start(name, glue, wasm, then = () => {}) {
  try {
    const module = fetch(address(wasm));
    // It is awaited below; until then a failure is not yet nobody's.
    module.catch(() => {});
    const program = await import(address(glue));
    await program.default({ module_or_path: module });
    await then(program);
  } catch (error) {
    if (name) stopped(name, error);
    throw error;
  }
}

/** Says in plain words that a program could not be started: in its notice, and in each figure that now stands still. */
function stopped(name, error) {
  // Lockdown modes take WebAssembly away altogether; some policies forbid to compile it.
  const forbidden = typeof WebAssembly === "undefined" || (error instanceof WebAssembly.CompileError && /unsafe-eval|disallowed|blocked/.test(error));
  const why = forbidden
    ? "This browser does not allow WebAssembly, which moves the figures."
    : "A part of the page that moves the figures could not be fetched. Is there a network?";
  const again = () => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: "Try again", className: "again", onclick: () => location.reload() });
    return button;
  };
  document.getElementById(`${name}-reason`).textContent = `${why} (${error})`;
  const notice = document.getElementById(`${name}-failed`);
  notice.hidden = false;
  if (!forbidden) notice.append(" ", again());
  const early = "#figure-one-gpu, #figure-blocks, #figure-tree";
  const of = { router: "#figure-router", fleet: "#figure-fleet, #figure-failure, #reality-controls", lab: "#figure-challenges" };
  of.boot = `${early}, #figure-lab, ${Object.values(of)}`;
  document.querySelectorAll(of[name]).forEach((figure) => {
    const still = document.createElement("p");
    still.className = "notice still";
    still.append(`This figure stands still. ${why}`, ...(forbidden ? [] : [again()]));
    figure.prepend(still);
    figure.dataset.still = "";
  });
}

// Charts are drawn in the page's colours and at their width: paper is light, and as wide as print.css lays the page out for it. What is
// presented is printed as the whole page.
let [worn, presented] = [];
function wear(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  dispatchEvent(new Event("warmpath-colours"));
}
addEventListener("beforeprint", () => {
  worn ??= document.documentElement.dataset.theme ?? "";
  presented ??= document.documentElement.dataset.present;
  delete document.documentElement.dataset.present;
  document.documentElement.dataset.paper = "";
  wear("light");
});
addEventListener("afterprint", () => {
  delete document.documentElement.dataset.paper;
  if (presented !== undefined) document.documentElement.dataset.present = presented;
  presented = undefined;
  wear(worn);
  worn = undefined;
});

// What is drawn on a canvas that was folded away had no width in some browsers.
addEventListener("toggle", ({ target }) => target.matches(".wide-open[open]") && dispatchEvent(new Event("resize")), true);

// What is said of a link stands where the reader is until they dismiss it, or go to another link in the history.
const told = document.querySelector(".of-link");
let link = location.search;
const dismiss = () => {
  for (const notice of told.querySelectorAll(".notice")) notice.hidden = true;
  document.getElementById("refused-parts").textContent = "";
};
told.lastElementChild.onclick = dismiss;
addEventListener("popstate", () => link !== (link = location.search) && dismiss());

// What a program breaks off with after it has begun: its figures stand still from then on, and that is said where the reader is.
for (const kind of ["error", "unhandledrejection"])
  addEventListener(kind, ({ error, reason }) => {
    if (!globalThis.WebAssembly || !((error ?? reason) instanceof WebAssembly.RuntimeError)) return;
    document.getElementById("broken-reason").textContent = String(error ?? reason);
    document.getElementById("broken").hidden = false;
  });

// The story is painted first: a page in the foreground is seen before anything is fetched for the figures.
if (!document.hidden && !performance.getEntriesByName("first-contentful-paint").length) {
  await new Promise((painted) => {
    new PerformanceObserver((paints) => paints.getEntriesByName("first-contentful-paint").length && painted()).observe({ type: "paint" });
    setTimeout(painted, 1500);
  });
}

// Sharing, and what a shared link brings along beside a prompt and a moment, is a script of its own.
const sharing = () => import(address("share.mjs"));
const share = document.getElementById("share");
share.onclick = async () => (await sharing()).open();
share.hidden = false;
// A link brings along, and a reset undoes, what was set at a figure that somebody has touched: at a control or a picture, and not
// beside them. The laboratory and the challenges know by themselves.
for (const kind of ["input", "click"])
  addEventListener(kind, ({ target }) => target.closest?.("button, input, select, textarea, label, canvas, svg")?.closest("[data-live]:not([data-touched], #figure-lab, #figure-challenges)")?.setAttribute("data-touched", ""), true);
if (/[?&](z=|[\w-]+\.)/.test(location.hash)) await sharing().then((it) => it.unpack(), () => {});
else
  try {
    // A reload finds what was typed and set in this tab; whoever comes by a link or the history finds what that says.
    if (performance.getEntriesByType("navigation")[0]?.type !== "reload") sessionStorage.removeItem("warmpath.set");
    else if (sessionStorage.getItem("warmpath.set")) sharing().then((it) => it.again(), () => {});
  } catch {
    // Storage is closed: every visit begins anew.
  }
await start("boot", glue, wasm);

/** A program that computes: in workers and, where there are none, in this page. */
const computing = (glue, wasm) => ({
  glue: address(glue),
  /** Its compiled module: fetched once, and again only where that failed. */
  module() {
    this.compiled ??= compile(address(wasm)).catch((error) => {
      this.compiled = undefined;
      throw error;
    });
    return this.compiled;
  },
  /** What answers questions about the laboratory's form: an engine in this page, too. */
  async form() {
    const { answer, initSync } = await import(this.glue);
    initSync({ module: await this.module() });
    return answer;
  },
  /** An engine in this page. */
  async here(post, slice) {
    const { Engine, initSync } = await import(this.glue);
    initSync({ module: await this.module() });
    return new Engine(post, slice);
  },
});
const engine = computing(engineGlue, engineWasm);
/** The larger one, which reads and writes files too; it is fetched when that is asked for. */
engine.files = computing(filesGlue, filesWasm);

// What the stations cut prompts with besides words: fetched when a reader chooses it.
const tokenizer = computing(tokensGlue, tokensWasm);
globalThis.warmpathTokens = async (...asked) => (await import(address("tokens.mjs"))).tokens(tokenizer, ...asked);

async function compile(wasm) {
  const response = await fetch(wasm);
  if (!response.ok) throw new Error(`status ${response.status}`);
  // A server that does not know wasm's type keeps it from being compiled as it comes.
  const known = response.headers.get("Content-Type")?.startsWith("application/wasm");
  return known ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

// The other programs are larger than all before them: each is fetched when the reader is two screens away from what needs it,
// and the engine beside the first of them that asks it.
function near(name, glue, wasm, begin = () => {}, failed = () => {}, now = false, run = (program) => program.start(engine)) {
  const observer = new IntersectionObserver(
    (seen) => {
      if (!now && !seen.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      begin();
      start(name, glue, wasm, run).catch(failed);
    },
    { rootMargin: "200% 0px" },
  );
  document.querySelectorAll(`[data-needs=${name}]`).forEach((section) => observer.observe(section));
}
/** Fetches what a program's part of the page looks like. */
const wears = (name) => document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: address(name) }));
const awaited = document.getElementById("lab-awaited");
/** Fetches the engine; who asks it says what is wrong with it. */
const computes = () => void engine.module().catch(() => {});
near("router", routerGlue, routerWasm);
near("fleet", fleetGlue, fleetWasm, () => {
  computes();
  wears("fleet.css");
});
near(
  "lab",
  labGlue,
  labWasm,
  () => {
    computes();
    wears("plans.css");
    awaited.textContent = "The laboratory is being fetched …";
  },
  () => awaited.remove(),
  // A link with a scenario is read by the laboratory, which says at the top what of it is not understood, and runs what is pinned.
  !dataset.embed && [...new URLSearchParams(location.search).keys()].some((key) => key === "pin" || (key !== "v" && !dataset.own.split(" ").includes(key))),
  async (program) => program.start(engine, await engine.form()),
);

// Last of all, when the page has been painted and has nothing to do: what later visits need, and what explains.
const idle = globalThis.requestIdleCallback ?? ((then) => setTimeout(then, 1000));
const later = () =>
  idle(async () => {
    const { begin } = await import(address("later.mjs"));
    begin(() => start(0, teachGlue, teachWasm, (program) => program.start(engine)));
  });
if (document.readyState === "complete") later();
else addEventListener("load", later, { once: true });
