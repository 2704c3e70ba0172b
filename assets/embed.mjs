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
