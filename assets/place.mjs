// Keeps the reader's place: where a link, the history or a reload has brought them, until they scroll themselves.
//
// Sections far from the window are not laid out and only guess their height, and figures come to life one by one: what stands
// above a station changes its height after the browser has scrolled to it. So the place is an element and how far below the
// window's top it is, and is taken again whenever the page's height changes. The history holds it for each of its entries.
const root = document.documentElement;
/** What the reader scrolls with. */
const MOVING = ["wheel", "touchmove", "pointerdown", "keydown"];

/** What is kept where: `{ at: element, top: px }`. Without a `top`, beneath the header. */
let aim = null;
/** Whether the aim was asked for, and the reader has not moved since. */
let asked = false;
/** Whether the browser itself may still bring the fragment into view. */
let loading = true;
/** The scroll position when the aim was last taken [px]. */
let taken = 0;

const top = (element) => element.getBoundingClientRect().top;
const header = () => parseFloat(getComputedStyle(root).scrollPaddingTop) || 0;
/** The places with a name. */
const places = () => [...document.querySelectorAll("#top, main > section, main > section > [id]")];
/** Those that are there from the start, and so when the page is loaded again. */
const first = places();
/** The last of them that begins above `line` [px from the window's top]. */
const landmark = (line, of = places()) => of.filter((it) => it.checkVisibility() && top(it) <= line).at(-1);

function go(at, px) {
  // What is folded away has no place.
  for (let it = at; it; it = it.parentElement) if (it.matches("details")) it.open = true;
  aim = at && { at, top: px };
  asked = Boolean(aim);
  taken = scrollY;
  // The browser's own correction would keep something else where it is.
  root.style.overflowAnchor = asked ? "none" : "";
  take();
}

/** The reader moves: what they have come to stays, as far as the browser does not see to that. */
function release() {
  asked = false;
  root.style.overflowAnchor = "";
  const at = landmark(header() + 1);
  aim = at ? { at, top: top(at) } : null;
  taken = scrollY;
}

/** Takes the aim: scrolls by what its element has moved. If the page has been scrolled instead, that was the reader. */
function take() {
  if (!aim?.at.checkVisibility()) return;
  const off = top(aim.at) - (aim.top ?? header());
  // A page that has become shorter scrolls up by itself, and one that is loading goes to what its fragment names.
  const cut = scrollY < taken && scrollY > root.scrollHeight - innerHeight - 2;
  if (Math.abs(scrollY - taken) >= 1 && !(asked && (cut || loading))) {
    if (!asked || Math.abs(off) >= 1) release();
  } else if (Math.abs(off) >= 1) {
    scrollTo({ top: scrollY + off, behavior: "instant" });
  }
  taken = scrollY;
}

/** The element that a fragment names: `#fleet?t=12.4s` is the fleet's. */
const named = (hash) => (hash === "" ? document.body : document.getElementById(hash.slice(1).split("?")[0]));

/** Goes where the present entry of the history says: where the reader left it, else where its fragment points. */
function arrive() {
  const place = history.state?.place;
  const at = place && document.getElementById(place.id);
  if (at) {
    // What a figure shows only once it is seen is to be there when its reader comes back to it (src/lab/opening.rs).
    at.dataset.kept = "";
    go(at, place.top);
  } else go(named(location.hash), location.hash === "" ? 0 : undefined);
}

/** Writes into the history where the reader is. */
function keep() {
  const at = landmark(innerHeight / 2, first);
  if (!at) return;
  try {
    history.replaceState({ ...history.state, place: { id: at.id, top: Math.round(top(at)) } }, "");
  } catch {
    // Too often for this browser; the next pause in scrolling tries again.
  }
}

history.scrollRestoration = "manual";
arrive();
addEventListener("load", () => setTimeout(() => (loading = false), 100));

for (const event of MOVING) addEventListener(event, () => asked && release(), { capture: true, passive: true });
new ResizeObserver(take).observe(document.getElementById("top"));
for (const event of ["popstate", "hashchange"]) addEventListener(event, arrive);
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='#']");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  keep();
  // To where the address already points it is no step in the history, and nothing else tells of it.
  go(named(link.hash));
});

let still;
addEventListener("scroll", () => {
  // A scroll bar, a search in the page, a screen reader: no wheel and no key.
  if (asked) take();
  clearTimeout(still);
  still = setTimeout(() => {
    if (!asked) release();
    keep();
  }, 200);
});
