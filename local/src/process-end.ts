/** In milliseconds: npm passes on a Ctrl-C that the terminal has sent to this process as well. */
const SAME_KEYSTROKE = 500;

/** In milliseconds. */
const PARENT_CHECK = 500;

/**
 * Calls `stop` at SIGTERM, at Ctrl-C, and when the npm that started this process ends; then exits.
 * A second Ctrl-C exits at once.
 */
export function stopWithProcess(stop: () => Promise<void>): void {
  let interruptedAt = Number.POSITIVE_INFINITY;
  let stopping = false;
  const end = async () => {
    if (stopping) return;
    stopping = true;
    await stop();
    process.exit(0);
  };
  process.on("SIGTERM", () => void end());
  process.on("SIGINT", () => {
    if (Date.now() - interruptedAt > SAME_KEYSTROKE) process.exit(130);
    interruptedAt = Math.min(interruptedAt, Date.now());
    void end();
  });
  if (process.env.npm_lifecycle_event === undefined) return;
  // A SIGTERM to npm ends its shell, which does not pass it on.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void end();
  }, PARENT_CHECK).unref();
}
