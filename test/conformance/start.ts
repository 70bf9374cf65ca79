import { rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../local/src/run.ts";
import { synthesizeEcho } from "./stack.ts";
import type { Timers } from "./timers.ts";

/** Runs the echo app on this machine. */
export async function startEcho(
  port: number,
  timers: Timers,
): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = synthesizeEcho(timers);
  const runtime = await run({
    assembly: folder,
    port,
    data: join(folder, "data"),
    // A connection's heartbeat keeps one for as long as it lasts.
    environments: 16,
  });
  return {
    url: runtime.url,
    async stop() {
      await runtime.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
