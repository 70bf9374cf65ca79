import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Stage } from "aws-cdk-lib";
import { afterEach, expect, test } from "vitest";
import { Client } from "../fixtures/client.ts";
import { EchoStack } from "./echo/stack.ts";
import { LowLevelStack } from "./low-level/stack.ts";
import { SimpleChatStack } from "./simple-chat/stack.ts";
import { project, removeAll, start } from "./start.ts";
import { zipFolder } from "./synth.ts";
import { ZippedChatStack } from "./zipped-chat/stack.ts";

const HANDLERS = fileURLToPath(new URL("zipped-chat/handlers", import.meta.url));

afterEach(removeAll);

/** What a function has written into its log. */
async function logOf(folder: string, id: string): Promise<string> {
  const logs = join(folder, "data", "logs");
  const name = (await readdir(logs)).find((name) => name.startsWith(id));
  return name === undefined ? "" : readFile(join(logs, name), "utf8");
}

test("an app with a function for each route runs: a message reaches both clients, and a client that closes is removed", async () => {
  const folder = await project((app) => new SimpleChatStack(app, "SimpleChat"));
  const url = await start(folder);
  expect(url).toMatch(/^ws:\/\/localhost:\d+\/prod$/);
  const [ada, bob] = await Promise.all([Client.open(url), Client.open(url)]);
  ada.send({ action: "sendmessage", data: "hello" });
  const hello = '{"data":"hello","connections":2}';
  expect(await Promise.all([ada.next(), bob.next()])).toEqual([hello, hello]);

  expect(await ada.ask({ action: "shout" })).toMatch(
    /^\{"message": "Forbidden", "connectionId":".+", "requestId":".+"\}$/,
  );

  bob.socket.close();
  await bob.closed;
  await expect.poll(() => logOf(folder, "ondisconnect")).toMatch(/^Removed .+=$/m);
  expect(await ada.ask({ action: "sendmessage", data: "alone" })).toBe(
    '{"data":"alone","connections":1}',
  );
});

test("an app of modules in a zip file, bound to an account and Region, runs: a failed post removes a connection that is gone", async () => {
  const zip = join(await mkdtemp(join(tmpdir(), "cdk-websocket-local-zip-")), "handlers.zip");
  await writeFile(zip, await zipFolder(HANDLERS));
  const env = { account: "111122223333", region: "eu-central-1" };
  const folder = await project((app) => new ZippedChatStack(app, "ZippedChat", { zip, env }));
  // What runs is the copy in the output.
  await rm(dirname(zip), { recursive: true });
  const url = await start(folder);
  const [ada, bob] = await Promise.all([
    Client.open(`${url}?room=tea`),
    Client.open(`${url}?room=tea`),
  ]);
  const who = async () => JSON.parse(await ada.ask({ action: "who", room: "tea" }));
  expect(await who()).toHaveLength(2);
  ada.send({ room: "tea", text: "hello" });
  expect(await Promise.all([ada.next(), bob.next()])).toEqual(Array(2).fill('{"text":"hello"}'));

  bob.socket.close();
  await bob.closed;
  expect(await who()).toHaveLength(2);
  expect(await ada.ask({ room: "tea", text: "anyone?" })).toBe('{"text":"anyone?"}');
  await expect.poll(who).toHaveLength(1);
});

test("one of several stacks runs, in a stage of CDK, with inline code and stage variables", async () => {
  const folder = await project((app) => {
    new SimpleChatStack(app, "SimpleChat");
    new EchoStack(new Stage(app, "Test"), "Echo");
  });
  await expect(start(folder)).rejects.toThrow(
    "The app has the stacks SimpleChat, Test-Echo; say which one is to run.",
  );
  const url = await start(folder, "Test-Echo");
  const [ada, bob] = await Promise.all([Client.open(url), Client.open(url)]);
  expect(await ada.ask("hello")).toBe("You said: hello");
  expect(await bob.ask("hi")).toBe("You said: hi");
});

test("an app of CloudFormation's own constructs runs, with credentials instead of permissions", async () => {
  const folder = await project((app) => new LowLevelStack(app, "LowLevel"));
  const url = await start(folder);
  const ada = await Client.open(url);
  expect(await ada.ask({ action: "sendmessage", text: "hi" })).toBe("LowLevel posts: hi");
});
