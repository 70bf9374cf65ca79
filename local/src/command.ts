import { HELP, readCommandLine } from "./command-line.ts";
import { stopWithProcess } from "./process-end.ts";
import { printStatistics, type Running, run } from "./run.ts";
import { StartError } from "./start-error.ts";

// Lambda's clock is in UTC; worker threads take the time zone from the process.
process.env.TZ = "UTC";

let started: Promise<Running> | undefined;
let endStatistics: (() => void) | undefined;
stopWithProcess(async () => {
  await (await started)?.stop();
  endStatistics?.();
});

try {
  const { help, options, stats } = readCommandLine(process.argv.slice(2));
  if (help) {
    console.log(HELP);
    process.exit(0);
  }
  started = run(options);
  const { counters, endpoint, networkUrls, socketUrl, url } = await started;
  for (const address of networkUrls) console.log(`On other devices: ${address}`);
  console.log(`AWS endpoint ${endpoint}`);
  console.log(`Ready at ${socketUrl ?? url}`);
  if (stats) endStatistics = printStatistics(counters);
} catch (error) {
  console.error(error instanceof StartError ? explain(error) : error);
  process.exit(1);
}

function explain({ message, option }: StartError): string {
  return option === undefined ? message : `${message} (--${option})`;
}
