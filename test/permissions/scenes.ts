import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { expect } from "vitest";
import type { Faults, Running } from "../../local/src/run.ts";
import { THROTTLES } from "../../local/test/support/call-faults.ts";
import { newMessage, ok } from "../support/acks.ts";
import type { Client, RawSocket } from "../support/clients.ts";
import { upload } from "../support/uploads.ts";

/** A scene for each function that needs all the rights of its role. */

/** The faults that the scenes need. A scene switches them on. */
export class Trouble {
  /** Functions whose posts are throttled. */
  readonly throttled = new Set<string>();
  /** The rooms whose own items are throttled for the function `socket`. */
  readonly hotRooms = new Set<string>();
  /** Connections whose `$disconnect` is lost, and what is called then. */
  readonly #losing = new Map<string, () => void>();

  readonly faults: Faults = {
    call: async ({ service, body }, fn, go) => {
      const throttled = [...this.throttled].some((name) => fn?.functionId.includes(name));
      // Pings also go to connections that other scenes have left open, and are retried for long.
      const isPost = service === "execute-api" && body !== "" && body !== "2";
      if (throttled && isPost) return THROTTLES["execute-api"];
      const isHot = [...this.hotRooms].some((room) => body.includes(`room":{"S":"${room}"}`));
      return isHot && fn?.functionId.includes("Socket") ? THROTTLES.dynamodb : go();
    },
    event: async ({ requestContext: { connectionId, eventType } }, go) => {
      const lost = eventType === "DISCONNECT" ? this.#losing.get(connectionId) : undefined;
      if (lost === undefined) await go();
      else lost();
    },
  };

  /** Closes a connection and loses its `$disconnect`. */
  async lose(client: Client): Promise<void> {
    const id = await idOf(client);
    const lost = new Promise<void>((resolve) => this.#losing.set(id, resolve));
    await client.close();
    await lost;
  }
}

export interface World {
  readonly runtime: Running;
  readonly trouble: Trouble;
  readonly connectionsTable: string;
  readonly roomsTable: string;
  readonly functions: Readonly<Record<"Deliver" | "Sweep", string>>;
  open(name: string): Promise<Client>;
  /** A connection of a stock client, before CONNECT. */
  openRaw(): Promise<RawSocket>;
  /** Another connection of the same person. */
  reopen(client: Client): Promise<Client>;
}

const DEVELOPER = {
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
};

const Connected = v.tuple([v.object({ sid: v.string() })]);

/** Connects, talks, reads and leaves. The last post gets through by `deliver` only. */
async function socket({ open, openRaw, reopen, trouble }: World): Promise<void> {
  const room = `room-${randomUUID()}`;
  const ada = await open("Ada");
  const bob = await open("Bob");
  expect((await ada.emit("joinRoom", { room })).ok).toBe(true);
  expect((await bob.emit("joinRoom", { room })).ok).toBe(true);
  await say(ada, bob, room);
  expect((await ada.emit("react", { room, id: randomUUID(), seq: 1, emoji: "👍" })).ok).toBe(true);
  expect((await ada.emit("history", { room })).ok).toBe(true);
  expect((await ada.emit("rooms", {})).ok).toBe(true);
  expect((await ada.emit("heads", { rooms: { [room]: 0 } })).ok).toBe(true);

  const file = await upload(ada, room);
  const { entry } = ok(await ada.emit("message", { ...newMessage(room), files: [file] }));
  expect((await fetch(ok(await ada.emit("file", { room, seq: entry.seq, file })).url)).ok).toBe(
    true,
  );

  await rename(ada, bob);

  const again = await reopen(ada);
  expect(again.session.rooms.map(({ id }) => id)).toContain(room);
  expect((await again.emit("leaveRoom", { room })).ok).toBe(true);
  const offline = bob.heard.next("presence", ({ online }: { online: boolean }) => !online);
  expect((await bob.emit("joinRoom", { room: "lobby" })).ok).toBe(true);
  await Promise.all([ada.close(), again.close()]);
  await offline;

  const stock = await openRaw();
  stock.send("no packet");
  await stock.closed;

  const cy = await open("Cy");
  expect((await cy.emit("joinRoom", { room })).ok).toBe(true);
  trouble.throttled.add("Socket");
  await say(bob, cy, room);
}

/** Posts to an open connection, removes one that is gone, and closes one that takes no posts. */
async function deliver(world: World): Promise<void> {
  const { bob, lost, offline } = await twoAndOneLost(world);
  const deliverTo = async (id: string, ...clients: Client[]) => {
    const body = JSON.stringify({ action: "delivered", data: [id] });
    const connectionIds = await Promise.all(clients.map(idOf));
    await invoke(world, world.functions.Deliver, { body, connectionIds });
  };
  const delivered = bob.heard.next("delivered", (id) => id === "at once");
  await Promise.all([deliverTo("at once", bob, lost), delivered, offline]);

  world.trouble.throttled.add("Deliver");
  const closed = bob.heard.next("disconnect");
  await Promise.all([deliverTo("never", bob), closed]);
}

/** Looks whether a stock client is there, and sends it the open packet. */
async function open({ openRaw }: World): Promise<void> {
  await openRaw();
}

/**
 * Removes a connection whose `$disconnect` got lost, the notice of which gets through by `deliver`
 * only, closes one that never sent CONNECT, and does the jobs that events leave.
 */
async function sweep(world: World): Promise<void> {
  await deleteFile(await world.open("Cy"));
  const { ada, bob, lost, offline } = await twoAndOneLost(world);
  await rename(ada, bob);
  await comeLate(world, ada, bob);
  const stranger = await world.openRaw();
  for (const id of [await idOf(bob), await idOf(lost), stranger.handshake.sid]) {
    await setConnectedAt(world, id, Date.now() - 120_000);
  }
  world.trouble.throttled.add("Sweep");
  await Promise.all([invoke(world, world.functions.Sweep, {}), offline, stranger.closed]);
}

export const SCENES = { Socket: socket, Deliver: deliver, Open: open, Sweep: sweep };

async function say(from: Client, to: Client, room: string): Promise<void> {
  const id = randomUUID();
  const heard = to.heard.next("message", (entry: { id: string }) => entry.id === id);
  const ack = await from.emit("message", { room, id, text: "Hi" });
  expect(ack.ok).toBe(true);
  await heard;
}

/** The job that a new name leaves is done by the function `sweep`, without a sweep. */
async function rename(from: Client, to: Client): Promise<void> {
  const renamed = to.heard.next(
    "presence",
    ({ user }: { user: { name: string } }) => user.name === "Ada Lovelace",
  );
  expect((await from.emit("rename", { name: "Ada Lovelace" })).ok).toBe(true);
  await renamed;
}

/** Of rooms that are throttled at CONNECT, the person is told by the function `sweep`. */
async function comeLate({ reopen, trouble }: World, ada: Client, bob: Client): Promise<void> {
  const made = [
    await ada.emit("joinRoom", { room: `room-${randomUUID()}` }),
    await ada.emit("direct", { user: bob.session.user.id }),
  ];
  const ids = made.flatMap((ack) => (ack.ok ? [ack.room.id] : []));
  for (const id of ids) trouble.hotRooms.add(id);
  const again = await reopen(ada);
  for (const id of ids) trouble.hotRooms.delete(id);
  // A batch is throttled as a whole.
  expect(again.session.late).toEqual(expect.arrayContaining(ids));
  for (const id of ids) {
    await again.heard.next("room", (room: { id: string }) => room.id === id);
  }
}

/** The job that a deleted message with a file leaves. */
async function deleteFile(client: Client): Promise<void> {
  const room = `room-${randomUUID()}`;
  ok(await client.emit("joinRoom", { room }));
  const file = await upload(client, room);
  const { seq } = ok(await client.emit("message", { ...newMessage(room), files: [file] })).entry;
  const { url } = ok(await client.emit("file", { room, seq, file }));
  ok(await client.emit("delete", { room, id: randomUUID(), seq }));
  await expect.poll(async () => (await fetch(url)).status).toBe(404);
}

/** Two people who watch the lobby, and one with a direct room whose `$disconnect` got lost. */
async function twoAndOneLost({ open, trouble }: World) {
  const [ada, bob, lost] = await Promise.all([open("Ada"), open("Bob"), open("Lost")]);
  for (const one of [ada, bob]) await one.emit("joinRoom", { room: "lobby" });
  ok(await lost.emit("direct", { user: bob.session.user.id }));
  await trouble.lose(lost);
  const { id } = lost.session.user;
  const offline = bob.heard.next(
    "presence",
    ({ user, online }: { user: { id: string }; online: boolean }) => user.id === id && !online,
  );
  return { ada, bob, lost, offline };
}

async function idOf(client: Client): Promise<string> {
  const [{ sid }] = v.parse(Connected, await client.heard.next("connect"));
  return sid;
}

async function invoke({ runtime }: World, FunctionName: string, payload: unknown): Promise<void> {
  const client = new LambdaClient({ ...DEVELOPER, endpoint: runtime.endpoint });
  const Payload = JSON.stringify(payload);
  const { FunctionError } = await client.send(new InvokeCommand({ FunctionName, Payload }));
  expect(FunctionError).toBeUndefined();
}

const Stored = v.object({
  dialect: v.string(),
  expiresAt: v.number(),
  connectedAt: v.number(),
  user: v.optional(v.object({ id: v.string() })),
});

/** Changes when a connection was opened, and the person's list of connections, which says so too. */
async function setConnectedAt(world: World, connectionId: string, at: number): Promise<void> {
  const { endpoint } = world.runtime;
  const db = DynamoDBDocumentClient.from(new DynamoDBClient({ ...DEVELOPER, endpoint }));
  const { Attributes } = await db.send(
    new UpdateCommand({
      TableName: world.connectionsTable,
      Key: { connectionId },
      UpdateExpression: "SET connectedAt = :at",
      // After a denial the scene goes on while its connections are closed.
      ConditionExpression: "attribute_exists(connectionId)",
      ExpressionAttributeValues: { ":at": at },
      ReturnValues: "ALL_OLD",
    }),
  );
  const { dialect, expiresAt, connectedAt, user } = v.parse(Stored, Attributes);
  if (user === undefined) return;
  for (const [verb, time] of [["DELETE", connectedAt] as const, ["ADD", at] as const]) {
    const tab = `${expiresAt} ${dialect} ${connectionId} ${time}`;
    await db.send(
      new UpdateCommand({
        TableName: world.roomsTable,
        Key: { room: `@${user.id}`, entry: "user" },
        UpdateExpression: `${verb} tabs :tab`,
        ExpressionAttributeValues: { ":tab": new Set([tab]) },
      }),
    );
  }
}
