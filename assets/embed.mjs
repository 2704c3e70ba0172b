// One station alone, as `?embed=tree` asks for it: in a frame of somebody else's page, or on a slide. The style sheets leave only
// that station; here it gets its own title, its own way past the header, and a way to the whole page.
const alone = new URLSearchParams(location.search).get("embed");
const station = alone && document.querySelector(`main > section#${CSS.escape(alone)}`);
if (station) {
  document.documentElement.dataset.embed = alone;
  document.title = `${station.querySelector("h2").textContent} · Warmpath`;
  const skip = document.querySelector(".skip");
  skip.href = `#${alone}`;
  skip.textContent = "To the figure";
  const whole = document.querySelectorAll(".brand, .whole");
  // The same scenario, prompt and moment: as they are when the reader goes.
  const point = () => {
    const address = new URL(location.href);
    const query = address.search.slice(1).split("&").filter((piece) => piece && !piece.startsWith("embed="));
    address.search = query.join("&");
    address.hash ||= alone;
    for (const link of whole) link.href = address.href;
  };
  for (const link of whole) {
    link.target = "_blank";
    link.rel = "noopener";
    for (const event of ["pointerdown", "focus", "click"]) link.addEventListener(event, point);
  }
  document.querySelector(".whole").hidden = false;
  point();
}

// `?present`: for a projector. Type is half as large again, or smaller where a figure would not stand on one screen; one station stands
// alone at a time, and keys turn to the next: the arrows and Page Up and Down, as a presenter's remote sends them, Home and End to the first and the last, as long as no control
// or figure has them. Escape leaves for the whole page, at the same place.
const query = new URLSearchParams(location.search);
if (query.has("present") && !station) {
  const root = document.documentElement;
  root.dataset.present = "";
  const pages = [document.querySelector(".hook"), ...document.querySelectorAll("main > section")];
  const here = () => Math.max(0, pages.findIndex((page) => page.id && page.id === location.hash.slice(1).split("?")[0]));
  /** Of a figure that is longer than a screen, what is to be on the first one; of the others all. */
  const FIRST = { tree: ".controls", router: ".samples", fleet: ".figure-keys", failure: ".figure-keys", lab: ".bench", challenges: ".dares", reality: "#reality-picture", "": "#race, .hero, .lead" };
  /** The sizes of type [%], of which the largest is taken that lets the figure stand on one screen. */
  const SIZES = [150, 140, 130, 120, 112, 105, 100, 94, 88, 82, 76, 70];
  let page;
  let size = 0;
  /** How far the window reaches below what is to be on the first screen [px]. */
  const rest = () => {
    const last = page.querySelectorAll(`:scope ${FIRST[page.id] ?? "> .card"}`);
    return innerHeight - Math.max(0, ...[...last].map((it) => it.getBoundingClientRect().bottom + scrollY));
  };
  const fits = () => rest() >= 8 && [...page.querySelectorAll(":scope > .card")].every((it) => it.scrollWidth <= it.clientWidth);
  /** Makes the type smaller until the figure stands on one screen. While a figure is used its type does not grow again, or it would go to and fro. */
  const fit = () => {
    while (size < SIZES.length) {
      root.style.setProperty("--type", `${SIZES[size]}%`);
      if (fits() || size === SIZES.length - 1) break;
      size += 1;
    }
    root.style.setProperty("--rest", `${Math.ceil(rest())}px`);
    // The section's lead paragraph is shown only where all of it fits on the screen; else alone.css hides it.
    page.toggleAttribute("data-led", true);
    const lead = page.querySelector(":scope > .lead:not(.after)");
    page.toggleAttribute("data-led", Boolean(lead) && lead.getBoundingClientRect().bottom + scrollY <= innerHeight - 8);
  };
  let since = 0;
  const anew = () => {
    // The laboratory's halves scroll, so that they would fit at any size.
    size = page.id === "lab" ? SIZES.indexOf(112) : 0;
    fit();
  };
  // While a figure comes to life its parts come one by one.
  const grown = new ResizeObserver(() => (performance.now() - since < 10_000 ? anew() : fit()));
  const show = () => {
    const at = here();
    for (const [place, it] of pages.entries()) it.toggleAttribute("data-shown", place === at);
    page = pages[at];
    since = performance.now();
    grown.disconnect();
    grown.observe(page);
    scrollTo({ top: 0, behavior: "instant" });
    anew();
  };
  addEventListener("resize", anew);
  const NEXT = ["PageDown", "ArrowRight"];
  addEventListener("keydown", (event) => {
    const turn = { Home: -pages.length, End: pages.length }[event.key] ?? (NEXT.includes(event.key) ? 1 : ["PageUp", "ArrowLeft"].includes(event.key) ? -1 : 0);
    const leave = event.key === "Escape" && !document.querySelector("dialog[open], [popover]:popover-open");
    const busy = event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented || event.target.closest?.("input, select, textarea, [tabindex], [role=tab]");
    if ((turn === 0 && !leave) || busy) return;
    event.preventDefault();
    if (leave) {
      const pieces = location.search.slice(1).split("&").filter((piece) => piece && piece.split("=")[0] !== "present");
      location.href = `${location.pathname}${pieces.length > 0 ? "?" : ""}${pieces.join("&")}${location.hash}`;
      return;
    }
    const to = pages[Math.min(pages.length - 1, Math.max(0, here() + turn))];
    location.hash = to.id || "top";
  });
  addEventListener("hashchange", show);
  addEventListener("popstate", show);
  show();
}
