import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";

/** The binary, which its package has for Linux on x64 alone. */
export function dynoxidePath(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve("@dynoxide/linux-x64/package.json");
    return join(dirname(manifest), "dynoxide");
  } catch {
    return undefined;
  }
}

/** How often another port is tried: dynoxide does not choose one itself. */
const TRIES = 5;

export async function startDynoxide(tries = TRIES): Promise<{ url: string; stop(): void }> {
  const binary = dynoxidePath();
  if (binary === undefined) throw new Error("dynoxide is not installed");
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(binary, ["serve", "--port", new URL(url).port], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (await listens(child)) {
    return { url, stop: () => child.kill() };
  }
  if (tries === 1) throw new Error(`dynoxide ended with ${child.exitCode}`);
  return startDynoxide(tries - 1);
}

async function listens(child: ChildProcess): Promise<boolean> {
  const heard = new Promise<boolean>((resolve) => child.stderr?.once("data", () => resolve(true)));
  return Promise.race([heard, once(child, "exit").then(() => false)]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
