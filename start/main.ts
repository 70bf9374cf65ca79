import {
  printStatistics,
  type Running,
  run,
  StartError,
  stopWithProcess,
} from "../local/src/run.ts";
import { BuildError } from "./build-error.ts";
import { LOCALHOST_ORIGINS, viteSite, watchFunctions } from "./dev.ts";
import { HELP, readSettings } from "./settings.ts";
import { hold, readContext, synthesize } from "./synth.ts";

// Lambda's clock is in UTC; worker threads take the time zone from the process.
process.env.TZ = "UTC";

/** How to set an option that cannot be used. */
const HINTS = {
  data: "(Set NATTER_DATA.)",
  host: "(Set HOST.)",
  port: "(Set PORT; 0 takes any free one.)",
  stack: "",
};

const stopping = new AbortController();
let started: Promise<Running | undefined> | undefined;
let endStatistics: (() => void) | undefined;
stopWithProcess(async () => {
  stopping.abort();
  await (await started)?.stop();
  endStatistics?.();
});
started = start();
await started;

async function start(): Promise<Running | undefined> {
  try {
    const settings = readSettings(process.env, process.argv.slice(2));
    if (settings === "help") {
      console.log(HELP);
      process.exit(0);
    }
    const { dev, host, origins, port, data, stats } = settings;
    const context = { ...(await readContext()), ...settings.context };
    const { signal } = stopping;
    let assembly = "";
    const running = await run({
      async assembly() {
        assembly = await synthesize({ context, onBuild: tellOfBuild, signal, validate: !dev });
        hold(assembly);
        return assembly;
      },
      host,
      port,
      data,
      origins: dev ? [...origins, ...LOCALHOST_ORIGINS] : origins,
      ...(dev && { site: (http) => viteSite(http, assembly) }),
    });
    if (dev) watchFunctions(running, context, signal);
    for (const address of running.networkUrls) console.log(`On other devices: ${address}`);
    console.log(`AWS endpoint ${running.endpoint}`);
    console.log(`Natter is ready at ${running.url}`);
    if (stats) endStatistics = printStatistics(running.counters);
    return running;
  } catch (error) {
    if (stopping.signal.aborted) return undefined;
    console.error(error instanceof StartError ? explain(error) : error);
    process.exit(1);
  }
}

function tellOfBuild(isFirst: boolean): void {
  const when = isFirst ? "once, about 10 s" : "its inputs have changed";
  console.log(`Building the stack (${when}): the CDK app bundles the functions and the page …`);
}

function explain(error: StartError): string {
  const { message, option } = error;
  if (error instanceof BuildError) {
    return `The stack cannot be built. Correct this and start again:\n\n${message}`;
  }
  return option === undefined ? message : `${message} ${HINTS[option]}`.trim();
}
