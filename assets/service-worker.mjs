// Keeps the page for later visits without a network. The build writes its files and their version into the next line.
const BUILD = { version: "none", files: [] };

// Other pages may live on the same origin: only caches of this folder are ours.
const OURS = `warmpath ${self.registration.scope} `;
const CACHE = OURS + BUILD.version;
const address = (name) => new URL(name, self.registration.scope).href;
/** A name with its content's hash in it: what is in the cache under it cannot be out of date. */
const hashed = (url) => /-[0-9a-f]{12,16}(_bg)?\.\w+$/.test(url.pathname);

self.addEventListener("install", (event) => {
  // Asked for again, so that a cached old file never joins new ones; unchanged ones cost a short answer.
  const requests = BUILD.files.map((name) => new Request(address(name), { cache: "no-cache" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)));
});

// A new version waits until no page of the old one is open, so that those keep their files.
self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith(OURS) && name !== CACHE).map((name) => caches.delete(name)))),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || !url.href.startsWith(self.registration.scope)) return;
  event.respondWith(hashed(url) ? cacheFirst(request) : networkFirst(request));
});

async function kept(request) {
  const cache = await caches.open(CACHE);
  if (request.mode !== "navigate") return cache.match(request.url);
  // The page is one, whatever its query says.
  return (await cache.match(request.url, { ignoreSearch: true })) ?? cache.match(address("./"));
}

async function cacheFirst(request) {
  return (await kept(request)) ?? fetch(request);
}

async function networkFirst(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const response = await kept(request);
    if (response) return response;
    throw error;
  }
}
