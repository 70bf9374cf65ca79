import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, inject, vi } from "vitest";
import { type Running, run } from "../../local/src/run.ts";
import { openBare, RawSocket } from "../support/clients.ts";
import { readResources } from "../support/template.ts";
import { Trouble, type World } from "./scenes.ts";

/** The stack that the scenes of a file are played in, and what it denies on the terminal. */

export const cdkOut = inject("cdkOut");
const trouble = new Trouble();
const clients: { close(): Promise<void> }[] = [];
const folders: string[] = [];
let data: string;
let runtime: Running;
export let world: World;

/** The lines on the terminal, and what is called with each new one. */
const lines: string[] = [];
let told: (line: string) => void = () => {};

beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation((line) => {
    lines.push(String(line));
    told(String(line));
  });
  data = await mkdtemp(join(tmpdir(), "natter-permissions-"));
  runtime = await run({
    port: 0,
    data,
    assembly: cdkOut,
    faults: trouble.faults,
  });
  const keep = async <T extends { close(): Promise<void> }>(client: Promise<T>) => {
    clients.push(await client);
    return client;
  };
  world = {
    runtime,
    trouble,
    connectionsTable: idOf(/^TablesConnections/),
    roomsTable: idOf(/^TablesRooms/),
    functions: {
      Deliver: idOf(/^FunctionsDeliver[0-9A-F]+$/),
      Sweep: idOf(/^FunctionsSweep[0-9A-F]+$/),
    },
    open: (name) => keep(openBare(runtime.url, { name })),
    openRaw: () => keep(RawSocket.open(runtime.url)),
    reopen: ({ session }) => keep(openBare(runtime.url, { token: session.token ?? "" })),
  };
});
afterAll(async () => {
  await runtime.stop();
  for (const folder of [data, ...folders]) await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  trouble.throttled.clear();
  // Running functions get all their rights back, so that they are not denied anything in the next
  // test.
  await runtime.reload(cdkOut);
  lines.length = 0;
  // Not awaited: those that have closed already do not close again.
  for (const client of clients.splice(0)) void client.close();
});

function idOf(pattern: RegExp): string {
  const id = Object.keys(readResources(cdkOut)).find((id) => pattern.test(id));
  if (id === undefined) throw new Error(`The template has no ${pattern}`);
  return id;
}

async function deploy(folder: Promise<string>): Promise<void> {
  folders.push(await folder);
  await runtime.reload(await folder);
}

/** A denial in the words of the local stack, not of a function that logs one. */
const DENIAL =
  /^\w+: (its log is not written: )?(User: \S+ is not authorized|\S+ is not allowed) to perform/;

/** The denials on the terminal since the test began. */
export function denials(): string[] {
  return lines.filter((line) => DENIAL.test(line));
}

/** The first denial on the terminal after the deployment. */
export async function denialIn(folder: Promise<string>, scene: (world: World) => Promise<void>) {
  const denial = new Promise<string>((resolve) => {
    told = (line) => {
      if (DENIAL.test(line)) resolve(line);
    };
  });
  await deploy(folder);
  const whole = scene(world).then(() => "Nothing was missing");
  // After a denial the scene may wait for something that never comes.
  whole.catch(() => {});
  return Promise.race([denial, whole]);
}
