import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Client } from "../../local/test/fixtures/client.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let data: string;
const children = new Set<ChildProcess>();

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "natter-start-"));
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  }
  children.clear();
  await rm(data, { recursive: true, force: true });
});

function start(env: Record<string, string> = {}, args: string[] = []) {
  const child = spawn(process.execPath, ["start/natter.js", ...args], {
    cwd: ROOT,
    env: { ...process.env, PORT: "0", NATTER_DATA: data, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  const lines: string[] = [];
  const ready = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      const url = /^Natter is ready at (http:\/\/\S+)$/.exec(line)?.[1];
      if (url) resolve(url);
    });
    child.once("close", () => reject(new Error(`Natter did not start: ${errors}`)));
  });
  ready.catch(() => {});
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  const exit = once(child, "close").then(([code]) => ({ code, errors: errors.trim(), lines }));
  return { child, ready, exit };
}

test("a port that is taken is refused with what to do", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? String(address?.port) : "";
  const { code, errors } = await start({ PORT: port }).exit;
  server.close();
  expect(code).toBe(1);
  expect(errors).toBe(
    `Port ${port} is taken; stop what uses it, or use another. (Set PORT; 0 takes any free one.)`,
  );
});

test("an option that is not known is refused", async () => {
  const { code, errors } = await start({}, ["--prod"]).exit;
  expect({ code, errors }).toEqual({
    code: 1,
    errors: "Unknown option '--prod'; npm start -- --help shows the options.",
  });
});

test("a data folder that cannot be written is refused", async () => {
  const file = join(data, "file");
  await writeFile(file, "");
  const { code, errors } = await start({ NATTER_DATA: join(file, "below") }).exit;
  expect(code).toBe(1);
  expect(errors).toBe(
    `The data folder ${join(file, "below")} is not writable; use another. (Set NATTER_DATA.)`,
  );
});

test("a HOST that this machine does not have is refused", async () => {
  const { code, errors } = await start({ HOST: "203.0.113.7" }).exit;
  expect(code).toBe(1);
  expect(errors).toContain("203.0.113.7 is not an address of this machine");
});

test("a second start on the same data folder is refused, and the first one serves on", async () => {
  const first = start();
  const url = await first.ready;
  const { code, errors } = await start().exit;
  expect(code).toBe(1);
  expect(errors).toMatch(
    /^The data folder .* is in use by another process; .* \(Set NATTER_DATA\.\)$/,
  );
  expect((await fetch(url)).status).toBe(200);
});

test.skipIf(process.platform === "win32")(
  "SIGTERM closes the sockets with 1001 and exits 0, and the next start finds the tables",
  async () => {
    const { child, ready, exit } = start();
    const url = await ready;
    const client = await Client.open(`${url.replace("http", "ws")}/ws`, [], { origin: url });
    child.kill("SIGTERM");
    expect((await client.closed).code).toBe(1001);
    const { code, lines } = await exit;
    expect(code).toBe(0);
    expect(lines).toEqual([
      expect.stringMatching(/^AWS endpoint http:\/\/127\.0\.0\.1:\d+$/),
      `Natter is ready at ${url}`,
    ]);
    await start().ready;
  },
);

test.skipIf(process.platform === "win32")("SIGINT exits 0", async () => {
  const { child, ready, exit } = start();
  await ready;
  child.kill("SIGINT");
  expect((await exit).code).toBe(0);
});

test("HOST=0.0.0.0 prints the addresses for other devices", async () => {
  const { child, ready, exit } = start({ HOST: "0.0.0.0" });
  const url = await ready;
  child.kill("SIGTERM");
  const { lines } = await exit;
  expect(url).toMatch(/^http:\/\/localhost:\d+$/);
  for (const line of lines.slice(0, -2)) {
    expect(line).toMatch(/^On other devices: http:\/\/\d+\.\d+\.\d+\.\d+:\d+$/);
  }
});
