// What comes when the page has nothing to do: the hook's race, the copy for visits without a network, drops of files, and once the reader
// does something, or has asked for the lesson, the program that explains. `boot.mjs` imports this.
const SIGNS = ["scroll", "pointermove", "pointerdown", "keydown", "touchstart", "focusin"];

/** A file that is dropped on a figure with a field for one is opened by that field. */
function takeDrops() {
  // What has taken the event already (the laboratory's settings) goes on by itself.
  const field = ({ target, defaultPrevented }) =>
    defaultPrevented ? null : target.closest?.("[id^=figure-]")?.querySelector("input[type=file]");
  let over;
  const mark = (card) => {
    if (card === over) return;
    delete over?.dataset.over;
    over = card;
    if (over) over.dataset.over = "";
  };
  addEventListener("dragover", (event) => {
    const found = field(event);
    if (found) event.preventDefault();
    mark(found?.closest("[id^=figure-]"));
  });
  addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || mark());
  addEventListener("drop", (event) => {
    const found = field(event);
    mark();
    if (!found || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    found.files = event.dataTransfer.files;
    found.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

/** `teach` fetches and starts the program that explains. */
export function begin(teach) {
  takeDrops();
  // Where it is not allowed (a file, a private window, a frame), the page does without.
  if ("serviceWorker" in navigator && location.protocol.startsWith("http"))
    navigator.serviceWorker.register(new URL("service-worker.mjs", document.baseURI)).catch(() => {});

  import(new URL("race.mjs", document.baseURI)).then((race) => race.begin(), (error) => console.warn("The race could not be fetched.", error));

  const start = () => {
    for (const sign of SIGNS) removeEventListener(sign, start, { capture: true });
    const sheet = document.createElement("link");
    Object.assign(sheet, { rel: "stylesheet", href: new URL("teach.css", document.baseURI).href });
    document.head.append(sheet);
    import(new URL("reset.mjs", document.baseURI)).then((it) => it.begin(), () => {});
    // The page is whole without it: what it adds is not there, and nothing stands still.
    teach().then(
      () => (document.documentElement.dataset.teach = ""),
      (error) => console.warn("The explanations could not be fetched.", error),
    );
  };
  if (new URLSearchParams(location.search).has("lesson") || scrollY > 0) start();
  else for (const sign of SIGNS) addEventListener(sign, start, { capture: true, passive: true });
}
