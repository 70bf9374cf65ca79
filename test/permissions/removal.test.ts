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
 * Each grant of each role is removed once, and something in the chat must then fail with the action's
 * name. This proves that nothing is granted that is not used (promise 10).
 */

const cdkOut = inject("cdkOut");
const trouble = new Trouble();
const clients: { close(): Promise<void> }[] = [];
const folders: string[] = [];
let data: string;
let runtime: Running;
let world: World;

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
  // What still runs gets all its rights back, so that it is not denied anything in the next test.
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

/** The first denial on the terminal after the deployment. */
async function denialIn(folder: Promise<string>, scene: (world: World) => Promise<void>) {
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

const grants = readGrants(cdkOut).map((grant) => ({ ...grant, where: where(grant.resource) }));

/** The readable part of a resource's ARN. */
function where(resource: unknown): string {
  const text = JSON.stringify(resource);
  return /\/(GET|POST|DELETE)\//.exec(text)?.[1] ?? /"(\w+?)[0-9A-F]{8}"/.exec(text)?.[1] ?? text;
}

describe.each(["Socket", "Deliver", "Open", "Sweep"] as const)("%s", (fn) => {
  test("can do everything it has to with the role of the template", async () => {
    await SCENES[fn](world);
    expect(lines.filter((line) => DENIAL.test(line))).toEqual([]);
  });

  test.each(grants.filter((grant) => grant.fn === fn))(
    "fails without $action on $where, and names the action",
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
