import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import { isDirect } from "../../protocol/rooms.ts";
import { spendFrom } from "./budgets.ts";
import { connections, getConnection } from "./connections.ts";
import {
  CONNECTION_SECONDS,
  DialectPart,
  inPartition,
  ROOMS,
  secondsFromNow,
  UserPart,
} from "./items.ts";
import { askMembership, isMember } from "./memberships.ts";
import { getRoom } from "./room-records.ts";
import { type Condition, getTogether, IS_NEW, kind } from "./table.ts";
import { askPerson } from "./users.ts";

/**
 * Live items: the connections that get a room's pushes. A direct room has none: every connection of its
 * members is in it, and watches it.
 */

const PREFIX = "live#";

const LiveItem = v.pipe(
  v.object({
    entry: v.string(),
    user: UserPart,
    dialect: DialectPart,
    /** Whether the connection shows the room, and so gets its notices as well. */
    watching: v.boolean(),
    /** That of the connection. */
    expiresAt: v.optional(v.number()),
  }),
  v.transform(({ entry, ...item }) => ({ connectionId: entry.slice(PREFIX.length), ...item })),
);
export type Live = v.InferOutput<typeof LiveItem>;

const lives = kind(ROOMS, LiveItem, (room: string, connectionId: string) => ({
  room,
  entry: PREFIX + connectionId,
}));

export const askLive = lives.asked;
export const deleteLive = lives.delete;

/** The connection's live item, or in a direct room what stands for it. */
export async function getLive(room: string, connectionId: string): Promise<Live | undefined> {
  if (!isDirect(room)) return lives.get(room, connectionId);
  const { user, dialect } = (await getConnection(connectionId)) ?? {};
  if (!user || !dialect || !(await isMember(user.id, room))) return undefined;
  return { connectionId, user, dialect, watching: true };
}

export function putLive(room: string, live: Live, condition?: Condition): Promise<boolean> {
  const { connectionId, user, dialect, watching } = live;
  const expiresAt = live.expiresAt ?? secondsFromNow(CONNECTION_SECONDS);
  return lives.put([room, connectionId], { user, dialect, watching, expiresAt }, condition);
}

/** Does not overwrite an item that exists: it may be watching. */
export function putLiveIfNew(room: string, live: Live): Promise<boolean> {
  return putLive(room, live, IS_NEW);
}

export function setLiveUser(room: string, connectionId: string, user: User) {
  return lives.update([room, connectionId], { set: { user } });
}

/**
 * Counts what a connection sends into a room: on its live item; where there is none, on the
 * connection's own item.
 * @param most how often it may be sent in `ms`
 * @returns the live item, or undefined if there is none or the limit is reached
 */
export async function countSent(
  room: string,
  connectionId: string,
  name: "typedAt" | "customAt",
  { most, ms }: { most: number; ms: number },
): Promise<Live | undefined> {
  const spending = { cost: ms / most, most: ms };
  const lasts = { if: "expiresAt > :seconds", values: { seconds: secondsFromNow(0) } };
  if (!isDirect(room)) return spendFrom(lives, [room, connectionId], name, spending, lasts);
  const counted = await spendFrom(connections, [connectionId], name, spending, lasts);
  return counted && getLive(room, connectionId);
}

/** The room's connections, or the first `limit` of them. */
export async function queryLive(room: string, limit?: number): Promise<Live[]> {
  if (!isDirect(room)) return lives.query({ ...inPartition(room, PREFIX), limit });
  const [one = "", other = ""] = (await getRoom(room))?.users ?? [];
  const [isOneIn, first, isOtherIn, second] = await getTogether(
    askMembership(one, room),
    askPerson(one),
    askMembership(other, room),
    askPerson(other),
  );
  const tabs = [isOneIn && first, isOtherIn && second].flatMap((person) => person?.tabs ?? []);
  return tabs.map((tab) => ({ ...tab, watching: true }));
}
