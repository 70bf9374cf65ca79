import type { AuthData } from "../../../protocol/events.ts";
import { parallel } from "../../parallel.ts";
import { readSince } from "../../store/entries.ts";
import { getRecovery } from "../../store/sessions.ts";
import { push } from "../../wire/dialects.ts";
import type { Context } from "../../wire/serve.ts";
import { toEntries, toEvent } from "../log/entry-view.ts";
import { type Identity, identify, readSecret, userOfSession } from "./identify.ts";

/**
 * Socket.IO's connection state recovery, from the logs: a client that sends the `pid` of its last
 * connection gets the entries that it missed, and continues as the same socket.
 */

/** A replay begins this many ms before the offset, to cover pushes that overtook each other. */
const OVERLAP_MS = 30_000;

/**
 * Entries of one replay, posted one after the other while CONNECT waits. After a longer absence the
 * client reads pages. The rest cannot follow CONNECT's answer: then the client takes the last push
 * for its place in the log, and a new message would move that past the rest.
 */
const MAX_REPLAY = 500;

/** ms that a replay may take: the function has 25 s for the whole of CONNECT. */
const WITHIN_MS = 10_000;

/** What a client recovers. */
export interface Recoverable {
  sid: string;
  pid: string;
  /** The hash of the pid's secret. */
  hash: string;
  /** ms since the epoch: later entries are replayed. */
  since: number;
}

/**
 * The person that an auth stands for, and what its pid recovers. A guest who sends a name is
 * recognised by the pid, as long as the session exists in which the pid was issued.
 * @throws {ClientError} as `identify`
 */
export async function identifyAgain(
  auth: AuthData,
): Promise<Identity & { recoverable?: Recoverable }> {
  const secret = readSecret(auth.pid ?? "");
  const recovery = secret && (await getRecovery(secret.userId, secret.hash));
  if (!auth.pid || !secret || !recovery) return identify(auth);
  const { sid, session, connectedAt, left } = recovery;
  const { userId, hash } = secret;
  const known = "name" in auth && (await userOfSession({ userId, hash: session }));
  const identity = known ? { user: known, session } : await identify(auth);
  if (identity.user.id !== userId || left) return identity;
  // Without an offset the client has received nothing yet. An offset from before this socket
  // belongs to an earlier one, for which the client has read pages.
  const offset = /^\d{1,16}$/.test(auth.offset ?? "") ? Number(auth.offset) : 0;
  const since = Math.max(offset, connectedAt) - OVERLAP_MS;
  return { ...identity, recoverable: { sid, pid: auth.pid, hash, since } };
}

/**
 * Posts the entries of the rooms since a time, in order. The connection is subscribed to the rooms
 * already, so later entries are pushed.
 * @returns whether all of them were posted
 */
export async function replay(context: Context, rooms: readonly string[], since: number) {
  const deadline = Date.now() + WITHIN_MS;
  let left = MAX_REPLAY;
  const logs = await parallel(rooms, async (room) => {
    const records = left < 0 ? [] : await readSince(room, since, left + 1);
    left -= records.length;
    return { room, records };
  });
  if (left < 0) return false;
  const entries = await parallel(logs, ({ room, records }) => toEntries(room, records));
  for (const entry of entries.flat().toSorted((one, other) => one.at - other.at)) {
    if (Date.now() > deadline) return false;
    // One after the other: posts side by side could overtake each other.
    const { gone, left, refused } = await push([context], toEvent(entry));
    // If the connection is gone, the answer to CONNECT shows it again.
    if (gone.length + left.length + refused > 0) return false;
  }
  return true;
}
