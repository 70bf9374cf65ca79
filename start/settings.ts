import { accessSync, constants, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { StartError } from "../local/src/start-error.ts";

export interface Settings {
  readonly port: number;
  readonly host: string;
  /** Where the tables and the logs are kept. */
  readonly data: string;
  readonly dev: boolean;
  /** Whether the counters are shown. */
  readonly stats: boolean;
  /** The synthesised output of another CDK app, or the folder that it lies in. */
  readonly app?: string;
  /** The stack that runs, where the app has several. */
  readonly stack?: string;
}

const OPTIONS = {
  app: { type: "string" },
  dev: { type: "boolean" },
  stats: { type: "boolean" },
  stack: { type: "string" },
} as const;

/** What the options with a value need. */
const VALUES: Readonly<Record<string, string>> = {
  app: "the path of a synthesised output: --app path/to/cdk.out",
  stack: "the name of a stack: --stack NAME",
};

export function readSettings(env: NodeJS.ProcessEnv, args: readonly string[]): Settings {
  const { app, dev, stack, stats } = readOptions(args);
  if (app !== undefined && dev) {
    throw new StartError("--dev reloads Natter's own sources; leave it out with --app.");
  }
  // npm runs scripts in the folder of package.json, wherever it was called.
  const here = (env.npm_lifecycle_event === "start" && env.INIT_CWD) || process.cwd();
  const data = app === undefined ? resolve(".natter") : resolve(here, ".natter");
  return {
    port: readPort(env.PORT || "3000"),
    host: env.HOST || "localhost",
    data: writableFolder(env.NATTER_DATA ? resolve(env.NATTER_DATA) : data),
    dev,
    stats,
    ...(app !== undefined && { app: resolve(here, app) }),
    ...(stack !== undefined && { stack }),
  };
}

function readOptions(args: readonly string[]) {
  const { values, tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== "option" || !Object.hasOwn(OPTIONS, token.name)) {
      const [last, ...rest] = Object.keys(OPTIONS)
        .map((name) => `--${name}`)
        .reverse();
      throw new StartError(
        `Natter does not know ${args[token.index]}; the options are ${rest.reverse().join(", ")} and ${last}.`,
      );
    }
    const needed = VALUES[token.name];
    if (needed !== undefined && (!token.value || token.value.startsWith("-"))) {
      throw new StartError(`${token.rawName} needs ${needed}`);
    }
    if (needed === undefined && token.value !== undefined) {
      throw new StartError(`${token.rawName} takes no value.`);
    }
  }
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    app: text(values.app),
    dev: values.dev === true,
    stack: text(values.stack),
    stats: values.stats === true,
  };
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) {
    throw new StartError(
      `PORT is "${text}"; set it to a number from 0 to 65535 (0 = any free one).`,
    );
  }
  return port;
}

function writableFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    throw new StartError(
      `The data folder ${folder} is not writable; set NATTER_DATA to a folder that is.`,
    );
  }
}
