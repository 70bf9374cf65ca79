import { watch } from "node:fs";
import { join } from "node:path";
import type { Listener } from "../local/src/listener.ts";
import type { Runtime } from "../local/src/run.ts";
import { StartError } from "../local/src/start-error.ts";
import { ROOT, synthesize } from "./synth.ts";

const SOURCES = ["functions", "protocol"];

/** Editors write a file in several steps. */
const SETTLE = 100;

/** Vite's server, with its hot replacement on the public port. */
export async function viteSite({ http }: Listener) {
  const { createServer } = await import("vite");
  const vite = await createServer({
    configFile: join(ROOT, "vite.config.ts"),
    appType: "mpa",
    server: { middlewareMode: true, hmr: { server: http } },
  });
  return { serve: vite.middlewares, stop: () => vite.close() };
}

/** Runs the functions anew whenever their sources have changed. */
export function watchFunctions(runtime: Runtime, signal: AbortSignal): void {
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
      await runtime.reload(await synthesize({ signal, validate: false }));
      console.log(`Functions reloaded in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    } catch (error) {
      if (!signal.aborted) console.error(error instanceof StartError ? error.message : error);
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
