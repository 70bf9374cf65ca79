import type { EntryRecord, Head } from "../../store/entries.ts";
import { tryToPush } from "../../wire/dialects.ts";
import type { Context } from "../../wire/serve.ts";
import { toEntry, toEvent } from "../log/entry-view.ts";
import { MergedLogs } from "../log/merge-logs.ts";
import { show } from "../log/page.ts";
import type { Socket } from "./tokens.ts";

/**
 * Socket.IO's connection state recovery, from the logs: a client that sends the `pid` of its last
 * connection gets the entries that it missed, and continues as the same socket.
 */

/** A replay begins this many ms before the offset, to cover pushes that overtook each other. */
const OVERLAP_MS = 30_000;

/**
 * Most entries of one replay. They are posted one by one while CONNECT waits. After a longer absence, or
 * if they carry and quote more than one page does, the client reads pages instead. None can follow
 * CONNECT's answer: a client recovers from the last push that it has seen, and a new message might come
 * first.
 */
const MAX_REPLAY = 200;

/** ms that a replay may take: the function has 25 s for the whole of CONNECT. */
const WITHIN_MS = 10_000;

/** ms for each of its posts: one that does not get through ends the replay. */
const POST_WITHIN_MS = 2_000;

/**
 * Posts the entries that a socket has missed, in order. The connection is subscribed to the rooms
 * already, so later entries are pushed.
 * @param heads the heads of the rooms' logs, read after the subscription
 * @param offset the time of the last entry that the client has received, if any
 * @returns whether all of them were posted
 */
export async function replay(
  context: Context,
  { connectedAt }: Socket,
  heads: ReadonlyMap<string, Head>,
  offset = "",
): Promise<boolean> {
  const deadline = Date.now() + WITHIN_MS;
  // An offset from before this socket belongs to an earlier one, for which the client has read pages.
  const received = /^\d{1,16}$/.test(offset) ? Number(offset) : 0;
  const since = Math.max(received, connectedAt) - OVERLAP_MS;
  const moved = [...heads.keys()].filter((room) => (heads.get(room)?.at ?? 0) > since);
  const records = await readSince(moved, since);
  const entries = await show(records ?? [], toEntry, Infinity);
  if (!records || entries.length < records.length) return false;
  for (const entry of entries) {
    if (Date.now() > deadline) return false;
    // One after the other: posts side by side could overtake each other.
    const { gone, left, refused } = await tryToPush([context], toEvent(entry), POST_WITHIN_MS);
    // If the connection is gone, the answer to CONNECT shows it again.
    if (gone.length + left.length + refused > 0) return false;
  }
  return true;
}

/** The rooms' entries after a time, in order, or undefined if there are too many or they are too large. */
async function readSince(rooms: readonly string[], since: number) {
  const logs = new MergedLogs(rooms);
  const records: EntryRecord[] = [];
  while (records.length <= MAX_REPLAY) {
    const entry = await logs.next();
    const isRead = entry ? entry.at <= since : logs.cursor === undefined;
    if (isRead) return records.reverse();
    if (!entry) return undefined;
    records.push(entry);
  }
  return undefined;
}
