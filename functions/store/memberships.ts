import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import { inPartition, person, ROOMS, secondsFromNow, UserPart } from "./items.ts";
import { kind } from "./table.ts";

/** Memberships, in the person's partition, and each room's list of members, in the room's. */

const PREFIX = "room#";

/** How many unread mentions are kept for a person in a room: the page shows no more than "99+". */
const MAX_UNREAD_MENTIONS = 100;
const HAS_SPACE = "(attribute_not_exists(mentions) OR size(mentions) < :most)";

const MembershipItem = v.pipe(
  v.object({
    entry: v.string(),
    /** When the membership began, in ms; 0 for older items without it. */
    since: v.optional(v.number(), 0),
    /** The entry up to which the person has read, and the room's message count there. */
    read: v.object({ seq: v.number(), count: v.number() }),
    /** Seqs of messages that mention the person; those up to `read` no longer count. */
    mentions: v.optional(v.set(v.number()), () => new Set<number>()),
    /** For guests: see `chat/jobs.ts`. */
    expiresAt: v.optional(v.number()),
  }),
  v.transform(({ entry, ...item }) => ({ room: entry.slice(PREFIX.length), ...item })),
);
export type Membership = v.InferOutput<typeof MembershipItem>;

const memberships = kind(ROOMS, MembershipItem, (userId: string, room: string) => ({
  room: person(userId),
  entry: PREFIX + room,
}));

export const getMembership = memberships.get;
export const askMembership = memberships.asked;
export const deleteMembership = memberships.delete;

/** @returns false if the person is a member already */
export function putMembership(userId: string, { room, ...item }: Omit<Membership, "mentions">) {
  const values = { now: secondsFromNow(0) };
  const condition = { if: "attribute_not_exists(room) OR expiresAt <= :now", values };
  return memberships.put([userId, room], item, condition);
}

/** Sets when a membership ends by itself, or that it does not. */
export function keepMembership(userId: string, room: string, expiresAt: number | undefined) {
  return memberships.update([userId, room], { set: { expiresAt } });
}

export async function isMember(userId: string, room: string): Promise<boolean> {
  return (await getMembership(userId, room)) !== undefined;
}

/** @returns the membership, or undefined if there is none or the person has read as far already */
export function raiseRead(userId: string, room: string, read: Membership["read"]) {
  const condition = { if: "#read.seq < :seq", values: { seq: read.seq } };
  return memberships.update([userId, room], { set: { read } }, condition);
}

/**
 * Moves the read mark back, and counts the messages `mentions` as unread mentions again, unless as many
 * are kept as can be.
 * @returns the membership, or undefined if there is none or the person has not read that far
 */
export async function lowerRead(
  userId: string,
  room: string,
  read: Membership["read"],
  mentions: ReadonlySet<number>,
) {
  const isBack = { if: "#read.seq > :seq", values: { seq: read.seq } };
  const hasSpace = {
    if: `${isBack.if} AND ${HAS_SPACE}`,
    values: { ...isBack.values, most: MAX_UNREAD_MENTIONS },
  };
  const change = { set: { read }, add: { mentions } };
  const noted = mentions.size > 0 && (await memberships.update([userId, room], change, hasSpace));
  return noted || memberships.update([userId, room], { set: { read } }, isBack);
}

/** @returns false if there is no membership, the message is read, or as many are kept */
export async function addMention(userId: string, room: string, seq: number): Promise<boolean> {
  const change = { add: { mentions: new Set([seq]) } };
  const added = await memberships.update([userId, room], change, {
    if: `#read.seq < :seq AND ${HAS_SPACE}`,
    values: { seq, most: MAX_UNREAD_MENTIONS },
  });
  return added !== undefined;
}

export function dropMentions(userId: string, room: string, seqs: readonly number[]) {
  return memberships.update([userId, room], { delete: { mentions: new Set(seqs) } });
}

/** All of the person's memberships, by room id. */
export function queryMemberships(userId: string): Promise<Membership[]> {
  return memberships.query(inPartition(person(userId), PREFIX));
}

/**
 * Each room's list of members, to show and to search. It is a copy that is written after the
 * membership, which decides: a listed user without a membership is being removed.
 */

const LISTED = "member#";

/** `since` is when the membership began, in ms; `expiresAt` is a guest's. */
const MemberItem = v.object({
  user: UserPart,
  since: v.optional(v.number(), 0),
  expiresAt: v.optional(v.number()),
});
export type Member = v.InferOutput<typeof MemberItem>;

const members = kind(ROOMS, MemberItem, (room: string, userId: string) => ({
  room,
  entry: LISTED + userId,
}));

export const getListed = members.get;
export const unlistMember = members.delete;

export function listMember(room: string, { user, ...item }: Member): Promise<boolean> {
  return members.put([room, user.id], { user, ...item });
}

export function keepListed(room: string, userId: string, expiresAt: number | undefined) {
  return members.update([room, userId], { set: { expiresAt } });
}

export function renameListed(room: string, user: User) {
  return members.update([room, user.id], { set: { user } });
}

/** The next `limit` members of a room's list by user id; fewer only at its end. */
export function queryMemberList(
  room: string,
  after: string | undefined,
  limit: number,
): Promise<Member[]> {
  const start = after === undefined ? undefined : members.key(room, after);
  return members.query({ ...inPartition(room, LISTED), limit, after: start, stale: true });
}
