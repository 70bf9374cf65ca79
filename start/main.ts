import { type Runtime, startRuntime } from "../local/src/run.ts";
import { StartError } from "../local/src/start-error.ts";
import { printStats } from "../local/src/statistics.ts";
import { viteSite, watchFunctions } from "./dev.ts";
import { readSettings } from "./settings.ts";
import { synthesize } from "./synth.ts";

// Lambda's clock is UTC; threads take it from here.
process.env.TZ = "UTC";

/** npm passes Ctrl-C on to a process that got it from the terminal already. */
const SAME_KEYSTROKE = 500;

/** In milliseconds. */
const PARENT_CHECK = 500;

const stopping = new AbortController();
let endStats: (() => void) | undefined;
let interrupted = Number.POSITIVE_INFINITY;
const started = start();

process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void interrupt());
if (process.env.npm_lifecycle_event !== undefined) stopWithParent();
await started;

async function start(): Promise<Runtime | undefined> {
  try {
    const settings = readSettings(process.env, process.argv.slice(2));
    const runtime = await startRuntime({
      ...settings,
      synthesize: async () =>
        settings.app ?? synthesize({ signal: stopping.signal, validate: !settings.dev }),
      ...(settings.dev && { site: viteSite }),
    });
    if (settings.dev) watchFunctions(runtime, stopping.signal);
    for (const address of runtime.networkUrls) console.log(`On other devices: ${address}`);
    if (runtime.socketUrl !== undefined) console.log(`Socket ${runtime.socketUrl}`);
    console.log(`AWS endpoint ${runtime.endpoint}`);
    console.log(`Natter is ready at ${runtime.url}`);
    if (settings.stats) endStats = printStats(runtime.counters, console.log);
    return runtime;
  } catch (error) {
    if (stopping.signal.aborted) return undefined;
    console.error(error instanceof StartError ? error.message : error);
    process.exit(1);
  }
}

function interrupt(): void {
  if (Date.now() - interrupted > SAME_KEYSTROKE) process.exit(130);
  interrupted = Math.min(interrupted, Date.now());
  void stop();
}

/** The shell of `npm start` dies of a SIGTERM to npm without passing it on. */
function stopWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void stop();
  }, PARENT_CHECK).unref();
}

async function stop(): Promise<void> {
  if (stopping.signal.aborted) return;
  stopping.abort();
  await (await started)?.stop();
  endStats?.();
  process.exit(0);
}
