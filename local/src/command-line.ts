import { parseArgs } from "node:util";
import type { RunOptions } from "./run.ts";
import { StartError } from "./start-error.ts";

export const HELP = `Runs a CDK WebSocket app on this machine.

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

interface CommandLine {
  readonly help: boolean;
  /** Whether the counters are shown. */
  readonly stats: boolean;
  readonly options: RunOptions;
}

/** @throws {StartError} */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parse(args);
  const { data, help = false, host, origin: origins, port, stack, stats = false } = values;
  const [assembly = ".", ...more] = positionals;
  if (more.length > 0) throw new StartError("Give one path; --help shows how.");
  return { help, stats, options: { assembly, data, host, origins, port: readPort(port), stack } };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const problem = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new StartError(`${problem}; --help shows the options.`);
  }
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new StartError(`${text} is not a port: it must be from 0 to 65535.`, "port");
}
