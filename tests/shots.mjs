// Pictures of the page into target/shots/: narrow and wide, light and dark. Addresses as arguments ("#tree" "?embed=router"),
// else the page as it opens.
import { mkdir } from "node:fs/promises";
import { ROOT, stage } from "./harness/browser.mjs";
import { started } from "./harness/wait.mjs";

const folder = `${ROOT}target/shots`;
await mkdir(folder, { recursive: true });
const addresses = process.argv.slice(2);
const theatre = await stage();
try {
  for (const address of addresses.length > 0 ? addresses : [""]) {
    for (const width of [360, 1280]) {
      for (const colorScheme of ["light", "dark"]) {
        const { page, context, faults } = await theatre.open(address, {
          viewport: { width, height: 800 },
          colorScheme,
          reducedMotion: "reduce",
        });
        await started(page);
        await page.waitForLoadState("networkidle");
        const name = [address.replace(/[^\w]+/g, "-").replace(/^-|-$/g, "") || "page", width, colorScheme].join("-");
        await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
        console.log(`target/shots/${name}.png`);
        for (const fault of faults) console.log(`  ${fault}`);
        await context.close();
      }
    }
  }
} finally {
  await theatre.close();
}
