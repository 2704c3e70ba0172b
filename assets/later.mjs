// What comes when the page has nothing to do: the hook's race, the copy for visits without a network, drops of files, the model card, and once the reader
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

/** Parts of the page that stand in files of their own come when the reader is two screens away; until then a link is there. */
function fetchParts() {
  const near = new IntersectionObserver(
    (seen) => {
      for (const { target } of seen.filter((it) => it.isIntersecting)) {
        near.unobserve(target);
        put(target).catch((error) => console.warn("A part of the page could not be fetched.", error));
      }
    },
    { rootMargin: "200% 0px" },
  );
  document.querySelectorAll("[data-part]").forEach((place) => near.observe(place));
}

async function put(place) {
  const response = await fetch(new URL(place.dataset.part, document.baseURI));
  if (!response.ok) throw new Error(`status ${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  place.replaceChildren(...page.getElementById(place.id).childNodes);
}

/** Resolves once nobody has pressed a key for as long as one takes between two words: what is begun then delays no letter. */
const pauseInTyping = () =>
  new Promise((done) => {
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        removeEventListener("keydown", wait, { capture: true });
        done();
      }, 400);
    };
    addEventListener("keydown", wait, { capture: true, passive: true });
    wait();
  });

/** `teach` fetches and starts the program that explains. */
export function begin(teach) {
  takeDrops();
  fetchParts();
  // Where it is not allowed (a file, a private window, a frame), the page does without.
  if ("serviceWorker" in navigator && location.protocol.startsWith("http"))
    navigator.serviceWorker.register(new URL("service-worker.mjs", document.baseURI)).catch(() => {});

  import(new URL("race.mjs", document.baseURI)).then((race) => race.begin(), (error) => console.warn("The race could not be fetched.", error));

  const start = async () => {
    for (const sign of SIGNS) removeEventListener(sign, start, { capture: true });
    // A sheet of styles more has the whole page styled anew.
    await pauseInTyping();
    const sheet = document.createElement("link");
    Object.assign(sheet, { rel: "stylesheet", href: new URL("teach.css", document.baseURI).href });
    // A word that becomes a button looks like one only with it.
    const styled = new Promise((done) => (sheet.onload = sheet.onerror = done));
    document.head.append(sheet);
    import(new URL("reset.mjs", document.baseURI)).then((it) => it.begin(), () => {});
    // The page is whole without it: what it adds is not there, and nothing stands still.
    styled.then(() => teach()).then(
      () => (document.documentElement.dataset.teach = ""),
      (error) => console.warn("The explanations could not be fetched.", error),
    );
  };
  if (new URLSearchParams(location.search).has("lesson") || scrollY > 0) start();
  else for (const sign of SIGNS) addEventListener(sign, start, { capture: true, passive: true });
}
