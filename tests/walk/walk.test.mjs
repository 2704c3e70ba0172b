// The walk of a visitor, in the browser that WARMPATH_BROWSER names: every station, a run in the laboratory, a file that is
// dropped, a link, Back, a visit without a network. What the page's own tests do in Chromium in detail is done here once in
// each browser. `cargo xtask test` runs it in Firefox and in WebKit; the third, chromium, is there to tell a fault of the walk
// from one of a browser.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ROOT } from "../harness/browser.mjs";
import { serve } from "../harness/serve.mjs";
import { BROWSERS } from "./browsers.mjs";
import { FAULTS } from "./visitor.mjs";

const start = BROWSERS[process.env.WARMPATH_BROWSER];
if (!start) throw new Error(`WARMPATH_BROWSER is to be one of ${Object.keys(BROWSERS).join(", ")}`);

const open = () => serve(`${ROOT}dist`, { before: { "embed.mjs": FAULTS } });
let visitor;
let server;
const leave = async () => {
  await visitor?.close();
  await server?.close();
  [visitor, server] = [];
};
after(leave);
// Whoever breaks the run off takes the browser along.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const faults = (visitor) => visitor.run(() => globalThis.faults ?? ["no record of faults"]);

/**
 * A part of the walk, on the page opened at `address`. It fails also on any error or violation that the page or the browser
 * tells of, but for what is `meant` to be. It may fail once, and is then told of as a second try, with a browser started anew.
 */
function walk(name, address, go, meant = /^$/) {
  const once = async () => {
    server ??= await open();
    visitor ??= await start();
    // What the page before was still fetching breaks off, and is told of, before this one begins.
    await visitor.go("about:blank");
    const told = visitor.told().length;
    await visitor.go(new URL(address, server.url).href);
    await visitor.begun();
    await go(visitor, server);
    assert.deepEqual([...(await faults(visitor)), ...visitor.told().slice(told)].filter((it) => !meant.test(it)), []);
  };
  test(name, { timeout: 240_000 }, async (context) => {
    try {
      await once();
    } catch (error) {
      context.diagnostic(`needed a second try: ${String(error.message).replace(/\s+/g, " ").slice(0, 600)}`);
      await leave();
      await once();
    }
  });
}

walk("an error, what is said to be one and a violation of the content security policy are noticed", "", async (v) => {
  await v.run(() => {
    setTimeout(() => { throw new Error("meant: thrown"); });
    console.error("meant: said");
    const script = document.createElement("script");
    script.textContent = "window.inline = true";
    document.head.append(script);
  });
  // A browser may keep the words of what a driver has thrown to itself.
  for (const kind of ["uncaught: ", "meant: said", "policy: script-src"])
    await v.until(`record of ${kind}`, (kind) => globalThis.faults.some((it) => it.includes(kind)), kind);
}, /meant: |^uncaught: Script error|script-src|Content-Security-Policy/);

walk("every station comes to life, is as wide as the window and says of no part that it failed", "", async (v) => {
  const sections = await v.run(() => [...document.querySelectorAll("main > section")].map((it) => it.id));
  assert.ok(sections.length >= 10, sections.join(" "));
  for (const id of sections) {
    await v.reach(id);
    const wrong = await v.run((id) => {
      const section = document.getElementById(id);
      const shown = [...section.querySelectorAll(".still, [role=alert]")].filter((it) => it.checkVisibility() && it.textContent.trim());
      const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
      return [...shown.map((it) => it.textContent), ...(wide > 0 ? [`${wide} px wider than the window`] : [])];
    }, id);
    assert.deepEqual(wrong, [], id);
  }
  assert.deepEqual(await v.run(() => [...document.querySelectorAll("#boot-failed, #broken, #refused, #older")].filter((it) => !it.hidden).map((it) => it.id)), []);
});

walk("a prompt is sent to one GPU and to the router, by click and by key", "", async (v) => {
  await v.reach("one-gpu");
  await v.click("#one-gpu-empty");
  await v.until("an empty cache", () => document.querySelectorAll("#figure-one-gpu .sends li").length === 0);
  await v.run(() => document.getElementById("one-gpu-send").focus());
  await v.press("Enter");
  await v.until("first answer", () => document.querySelectorAll("#figure-one-gpu .sends li").length === 1);
  await v.press("Enter");
  await v.until("second answer", () => /4,144 of 4,160 tokens were still in the cache/.test(document.querySelector("#figure-one-gpu .say").textContent.replace(/\s+/g, " ")));
  await v.reach("router");
  await v.click("#router-send");
  await v.until("what was sent, in the log", () => document.querySelector("#figure-router .log")?.textContent.replace(/\s+/g, " ").includes("Sent to replica 2"));
});

walk("what is typed is cut into blocks, follows the tree and stays in the address, and Back undoes a step", "", async (v) => {
  await v.reach("blocks");
  const before = await v.run(() => document.querySelector("#figure-blocks .block code").textContent);
  await v.write("#blocks-prompt", "You are a lamp, and a rather bright one.");
  await v.until("other blocks", (before) => document.querySelector("#figure-blocks .block code").textContent !== before, before);
  await v.reach("tree");
  await v.write("#tree-second", "Nothing asked before.");
  await v.until("a miss", () => document.querySelectorAll("#figure-tree .node.lit").length === 0);
  await v.click("nav a[href='#tree']");
  await v.until("the tree's place", () => location.hash === "#tree" && Math.abs(document.getElementById("tree").getBoundingClientRect().top - 64) < 40);
  await v.write("#tree-second", "You are a lamp");
  await v.until("the prompt in the address", () => location.hash === "#tree?q=You%20are%20a%20lamp");
  await v.click("nav a[href='#router']");
  await v.until("the router's place", () => location.hash === "#router");
  await v.back();
  await v.until("the tree again", () => location.hash === "#tree?q=You%20are%20a%20lamp" && Math.abs(document.getElementById("tree").getBoundingClientRect().top - 64) < innerHeight);
  assert.equal(await v.run(() => document.querySelector("#tree-second").value), "You are a lamp");
});

walk("what comes second is there on a wide screen, and in a narrow frame under a line that opens it", "", async (v) => {
  await v.reach("tree");
  const wide = await v.run(() => [...document.querySelector("#tree > .wide-open").children].map((it) => it.checkVisibility() && it.getBoundingClientRect().height));
  assert.ok(wide[0] === false && wide[1] > 40, String(wide));
  await v.run(() => {
    const frame = Object.assign(document.createElement("iframe"), { src: "./#tree", id: "narrow" });
    Object.assign(frame.style, { position: "fixed", inset: "0 auto auto 0", width: "360px", height: "700px" });
    document.body.append(frame);
  });
  const inside = () => {
    const fold = document.getElementById("narrow").contentDocument?.querySelector("#tree > .wide-open");
    if (!fold) return null;
    fold.scrollIntoView({ block: "center", behavior: "instant" });
    return [...fold.children].map((it) => it.checkVisibility() && it.getBoundingClientRect().height);
  };
  await v.until("a fold in the frame", `() => { const it = (${inside})(); return it && it[0] >= 24 && it[1] === false; }`);
  await v.run(() => document.getElementById("narrow").contentDocument.querySelector("#tree > .wide-open > summary").click());
  await v.until("what is inside", `() => { const it = (${inside})(); return it && it[1] > 40; }`);
  // The next walk may go on in this document, where the frame would lie over what it clicks. Out of sight, not out of the
  // document: WebKit's page at times never answers again once a frame with a program at work in it is removed.
  await v.run(() => { document.getElementById("narrow").style.display = "none"; });
});

walk("the fleet plays, is stepped by key and jumps to where policies part", "#fleet", async (v) => {
  await v.reach("fleet");
  await v.until("the fleet's lanes", () => document.querySelector("#figure-fleet .lanes .strip") && document.querySelector("#fleet-parting")?.disabled === false);
  await v.click("#fleet-parting");
  const hash = await v.until("a moment in the address", () => /^#fleet\?t=\d+\.\d+s&card=\d-\d+$/.test(location.hash) && location.hash);
  await v.run(() => document.querySelector("#figure-fleet .figure-keys, #figure-fleet [tabindex='0']").focus());
  await v.press("ArrowRight");
  await v.until("the next event", (hash) => location.hash !== hash, hash);
  await v.click("#figure-fleet .play");
  await v.until("a clock that runs", () => {
    const now = document.querySelector("#figure-fleet .clock").textContent;
    globalThis.clockWas ??= now;
    return globalThis.clockWas !== now;
  });
  await v.click("#figure-fleet .play");
});

const SMALL = "?v=2&w=shared-system&n=120&p=chwbl,least-load#lab";
const done = (v) => v.until("end of the run", () => document.querySelector("#lab-status")?.textContent === "Done.");

walk("a link is opened as it was sent, and its run gives charts and a table", SMALL, async (v) => {
  await v.reach("lab");
  assert.deepEqual(
    await v.run(() => [document.querySelector("#lab-requests").value, ...[...document.querySelectorAll("#lab-policies .name")].map((it) => it.textContent.trim())]),
    ["120", "chwbl", "least-load"],
  );
  await v.click("#lab-run");
  await done(v);
  assert.match(await v.run(() => document.querySelector("#lab-table").textContent.replace(/\s+/g, " ")), /Successful requests ?120 ?120/);
  const blank = await v.run(() => {
    const canvases = [...document.querySelectorAll("#lab-charts canvas")];
    const drawn = canvases.filter((it) => {
      const { data } = it.getContext("2d").getImageData(0, 0, it.width, it.height);
      return new Set(new Uint32Array(data.buffer)).size > 10;
    });
    return [canvases.length, drawn.length];
  });
  assert.ok(blank[0] > 0 && blank[0] === blank[1], `${blank[1]} of ${blank[0]} charts are drawn`);
});

walk("a setting is a step in the history, and Back takes it back", "?v=2&n=50#lab", async (v) => {
  await v.reach("lab");
  await v.run(() => document.querySelectorAll("#lab details.group").forEach((it) => (it.open = true)));
  await v.write("#lab-replicas", "6");
  await v.press("Tab");
  await v.until("the setting in the address", () => location.search === "?v=2&n=50&r=6");
  await v.back();
  await v.until("the address before", () => location.search === "?v=2&n=50" && document.querySelector("#lab-replicas").value !== "6");
});

walk("a link that is not understood says so at the top", "?v=2&n=50&r=-3#lab", async (v) => {
  const said = await v.until("a notice", () => !document.getElementById("refused").hidden && document.getElementById("refused").textContent);
  assert.match(said, /r=-3/);
});

walk("a file that is dropped is read, told of and run", "?v=2&p=smart#lab", async (v) => {
  await v.reach("lab");
  const trace = [0, 150.5, 400, 900.5].map((at, n) => `{"timestamp": ${at * 1000}, "input_length": ${1100 + n}, "output_length": 20, "hash_ids": [1, 2, ${n + 3}]}`).join("\n");
  await v.run((trace) => {
    const held = new DataTransfer();
    held.items.add(new File([trace], "trace.jsonl", { type: "text/plain" }));
    const place = document.getElementById("lab-settings");
    for (const type of ["dragover", "drop"]) place.dispatchEvent(new DragEvent(type, { dataTransfer: held, bubbles: true, cancelable: true }));
  }, trace);
  await v.until("what the file holds", () => /4\s+requests/.test(document.querySelector("#lab-status").textContent));
  await v.click("#lab-run");
  await done(v);
});

walk("a link that is shared brings along what is set", "", async (v) => {
  await v.reach("tree");
  await v.write("#tree-second", "You are a lamp. ".repeat(20).trim());
  await v.reach("router");
  await v.focus("#overlap-weight");
  await v.press("ArrowLeft", "ArrowLeft", "ArrowLeft");
  const weight = await v.until("another weight", () => document.querySelector("#overlap-weight").value !== "1" && document.querySelector("#overlap-weight").value);
  await v.click("#share");
  // What is set is packed after the menu has opened.
  const link = await v.until("a link with what is set", () => /^.*#router\?z=1[\w-]+$/.exec(document.querySelector("#share-menu[open] #share-link")?.value ?? "")?.[0]);
  await v.press("Escape");
  await v.until("the menu's end", () => !document.querySelector("#share-menu").open && document.activeElement.id === "share");
  await v.go("about:blank");
  await v.go(link);
  await v.begun();
  await v.reach("tree");
  await v.reach("router");
  await v.until("the weight of the link", (weight) => document.querySelector("#overlap-weight").value === weight, weight);
  await v.reach("tree");
  await v.until("the prompt of the link", () => document.querySelector("#tree-second").value.startsWith("You are a lamp. You are a lamp."));
});

walk("a later visit needs no network", "", async (v, server) => {
  await v.until("what later visits need", () => {
    globalThis.kept ??= navigator.serviceWorker.ready.then(({ active }) => (globalThis.active = active));
    return globalThis.active?.state === "activated";
  });
  await server.close();
  await v.go(new URL(SMALL, server.url).href);
  await v.begun();
  await v.reach("lab");
  await v.click("#lab-run");
  await done(v);
});
