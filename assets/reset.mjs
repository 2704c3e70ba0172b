// A way back for a figure that somebody has tried things at: it begins as it did when the page was opened, and what was set
// before can be had again. For a machine that several people share. `later.mjs` imports this once the reader does something.
const STATIONS = ["one-gpu", "blocks", "tree", "router", "fleet", "failure"];

const make = (name, attributes, ...children) => {
  const it = Object.assign(document.createElement(name), attributes);
  it.append(...children);
  return it;
};

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

  let before;
  // Whoever goes on from the beginning has no use for what was set before.
  const show = () => {
    if (figure.dataset.touched === undefined) return;
    row.hidden = anew.hidden = false;
    undo.hidden = true;
    said.textContent = "";
  };
  new MutationObserver(show).observe(figure, { attributes: true, attributeFilter: ["data-touched"] });
  show();

  anew.onclick = async () => {
    const { settings } = await import(new URL("share.mjs", document.baseURI).href);
    before = { settings: settings(station), hash: location.hash };
    // What still plays would go on unseen, and write its moments into the address.
    figure.querySelector(".play[aria-label=Pause]")?.click();
    if (location.hash.startsWith(`#${station}?`)) history.replaceState(history.state, "", `#${station}`);
    figure.dispatchEvent(new Event("warmpath-reset"));
    delete figure.dataset.touched;
    said.textContent = `${name} stands as it did at the beginning.`;
    undo.hidden = false;
    anew.hidden = true;
    undo.focus();
  };
  undo.onclick = async () => {
    const { restore } = await import(new URL("share.mjs", document.baseURI).href);
    await restore(station, before.settings);
    if (location.hash.startsWith(`#${station}`)) history.replaceState(history.state, "", before.hash || "#");
    said.textContent = "What was set is set again.";
    anew.focus();
  };
}

export const begin = () => STATIONS.forEach(offer);
