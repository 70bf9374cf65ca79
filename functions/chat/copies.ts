import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { ClientError } from "../../protocol/errors.ts";
import type { User } from "../../protocol/model.ts";
import { parallel } from "../parallel.ts";
import { setUser } from "../store/connections.ts";
import { setLiveUser } from "../store/live.ts";
import { renameListed } from "../store/memberships.ts";
import { getPerson, tabsOf } from "../store/users.ts";

/**
 * Copies whose originals are other items: a person's name on connections, live items and member lists;
 * for each membership the subscriptions and the room's list. There are no transactions. A copy is written,
 * then its original is read again; if the original has changed, the copy is written again.
 */

/** For how long, in ms, a copy is tried while others change its original. */
const WITHIN_MS = 3_000;
const MAX_JITTER_MS = 60;

/** @param partOf the part of the value that is copied */
export async function copy<T>(
  value: T,
  write: (value: T) => Promise<unknown>,
  read: () => Promise<T>,
  partOf: (value: T) => unknown = (all) => all,
): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  for (let written = value; ; ) {
    await write(written);
    const now = await read();
    if (isDeepStrictEqual(partOf(now), partOf(written))) return;
    if (Date.now() > deadline) throw new ClientError("busy", "Others change it too; try again");
    await sleep(Math.random() * MAX_JITTER_MS);
    written = now;
  }
}

/** Writes a person's new name to every copy: on each connection, and on the lists of `rooms`. */
export async function copyName({ id, name }: User, rooms: readonly string[]): Promise<void> {
  await copy<User>(
    { id, name },
    async (user) => {
      const tabs = await tabsOf(id);
      for (const { connectionId } of tabs) await copyNameTo(connectionId, user);
      await parallel(rooms, (room) => renameListed(room, user));
    },
    async () => (await getPerson(id))?.user ?? { id, name },
  );
}

/** The connection's item comes first: the update returns the rooms in which it has live items. */
export async function copyNameTo(connectionId: string, user: User): Promise<void> {
  const connection = await setUser(connectionId, user);
  if (!connection) return;
  await parallel(connection.rooms, (room) => setLiveUser(room, connectionId, user));
}
