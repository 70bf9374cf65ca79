import { invokeLater } from "../aws/invocations.ts";
import { requireEnv } from "../env.ts";
import { log, loggable } from "../log.ts";

const SWEEP_FUNCTION = requireEnv("SWEEP_FUNCTION");

/** Starts the job of a note in `!todo`. If that fails, the next scheduled sweep does the job. */
export async function startJob(todo: string): Promise<void> {
  try {
    await invokeLater(SWEEP_FUNCTION, { todo });
  } catch (error) {
    log.warn("job not started", { error: loggable(error) });
  }
}
