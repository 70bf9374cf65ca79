import { existsSync, watch } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import type { Server } from "node:http";
import { join } from "node:path";
import { type Running, type SiteServer, StartError } from "../local/src/run.ts";
import { BuildError } from "./build-error.ts";
import { ROOT, synthesize } from "./synth.ts";

/** Any page that a developer serves on this machine may connect; `*` stands for every port. */
export const LOCALHOST_ORIGINS = ["localhost", "127.0.0.1", "[::1]"].flatMap((host) => [
  `http://${host}`,
  `http://${host}:*`,
]);

const SOURCES = ["functions", "protocol"];

/** ms to wait after a change: editors write a file in several steps. */
const SETTLE = 100;

/**
 * Vite's development server, with its hot reload on the same port.
 * @param assembly the folder with what the page is told about the deployment
 */
export async function viteSite(http: Server, assembly: string): Promise<SiteServer> {
  const { createServer } = await import("vite");
  const vite = await createServer({
    configFile: join(ROOT, "vite.config.ts"),
    appType: "mpa",
    server: { middlewareMode: true, hmr: { server: http } },
  });
  const config = await readConfig(assembly);
  return {
    serve(request, response) {
      if (request.url !== "/config.json") return vite.middlewares(request, response);
      response.writeHead(200, { "Content-Type": "application/json" }).end(config);
    },
    takesUpgrade: ({ headers }) => headers["sec-websocket-protocol"]?.startsWith("vite-") ?? false,
    stop: () => vite.close(),
  };
}

/** The file that the stack would upload beside the page. */
async function readConfig(assembly: string): Promise<string> {
  const found = (await readdir(assembly)).map((asset) => join(assembly, asset, "config.json"));
  const file = found.find((one) => existsSync(one));
  if (file === undefined) throw new Error("The output has no config.json");
  return readFile(file, "utf8");
}

/** Synthesises the functions again and runs them whenever their sources change. */
export function watchFunctions(
  running: Running,
  context: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): void {
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  let again = false;
  const reload = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    const begun = Date.now();
    try {
      await running.reload(await synthesize({ context, signal, validate: false }));
      console.log(`Functions reloaded in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    } catch (error) {
      if (error instanceof BuildError) {
        console.error(`The functions cannot be built:\n\n${error.message}\n`);
      } else if (!signal.aborted) {
        console.error(error instanceof StartError ? error.message : error);
      }
    } finally {
      busy = false;
      if (again) {
        again = false;
        void reload();
      }
    }
  };
  for (const source of SOURCES) {
    watch(join(ROOT, source), { recursive: true, signal }, () => {
      clearTimeout(timer);
      timer = setTimeout(reload, SETTLE);
    });
  }
}
