// The browsers that walk through the page, and how each is started.
import { existsSync, readdirSync } from "node:fs";
import { Bidi } from "./bidi.mjs";
import { Classic } from "./classic.mjs";

const found = (variable, paths) => process.env[variable] ?? paths.find(existsSync);
/** Where Debian puts WebKit's own small browser: a folder that names the version of its interface. */
const minis = () => {
  const folder = "/usr/lib/x86_64-linux-gnu";
  const libraries = existsSync(folder) ? readdirSync(folder).filter((it) => it.startsWith("webkit2gtk-") || it.startsWith("webkitgtk-")) : [];
  return libraries.sort().reverse().map((it) => `${folder}/${it}/MiniBrowser`);
};

/** Each starts its browser and gives a visitor, or throws. */
export const BROWSERS = {
  firefox() {
    const program = found("WARMPATH_FIREFOX", ["/usr/bin/firefox-esr", "/usr/bin/firefox"]);
    if (!program) throw new Error("no Firefox found; name one in WARMPATH_FIREFOX");
    return Bidi.start("firefox", program);
  },
  webkit() {
    const driver = found("WARMPATH_WEBKIT_DRIVER", ["/usr/bin/WebKitWebDriver"]);
    const binary = found("WARMPATH_MINIBROWSER", minis());
    if (!driver || !binary) throw new Error("no WebKitWebDriver with a MiniBrowser found; name them in WARMPATH_WEBKIT_DRIVER and WARMPATH_MINIBROWSER");
    // It needs a display; Xvfb is one without a screen.
    const command = ["/usr/bin/xvfb-run", "--auto-servernum", "--server-args=-screen 0 1280x900x24", driver];
    return Classic.start("webkit", command, (port) => `--port=${port}`, {
      browserName: "MiniBrowser",
      "webkitgtk:browserOptions": { binary, args: ["--automation"] },
    });
  },
  chromium() {
    const driver = found("CHROMEDRIVER", ["/usr/bin/chromedriver"]);
    const binary = found("WARMPATH_CHROME", ["/usr/bin/chromium", "/usr/bin/google-chrome"]);
    return Classic.start("chromium", [driver], (port) => `--port=${port}`, {
      "goog:chromeOptions": { binary, args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"] },
    });
  },
};
