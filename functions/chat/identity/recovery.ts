import type { AuthData } from "../../../protocol/events.ts";
import { parallel } from "../../parallel.ts";
import { readSince } from "../../store/entries.ts";
import { getRecovery } from "../../store/sessions.ts";
import { push } from "../../wire/dialects.ts";
import type { Context } from "../../wire/serve.ts";
import { toEntries, toEvent } from "../log/entry-view.ts";
import { type Identity, identify, readSecret, userOfSession } from "./identify.ts";

/**
 * Socket.IO's connection state recovery, from the log: a client that comes with the `pid` of its
 * last connection gets what was said meanwhile, and goes on as the socket that it was.
 */

/** ms before the offset, which is a time for all rooms at once: covers clocks and pushes that overtook. */
const OVERLAP_MS = 30_000;

/**
 * Entries that are told one after the other while CONNECT waits; above that a client reads pages. None
 * can follow CONNECT's answer: from then on a client takes the last push that it heard for its place
 * in the log, and something said meanwhile would move that past the rest.
 */
const MAX_REPLAY = 500;

/** ms that a replay may take: the function has 25 s for the whole of CONNECT. */
const WITHIN_MS = 10_000;

/** What a client can go on with. */
export interface Recoverable {
  sid: string;
  pid: string;
  /** The hash of the pid's secret. */
  hash: string;
  /** ms since the epoch: what is later is told again. */
  since: number;
}

/**
 * The person behind an auth, and what the pid in it stands for. A guest who comes with a name is
 * known by the pid, as long as the session stands in which the pid was issued.
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
  // Without an offset nothing has been heard yet. One that is older than the socket is an earlier
  // one's, for which the client has read pages.
  const offset = /^\d{1,16}$/.test(auth.offset ?? "") ? Number(auth.offset) : 0;
  const since = Math.max(offset, connectedAt) - OVERLAP_MS;
  return { ...identity, recoverable: { sid, pid: auth.pid, hash, since } };
}

/**
 * Tells what was said in the rooms since then, in order. The connection is subscribed to them
 * already, so that what is said from now on is pushed.
 * @returns whether it was told all of it
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
    // One by one, since posts side by side could overtake each other.
    const { gone, left, refused } = await push([context], toEvent(entry));
    // That a connection is gone shows again when CONNECT is answered.
    if (gone.length + left.length + refused > 0) return false;
  }
  return true;
}
