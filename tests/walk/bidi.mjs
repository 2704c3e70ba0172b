// Firefox through WebDriver BiDi: JSON over a WebSocket that Firefox itself opens, without a driver between.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";
import { Visitor } from "./visitor.mjs";

/** What keeps a new profile quiet: no first-run pages, no updates, no talk with its maker. */
const PREFERENCES = {
  "app.normandy.enabled": false,
  "app.update.disabledForTesting": true,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.systemAddon.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "remote.prefs.recommended": true,
  "toolkit.telemetry.reportingpolicy.firstRun": false,
};

export class Bidi extends Visitor {
  /** Starts Firefox with a profile of its own. */
  static async start(name, program) {
    const visitor = new Bidi();
    visitor.name = name;
    visitor.profile = await mkdtemp(join(tmpdir(), "warmpath-firefox-"));
    const lines = Object.entries(PREFERENCES).map(([key, value]) => `user_pref("${key}", ${value});`);
    await writeFile(join(visitor.profile, "user.js"), lines.join("\n"));
    // Not opened on an empty page: then its address bar has the focus, and keys have no effect in a page.
    visitor.browser = spawn(program, ["--headless", "--no-remote", "--profile", visitor.profile, "--remote-debugging-port=0", "--width=1280", "--height=860", "data:text/plain,"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    process.once("exit", () => visitor.browser.kill());
    try {
      const address = await visitor.listens();
      await visitor.connect(`${address}/session`);
      await visitor.send("session.new", { capabilities: {} });
      await visitor.send("session.subscribe", { events: ["log.entryAdded"] });
      visitor.tab = (await visitor.send("browsingContext.getTree", {})).contexts[0].context;
      await visitor.send("browsingContext.activate", { context: visitor.tab });
      await visitor.send("browsingContext.setViewport", { context: visitor.tab, viewport: { width: 1280, height: 800 } });
      return visitor;
    } catch (error) {
      await visitor.end();
      throw error;
    }
  }

  /** The address that Firefox says it listens on. */
  listens() {
    return new Promise((resolve, reject) => {
      let words = "";
      const give = (why) => reject(new Error(`${this.name} does not start: ${why}\n${words.slice(-2000)}`));
      const late = setTimeout(() => give("no WebDriver BiDi within 60 s"), 60_000);
      this.browser.on("error", (error) => give(error.message));
      this.browser.on("exit", (code) => give(`it ended with ${code}`));
      this.browser.stderr.on("data", (more) => {
        words += more;
        const found = /WebDriver BiDi listening on (ws:\S+)/.exec(words);
        if (!found) return;
        clearTimeout(late);
        resolve(found[1]);
      });
    });
  }

  async connect(address) {
    this.asked = new Map();
    this.errors = [];
    this.socket = new WebSocket(address);
    await new Promise((open, failed) => this.socket.once("open", open).once("error", failed));
    this.socket.on("message", (text) => this.hear(JSON.parse(text)));
    this.socket.on("close", () => {
      for (const { reject } of this.asked.values()) reject(new Error(`${this.name} has gone`));
      this.asked.clear();
    });
  }

  hear({ id, type, method, params, result, error, message }) {
    if (method === "log.entryAdded" && params.level === "error") this.errors.push(`console: ${params.text}`);
    const { resolve, reject } = this.asked.get(id) ?? {};
    this.asked.delete(id);
    if (type === "error") reject?.(new Error(`${error}: ${message}`));
    else resolve?.(result);
  }

  send(method, params) {
    const id = (this.last = (this.last ?? 0) + 1);
    return new Promise((resolve, reject) => {
      this.asked.set(id, { resolve, reject });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  async go(url) {
    await this.send("browsingContext.navigate", { context: this.tab, url, wait: "complete" });
  }

  async back() {
    await this.send("browsingContext.traverseHistory", { context: this.tab, delta: -1 });
  }

  async evaluate(work, given) {
    // Through JSON both ways: the protocol has a notation of its own for values.
    const declaration = `(given) => JSON.stringify(${work}(...JSON.parse(given)) ?? null)`;
    const { type, result, exceptionDetails } = await this.send("script.callFunction", {
      functionDeclaration: declaration,
      arguments: [{ type: "string", value: JSON.stringify(given) }],
      target: { context: this.tab },
      awaitPromise: false,
    });
    if (type === "exception") throw new Error(exceptionDetails.text);
    return JSON.parse(result.value);
  }

  async act(actions) {
    await this.send("input.performActions", { context: this.tab, actions });
  }

  /** The errors that Firefox itself has told of, in workers too. */
  told() {
    return this.errors;
  }

  async close() {
    await this.send("browser.close", {}).catch(() => {});
    await this.end();
  }

  async end() {
    this.socket?.terminate();
    const ended = new Promise((next) => (this.browser.exitCode === null ? this.browser.once("exit", next) : next()));
    this.browser.kill();
    await Promise.race([ended, new Promise((next) => setTimeout(next, 5000))]);
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
