// Starts the page. A file of its own, since the content security policy allows no inline script; Trunk writes the hashed
// names of the wasm and its glue into this script's data attributes.
// The reader's colours come first, so that nothing flashes. (The key is that of src/shell/theme.rs.)
try {
  const theme = localStorage.getItem("warmpath.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is closed: the system's colours.
}
const { glue, wasm } = document.getElementById("boot").dataset;
try {
  const address = (name) => new URL(name, document.baseURI).href;
  // The story is painted first: a page in the foreground lets the browser draw it before anything is fetched for the figures.
  if (!document.hidden) await new Promise((painted) => (requestAnimationFrame(() => setTimeout(painted)), setTimeout(painted, 500)));
  const module = fetch(address(wasm));
  const { default: init } = await import(address(glue));
  await init({ module_or_path: module });
} catch (error) {
  document.getElementById("boot-reason").textContent = String(error);
  document.getElementById("boot-failed").hidden = false;
  throw error;
}

// Last of all, when the page has been painted and has nothing to do: what later visits without a network need. Where it is not
// allowed (a file, a private window, a frame), the page does without.
if ("serviceWorker" in navigator && location.protocol.startsWith("http")) {
  const idle = globalThis.requestIdleCallback ?? ((then) => setTimeout(then, 1000));
  const register = () => idle(() => navigator.serviceWorker.register(new URL("service-worker.mjs", document.baseURI)).catch(() => {}));
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}
