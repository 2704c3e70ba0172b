// Tokens of typed prompts by a real tokenizer, from a worker of its own: reading its tables takes a while. `boot.mjs` imports this
// when a reader chooses a tokenizer.
let worker;
const waiting = new Map();
let number = 0;

/** For each of `texts` its tokens, id and end in turn; by a published table, or by `file`, a tokenizer.json. */
export async function tokens(program, name, file, texts) {
  worker ??= start(program).catch((error) => {
    worker = undefined;
    throw error;
  });
  const to = await worker;
  return new Promise((done, failed) => {
    waiting.set(++number, { done, failed });
    to.postMessage({ number, name, file, texts });
  });
}

async function start(program) {
  const module = await program.module();
  const worker = new Worker(new URL("token-worker.mjs", import.meta.url), { type: "module" });
  worker.onmessage = ({ data: { number, cut, why } }) => {
    const { done, failed } = waiting.get(number);
    waiting.delete(number);
    if (cut) done(cut);
    else failed(why);
  };
  worker.onerror = (error) => {
    for (const { failed } of waiting.values()) failed(error.message ?? "the tokenizer's worker could not be loaded");
    waiting.clear();
  };
  worker.postMessage({ glue: program.glue, module });
  return worker;
}
