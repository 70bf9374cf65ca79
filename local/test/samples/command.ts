import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../src/bin.js", import.meta.url));

interface Started {
  readonly child: ChildProcess;
  /** What it says that it is ready at. */
  readonly url: string;
  readonly lines: readonly string[];
}

const children = new Set<ChildProcess>();

/** Ends what the command has started, as Ctrl-C would. */
export async function stopAll(): Promise<void> {
  for (const child of children) {
    children.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill();
    await once(child, "exit");
  }
}

/** Starts the command in a folder. Fails with what it said, if it does not start. */
export async function command(folder: string, ...args: string[]): Promise<Started> {
  const { npm_lifecycle_event: _, ...env } = process.env;
  const child = spawn(process.execPath, [BIN, "--port", "0", ...args], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    const url = /^Ready at (\S+)$/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return { child, url, lines };
  }
  throw new Error(errors.trim() || lines.join("\n"));
}
