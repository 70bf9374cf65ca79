import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { GetItemCommand, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { log } from "../../functions/lambda.ts";

/** The store's client as DynamoDB meets it: what it sends, and what it does with the answers. */

/** What the next requests are answered with; one without a status is not answered. */
let answers: { status?: number; body?: object; html?: string }[] = [];
const requests: { headers: NodeJS.Dict<string | string[]>; body: string }[] = [];

const server = createServer(async (request, response) => {
  requests.push({ headers: request.headers, body: await text(request) });
  const { status, body = {}, html } = answers.shift() ?? { status: 200 };
  if (status === undefined) return void request.socket.destroy();
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
  response.end(html ?? JSON.stringify(body));
});

beforeEach(() => {
  requests.length = 0;
  vi.spyOn(log, "warn").mockReturnValue();
  // The SDK's pauses between its tries are random.
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(() => vi.restoreAllMocks());

server.listen(0, "127.0.0.1").unref();
await once(server, "listening");
const { port } = server.address() as AddressInfo;
vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", `http://127.0.0.1:${port}`);
// A module of its own, which no tables in memory stand in for.
vi.resetModules();
const { db, orBusy } = await import("../../functions/store/client.ts");

const refused = (name: string) => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: "no" },
});
const get = () => db.send(new GetItemCommand({ TableName: "t", Key: { id: { S: "a" } } }));

test("a call is plain JSON, signed once, with the function's own key", async () => {
  answers = [{ status: 200, body: { Item: { id: { S: "a" } } } }];
  expect((await get()).Item).toEqual({ id: { S: "a" } });
  const [{ headers, body } = { headers: {}, body: "" }] = requests;
  expect(JSON.parse(body)).toEqual({ TableName: "t", Key: { id: { S: "a" } } });
  expect(headers["x-amz-target"]).toBe("DynamoDB_20120810.GetItem");
  const key = process.env.AWS_ACCESS_KEY_ID;
  expect(headers.authorization).toMatch(
    RegExp(`^AWS4-HMAC-SHA256 Credential=${key}/\\d+/us-east-1/dynamodb/aws4_request, `),
  );
});

test("no answer, a failure and a throttle are tried again, by the SDK", async () => {
  answers = [{}, { status: 500 }, { status: 200 }];
  await get();
  expect(requests).toHaveLength(3);
  answers = [{ status: 503, html: "<html>" }, { status: 200 }];
  await get();
  expect(requests).toHaveLength(5);
  answers = [refused("ThrottlingException"), { status: 200 }];
  await get();
  expect(requests).toHaveLength(7);
});

test("a call that stays throttled is busy (promise 9)", async () => {
  answers = Array.from({ length: 20 }, () => refused("ProvisionedThroughputExceededException"));
  await expect(orBusy(get())).rejects.toMatchObject({ code: "busy" });
  expect(requests.length).toBeLessThan(10);
});

test("any other refusal is the SDK's own error, at once", async () => {
  answers = [refused("ResourceNotFoundException")];
  const error = await get().catch((error) => error);
  expect(error).toMatchObject({ name: "ResourceNotFoundException", message: "no" });
  expect(error).toBeInstanceOf(ResourceNotFoundException);
  expect(requests).toHaveLength(1);
});
