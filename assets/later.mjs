// What comes when the page has nothing to do: the hook's race, the copy for visits without a network, and once the reader does something, or has
// asked for the lesson, the program that explains. `boot.mjs` imports this.
const SIGNS = ["scroll", "pointermove", "pointerdown", "keydown", "touchstart", "focusin"];

/** `teach` fetches and starts the program that explains. */
export function begin(teach) {
  // Where it is not allowed (a file, a private window, a frame), the page does without.
  if ("serviceWorker" in navigator && location.protocol.startsWith("http"))
    navigator.serviceWorker.register(new URL("service-worker.mjs", document.baseURI)).catch(() => {});

  import(new URL("race.mjs", document.baseURI)).then((race) => race.begin(), (error) => console.warn("The race could not be fetched.", error));

  const start = () => {
    for (const sign of SIGNS) removeEventListener(sign, start, { capture: true });
    const sheet = document.createElement("link");
    Object.assign(sheet, { rel: "stylesheet", href: new URL("teach.css", document.baseURI).href });
    document.head.append(sheet);
    // The page is whole without it: what it adds is not there, and nothing stands still.
    teach().then(
      () => (document.documentElement.dataset.teach = ""),
      (error) => console.warn("The explanations could not be fetched.", error),
    );
  };
  if (new URLSearchParams(location.search).has("lesson") || scrollY > 0) start();
  else for (const sign of SIGNS) addEventListener(sign, start, { capture: true, passive: true });
}
