// A real tokenizer in the stations that cut a typed prompt: fetched when it is chosen, with its size said before.
import { assert, axe, onPage } from "../harness/test.mjs";

const plain = (text) => text.replace(/\s+/g, " ").trim();
const says = (page, id, what) =>
  page.waitForFunction(([id, what]) => new RegExp(what).test(document.querySelector(id)?.innerText.replace(/\s+/g, " ")), [id, what], { timeout: 60_000 });

/** A byte-level tokenizer.json of all bytes and a few words. */
function tokenizer() {
  const printable = (byte) => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let more = 0x100;
  const names = Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : more++));
  names.push("la", "mp", "lamp");
  return JSON.stringify({
    model: { type: "BPE", vocab: Object.fromEntries(names.map((name, at) => [name, at])), merges: ["l a", "m p", "la mp"] },
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false },
    normalizer: null,
  });
}

onPage("blocks are cut by o200k once it is chosen, and by words again", "#blocks", async (page) => {
  const sent = [];
  page.on("request", (request) => sent.push(request.url()));
  await page.fill("#blocks-prompt", "A lamp isn't dangerous: 12345678.");
  await says(page, "#figure-blocks", "\\b9 tokens"); // A, lamp, isn, ', t, dangerous, :, 12345678, .
  assert.match(plain(await page.locator("#blocks-tokenizer").innerText()), /o200k \(GPT-4o, gpt-oss, 728\s*kB to fetch\)/i);
  await page.selectOption("#blocks-tokenizer", "o200k");
  await says(page, "#figure-blocks", "\\b10 tokens"); // A, lamp, isn't, dangerous, :, " ", 123, 456, 78, .
  assert.ok(sent.some((url) => url.endsWith("tokenizers/o200k.bpe.gz")), sent.join(" "));
  // What is typed from now on is cut the same way.
  await page.fill("#blocks-prompt", "春天的作文");
  await says(page, "#figure-blocks", "\\b4 tokens"); // 春, 天, 的, 作文
  assert.deepEqual(await axe(page), []);
  await page.selectOption("#blocks-tokenizer", "words");
  await says(page, "#figure-blocks", "\\b1 token\\b");
  await page.waitForFunction(() => document.querySelector("#blocks-tokenizer").value === "words");
});

onPage("the tree and the router go by a tokenizer of the reader's own", "#tree", async (page) => {
  const file = { name: "mine.json", mimeType: "application/json", buffer: Buffer.from(tokenizer()) };
  for (const station of ["tree", "router"]) {
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.selectOption(`#${station}-tokenizer`, "file")]);
    await chooser.setFiles(file);
    await page.waitForFunction((id) => document.querySelector(id).selectedOptions[0].textContent === "mine.json", `#${station}-tokenizer`);
    const box = station === "tree" ? "#tree-second" : "#router-prompt";
    await page.fill(box, "lamp lamps");
    // lamp, " ", lamp, s: one block of four.
    await says(page, `#figure-${station}`, station === "tree" ? "1 block\\b" : "\\b4 tokens");
  }
  await page.click("#router-send");
  await says(page, "#figure-router .log", "replica");
});

onPage("a tokenizer.json dropped on a figure cuts its prompts", "#blocks", async (page) => {
  await page.fill("#blocks-prompt", "lamp lamps");
  const over = () => page.evaluate(() => document.querySelector("#figure-blocks").matches("[data-over]"));
  const drop = (kinds) =>
    page.evaluate(
      ([text, kinds]) => {
        const files = new DataTransfer();
        files.items.add(new File([text], "dropped.json", { type: "application/json" }));
        const at = document.querySelector("#blocks-prompt");
        // Whoever prevents the default takes the drop.
        return kinds.map((kind) => !at.dispatchEvent(new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true })));
      },
      [tokenizer(), kinds],
    );
  // Drops are taken once the page has nothing else to do.
  await page.waitForFunction(() => {
    const held = new DragEvent("dragover", { dataTransfer: new DataTransfer(), bubbles: true, cancelable: true });
    return !document.querySelector("#blocks-prompt").dispatchEvent(held);
  });
  assert.ok(await over());
  assert.deepEqual(await drop(["drop"]), [true]);
  assert.ok(!(await over()));
  await page.waitForFunction(() => document.querySelector("#blocks-tokenizer").selectedOptions[0].textContent === "dropped.json");
  await says(page, "#figure-blocks", "\\b4 tokens"); // lamp, " ", lamp, s
});

onPage("a tokenizer that cannot be read is told, and the one before stays", "#router", async (page) => {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.selectOption("#router-tokenizer", "file")]);
  await chooser.setFiles({ name: "wrong.json", mimeType: "application/json", buffer: Buffer.from('{"model": {"type": "WordPiece", "vocab": {}}}') });
  await says(page, "#figure-router", "the model is WordPiece, BPE expected");
  assert.equal(await page.locator("#router-tokenizer").inputValue(), "words");
});
