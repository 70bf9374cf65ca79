import { accessSync, constants, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { StartError } from "./start-error.ts";

export interface Settings {
  readonly port: number;
  readonly host: string;
  /** Where the tables and the logs are kept. */
  readonly data: string;
  readonly dev: boolean;
}

export function readSettings(env: NodeJS.ProcessEnv, args: readonly string[]): Settings {
  const unknown = args.find((argument) => argument !== "--dev");
  if (unknown !== undefined) {
    throw new StartError(`Natter does not know ${unknown}; the only option is --dev.`);
  }
  return {
    port: readPort(env.PORT || "3000"),
    host: env.HOST || "localhost",
    data: writableFolder(resolve(env.NATTER_DATA || ".natter")),
    dev: args.includes("--dev"),
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
