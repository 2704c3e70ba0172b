// Cuts texts by tokenizers' tables. The first message carries the compiled program that does it.
let program;
const known = new Map();

async function start({ glue, module }) {
  const cutting = await import(glue);
  cutting.initSync({ module });
  return cutting;
}

async function read(name, file) {
  const { Tables } = await program;
  if (file) return new Tables(name, new Uint8Array(await file.arrayBuffer()));
  const response = await fetch(new URL(`tokenizers/${name}.bpe.gz`, import.meta.url));
  if (!response.ok) throw `${name} could not be fetched: status ${response.status}`;
  return new Tables(name, new Uint8Array(await response.arrayBuffer()));
}

self.onmessage = async ({ data }) => {
  if (data.module) {
    program = start(data);
    return;
  }
  const { number, name, file, texts } = data;
  try {
    if (file || !known.has(name)) known.set(name, read(name, file));
    const tables = await known.get(name);
    self.postMessage({ number, cut: texts.map((text) => tables.cut(text)) });
  } catch (error) {
    known.delete(name);
    self.postMessage({ number, why: String(error) });
  }
};
