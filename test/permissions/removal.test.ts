import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { type Running, run } from "../../local/src/run.ts";
import { openBare, RawSocket } from "../support/clients.ts";
import { readResources } from "../support/template.ts";
import { readGrants, readRoutePermissions, withoutGrant, withoutResource } from "./grants.ts";
import { SCENES, Trouble, type World } from "./scenes.ts";

/**
 * Every grant of every role is taken away once, and the chat must miss it: what it then cannot do
 * fails with the action's name. So nothing is granted that is not used (promise 10).
 */

const cdkOut = inject("cdkOut");
const trouble = new Trouble();
const clients: { close(): Promise<void> }[] = [];
const folders: string[] = [];
let data: string;
let runtime: Running;
let world: World;

/** What the terminal says, and who waits for a denial on it. */
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
  // What still runs does so with all its rights, and is denied nothing in the next test.
  await runtime.reload(cdkOut);
  lines.length = 0;
  // Those that have left already do not close again, so that this cannot be waited for.
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

/** Of the stack's own lines; a function may log what it was told a moment later. */
const DENIAL =
  /^\w+: (its log is not written: )?(User: \S+ is not authorized|\S+ is not allowed) to perform/;

/** The first line on the terminal, from the deployment on, that says that something is denied. */
async function denialIn(folder: Promise<string>, scene: (world: World) => Promise<void>) {
  const denial = new Promise<string>((resolve) => {
    told = (line) => {
      if (DENIAL.test(line)) resolve(line);
    };
  });
  await deploy(folder);
  const whole = scene(world).then(() => "Nothing was missing");
  // What it still waits for is not coming.
  whole.catch(() => {});
  return Promise.race([denial, whole]);
}

const grants = readGrants(cdkOut).map((grant) => ({ ...grant, where: where(grant.resource) }));

/** The part of a resource's ARN by which a person knows it. */
function where(resource: unknown): string {
  const text = JSON.stringify(resource);
  return /\/(GET|POST|DELETE)\//.exec(text)?.[1] ?? /"(\w+?)[0-9A-F]{8}"/.exec(text)?.[1] ?? text;
}

describe.each(["Socket", "Deliver", "Open", "Sweep"] as const)("%s", (fn) => {
  test("with the role of the template it can do all that it has to", async () => {
    await SCENES[fn](world);
    expect(lines.filter((line) => DENIAL.test(line))).toEqual([]);
  });

  test.each(grants.filter((grant) => grant.fn === fn))(
    "without $action on $where it fails, saying so",
    async ({ where, ...grant }) => {
      const denial = await denialIn(withoutGrant(cdkOut, grant), SCENES[fn]);
      expect(denial).toContain(`assumed-role/Functions${fn}Role`);
      expect(denial).toContain(`not authorized to perform: ${grant.action} on resource: arn:aws:`);
      expect(denial).toContain(where);
    },
  );
});

test.each(readRoutePermissions(cdkOut))(
  "without the permission $id API Gateway cannot invoke the route's function",
  async ({ id, route }) => {
    const denial = await denialIn(withoutResource(cdkOut, id), SCENES.Socket);
    expect(denial).toContain("apigateway.amazonaws.com is not allowed to perform lambda:Invoke");
    expect(denial).toContain(`/ws/${route};`);
  },
);
