// dynalite, in a thread of its own so that its work does not hold up the sockets.
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import dynalite from "dynalite";

const port = parentPort;
if (port === null) throw new Error("This runs in a worker thread");

/** @type {{ secret: string, path?: string }} */
const { secret, path } = workerData;

// dynalite opens its store in the background and does not tell why that fails: try it first.
const { Level } = createRequire(createRequire(import.meta.url).resolve("dynalite"))("level");
try {
  if (path !== undefined) {
    const level = new Level(path);
    await level.open();
    await level.close();
  }
  const server = dynalite({
    ...(path !== undefined && { path }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  const [serve] = server.listeners("request");
  server.removeAllListeners("request").on("request", (request, response) => {
    // dynalite would serve whoever finds its port, also pages in a browser.
    if (request.headers.authorization?.includes(secret)) serve?.call(server, request, response);
    else response.writeHead(403).end();
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    port.postMessage({ port: typeof address === "object" && address?.port });
  });
  port.once("message", () => {
    server.close(() => port.postMessage({ closed: true }));
    server.closeAllConnections();
  });
} catch (error) {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const locked = cause instanceof Error && "code" in cause && cause.code === "LEVEL_LOCKED";
  port.postMessage({ error: String(cause), locked });
}
