import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readOrigin, StartError } from "../local/src/run.ts";

interface Settings {
  readonly port: number;
  readonly host: string;
  /** The folder of the tables, the files and the logs. */
  readonly data: string;
  /** Origins of pages that may connect beside the site's own. */
  readonly origins: readonly string[];
  /** CDK context, beside that of cdk.json. */
  readonly context: Readonly<Record<string, string>>;
  /** Whether the page and the functions are reloaded when their sources change. */
  readonly dev: boolean;
  /** Whether the counters are shown. */
  readonly stats: boolean;
}

export const HELP = `npm start [-- options]      runs Natter on this machine
npm run dev [-- options]    also reloads the page and the functions when they change

  -c, --context KEY=VALUE   CDK context, as for cdk deploy; can be repeated
  --stats                   shows what is invoked, read, written and posted
  --help                    shows this

Variables:
  PORT             the port of the page and the socket; 0 picks a free one (3000)
  HOST             0.0.0.0 lets other devices connect (localhost)
  NATTER_DATA      the folder of the tables, the files and the logs (.natter)
  NATTER_ORIGINS   origins of other pages that may connect, separated by commas

In this clone, another CDK app runs with: npx --no-install cdk-websocket-local path/to/cdk.out
`;

const OPTIONS = {
  context: { type: "string", short: "c", multiple: true },
  dev: { type: "boolean" },
  help: { type: "boolean" },
  stats: { type: "boolean" },
} as const;

/** @throws {StartError} */
export function readSettings(env: NodeJS.ProcessEnv, args: readonly string[]): Settings | "help" {
  const { context = [], dev = false, help, stats = false } = readOptions(args);
  if (help) return "help";
  return {
    port: readPort(env.PORT || "3000"),
    host: env.HOST || "localhost",
    data: resolve(env.NATTER_DATA || ".natter"),
    origins: readOrigins(env.NATTER_ORIGINS ?? ""),
    context: Object.fromEntries(context.map(readContext)),
    dev,
    stats,
  };
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    const problem = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new StartError(`${problem}; npm start -- --help shows the options.`);
  }
}

function readContext(text: string): [string, string] {
  const [key = "", value] = text.split(/=(.*)/s);
  if (key === "" || value === undefined) {
    throw new StartError(`-c ${text} is not of the form KEY=VALUE.`);
  }
  return [key, value];
}

function readOrigins(text: string): string[] {
  const origins = text.split(/[\s,]+/).filter((origin) => origin !== "");
  return origins.map((origin) => readOrigin("NATTER_ORIGINS", origin));
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new StartError(`PORT is "${text}"; it must be a number from 0 to 65535.`, "port");
}
