// A static server such as a plain web host is: right types, no special headers, the page in a sub-path.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { extname, join, normalize } from "node:path";

/** Where the page stands on the test server: a sub-path shows any address that wrongly begins with a slash. */
export const BASE = "/some/where/";

const TYPES = {
  ".css": "text/css",
  ".csv": "text/csv",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".jsonl": "application/x-ndjson",
  ".mjs": "text/javascript",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/**
 * Serves a folder on a free port of this machine, with gzip as plain web hosts do or without; ends with `close()`. `before` has, by
 * file name, what is to stand before a file's own text.
 */
export async function serve(folder, { gzip = false, before = {} } = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const name = pathname.startsWith(BASE) ? decodeURIComponent(pathname.slice(BASE.length)) : null;
    const path = name === null ? null : join(folder, normalize(`/${name || "index.html"}`));
    try {
      const body = Buffer.concat([Buffer.from(before[name] ?? ""), await readFile(path)]);
      const type = TYPES[extname(path)] ?? "application/octet-stream";
      if (gzip) response.writeHead(200, { "Content-Type": type, "Content-Encoding": "gzip", "Cache-Control": "max-age=600" });
      else response.writeHead(200, { "Content-Type": type });
      response.end(gzip ? gzipSync(body, { level: 9 }) : body);
    } catch {
      response.writeHead(404, { "Content-Type": "text/plain" });
      response.end("not found");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    origin: `http://localhost:${port}`,
    url: `http://localhost:${port}${BASE}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
