import { invokeLater } from "../aws/invocations.ts";
import { log, loggable } from "../log.ts";

/** Absent in the sweep, which does not know its own name. */
const { SWEEP_FUNCTION } = process.env;

/** Starts the job of a note in `!todo`. If that fails, the next scheduled sweep does the job. */
export async function startJob(todo: string): Promise<void> {
  try {
    if (SWEEP_FUNCTION) await invokeLater(SWEEP_FUNCTION, { todo });
  } catch (error) {
    log.warn("job not started", { error: loggable(error) });
  }
}
