import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import { person, ROOMS } from "./items.ts";
import { kind } from "./table.ts";

/** People, and whether they are online. */

const UserItem = v.pipe(
  v.object({ room: v.string(), name: v.string() }),
  v.transform(({ room, name }) => ({ id: idOf(room), name })),
);
const users = kind(ROOMS, UserItem, (id: string) => ({ room: person(id), entry: "user" }));

export const getUser = users.get;

export function putUser({ id, name }: User): Promise<boolean> {
  return users.put([id], { name });
}

/** The people who exist among `ids`, in no order. */
export function getUsers(ids: readonly string[]): Promise<User[]> {
  return users.getAll(ids.map(users.key));
}

const PresenceItem = v.object({ room: v.string(), online: v.boolean(), n: v.number() });
const presences = kind(ROOMS, PresenceItem, (id: string) => ({
  room: person(id),
  entry: "presence",
}));

/**
 * Turns a person online or offline.
 * @returns the number of the change, which grows with each; undefined if the person was so already
 */
export async function flipPresence(userId: string, online: boolean): Promise<number | undefined> {
  const flipped = await presences.update([userId], "SET #online = :online, v = :one ADD n :one", {
    if: online ? "attribute_not_exists(#online) OR #online = :other" : "#online = :other",
    values: { online, other: !online, one: 1 },
  });
  return flipped?.n;
}

/**
 * Raises that number for something else that is told of a person who is online.
 * @returns undefined if the person is offline
 */
export async function raisePresence(userId: string): Promise<number | undefined> {
  const condition = { if: "#online = :online", values: { online: true, one: 1 } };
  return (await presences.update([userId], "ADD n :one", condition))?.n;
}

/** Those of the people who are online. */
export async function whoIsOnline(ids: readonly string[]): Promise<Set<string>> {
  const known = await presences.getAll(ids.map(presences.key));
  return new Set(known.filter(({ online }) => online).map(({ room }) => idOf(room)));
}

function idOf(partition: string): string {
  return partition.slice(person("").length);
}
