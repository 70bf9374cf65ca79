import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const NATTER = fileURLToPath(new URL("../../start/natter.js", import.meta.url));

export interface Stack {
  origin: string;
  pid: number;
  dataDir: string;
  /** Ends it as Ctrl-C would. The data stay. */
  stop(): Promise<void>;
  /** Kills it. The data stay. */
  kill(): Promise<void>;
  /** Ends it as Ctrl-C would, if it still runs, and removes the data. */
  remove(): Promise<void>;
}

/** The stack on this machine, with data of its own or those of an earlier run. */
export async function startStack(
  options: { port?: number; dataDir?: string; args?: string[] } = {},
): Promise<Stack> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "natter-")));
  const child = spawn(process.execPath, [NATTER, ...(options.args ?? [])], {
    env: { ...process.env, PORT: `${options.port ?? 0}`, HOST: "localhost", NATTER_DATA: dataDir },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  const stop = () => end("SIGTERM");
  return {
    origin: await readyAt(child),
    pid: child.pid ?? 0,
    dataDir,
    stop,
    kill: () => end("SIGKILL"),
    async remove() {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Where the stack that a process starts can be reached, once it can. */
export async function readyAt({ stdout, stderr }: ChildProcess): Promise<string> {
  if (stdout === null || stderr === null) throw new Error("The output is not piped");
  const said: string[] = [];
  stderr.on("data", (chunk) => said.push(String(chunk)));
  for await (const line of createInterface({ input: stdout })) {
    const origin = /^Natter is ready at (\S+)/.exec(line)?.[1];
    if (origin !== undefined) {
      // Its further output is read, so that its pipe does not fill.
      stdout.resume();
      return origin;
    }
    said.push(line);
  }
  throw new Error(`The stack did not start:\n${said.join("\n")}`);
}
