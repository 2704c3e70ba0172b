// An engine in a worker. The first message names the engine's glue and carries its compiled module, so nothing is fetched or
// compiled a second time, and a worker never meets a page of another version. Later messages go to the engine; those that come
// before it is ready wait in order.

/** How long it computes before it looks for messages [ms]. */
const SLICE = 24;
const early = [];
self.onmessage = (first) => {
  self.onmessage = (event) => early.push(event.data);
  start(first.data).catch((error) => self.postMessage({ failed: String(error) }));
};

async function start({ glue, module, helps }) {
  const { Engine, Helper, initSync } = await import(glue);
  initSync({ module });
  // An engine that searches can have helpers, workers of this kind: as many engines as there are cores, at most `most`, itself counted.
  self.helpers = (most) =>
    Array.from({ length: Math.max(0, Math.min(navigator.hardwareConcurrency || 1, most) - 1) }, () => {
      const worker = new Worker(import.meta.url, { type: "module" });
      worker.postMessage({ glue, module, helps: true });
      return worker;
    });
  // An answer's bytes are handed over, not copied.
  const engine = new (helps ? Helper : Engine)((answer) => self.postMessage(answer, [answer.buffer]), SLICE);
  early.forEach((message) => engine.receive(message));
  self.onmessage = (event) => engine.receive(event.data);
}
