// A visitor of the page in any browser: what a hand does, and what is read off the page. Each browser's driver adds how it is
// told: `send(name, …)` below. Times are in milliseconds.

/** How long a visitor waits for anything; a run in a worker on a busy machine takes the longest. */
const PATIENCE = 40_000;

/** Keys that have no character of their own, as WebDriver names them. */
const KEYS = { Enter: "\uE007", Tab: "\uE004", ArrowRight: "\uE014", ArrowLeft: "\uE012", Escape: "\uE00C", Control: "\uE009", " ": " " };

export class Visitor {
  /** What the page says to a function that takes and gives JSON. The function runs in the page and sees nothing of here. */
  async run(work, ...given) {
    return this.evaluate(`(${work})`, given);
  }

  /** Waits until the function gives something true, and gives that. `what` names it should it never come. */
  async until(what, work, ...given) {
    let last;
    for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
      // A page that is being left cannot answer; the next one will.
      last = await this.run(work, ...given).catch((error) => ({ failed: String(error.message) }));
      if (last && !last.failed) return last;
      await new Promise((next) => setTimeout(next, 50));
    }
    throw new Error(`${this.name}: no ${what}${last?.failed ? `: ${last.failed}` : ""}`);
  }

  /** Waits until the page has started its first program. */
  begun() {
    return this.until("start of the page", () => {
      const failed = document.getElementById("boot-failed");
      if (failed && !failed.hidden) throw new Error(failed.textContent);
      return document.documentElement.dataset.started !== undefined;
    });
  }

  /** Goes to a section and waits until its figures are live and it stays: what comes to life above moves it. */
  reach(section) {
    return this.until(`life in #${section}`, (id) => {
      const section = document.getElementById(id);
      const there = Math.abs(section.getBoundingClientRect().top) < innerHeight / 4 || scrollY + innerHeight > document.documentElement.scrollHeight - 2;
      globalThis.stayed = there && globalThis.reaching === id ? globalThis.stayed + 1 : 0;
      globalThis.reaching = id;
      if (!there) section.scrollIntoView({ behavior: "instant" });
      // The reality check's rows and the model card are text and stay so.
      const figures = [...section.querySelectorAll("[id^=figure-], #reality-controls")];
      return globalThis.stayed > 3 && figures.every((it) => ["figure-reality", "figure-model-card"].includes(it.id) || it.dataset.live !== undefined);
    }, section);
  }

  /** Clicks on an element, which is brought to the middle of the window where it cannot be clicked on as it stands. */
  async click(selector) {
    const place = () => this.run(
      (selector) => {
        const element = [...document.querySelectorAll(selector)].find((it) => it.checkVisibility());
        const look = () => {
          const { x, y, width, height } = element.getBoundingClientRect();
          const at = { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
          return { ...at, free: element.contains(document.elementFromPoint(at.x, at.y)) };
        };
        if (!element || look().free) return element && look();
        element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
        return look();
      },
      selector,
    );
    // What comes to life above moves it: a hand waits until it stands still.
    let last = null;
    for (let [still, end] = [0, Date.now() + PATIENCE]; still < 4; ) {
      const at = await place();
      still = at?.free && last?.x === at.x && last.y === at.y ? still + 1 : 0;
      if (Date.now() > end) throw new Error(`${this.name}: nothing to click on at ${selector}: ${JSON.stringify(at)}`);
      last = at;
      await new Promise((next) => setTimeout(next, 60));
    }
    const actions = [
      { type: "pointerMove", x: last.x, y: last.y, duration: 0, origin: "viewport" },
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ];
    await this.act([{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }]);
  }

  /** Types keys where the focus is: names such as "Enter", or characters. */
  async press(...keys) {
    const actions = keys.flatMap((key) => ["keyDown", "keyUp"].map((type) => ({ type, value: KEYS[key] ?? key })));
    await this.act([{ type: "key", id: "keyboard", actions }]);
  }

  /** Puts the focus on a control, and waits until it is in sight: not every browser scrolls to it by itself. */
  focus(selector) {
    return this.until(`focus on ${selector}`, (selector) => {
      const control = document.querySelector(selector);
      control?.scrollIntoView({ block: "center", behavior: "instant" });
      control?.focus({ preventScroll: true });
      const { top, bottom } = control?.getBoundingClientRect() ?? {};
      const middle = (top + bottom) / 2;
      return document.activeElement === control && middle > 0 && middle < innerHeight;
    }, selector);
  }

  /** Types a text over what stands in a box. */
  async write(selector, text) {
    await this.focus(selector);
    await this.run((selector) => document.querySelector(selector).select(), selector);
    await this.press(...text);
  }
}

/**
 * What a page must never do, collected by the page itself: put before its first script by the test's server, since not every
 * driver tells of errors.
 */
export const FAULTS = `
globalThis.faults = [];
addEventListener("error", (event) => {
  // Not a fault: what watches sizes has changed one, and is told again in the next frame.
  if (!event.message?.startsWith("ResizeObserver loop")) faults.push("uncaught: " + event.message + " " + (event.error?.stack ?? ""));
});
addEventListener("unhandledrejection", (event) => faults.push("rejected: " + event.reason + " " + (event.reason?.stack ?? "")));
addEventListener("securitypolicyviolation", (event) => faults.push("content security policy: " + event.effectiveDirective + " " + event.blockedURI));
{ const said = console.error; console.error = (...all) => { faults.push("console: " + all.join(" ")); said.apply(console, all); }; }
`;
