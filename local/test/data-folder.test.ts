import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { FixtureTemplate } from "./fixtures/app.ts";
import { dynamodbCall } from "./fixtures/dynamodb-call.ts";
import { startFixture } from "./fixtures/runtime.ts";

let parent: string;
let data: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "cdk-websocket-local-data-"));
  data = join(parent, "data");
});
afterEach(() => rm(parent, { recursive: true }));

test("the items of the tables survive a stop and another start", async () => {
  const first = await startFixture({ data });
  const { client } = await first.connect();
  const call = (endpoint: string, operation: string, input: object) =>
    dynamodbCall("echo", endpoint, operation, input);
  await client.ask(call(first.endpoint, "PutItem", { Item: { id: { S: "a" }, n: { N: "1" } } }));
  await first.stop();
  const second = await startFixture({ data });
  const again = await second.connect();
  const get = call(second.endpoint, "GetItem", { Key: { id: { S: "a" } } });
  expect(JSON.parse(JSON.parse(await again.client.ask(get)).body).Item.n).toEqual({ N: "1" });
  await second.stop();
});

test.skipIf(process.platform === "win32")("tables and logs are for their owner alone", async () => {
  const fixture = await startFixture({ data });
  await fixture.connect();
  const mode = async (...path: string[]) =>
    ((await stat(join(data, ...path))).mode & 0o777).toString(8);
  expect(await mode()).toBe("700");
  expect(await mode("dynamodb")).toBe("700");
  expect(await mode("logs")).toBe("700");
  for (const log of await readdir(join(data, "logs"))) expect(await mode("logs", log)).toBe("600");
  await fixture.stop();
});

test("a table on disk whose keys differ from the template's is refused, and kept", async () => {
  await (await startFixture({ data })).stop();
  const otherKeys = ({ Resources }: FixtureTemplate) => {
    Object.assign(Resources.Table?.Properties ?? {}, {
      AttributeDefinitions: [{ AttributeName: "other", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "other", KeyType: "HASH" }],
    });
  };
  await expect(startFixture({ data, template: otherKeys })).rejects.toThrow(
    "The table Table on disk has other keys than in the template.",
  );
  await (await startFixture({ data })).stop();
});
