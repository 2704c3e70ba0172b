// A browser through WebDriver over HTTP (W3C WebDriver): WebKit's driver with its MiniBrowser, and chromedriver.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { Visitor } from "./visitor.mjs";

/** A port of this machine that nobody listens on. */
const free = () =>
  new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

export class Classic extends Visitor {
  /** Starts a driver and through it a browser. `command` is the driver with what stands before it; `port` makes its argument. */
  static async start(name, command, port, capabilities) {
    const visitor = new Classic();
    visitor.name = name;
    const number = await free();
    const [program, ...before] = command;
    // A group of its own, so that what it starts ends with it.
    visitor.driver = spawn(program, [...before, port(number)], { detached: true, stdio: ["ignore", "ignore", "pipe"] });
    process.once("exit", () => visitor.kill());
    visitor.words = "";
    visitor.driver.stderr.on("data", (words) => (visitor.words = (visitor.words + words).slice(-2000)));
    visitor.driver.on("error", (error) => (visitor.words += error.message));
    visitor.root = `http://127.0.0.1:${number}`;
    try {
      await visitor.awake();
      const { sessionId } = await visitor.send("POST", "/session", { capabilities: { alwaysMatch: capabilities } });
      visitor.root += `/session/${sessionId}`;
      await visitor.send("POST", "/window/rect", { width: 1280, height: 860 });
      return visitor;
    } catch (error) {
      visitor.kill();
      throw new Error(`${name} does not start: ${error.message}\n${visitor.words}`);
    }
  }

  async awake() {
    for (const end = Date.now() + 30_000; ; ) {
      try {
        return await this.send("GET", "/status");
      } catch (error) {
        if (Date.now() > end) throw error;
        await new Promise((next) => setTimeout(next, 100));
      }
    }
  }

  async send(method, path, body) {
    const response = await fetch(this.root + path, {
      method,
      headers: { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(90_000),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }

  go(url) {
    return this.send("POST", "/url", { url });
  }

  back() {
    return this.send("POST", "/back", {});
  }

  evaluate(work, given) {
    return this.send("POST", "/execute/sync", { script: `return ${work}.apply(null, arguments)`, args: given });
  }

  act(actions) {
    return this.send("POST", "/actions", { actions });
  }

  /** What the browser itself has to say of errors: this protocol tells nothing. */
  told() {
    return [];
  }

  async close() {
    await this.send("DELETE", "").catch(() => {});
    this.kill();
  }

  /** Ends the driver with all that it has started. */
  kill() {
    try {
      process.kill(-this.driver.pid);
    } catch {
      // Ended already.
    }
  }
}
