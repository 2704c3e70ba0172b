// The worker's side of the page's wasm. The first message names the page's glue and carries its compiled module, so nothing
// is fetched or compiled a second time, and a worker never meets a page of another version. Later messages go to Rust;
// those that come before it is ready wait in order.
const early = [];
self.onmessage = (first) => {
  self.onmessage = (event) => early.push(event.data);
  start(first.data).catch((error) => self.postMessage({ failed: String(error) }));
};

async function start({ glue, module }) {
  const { initSync, worker_receive } = await import(glue);
  initSync({ module });
  early.forEach((message) => worker_receive(message));
  self.onmessage = (event) => worker_receive(event.data);
}
