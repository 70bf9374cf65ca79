import { parseArgs } from "node:util";
import { stopWithProcess } from "./process-end.ts";
import { type Running, run } from "./run.ts";
import { StartError } from "./start-error.ts";
import { printStatistics } from "./statistics.ts";

const HELP = `Runs a CDK WebSocket app on this machine.

  cdk-websocket-local [path/to/cdk.out] [options]

The path is that of the synthesised output, or of the project that has it in cdk.out; without one it
is the current folder.

  --stack NAME      which stack, where the app has several
  --port NUMBER     of the site and the socket; 0 takes any free one (3000)
  --host ADDRESS    0.0.0.0 lets other machines in (localhost)
  --data FOLDER     of the tables and the logs (.cdk-websocket-local)
  --origin ORIGIN   a page's origin that the functions are told beside the site's own; can be repeated
  --stats           shows what is invoked, read, written and posted
  --help            shows this
`;

const OPTIONS = {
  data: { type: "string" },
  help: { type: "boolean" },
  host: { type: "string" },
  origin: { type: "string", multiple: true },
  port: { type: "string" },
  stack: { type: "string" },
  stats: { type: "boolean" },
} as const;

// Lambda's clock is in UTC; worker threads take the time zone from the process.
process.env.TZ = "UTC";

let running: Promise<Running | undefined> | undefined;
let endStatistics: (() => void) | undefined;
stopWithProcess(async () => {
  await (await running)?.stop();
  endStatistics?.();
});
running = start().catch((error) => {
  console.error(error instanceof StartError ? explain(error) : error);
  process.exit(1);
});
await running;

async function start(): Promise<Running | undefined> {
  const { values, positionals } = readArguments();
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  const { data, host, origin: origins, stack, stats } = values;
  const [assembly = "."] = positionals;
  const stacked = await run({ assembly, data, host, origins, port: readPort(values.port), stack });
  for (const address of stacked.networkUrls) console.log(`On other devices: ${address}`);
  console.log(`AWS endpoint ${stacked.endpoint}`);
  console.log(`Ready at ${stacked.socketUrl ?? stacked.url}`);
  if (stats) endStatistics = printStatistics(stacked.counters);
  return stacked;
}

function readArguments() {
  try {
    const parsed = parseArgs({ options: OPTIONS, allowPositionals: true });
    if (parsed.positionals.length > 1) throw new StartError("Give one path; --help shows how.");
    return parsed;
  } catch (error) {
    if (error instanceof StartError) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw new StartError(`${problem}; --help shows the options.`);
  }
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new StartError(`${text} is not a port: it must be from 0 to 65535.`, "port");
}

function explain({ message, option }: StartError): string {
  return option === undefined ? message : `${message} (--${option})`;
}
