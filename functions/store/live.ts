import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  paginateQuery,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import { CONNECTION_SECONDS, DialectPart, ROOMS, UserPart, VERSION } from "./items.ts";
import { db, ifHeld, isCurrent, secondsFromNow } from "./table.ts";

/**
 * Live items: the connections that a channel's pushes go to. A channel is a room, or a person
 * (`person(userId)`), whose channel reaches all connections of that person.
 */

const PREFIX = "live#";

const LiveItem = v.pipe(
  v.object({
    entry: v.string(),
    user: UserPart,
    dialect: DialectPart,
    /** Whether the connection shows the room, and so wants its notices besides its messages. */
    watching: v.boolean(),
    expiresAt: v.number(),
  }),
  v.transform(({ entry, ...item }) => ({ connectionId: entry.slice(PREFIX.length), ...item })),
);
export type Live = Omit<v.InferOutput<typeof LiveItem>, "expiresAt">;

/** What else is noted with an item that is there stays. */
export async function putLive(channel: string, live: Live): Promise<void> {
  const { user, dialect, watching, expiresAt } = toItem(channel, live);
  const update = new UpdateCommand({
    TableName: ROOMS,
    Key: key(channel, live.connectionId),
    UpdateExpression:
      "SET #user = :user, dialect = :dialect, watching = :watching, expiresAt = :then, v = :v",
    ExpressionAttributeNames: { "#user": "user" },
    ExpressionAttributeValues: {
      ":user": user,
      ":dialect": dialect,
      ":watching": watching,
      ":then": expiresAt,
      ":v": VERSION,
    },
  });
  await db.send(update);
}

/** Leaves an item that is there as it is: it may be watching already. */
export async function putLiveIfNew(channel: string, live: Live): Promise<void> {
  const put = new PutCommand({
    TableName: ROOMS,
    Item: toItem(channel, live),
    ConditionExpression: "attribute_not_exists(room)",
  });
  await ifHeld(db.send(put));
}

function toItem(channel: string, { connectionId, ...live }: Live) {
  return {
    ...live,
    ...key(channel, connectionId),
    v: VERSION,
    expiresAt: secondsFromNow(CONNECTION_SECONDS),
  };
}

export async function getLive(channel: string, connectionId: string): Promise<Live | undefined> {
  const { Item } = await db.send(
    new GetCommand({
      TableName: ROOMS,
      Key: key(channel, connectionId),
      ConsistentRead: true,
    }),
  );
  const item = v.parse(v.optional(LiveItem), Item);
  return item && isCurrent(item) ? item : undefined;
}

/** Renames who is behind a live item, if it is there. */
export async function setLiveUser(
  channel: string,
  connectionId: string,
  user: User,
): Promise<void> {
  const update = new UpdateCommand({
    TableName: ROOMS,
    Key: key(channel, connectionId),
    UpdateExpression: "SET #user = :user",
    ConditionExpression: "attribute_exists(room)",
    ExpressionAttributeNames: { "#user": "user" },
    ExpressionAttributeValues: { ":user": user },
  });
  await ifHeld(db.send(update));
}

/**
 * Notes that somebody types at a connection.
 * @returns the live item, undefined if there is none or the last note is not `everyMs` old
 */
export async function noteTyping(
  channel: string,
  connectionId: string,
  everyMs: number,
): Promise<Live | undefined> {
  const now = Date.now();
  const update = new UpdateCommand({
    TableName: ROOMS,
    Key: key(channel, connectionId),
    UpdateExpression: "SET typedAt = :now",
    ConditionExpression:
      "attribute_exists(room) AND (attribute_not_exists(typedAt) OR typedAt <= :then)",
    ExpressionAttributeValues: { ":now": now, ":then": now - everyMs },
    ReturnValues: "ALL_NEW",
  });
  const noted = await ifHeld(db.send(update));
  const item = noted && v.parse(LiveItem, noted.Attributes);
  return item && isCurrent(item) ? item : undefined;
}

export async function deleteLive(channel: string, connectionId: string): Promise<void> {
  await db.send(new DeleteCommand({ TableName: ROOMS, Key: key(channel, connectionId) }));
}

/** The channel's connections, or the first `limit` of them. */
export async function queryLive(channel: string, limit = Infinity): Promise<Live[]> {
  const lives: Live[] = [];
  const pages = paginateQuery(
    { client: db },
    {
      TableName: ROOMS,
      KeyConditionExpression: "room = :room AND begins_with(entry, :prefix)",
      ExpressionAttributeValues: { ":room": channel, ":prefix": PREFIX },
      ConsistentRead: true,
      ...(limit < Infinity && { Limit: limit }),
    },
  );
  for await (const page of pages) {
    lives.push(...v.parse(v.array(LiveItem), page.Items ?? []).filter(isCurrent));
    if (lives.length >= limit) break;
  }
  return lives.slice(0, limit);
}

function key(channel: string, connectionId: string) {
  return { room: channel, entry: PREFIX + connectionId };
}
