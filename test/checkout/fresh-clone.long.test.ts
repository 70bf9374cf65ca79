import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readyAt } from "../support/stack.ts";

const run = promisify(execFile);
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

describe.skipIf(!existsSync(".git"))("a fresh clone of the last commit", () => {
  let folder: string;
  let started: ChildProcess | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "natter-clone-"));
  });
  afterAll(async () => {
    started?.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  test("serves the page and its socket after `npm ci && npm start`, until it is stopped", async () => {
    await run("git", ["clone", "--quiet", process.cwd(), folder]);
    await run(npm, ["ci", "--no-audit", "--no-fund"], { cwd: folder });
    started = spawn(npm, ["start"], {
      cwd: folder,
      env: { ...process.env, PORT: "0", HOST: "localhost" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = once(started, "exit");
    const origin = await readyAt(started);
    const page = await fetch(origin);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("<title>Natter</title>");
    const polling = await fetch(`${origin}/socket.io/?EIO=4&transport=polling`);
    expect(polling.status).toBe(400);

    started.kill("SIGTERM");
    await ended;
    await expect.poll(() => fetch(origin).catch(() => "stopped")).toBe("stopped");
  }, 600_000);
});
