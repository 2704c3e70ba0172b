// The hook's race: two bars that grow at true time, from the question to the first token. `later.mjs` imports this.

/** A time as the page writes it: whole milliseconds below a second, then tenths of seconds. */
const told = (ms) => (ms < 1000 ? `${Math.round(ms)}\u00a0ms` : `${(ms / 1000).toFixed(1)}\u00a0s`);

export function begin() {
  const button = document.getElementById("race-go");
  const said = document.getElementById("race-said");
  if (!button || !said) return;
  const lanes = [...document.querySelectorAll("#race li")].map((it) => ({ ms: Number(it.dataset.ms), bar: it.querySelector("rect"), count: it.querySelector("b"), end: it.querySelector("b").textContent }));
  const longest = Math.max(...lanes.map(({ ms }) => ms));
  const show = (now) => {
    for (const { ms, bar, count, end } of lanes) {
      bar.setAttribute("width", (Math.min(now, ms) / longest) * 100);
      count.textContent = now < ms ? told(now) : end;
    }
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    said.textContent = "";
    // Whoever asked for less motion sees each second, and each end.
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const from = performance.now();
    let last = -1;
    const frame = () => {
      const now = performance.now() - from;
      const stops = lanes.filter(({ ms }) => ms <= now).length;
      const step = still ? Math.floor(now / 1000) + stops / 10 : now;
      if (step !== last) show(now);
      last = step;
      if (now < longest) return requestAnimationFrame(frame);
      button.disabled = false;
      button.textContent = "Ask twice again";
      const [first, second] = lanes.map(({ ms }) => ms).sort((a, b) => a - b);
      said.textContent = `On average, ${told(second - first)} later.`;
    };
    frame();
  });
}
