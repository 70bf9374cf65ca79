import { expect, test } from "vitest";
import type { Faults } from "../src/faults.ts";
import { dynamodbCall } from "./fixtures/dynamodb-call.ts";
import { startFixture } from "./fixtures/runtime.ts";
import { holdAnswer } from "./support/call-faults.ts";

/** The fixture app with faults; `dynamodb` makes its function call DynamoDB. */
async function start(faults: Faults) {
  const fixture = await startFixture({ faults });
  const { client } = await fixture.connect();
  const frame = (operation: string, input: object) =>
    dynamodbCall("echo", fixture.endpoint, operation, input);
  return {
    ...fixture,
    client,
    frame,
    dynamodb: async (operation: string, input: object) => {
      const { body } = JSON.parse(await client.ask(frame(operation, input)));
      return JSON.parse(body);
    },
  };
}

const put = (text: string) => ({ Item: { id: { S: "a" }, text: { S: text } } });
const Key = { id: { S: "a" } };
const texts = (items: { text: { S: string } }[]) => items.map(({ text }) => text.S);

test("a function that is killed after its write has written, and its route answers an error", async () => {
  const { dynamodb, client, frame, stop } = await start({
    async call({ action, body }, fn, go) {
      const answer = await go();
      if (action === "dynamodb:PutItem" && body.includes("last")) await fn?.kill();
      return answer;
    },
  });
  expect(await client.ask(frame("PutItem", put("last")))).toContain("Internal server error");
  const { Item } = await dynamodb("GetItem", { Key, ConsistentRead: true });
  expect(texts([Item])).toEqual(["last"]);
  await stop();
});

test("a throttle that a test injects reaches the function", async () => {
  const { dynamodb, stop } = await start({
    call: async () => ({ status: 400, body: '{"__type":"ThrottlingException"}' }),
  });
  expect(await dynamodb("GetItem", { Key })).toEqual({ __type: "ThrottlingException" });
  await stop();
});

test("the answer to a call can be held back, and another environment serves meanwhile", async () => {
  const held = holdAnswer(1, ({ body }) => body.includes("held"));
  const { client, frame, stop } = await start({ call: held.call });
  client.send(frame("PutItem", put("held")));
  await held.reached;
  expect(await client.ask({ action: "echo" })).toBe("route echo");
  held.release();
  expect(JSON.parse(await client.next())).toMatchObject({ status: 200 });
  await stop();
});
