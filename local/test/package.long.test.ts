import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { App } from "aws-cdk-lib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client } from "./fixtures/client.ts";
import { EchoStack } from "./samples/echo/stack.ts";

/** A project somewhere else, which has this package and a synthesised app. */
let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(await realpath(tmpdir()), "another-project-"));
  const app = new App({ outdir: join(project, "cdk.out") });
  new EchoStack(app, "Echo");
  app.synth();
  await mkdir(join(project, "node_modules", ".bin"), { recursive: true });
  const local = fileURLToPath(new URL("..", import.meta.url));
  // As npm installs a package from a folder.
  await symlink(local, join(project, "node_modules", "cdk-websocket-local"), "junction");
  await symlink(
    join("..", "cdk-websocket-local", "src", "bin.js"),
    join(project, "node_modules", ".bin", "cdk-websocket-local"),
  );
});
afterAll(() => rm(project, { recursive: true, force: true }));

test("another project's program can run its app", async () => {
  // The project has no ws of its own, and Node 20 no WebSocket.
  const ws = fileURLToPath(import.meta.resolve("ws"));
  await writeFile(
    join(project, "program.mjs"),
    `import { run } from "cdk-websocket-local";
    import ws from ${JSON.stringify(ws)};
    const running = await run({ assembly: "cdk.out", port: 0, data: "data" });
    const socket = new ws(running.socketUrl);
    socket.on("open", () => socket.send("hello"));
    socket.on("message", async (text) => {
      console.log(String(text), Object.keys(running).join());
      await running.stop();
    });`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, ["program.mjs"], { cwd: project });
  expect(stdout.trim()).toBe(
    "You said: hello url,socketUrl,endpoint,networkUrls,counters,reload,cut,stop",
  );
});

test("a program in TypeScript gets the types that are in the tarball", async () => {
  const run = promisify(execFile);
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const folder = join(project, "typed");
  const installed = join(folder, "node_modules", "cdk-websocket-local");
  await mkdir(installed, { recursive: true });
  const { stdout } = await run("npm", ["pack", "-w", "local", "--pack-destination", folder], {
    cwd: root,
  });
  const tarball = join(folder, stdout.trim().split("\n").at(-1) ?? "");
  await run("tar", ["-xzf", tarball, "--strip-components", "1", "-C", installed]);
  await writeFile(
    join(folder, "program.mts"),
    `import { type Running, run } from "cdk-websocket-local";
    const { url, counters }: Running = await run({ assembly: "cdk.out", port: 0 });
    const posts: number | undefined = counters.snapshot()[url]?.posts;
    // @ts-expect-error
    const port: number = url;
    export { port, posts };`,
  );
  const options = ["--strict", "--noEmit", "--skipLibCheck", "--module", "nodenext"];
  const types = ["--types", "node", "--typeRoots", join(root, "node_modules", "@types")];
  await run("npx", ["tsc", "--ignoreConfig", ...options, ...types, join(folder, "program.mts")], {
    cwd: root,
  });
});

test("another project's npm runs the command", async () => {
  const npx = spawn("npx", ["--no-install", "cdk-websocket-local", "--port", "0"], {
    cwd: project,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    for await (const line of createInterface({ input: npx.stdout })) {
      const url = /^Ready at (\S+)$/.exec(line)?.[1];
      if (url === undefined) continue;
      const client = await Client.open(url);
      expect(await client.ask("hello")).toBe("You said: hello");
      npx.kill();
      expect((await client.closed).code).toBe(1001);
      return;
    }
    expect.unreachable("It did not start");
  } finally {
    npx.kill();
  }
});
