import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { StartError } from "../local/src/run.ts";
import { BuildError } from "./build-error.ts";
import { hashInputs } from "./inputs.ts";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** How many outputs are kept, each of about 20 MB: those that were used last, and those in use. */
const KEPT = 4;

/** How often a process notes that it uses an output, in ms. */
const NOTE_MS = 60_000;

interface SynthesisOptions {
  /** CDK context, beside that of cdk.json. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Called when the app has to run, with whether it runs for the first time. */
  readonly onBuild?: (isFirst: boolean) => void;
  readonly signal?: AbortSignal;
  /** Whether CDK checks the template against its rules, which takes 2 of 5 s. */
  readonly validate?: boolean;
  /** The folder of cdk.json. */
  readonly root?: string;
}

const CdkJson = v.object({
  app: v.string(),
  context: v.optional(v.record(v.string(), v.unknown()), {}),
});

/**
 * Synthesises the CDK app, if its inputs have changed since the last time.
 * @returns the folder of the output
 * @throws {StartError}
 */
export async function synthesize(options: SynthesisOptions = {}): Promise<string> {
  const { context = {}, onBuild, signal, validate = true, root = ROOT } = options;
  const cache = join(root, "node_modules", ".cache", "natter");
  const settings = JSON.stringify([validate, context]);
  const key = await hashInputs(root, settings);
  const folder = join(cache, key);
  if (existsSync(folder)) {
    await use(folder);
    return folder;
  }
  onBuild?.(!existsSync(cache));
  const temporary = join(cache, `.${key}-${randomUUID()}`);
  await mkdir(temporary, { recursive: true }).catch((error) => {
    throw new StartError(
      `The stack cannot be built: the folder ${cache} is not writable (${error.message}).`,
    );
  });
  try {
    await runApp({ root, context, validate, signal }, temporary);
    // An output whose inputs changed meanwhile is used this time, but must not be found again.
    const isStable = (await hashInputs(root, settings)) === key;
    const output = isStable ? folder : `${folder}-${randomUUID()}`;
    await rename(temporary, output).catch((error) => {
      // Another start has made the same output first.
      if (!existsSync(output)) throw error;
    });
    await prune(cache);
    return output;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Keeps an output, from which the page is served, for as long as this process runs. */
export function hold(folder: string): void {
  setInterval(() => use(folder), NOTE_MS).unref();
}

/** Notes that an output is in use. That of another user cannot be touched, but can be used. */
async function use(folder: string): Promise<void> {
  await utimes(folder, new Date(), new Date()).catch(() => {});
}

interface AppOptions {
  readonly root: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly validate: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Runs cdk.json's app as the CDK CLI does, so that the template is the one that deploys. */
async function runApp(
  { root, context, validate, signal }: AppOptions,
  outdir: string,
): Promise<void> {
  const config = await readJson(join(root, "cdk.json"), CdkJson);
  const [command = "", ...args] = config.app.split(/\s+/);
  // With NODE_ENV=test Vite would build another site, which would get into the cache.
  const { NODE_ENV: _, ...env } = process.env;
  const child = spawn(command === "node" ? process.execPath : command, args, {
    cwd: root,
    env: {
      ...env,
      CDK_OUTDIR: outdir,
      // As the CLI does for the settings that cdk.json turns off.
      CDK_CONTEXT_JSON: JSON.stringify({
        ...config.context,
        "aws:cdk:disable-version-reporting": true,
        "aws:cdk:bundling-stacks": ["**"],
        ...context,
      }),
      ...(!validate && { CDK_VALIDATION: "false" }),
    },
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal && { signal }),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const code = await new Promise((resolve, reject) => {
    let problem: unknown;
    child.once("error", (error) => {
      problem = error;
    });
    child.once("close", (code) => (problem === undefined ? resolve(code) : reject(problem)));
  });
  if (code !== 0) throw new BuildError(output);
}

/**
 * The context that the CLI takes from cdk.context.json, which keeps a deployer's own keys out of git.
 * @throws {StartError}
 */
export async function readContext(root = ROOT): Promise<Record<string, unknown>> {
  const file = join(root, "cdk.context.json");
  return existsSync(file) ? readJson(file, v.record(v.string(), v.unknown())) : {};
}

async function readJson<S extends v.GenericSchema>(
  file: string,
  schema: S,
): Promise<v.InferOutput<S>> {
  try {
    return v.parse(schema, JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`${file} cannot be used: ${reason}`);
  }
}

async function prune(cache: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => !name.startsWith("."));
  const outputs = await Promise.all(
    names.map(async (name) => ({ name, used: (await stat(join(cache, name))).mtimeMs })),
  );
  outputs.sort((a, b) => b.used - a.used);
  for (const { name, used } of outputs.slice(KEPT)) {
    const isInUse = Date.now() - used < 2 * NOTE_MS;
    if (!isInUse) await rm(join(cache, name), { recursive: true, force: true });
  }
}
