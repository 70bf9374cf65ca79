import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import { person, ROOMS } from "./items.ts";
import { batchGet, getItem, putItem, updateItem } from "./table.ts";

/** People, and whether they are online. */

const UserItem = v.pipe(
  v.object({ room: v.string(), name: v.string() }),
  v.transform(({ room, name }) => ({ id: idOf(room), name })),
);
const PresenceItem = v.object({ room: v.string(), online: v.boolean(), n: v.number() });

export async function putUser({ id, name }: User): Promise<void> {
  await putItem(ROOMS, { ...userKey(id), name });
}

export async function getUser(id: string): Promise<User | undefined> {
  return getItem(ROOMS, userKey(id), UserItem);
}

/** The people who exist among `ids`, in no order. */
export async function getUsers(ids: readonly string[]): Promise<User[]> {
  return batchGet(ROOMS, ids.map(userKey), UserItem);
}

/**
 * Turns a person online or offline.
 * @returns the number of the change, which grows with each; undefined if the person was so already
 */
export async function flipPresence(userId: string, online: boolean): Promise<number | undefined> {
  return raise(
    userId,
    "SET #online = :online, v = :v ADD n :one",
    online ? "attribute_not_exists(#online) OR #online = :other" : "#online = :other",
    { online, other: !online, v: 1 },
  );
}

/**
 * Raises that number for something else that is told of a person who is online.
 * @returns undefined if the person is offline
 */
export async function raisePresence(userId: string): Promise<number | undefined> {
  return raise(userId, "ADD n :one", "#online = :online", { online: true });
}

async function raise(
  userId: string,
  change: string,
  condition: string,
  values: Record<string, unknown>,
): Promise<number | undefined> {
  const raised = await updateItem(ROOMS, presenceKey(userId), change, {
    if: condition,
    values: { ...values, one: 1 },
  });
  return raised && v.parse(PresenceItem, raised).n;
}

/** Those of the people who are online. */
export async function whoIsOnline(ids: readonly string[]): Promise<Set<string>> {
  const items = await batchGet(ROOMS, ids.map(presenceKey), PresenceItem);
  return new Set(items.filter(({ online }) => online).map(({ room }) => idOf(room)));
}

function idOf(partition: string): string {
  return partition.slice(person("").length);
}

function userKey(id: string) {
  return { room: person(id), entry: "user" };
}

function presenceKey(id: string) {
  return { room: person(id), entry: "presence" };
}
