import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes, randomUUID } from "node:crypto";
import { PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeEach, vi } from "vitest";
import type { LambdaContext } from "../../functions/lambda.ts";
import { handler } from "../../functions/socket.ts";
import { db } from "../../functions/store/client.ts";
import { person } from "../../functions/store/items.ts";
import type { SocketEvent, SocketResult } from "../../functions/wire/dialects.ts";
import { frames } from "../../functions/wire/frame-brake.ts";
import { decodeEnvelope } from "../../protocol/envelope.ts";
import { documents, tables } from "../support/tables/setup.ts";
import { forgetRequests, posted } from "./management-api.ts";

/**
 * The function `socket` with its tables. A server of the tests plays API Gateway's management API,
 * so that posts can be read and refused.
 */

export {
  asked,
  closed,
  gone,
  HANG_UP,
  invoked,
  NO_ANSWER,
  onRequest,
  type Posted,
  posted,
  statuses,
} from "./management-api.ts";

/** Begins each test of a file without requests to the management API. */
export function mockPosts(): void {
  beforeEach(() => {
    regulars.clear();
    forgetRequests();
  });
  afterEach(() => void vi.useRealTimers());
}

/** Stops the clock for the rest of a test, so that all posts get through in time, however busy the machine is. */
export function stopClock(): void {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
}

/** The events of a name that were pushed to a connection: their first arguments. */
export function pushes(connectionId: string, name: string): unknown[] {
  return posted.flatMap(({ connectionId: to, packet }) =>
    to === connectionId && packet.type === "event" && packet.name === name ? [packet.args[0]] : [],
  );
}

function socketEvent(
  connectionId: string,
  eventType: SocketEvent["requestContext"]["eventType"],
): SocketEvent {
  return { requestContext: { eventType, connectionId, connectedAt: Date.now() } };
}

/** What Lambda tells of an invocation. */
export function lambdaContext(): LambdaContext {
  return {
    awsRequestId: randomUUID(),
    functionName: "socket",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:socket",
    memoryLimitInMB: "1024",
  };
}

export function newConnectionId(): string {
  return randomBytes(11).toString("base64");
}

export function openConnection(
  connectionId: string,
  headers: Record<string, string> = {},
  queryStringParameters?: Record<string, string>,
): Promise<SocketResult> {
  const event = socketEvent(connectionId, "CONNECT");
  return handler(
    {
      ...event,
      headers: { "X-Origin-Key": process.env.ORIGIN_KEY ?? "", ...headers },
      ...(queryStringParameters && { queryStringParameters }),
    },
    lambdaContext(),
  );
}

export function closeConnection(connectionId: string): Promise<SocketResult> {
  return handler(socketEvent(connectionId, "DISCONNECT"), lambdaContext());
}

/** Sends a frame as it stands. */
export async function sendFrame(connectionId: string, body: string): Promise<string | undefined> {
  // A test's people send more frames than real people do.
  frames.clear();
  return sendOnTop(connectionId, body);
}

/** Sends a frame that counts together with those before it. */
export async function sendOnTop(connectionId: string, body: string): Promise<string | undefined> {
  const result = await handler({ ...socketEvent(connectionId, "MESSAGE"), body }, lambdaContext());
  return result.body;
}

/** Emits an event that asks for an ack. @returns the ack, or undefined */
export async function emit(connectionId: string, action: string, data?: unknown) {
  const frame = { action, data: data === undefined ? undefined : [data], id: 1 };
  const answer = decodeEnvelope((await sendFrame(connectionId, JSON.stringify(frame))) ?? "");
  if (answer.type !== "ack") throw new Error(`No ack: ${JSON.stringify(answer)}`);
  // biome-ignore lint/suspicious/noExplicitAny: what is in it is for the tests to say
  return answer.args[0] as any;
}

/** Connects and gives the session, or the refusal. */
export async function connect(connectionId: string, auth: unknown) {
  const frame = JSON.stringify({ action: "connect", data: auth });
  const answer = decodeEnvelope((await sendFrame(connectionId, frame)) ?? "");
  // biome-ignore lint/suspicious/noExplicitAny: what is in it is for the tests to say
  return (answer.type === "event" ? answer.args[0] : answer) as any;
}

/** A person with one connection. */
export async function newPerson(name = "ada") {
  const connectionId = newConnectionId();
  const { user, token } = await connect(connectionId, { name });
  return { connectionId, user, token };
}

/** The people of the current test. */
const regulars = new Map<string, ReturnType<typeof newPerson>>();

/**
 * A person by name, who is the same one in every scene of a test, which saves most of its steps. It
 * is for people whose other rooms, names and connections the scenes neither change nor read.
 * @param tabs how many connections
 */
export async function regular(name: string, tabs = 1): ReturnType<typeof newPerson> {
  const known = regulars.get(name) ?? newRegular(name, tabs);
  regulars.set(name, known);
  const someone = await known;
  await fillBudget(someone);
  return someone;
}

interface Someone {
  user: { id: string };
}

/** Lets a person make rooms, search and so on as somebody does who has done nothing for long. */
export function fillBudget(someone: Someone): Promise<void> {
  return putBudget(someone, 0);
}

export function emptyBudget(someone: Someone): Promise<void> {
  return putBudget(someone, Date.now() + 24 * 60 * 60_000);
}

async function putBudget({ user }: Someone, fullAt: number): Promise<void> {
  const Item = { room: person(user.id), entry: "budget", fullAt, v: 1 };
  await documents.send(new PutCommand({ TableName: process.env.ROOMS_TABLE, Item }));
}

async function newRegular(name: string, tabs: number) {
  const someone = await newPerson(name);
  for (let n = 1; n < tabs; n++) await newTab(someone.token);
  return someone;
}

/** Two people in a room. */
export async function newPair() {
  const room = newRoomId();
  const [ada, bob] = await Promise.all([newPerson("ada"), newPerson("bob")]);
  await emit(ada.connectionId, "joinRoom", { room });
  await emit(bob.connectionId, "joinRoom", { room });
  return { room, ada, bob };
}

/** Another connection of the person. */
export async function newTab(token: string): Promise<string> {
  const connectionId = newConnectionId();
  await connect(connectionId, { token });
  return connectionId;
}

export function newRoomId(): string {
  return `room-${randomBytes(6).toString("hex")}`;
}

export function newMessage(room: string, text = "hi") {
  return { room, id: randomUUID(), text };
}

/**
 * Every item of the tables that mentions a connection, except the note that its client has left it.
 * @param but whether to leave out a connection that waits for a CONNECT
 */
export async function traces(connectionId: string, but?: "but the connection"): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const TableName of [process.env.CONNECTIONS_TABLE, process.env.ROOMS_TABLE]) {
    const { Items = [] } = await documents.send(new ScanCommand({ TableName }));
    // Sets have to be converted: JSON has none.
    const isAbout = (item: object) =>
      JSON.stringify(
        Object.values(item).map((one) => (one instanceof Set ? [...one] : one)),
      ).includes(connectionId);
    found.push(
      ...Items.filter(isAbout)
        .filter(({ room = "" }) => !room.startsWith("left#"))
        .filter((item) => !(but && item.connectionId && !item.user && !item.ended)),
    );
  }
  return found;
}

/** What a call reads, in DynamoDB's units. */
export async function unitsReadBy(run: () => Promise<unknown>): Promise<number> {
  const before = tables.units.read;
  await run();
  return tables.units.read - before;
}

let writes = 0;

/** What a call reads, in DynamoDB's units, and how often it writes and posts. */
export async function costOf(run: () => Promise<unknown>) {
  const before = { writes, posts: posted.length };
  const units = await unitsReadBy(run);
  return { units, writes: writes - before.writes, posts: posted.length - before.posts };
}

const steps = new AsyncLocalStorage<{ beforeStep(): Promise<void> }>();
const send = db.send.bind(db);
Object.assign(db, {
  async send(...command: Parameters<typeof send>) {
    await steps.getStore()?.beforeStep();
    if (/^(Put|Update|Delete)ItemCommand$/.test(command[0].constructor.name)) writes += 1;
    return send(...command);
  },
});

/** Runs a scene once for every step of its action, a DynamoDB command, with that step failing. */
export async function failEachStep(
  newScene: () => Promise<{
    action: () => Promise<unknown>;
    check: (position: string) => Promise<void>;
  }>,
): Promise<void> {
  for (let step = 1; ; step++) {
    const { action, check } = await newScene();
    let count = 0;
    const store = {
      async beforeStep() {
        count += 1;
        if (count === step) throw new Error(`Step ${step} fails`);
      },
    };
    await steps.run(store, action);
    // A failure can end the action early, so the number of steps is only known after a run without
    // one.
    if (count < step) return;
    await check(`step ${step} fails`);
  }
}

/**
 * Runs a scene once for every step of its `first` action, a DynamoDB command. Each time the whole
 * `second` action runs just before that step, and the scene's check must hold.
 */
export async function interleave(
  newScene: () => Promise<{
    first: () => Promise<unknown>;
    second: () => Promise<unknown>;
    check: (position: string) => Promise<void>;
  }>,
): Promise<void> {
  for (let step = 1, count = 1; step <= count + 1; step++) {
    const { first, second, check } = await newScene();
    count = 0;
    const store = {
      async beforeStep() {
        count += 1;
        if (count === step) await steps.exit(second);
      },
    };
    await steps.run(store, first);
    if (step > count) await second();
    await check(`before step ${step} of ${count}`);
  }
}
