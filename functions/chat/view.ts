import { MAX_ACK_BYTES } from "../../protocol/limits.ts";
import type { Entry, Room } from "../../protocol/model.ts";
import { parallel } from "../parallel.ts";
import { type EntryRecord, type Head, readHead, toEntry } from "../store/history.ts";
import type { Membership } from "../store/members.ts";
import type { RoomRecord } from "../store/rooms.ts";
import { type Facts, seenBy, toFacts } from "./facts.ts";

/** Bytes of entries in a page: leaves room for the rest of an ack. */
const PAGE_BYTES = MAX_ACK_BYTES - 32 * 1024;

/** A room as its member sees it, or somebody who is none. */
export function toRoom(
  facts: Facts,
  { seq, count }: Pick<Head, "seq" | "count">,
  membership?: Membership,
): Room {
  return {
    ...facts,
    head: seq,
    unread: membership ? Math.max(0, count - membership.read.count) : 0,
    mentions: 0,
    ...(membership && { read: membership.read.seq }),
  };
}

/** Rooms as a person sees them, in their order. */
export async function toRooms(
  records: readonly RoomRecord[],
  viewer: string,
  memberships: ReadonlyMap<string, Membership>,
): Promise<Room[]> {
  return parallel(await seenBy(viewer, records), async (facts) =>
    toRoom(facts, await readHead(facts.id), memberships.get(facts.id)),
  );
}

export async function viewRoom(
  record: RoomRecord,
  viewer: string,
  membership: Membership,
): Promise<Room> {
  const [[facts = toFacts(record)], head] = await Promise.all([
    seenBy(viewer, [record]),
    readHead(record.id),
  ]);
  return toRoom(facts, head, membership);
}

/** As many entries as a page holds, beginning at one end of what was read. */
export function toPage(
  records: readonly EntryRecord[],
  from: "oldest" | "newest",
  limit: number,
): { entries: Entry[]; more: boolean } {
  const entries = (from === "oldest" ? records : records.toReversed()).map(toEntry);
  let bytes = 0;
  const fits = entries.slice(0, limit).findIndex((entry) => {
    bytes += Buffer.byteLength(JSON.stringify(entry));
    return bytes > PAGE_BYTES;
  });
  const page = entries.slice(0, fits === -1 ? limit : Math.max(1, fits));
  return {
    entries: from === "oldest" ? page : page.toReversed(),
    more: page.length < entries.length,
  };
}
