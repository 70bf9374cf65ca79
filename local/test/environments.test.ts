import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, onTestFinished, test } from "vitest";
import type { Faults } from "../src/run.ts";
import { dynamodbCall } from "./fixtures/dynamodb-call.ts";
import { type FixtureOptions, startFixture } from "./fixtures/runtime.ts";

async function start(options: FixtureOptions) {
  const fixture = await startFixture(options);
  onTestFinished(() => fixture.stop());
  return fixture;
}

test("a function runs as many invocations at once as `environments` says, and the others wait", async () => {
  const { connect, counters, recorder } = await start({ environments: 2 });
  const { client } = await connect();
  const ids = ["1", "2", "3"];
  const answers = ids.map((id) => client.ask({ action: "echo", do: "wait", id }));
  const waiting = (id: string) => recorder.next((record) => record.waiting === id);
  await Promise.all([waiting("1"), waiting("2")]);
  expect(recorder.recorded).toEqual([]);
  await recorder.release("1");
  await waiting("3");
  await recorder.release("2");
  await recorder.release("3");
  await Promise.all(answers);
  const { $connect, echo } = counters.snapshot();
  expect([$connect?.coldStarts, echo?.coldStarts]).toEqual([1, 1]);
});

test("clients take turns where invocations wait, so that one's many do not hold up another's", async () => {
  const sent = 5;
  let arrived = 0;
  let onArrival = () => {};
  const faults: Faults = {
    async event({ body }, go) {
      const done = go();
      if (body !== undefined && ++arrived === sent) onArrival();
      await done;
    },
  };
  const { connect, recorder } = await start({ environments: 1, faults });
  const all = new Promise<void>((resolve) => {
    onArrival = resolve;
  });
  const [many, one] = [await connect(), await connect()];
  for (const id of ["1", "2", "3", "4"]) many.client.send({ action: "echo", do: "wait", id });
  const next = async () => (await recorder.next(({ waiting }) => waiting !== undefined)).waiting;
  const order = [await next()];
  one.client.send({ action: "echo", do: "wait", id: "other" });
  await all;
  while (order.length < sent) {
    await recorder.release(order.at(-1) ?? "");
    order.push(await next());
  }
  await recorder.release(order.at(-1) ?? "");
  expect(order).toEqual(["1", "2", "other", "3", "4"]);
});

test("environments that have been idle end, and their credentials with them, except the last", async () => {
  const { connect, endpoint, recorder } = await start({ faults: { clocks: { environment: 200 } } });
  const connecting = Promise.all([connect("?wait=one"), connect("?wait=other")]);
  // The second one is held back while the first still waits.
  await recorder.release("other");
  await recorder.release("one");
  const [one, other] = await connecting;
  const signer = (env: Readonly<Record<string, string>> = {}) => {
    const credentials = {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "",
      sessionToken: env.AWS_SESSION_TOKEN ?? "",
    };
    return { region: "us-east-1", credentials, endpoint };
  };
  const answers = async (env?: Readonly<Record<string, string>>) => {
    const client = new DynamoDBClient(signer(env));
    return client.send(new ListTablesCommand({})).then(
      () => "allowed",
      (error) => error.name,
    );
  };
  expect(one.env?.AWS_SESSION_TOKEN).not.toBe(other.env?.AWS_SESSION_TOKEN);
  const both = async () => (await Promise.all([answers(one.env), answers(other.env)])).sort();
  await expect.poll(both).toEqual(["UnrecognizedClientException", "allowed"]);
  // What it has signed for S3 is still known, since such addresses are given to viewers.
  for (const { env } of [one, other]) {
    const s3 = new S3Client({ ...signer(env), forcePathStyle: true });
    const get = s3.send(new GetObjectCommand({ Bucket: "none", Key: "x" }));
    await expect(get).rejects.toThrow("There is no bucket none");
  }
});

test("calls of functions come to the endpoint without TCP, whatever client makes them", async () => {
  const { connect, counters, endpoint } = await start({});
  const ports: (number | undefined)[] = [];
  subscribe("net.server.socket", (message) => {
    const { socket } = message as { socket: Socket };
    ports.push(socket.localPort);
  });
  const { client } = await connect();
  await client.ask(dynamodbCall("echo", endpoint, "ListTables", {}));
  await client.ask({ action: "echo", do: "https", url: "https://lambda.us-east-1.amazonaws.com/" });
  await client.ask({ action: "echo", do: "post" });
  expect(counters.snapshot().echo?.posts).toBe(1);
  expect(ports).not.toContain(Number(new URL(endpoint).port));
  // A call of the developer's is seen here.
  await fetch(endpoint);
  expect(ports).toContain(Number(new URL(endpoint).port));
});
