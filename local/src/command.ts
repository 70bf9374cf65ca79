import { parseArgs } from "node:util";
import { readOrigin } from "./listener.ts";
import { stopWithProcess } from "./process-end.ts";
import { printStatistics, type Running, type RunOptions, run } from "./run.ts";
import { StartError } from "./start-error.ts";

const HELP = `Runs a CDK WebSocket app on this machine.

  cdk-websocket-local [path/to/cdk.out] [options]

The path is that of the synthesised output, or of the project that has it in cdk.out; without one it
is the current folder.

  --stack NAME      which stack, where the app has several
  --port NUMBER     of the site and the socket; 0 takes any free one (3000)
  --host ADDRESS    0.0.0.0 lets other machines in (localhost)
  --data FOLDER     of the tables, the files and the logs (.cdk-websocket-local)
  --origin ORIGIN   a further origin for the functions to allow, besides the site's; can be repeated
  --environments NUMBER
                    how many invocations of each function run at once (4)
  --stats           shows what is invoked, read, written and posted
  --help            shows this
`;

const OPTIONS = {
  data: { type: "string" },
  environments: { type: "string" },
  help: { type: "boolean" },
  host: { type: "string" },
  origin: { type: "string", multiple: true },
  port: { type: "string" },
  stack: { type: "string" },
  stats: { type: "boolean" },
} as const;

/** The command: runs a stack until the process is told to stop. */
export async function runCommand(): Promise<void> {
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
}

function explain({ message, option }: StartError): string {
  return option === undefined ? message : `${message} (--${option})`;
}

/** @throws {StartError} */
export function readCommandLine(args: readonly string[]) {
  const { values, positionals } = parse(args);
  const { data, environments, help, host, origin: origins, port, stack, stats } = values;
  const [assembly = ".", ...more] = positionals;
  if (more.length > 0) throw new StartError("Give one path; --help shows how.");
  const options: RunOptions = {
    assembly,
    data,
    environments: readNumber("--environments", environments, 1, 1_000),
    host,
    origins: origins?.map((one) => readOrigin("--origin", one)),
    port: readNumber("--port", port, 0, 65_535),
    stack,
  };
  return { help: help === true, stats: stats === true, options };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const problem = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new StartError(`${problem}; --help shows the options.`);
  }
}

function readNumber(
  option: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new StartError(`${option} is ${text}; it must be from ${least} to ${most}.`);
}
