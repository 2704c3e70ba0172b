// Starts the browser and opens the page in it, listening for everything that must not happen.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "./serve.mjs";

/** The repository's root folder. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** By how many times pages are slowed down, to find tests that pass only where a page is fast; they are not if this is 0. */
const SLOWED = Number(process.env.WARMPATH_SLOWED ?? 0);

const CHROMES = ["/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser"];

/** The page, served (compressed, if asked) and with a browser to open it in. `close()` ends both. */
export async function stage({ gzip = false } = {}) {
  const executablePath = process.env.WARMPATH_CHROME ?? CHROMES.find(existsSync);
  if (!executablePath) throw new Error("no Chromium found; name one in WARMPATH_CHROME");
  const server = await serve(`${ROOT}dist`, { gzip });
  const browser = await chromium.launch({
    executablePath,
    // Root may not use the sandbox, and containers have little shared memory.
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  return {
    server,
    browser,
    chrome: executablePath,
    /**
     * Opens the page at `address` (relative: "?v=2#tree") in a fresh browser profile. `options` are those of playwright's
     * newContext: viewport, colorScheme, reducedMotion, javaScriptEnabled, … The service worker is kept out unless asked for.
     * `whole`: sections far from the window are rendered too; else the browser has no innerText of them.
     */
    async open(address = "", { whole = false, ...options } = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, serviceWorkers: "block", ...options });
      const page = await context.newPage();
      const faults = await listen(page, server.origin, options.javaScriptEnabled ?? true);
      if (SLOWED) await (await context.newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate: SLOWED });
      if (whole) await page.addInitScript(render);
      await page.goto(new URL(address, server.url).href);
      if (whole && options.javaScriptEnabled === false) await page.evaluate(render);
      return { page, context, faults };
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Has all sections rendered, wherever the window is. */
function render() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("main > section { content-visibility: visible !important; }");
  document.adoptedStyleSheets = [sheet];
}

/** Collects what must never happen: errors, violations of the content security policy, requests to elsewhere or refused. */
async function listen(page, origin, scripts) {
  const faults = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => faults.push(`uncaught: ${error.stack ?? error}`));
  page.on("crash", () => faults.push("the page crashed"));
  page.on("requestfailed", (request) => {
    // A page that is left or a worker that is ended breaks its own requests off.
    const why = request.failure()?.errorText ?? "";
    // With scripts off the browser refuses a preloaded one, and calls that "csp".
    const expected = why === "net::ERR_ABORTED" || (why === "csp" && !scripts);
    if (!expected) faults.push(`request: ${request.url()} ${why}`);
  });
  page.on("request", (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (/^https?:$|^wss?:$/.test(protocol) && asked !== origin) faults.push(`a request to elsewhere: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`response: ${response.status()} ${response.url()}`);
  });
  await page.exposeFunction("__violation", (text) => faults.push(`content security policy: ${text}`));
  await page.addInitScript(() =>
    document.addEventListener("securitypolicyviolation", (event) =>
      window.__violation(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`),
    ),
  );
  return faults;
}
