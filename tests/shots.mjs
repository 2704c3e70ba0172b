// Pictures of the page into target/shots/: the opening and every section, at four widths, light and dark. Addresses as
// arguments ("#tree" "?embed=router") are taken whole instead; SECTIONS=router,fleet in the environment narrows it down, and WIDTHS=360,1280 does.
// Without addresses assets/card.png is made anew too, which other sites show beside a link to the page; `card` makes nothing else.
import { mkdir } from "node:fs/promises";
import { ROOT, stage } from "./harness/browser.mjs";
import { begun, started } from "./harness/wait.mjs";

const folder = `${ROOT}target/shots`;
await mkdir(folder, { recursive: true });
const addresses = process.argv.slice(2);
/** The top of the page as a picture of 1200 by 630, without the links and buttons of its header. */
async function card(theatre) {
  const { page, context } = await theatre.open("", { viewport: { width: 1200, height: 630 }, colorScheme: "light", reducedMotion: "reduce" });
  await begun(page);
  await page.evaluate(() => document.querySelectorAll(".top nav, .tools").forEach((it) => (it.style.display = "none")));
  await page.screenshot({ path: `${ROOT}assets/card.png` });
  await context.close();
  console.log("assets/card.png");
}

const wanted = process.env.SECTIONS?.split(",");
const theatre = await stage();
try {
  const alone = addresses.join() === "card";
  if (alone || addresses.length === 0) await card(theatre);
  for (const width of alone ? [] : (process.env.WIDTHS ?? "360,768,1280,1920").split(",").map(Number)) {
    for (const colorScheme of ["light", "dark"]) {
      for (const address of addresses.length > 0 ? addresses : [""]) {
        const { page, context, faults } = await theatre.open(address, {
          viewport: { width, height: 900 },
          colorScheme,
          reducedMotion: "reduce",
          whole: true,
        });
        await started(page);
        await page.waitForLoadState("networkidle");
        // A header that sticks would lie across tall pictures.
        await page.evaluate(() => { document.querySelector(".top").style.position = "static"; });
        const keep = async (name, what) => {
          const path = `target/shots/${[name, width, colorScheme].join("-")}.png`;
          await what.screenshot({ path: `${ROOT}${path}`, fullPage: what === page ? true : undefined });
          console.log(path);
        };
        if (addresses.length > 0) {
          await keep(address.replace(/[^\w]+/g, "-").replace(/^-|-$/g, "") || "page", page);
        } else {
          const ids = await page.locator("main > section").evaluateAll((all) => all.map((section) => section.id));
          for (const id of ["hook", ...ids].filter((id) => !wanted || wanted.includes(id))) {
            await keep(id, page.locator(id === "hook" ? ".hook" : `#${id}`));
          }
        }
        for (const fault of faults) console.log(`  ${fault}`);
        await context.close();
      }
    }
  }
} finally {
  await theatre.close();
}
