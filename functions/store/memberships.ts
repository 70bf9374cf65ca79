import * as v from "valibot";
import { ofPartition, person, ROOMS } from "./items.ts";
import { countItems, deleteItem, getItem, putItem, queryItems, updateItem } from "./table.ts";

/** Memberships, which stand with the person. Each room's `member-list` is written after them. */

const PREFIX = "room#";

/** Unread mentions that are kept for a person in a room: nobody needs to know more than "99+". */
const MAX_UNREAD_MENTIONS = 100;

const MembershipItem = v.pipe(
  v.object({
    entry: v.string(),
    /** When the membership began, in ms; 0 for what was written before that was kept. */
    since: v.optional(v.number(), 0),
    /** The entry up to which the person has read, and the room's message count there. */
    read: v.object({ seq: v.number(), count: v.number() }),
    /** Messages that mention the person; those up to `read` do not count any more. */
    mentions: v.optional(v.set(v.number()), () => new Set<number>()),
  }),
  v.transform(({ entry, ...item }) => ({ room: entry.slice(PREFIX.length), ...item })),
);
export type Membership = v.InferOutput<typeof MembershipItem>;

/** @returns false if the person is a member already */
export async function putMembership(
  userId: string,
  { room, since, read }: Omit<Membership, "mentions">,
): Promise<boolean> {
  const item = { ...key(userId, room), since, read };
  return putItem(ROOMS, item, { if: "attribute_not_exists(room)" });
}

export async function getMembership(userId: string, room: string): Promise<Membership | undefined> {
  return getItem(ROOMS, key(userId, room), MembershipItem);
}

export async function isMember(userId: string, room: string): Promise<boolean> {
  return (await getMembership(userId, room)) !== undefined;
}

/** @returns the membership, or undefined if there is none or the person has read as far already */
export async function raiseRead(
  userId: string,
  room: string,
  { seq, count }: Membership["read"],
): Promise<Membership | undefined> {
  const values = { read: { seq, count }, seq };
  return update(userId, room, "SET #read = :read", "#read.seq < :seq", values);
}

/** @returns false if there is no membership, it is read so far already, or as many are kept */
export async function addMention(userId: string, room: string, seq: number): Promise<boolean> {
  const condition =
    "#read.seq < :seq AND (attribute_not_exists(mentions) OR size(mentions) < :most)";
  const values = { seqs: new Set([seq]), seq, most: MAX_UNREAD_MENTIONS };
  return (await update(userId, room, "ADD mentions :seqs", condition, values)) !== undefined;
}

export async function dropMentions(
  userId: string,
  room: string,
  seqs: readonly number[],
): Promise<void> {
  const values = { seqs: new Set(seqs) };
  await update(userId, room, "DELETE mentions :seqs", "attribute_exists(room)", values);
}

/** Without a membership none of the conditions holds. */
async function update(
  userId: string,
  room: string,
  change: string,
  condition: string,
  values: Record<string, unknown>,
): Promise<Membership | undefined> {
  const item = await updateItem(ROOMS, key(userId, room), change, { if: condition, values });
  return item && v.parse(MembershipItem, item);
}

/** @returns the membership as it was, undefined if there was none */
export async function deleteMembership(
  userId: string,
  room: string,
): Promise<Membership | undefined> {
  const item = await deleteItem(ROOMS, key(userId, room));
  return item && v.parse(MembershipItem, item);
}

/** All of the person's memberships, by room id. */
export async function queryMemberships(userId: string): Promise<Membership[]> {
  return queryItems(ofPartition(person(userId), PREFIX), MembershipItem);
}

export async function countMemberships(userId: string): Promise<number> {
  return countItems(ofPartition(person(userId), PREFIX));
}

function key(userId: string, room: string) {
  return { room: person(userId), entry: PREFIX + room };
}
