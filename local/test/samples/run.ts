import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const NATTER = fileURLToPath(new URL("../../../start/natter.js", import.meta.url));

export interface Run {
  readonly child: ChildProcess;
  readonly socketUrl: string;
  readonly lines: readonly string[];
}

const children = new Set<ChildProcess>();

/** Ends what `run` has started, as Ctrl-C would. */
export async function stopAll(): Promise<void> {
  for (const child of children) {
    children.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill();
    await once(child, "exit");
  }
}

/** `npm start` with options, called in a folder; fails with what it said, if it does not start. */
export async function run(folder: string, ...args: string[]): Promise<Run> {
  const { npm_lifecycle_event: _, NATTER_DATA: __, ...env } = process.env;
  const child = spawn(process.execPath, [NATTER, ...args], {
    cwd: folder,
    env: { ...env, PORT: "0", HOST: "localhost" },
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
    if (!line.startsWith("Natter is ready at ")) continue;
    child.stdout.resume();
    const socketUrl = lines.flatMap((line) => /^Socket (ws:\S+)$/.exec(line)?.[1] ?? [])[0] ?? "";
    return { child, socketUrl, lines };
  }
  throw new Error(errors.trim());
}
