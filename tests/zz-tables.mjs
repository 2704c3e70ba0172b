import { open } from "./zz-shot.mjs";
const SET = { goal: {}, capacity: { tolerance: "5%" }, plan: { replicas: "1..12", frontier: "1.5" }, tune: { settings: "8", "search-seeds": "2", "held-out": "2" } };
for (const tab of (process.argv[2] ?? "goal,capacity,plan,tune").split(",")) {
  const q = tab === "tune" ? "chwbl,smart" : "random,smart,chwbl";
  const s = await open({ width: 1280, height: 900, live: false, address: `?v=2&w=rag&n=100&r=2&rate=4&p=${q}&goal=p95_ttft%3C6s%3Berrors%3C1%25#lab?tab=${tab}` });
  await s.page.waitForSelector("#plan-go", { timeout: 60000 });
  for (const [f, t] of Object.entries(SET[tab])) { await s.page.fill(`#plan-${tab}-${f}`, t); await s.page.keyboard.press("Tab"); }
  await s.page.click("#plan-go");
  await s.page.waitForFunction(() => document.querySelector("#plan-status")?.textContent === "Done." && document.querySelector("#plan-command"), null, { timeout: 120000 });
  console.log(await s.page.evaluate(() => [...document.querySelectorAll(".plan-answer .scroll")].filter(e=>e.querySelector("table")).map((e) => "## " + e.ariaLabel + "\n" + [...e.querySelectorAll("tr")].map((r) => [...r.cells].map((c) => c.textContent).join(" | ")).join("\n")).join("\n")));
  await s.close();
}
