import { open, shot } from "./zz-shot.mjs";
const [, , width, scheme = "light", tabs = "goal,capacity,plan,tune"] = process.argv;
const SET = { goal: {}, capacity: { tolerance: "5%" }, plan: { replicas: "1..12", frontier: "1.5" }, tune: { settings: "8", "search-seeds": "2", "held-out": "2" } };
for (const tab of tabs.split(",")) {
  const q = tab === "tune" ? "chwbl,smart" : "random,smart,chwbl";
  const s = await open({ width: +width, height: 900, scheme, live: false, address: `?v=2&w=rag&n=100&r=2&rate=4&p=${q}&goal=p95_ttft%3C6s%3Berrors%3C1%25#lab?tab=${tab}` });
  await s.page.evaluate(() => { const sh = new CSSStyleSheet(); sh.replaceSync(".top{position:static!important} #lab-settings{position:static!important;max-height:none!important}"); document.adoptedStyleSheets = [...document.adoptedStyleSheets, sh]; });
  await s.page.waitForSelector("#plan-go", { timeout: 60000 });
  for (const [f, t] of Object.entries(SET[tab])) { await s.page.fill(`#plan-${tab}-${f}`, t); await s.page.keyboard.press("Tab"); }
  await s.page.click("#plan-go");
  await s.page.waitForFunction(() => document.querySelector("#plan-status")?.textContent === "Done." && document.querySelector("#plan-command"), null, { timeout: 120000 });
  await s.page.waitForTimeout(1200);
  await s.page.locator("#plan-answer, .plan-answer").first().scrollIntoViewIfNeeded();
  console.log(tab, await s.page.evaluate(() => [...document.querySelectorAll("#lab .scroll")].filter((e) => e.clientWidth).map((e) => [e.ariaLabel, e.clientWidth, e.scrollWidth].join(" "))));
  await s.page.evaluate(async () => { for (const f of document.querySelectorAll("#figure-one-gpu,#figure-blocks,#figure-tree,#figure-router,#figure-fleet,#figure-failure")) { while (f.dataset.live === undefined) { f.scrollIntoView(); await new Promise(n=>setTimeout(n,30)); } } }); await s.page.waitForTimeout(1500); await shot(s.page, ".plan-answer", `/tmp/w/p-${width}-${scheme}-${tab}`);
  await s.close();
}
