import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type App, Stage } from "aws-cdk-lib";
import { afterEach, expect, test } from "vitest";
import { Client } from "../fixtures/client.ts";
import { EchoStack } from "./echo/stack.ts";
import { run, stopAll } from "./run.ts";
import { SimpleChatStack } from "./simple-chat/stack.ts";
import { synthesize, zipFolder } from "./synth.ts";
import { ZippedChatStack } from "./zipped-chat/stack.ts";

const HANDLERS = fileURLToPath(new URL("zipped-chat/handlers", import.meta.url));

const folders: string[] = [];
afterEach(async () => {
  await stopAll();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function app(build: (app: App) => unknown): Promise<string> {
  const folder = await synthesize(build);
  folders.push(folder);
  return folder;
}

/** What a function has written, in the data folder of the folder where it was started. */
async function logOf(folder: string, id: string): Promise<string> {
  const logs = join(folder, ".natter", "logs");
  const name = (await readdir(logs)).find((name) => name.startsWith(id));
  return name === undefined ? "" : readFile(join(logs, name), "utf8");
}

test("connect, disconnect and sendmessage with one table: a message reaches both, and who has closed is removed", async () => {
  const folder = await app((app) => new SimpleChatStack(app, "SimpleChat"));
  const { socketUrl, lines } = await run(folder, "--app", "cdk.out");
  expect(socketUrl).toMatch(/^ws:\/\/localhost:\d+\/prod$/);
  expect(lines.at(-1)).toMatch(/^Natter is ready at http:\/\/localhost:\d+$/);
  const [ada, bob] = await Promise.all([Client.open(socketUrl), Client.open(socketUrl)]);
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

test("modules in a zip file, an index and a $default route that answers: a post finds out who is gone", async () => {
  const zip = join(tmpdir(), `natter-sample-${process.pid}.zip`);
  folders.push(zip);
  await writeFile(zip, await zipFolder(HANDLERS));
  // As many are: bound to an account and Region.
  const env = { account: "111122223333", region: "eu-central-1" };
  const folder = await app((app) => new ZippedChatStack(app, "ZippedChat", { zip, env }));
  const { socketUrl } = await run(folder, "--app", ".");
  const [ada, bob] = await Promise.all([
    Client.open(`${socketUrl}?room=tea`),
    Client.open(`${socketUrl}?room=tea`),
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

test("inline code in one stack of several, in a stage of CDK, answers two clients", async () => {
  const folder = await app((app) => {
    new SimpleChatStack(app, "SimpleChat");
    new EchoStack(new Stage(app, "Test"), "Echo");
  });
  await expect(run(folder, "--app", "cdk.out")).rejects.toThrow(
    "The app has the stacks SimpleChat, Test-Echo; say which one is to run: --stack NAME",
  );
  const { socketUrl } = await run(folder, "--app", "cdk.out", "--stack", "Test-Echo");
  const [ada, bob] = await Promise.all([Client.open(socketUrl), Client.open(socketUrl)]);
  expect(await ada.ask("hello")).toBe("You said: hello");
  expect(await bob.ask("hi")).toBe("You said: hi");
});
