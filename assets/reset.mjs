// A way back for a figure that somebody has tried things at: it begins as it did when the page was opened, and what was set
// before can be had again. For a machine that several people share. `later.mjs` imports this once the reader does something.
const STATIONS = ["one-gpu", "blocks", "tree", "router", "fleet", "failure", "lab", "challenges", "reality"];
/** Those that keep themselves what was there, since it is more than what their controls are set to: runs, and what was solved. */
const KEEPING = ["lab", "challenges", "reality"];

const make = (name, attributes, ...children) => {
  const it = Object.assign(document.createElement(name), attributes);
  it.append(...children);
  return it;
};

/** Has what is set in figures kept for a reload. */
const keep = () => void import(new URL("share.mjs", document.baseURI).href).then((it) => it.keep(), () => {});

/** Begins a figure anew; returns what undoes that. */
async function anewed(station, figure) {
  const ask = (what) => figure.dispatchEvent(new Event(what, { bubbles: true }));
  if (KEEPING.includes(station)) {
    ask(`warmpath-${station}-reset`);
    return () => ask(`warmpath-${station}-restore`);
  }
  const { settings, restore } = await import(new URL("share.mjs", document.baseURI).href);
  const [was, hash] = [settings(station), location.hash];
  // What still plays would go on unseen, and write its moments into the address.
  figure.querySelector(".play[aria-label=Pause]")?.click();
  if (hash.startsWith(`#${station}?`)) history.replaceState(history.state, "", `#${station}`);
  ask("warmpath-reset");
  delete figure.dataset.touched;
  return async () => {
    await restore(station, was);
    if (location.hash.startsWith(`#${station}`)) history.replaceState(history.state, "", hash || "#");
  };
}

/** Puts a row behind the figure, with a button that begins it anew. It shows once the figure was touched. */
function offer(station) {
  const figure = document.getElementById(`figure-${station}`);
  const name = document.querySelector(`.top nav a[href="#${station}"]`).textContent;
  const said = make("p", {});
  said.setAttribute("role", "status");
  const anew = make("button", { type: "button", className: "reset", textContent: "Begin anew" });
  // The words that are seen come first: who speaks to the machine says these.
  anew.setAttribute("aria-label", `Begin anew: ${name}`);
  const undo = make("button", { type: "button", className: "undo", textContent: "Undo", hidden: true });
  undo.setAttribute("aria-label", `Undo: what was set at ${name} before`);
  const row = make("div", { className: "anew", hidden: true }, said, undo, anew);
  figure.after(row);

  let back;
  // Whoever goes on from the beginning has no use for what was set before.
  const show = () => {
    const touched = figure.dataset.touched !== undefined;
    if (touched) keep();
    if (!touched && !undo.hidden) return;
    row.hidden = !touched;
    anew.hidden = false;
    undo.hidden = true;
    said.textContent = "";
  };
  new MutationObserver(show).observe(figure, { attributes: true, attributeFilter: ["data-touched"] });
  show();

  anew.onclick = async () => {
    back = await anewed(station, figure);
    said.textContent = `${name} stands as it did at the beginning.`;
    row.hidden = undo.hidden = false;
    anew.hidden = true;
    undo.focus();
  };
  undo.onclick = async () => {
    await back();
    // What is set again is shown to be, and shows the button.
    await new Promise((next) => setTimeout(next));
    said.textContent = "What was set is set again.";
    anew.focus();
  };
}

export const begin = () => STATIONS.forEach(offer);
