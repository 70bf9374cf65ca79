import type { Room, RoomFacts, User } from "../../../protocol/model.ts";
import { type Head, readHead } from "../../store/entries.ts";
import type { Membership } from "../../store/memberships.ts";
import type { RoomRecord } from "../../store/room-records.ts";
import { getPeople } from "../../store/users.ts";

/** Rooms as clients see them. */

export function toFacts({ id, name, kind, topic, owner, rev }: RoomFacts): RoomFacts {
  return { id, name, kind, topic, owner, rev };
}

/** A room without its head and counts, which come from the log and the membership. */
export type Facts = RoomFacts & { users?: User[]; invite?: string | undefined };

/**
 * Rooms as one person sees them: a direct room has the name of the other person, and one's own room
 * has its invitation.
 */
export async function seenBy(viewer: string, records: readonly RoomRecord[]): Promise<Facts[]> {
  const ids = new Set(records.flatMap(({ users = [] }) => users));
  const people = new Map((await getPeople([...ids])).map(({ user }) => [user.id, user]));
  return records.map((record) => {
    const facts: Facts = toFacts(record);
    if (record.owner === viewer) facts.invite = record.invite;
    if (!record.users) return facts;
    const users = record.users.flatMap((id) => people.get(id) ?? []);
    const other = users.find(({ id }) => id !== viewer);
    return { ...facts, name: other?.name ?? facts.name, users };
  });
}

/** A room as a member sees it, or without a membership as others do. */
export function toRoom(
  facts: Facts,
  { seq, count }: Pick<Head, "seq" | "count">,
  membership?: Membership,
): Room {
  return {
    ...facts,
    head: seq,
    ...toUnread(membership, count),
    read: membership?.read.seq,
    n: membership?.since,
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

/** Rooms of a person, as the person sees them. */
export async function toRooms(
  viewer: string,
  mine: readonly { record: RoomRecord; head: Head; membership?: Membership | undefined }[],
): Promise<Room[]> {
  const seen = await seenBy(
    viewer,
    mine.map(({ record }) => record),
  );
  return mine.map(({ record, head, membership }, index) =>
    toRoom(seen[index] ?? toFacts(record), head, membership),
  );
}

export async function viewRoom(
  record: RoomRecord,
  viewer: string,
  membership?: Membership,
  head?: Head,
): Promise<Room> {
  const [facts = toFacts(record)] = await seenBy(viewer, [record]);
  return toRoom(facts, head ?? (await readHead(record.id)), membership);
}
