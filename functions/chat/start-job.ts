import { invokeLater } from "../aws/invocations.ts";
import { requireEnv } from "../env.ts";
import { log, loggable } from "../log.ts";

/**
 * Starts the job of a note in `!todo`. If that fails, the next scheduled sweep does the job; so it is
 * with a note that the sweep itself leaves, which is not told its own name.
 */
export async function startJob(todo: string): Promise<void> {
  try {
    await invokeLater(requireEnv("SWEEP_FUNCTION"), { todo });
  } catch (error) {
    log.warn("job not started", { error: loggable(error) });
  }
}
