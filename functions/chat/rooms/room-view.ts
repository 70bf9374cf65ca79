import { MAX_ACK_BYTES } from "../../../protocol/limits.ts";
import type { Entry, Room } from "../../../protocol/model.ts";
import { parallel } from "../../parallel.ts";
import { type EntryRecord, type Head, readHead } from "../../store/entries.ts";
import type { Membership } from "../../store/memberships.ts";
import type { RoomRecord } from "../../store/room-records.ts";
import { toEntries } from "../log/entry-view.ts";
import { type Facts, seenBy, toFacts } from "./facts.ts";

/** Bytes of a list in an ack: leaves room for the rest of an ack. */
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
    ...toUnread(membership, count),
    ...(membership && { read: membership.read.seq }),
  };
}

/** What a member has not read of a log with `count` messages. */
export function toUnread(
  membership: Membership | undefined,
  count: number,
): Pick<Room, "unread" | "mentions"> {
  if (!membership) return { unread: 0, mentions: 0 };
  const { read, mentions } = membership;
  return {
    unread: Math.max(0, count - read.count),
    mentions: [...mentions].filter((seq) => seq > read.seq).length,
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
export async function toPage(
  room: string,
  records: readonly EntryRecord[],
  from: "oldest" | "newest",
  limit: number,
): Promise<{ entries: Entry[]; more: boolean }> {
  const ascending = await toEntries(room, records);
  const entries = from === "oldest" ? ascending : ascending.toReversed();
  const page = entries.slice(0, Math.max(1, Math.min(limit, howManyFit(entries))));
  return {
    entries: from === "oldest" ? page : page.toReversed(),
    more: page.length < entries.length,
  };
}

/** How many of a list, from the first on, fit into one ack. */
export function howManyFit(list: readonly object[]): number {
  let bytes = 0;
  const tooMany = list.findIndex((one) => {
    bytes += Buffer.byteLength(JSON.stringify(one));
    return bytes > PAGE_BYTES;
  });
  return tooMany === -1 ? list.length : tooMany;
}
