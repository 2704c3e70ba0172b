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
  const module = fetch(address(wasm));
  const { default: init } = await import(address(glue));
  await init({ module_or_path: module });
  document.documentElement.dataset.started = "";
} catch (error) {
  document.getElementById("boot-reason").textContent = String(error);
  document.getElementById("boot-failed").hidden = false;
  throw error;
}
