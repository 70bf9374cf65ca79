import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import type { Faults } from "../../local/src/run.ts";
import { type Running, run } from "../../local/src/run.ts";
import type { Stack } from "./stack.ts";

/** A stack in this process can be stopped, but not killed, and has no process of its own. */
export interface LocalStack extends Omit<Stack, "kill" | "pid"> {
  readonly runtime: Running;
}

/**
 * The stack in the test's own process, so that faults can be put into it. `faults` is read
 * whenever something happens: a test may set and remove hooks as it goes, but not the clocks.
 */
export async function startLocalStack(
  faults: Faults = {},
  options: { port?: number; dataDir?: string } = {},
): Promise<LocalStack> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "natter-")));
  const runtime = await run({
    port: options.port ?? 0,
    data: dataDir,
    assembly: inject("cdkOut"),
    faults,
  });
  return {
    origin: runtime.url,
    dataDir,
    runtime,
    stop: () => runtime.stop(),
    async remove() {
      await runtime.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
