import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCommandLine } from "../src/command.ts";
import { fixtureTemplate, writeAssembly } from "./fixtures/app.ts";

test("the arguments and options are read", () => {
  const args = ["cdk.out", "--port", "0", "--stats", "--origin", "http://a", "--origin=http://b"];
  expect(readCommandLine(args)).toEqual({
    help: false,
    stats: true,
    options: { assembly: "cdk.out", port: 0, origins: ["http://a", "http://b"] },
  });
  expect(readCommandLine(["--help"]).help).toBe(true);
  expect(readCommandLine([]).options.assembly).toBe(".");
});

test.each([
  [["one", "two"], "Give one path; --help shows how."],
  [["--port", "http"], "--port is http; it must be from 0 to 65535."],
  [["--port", "65536"], "--port is 65536; it must be from 0 to 65535."],
  [["--environments", "0"], "--environments is 0; it must be from 1 to 1000."],
  [
    ["--origin", "localhost:8080"],
    "--origin has localhost:8080, which is not an origin such as http://localhost:8080.",
  ],
  [["--prod"], "Unknown option '--prod'; --help shows the options."],
  [["--stack"], "Option '--stack <value>' argument missing; --help shows the options."],
])("the arguments %j are refused with what to do", (args, message) => {
  expect(() => readCommandLine(args)).toThrow(message);
});

let folder: string;
let assembly: string;
beforeAll(async () => {
  assembly = await writeAssembly(fixtureTemplate("http://recorder"));
  folder = await mkdtemp(join(tmpdir(), "cdk-websocket-local-command-"));
});
afterAll(async () => {
  for (const one of [assembly, folder]) await rm(one, { recursive: true });
});

function start(...args: string[]): ChildProcess {
  const bin = fileURLToPath(new URL("../src/bin.js", import.meta.url));
  const { npm_lifecycle_event: _, ...env } = process.env;
  return spawn(process.execPath, [bin, ...args, "--port", "0"], {
    cwd: folder,
    env: { ...env, TMPDIR: folder },
  });
}

/** What the command has printed when it has ended, or is ready. */
async function said(child: ChildProcess): Promise<string[]> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("The output is not piped");
  const closed = once(child, "close");
  const lines: string[] = [];
  createInterface({ input: stderr }).on("line", (line) => lines.push(line));
  for await (const line of createInterface({ input: stdout })) {
    lines.push(line);
    if (line.startsWith("Ready at ")) return lines;
  }
  await closed;
  return lines;
}

test("the command prints its address when it is ready, and removes what a killed run has unpacked", async () => {
  const unpacked = async () => {
    const [root = "", ...more] = (await readdir(folder)).filter((name) =>
      name.startsWith("cdk-websocket-local-"),
    );
    expect(more).toEqual([]);
    return join(folder, root);
  };
  const first = start(assembly);
  expect(await said(first)).toEqual([
    expect.stringMatching(/^AWS endpoint http:\/\/127\.0\.0\.1:\d+$/),
    expect.stringMatching(/^Ready at ws:\/\/localhost:\d+\/dev$/),
  ]);
  await writeFile(join(await unpacked(), "left"), "");
  first.kill("SIGKILL");
  await once(first, "exit");
  const second = start(assembly);
  await said(second);
  expect(await readdir(await unpacked())).not.toContain("left");
  second.kill();
  expect(await once(second, "exit")).toEqual([0, null]);
});

test("an option that cannot be used is named, and the exit code is 1", async () => {
  const child = start("nowhere", "--data", assembly);
  const exit = once(child, "exit");
  expect(await said(child)).toEqual([
    "Neither nowhere nor a cdk.out in it has a manifest.json: give the output of `cdk synth`.",
  ]);
  expect(await exit).toEqual([1, null]);
});
