import { MAX_ACK_BYTES } from "../../protocol/limits.ts";
import type { Entry, Room } from "../../protocol/model.ts";
import { parallel } from "../parallel.ts";
import { type EntryRecord, type Head, readHead, toEntry } from "../store/history.ts";
import type { Membership } from "../store/members.ts";
import { getRooms, type RoomRecord } from "../store/rooms.ts";

/** Bytes of entries in a page: leaves room for the rest of an ack. */
const PAGE_BYTES = MAX_ACK_BYTES - 32 * 1024;

/** A room as its member sees it, or somebody who is none. */
export function toRoom(
  { id, name, kind, topic }: RoomRecord,
  { seq, count }: Head,
  membership?: Membership,
): Room {
  return {
    id,
    name,
    kind,
    ...(topic !== undefined && { topic }),
    head: seq,
    unread: membership ? Math.max(0, count - membership.read.count) : 0,
    mentions: 0,
  };
}

/** The rooms that exist among `ids`, in their order. */
export async function toRooms(
  ids: readonly string[],
  memberships: ReadonlyMap<string, Membership>,
): Promise<Room[]> {
  const records = new Map((await getRooms(ids)).map((record) => [record.id, record]));
  const existing = ids.flatMap((id) => records.get(id) ?? []);
  return parallel(existing, async (record) =>
    toRoom(record, await readHead(record.id), memberships.get(record.id)),
  );
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
