import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import { inPartition, ROOMS, UserPart } from "./items.ts";
import { kind } from "./table.ts";

/**
 * Each room's list of members, to show and to search. It is a copy that is written after the
 * membership, which decides: a listed user without a membership is being removed.
 */

const PREFIX = "member#";

/** `since` is when the membership began, in ms; `expiresAt` is a guest's. */
const MemberItem = v.object({
  user: UserPart,
  since: v.optional(v.number(), 0),
  expiresAt: v.optional(v.number()),
});
export type Member = v.InferOutput<typeof MemberItem>;

const members = kind(ROOMS, MemberItem, (room: string, userId: string) => ({
  room,
  entry: PREFIX + userId,
}));

export const getListed = members.get;
export const unlistMember = members.delete;

export function listMember(room: string, { user, ...item }: Member): Promise<boolean> {
  return members.put([room, user.id], { user, ...item });
}

export function keepListed(room: string, userId: string, expiresAt: number | undefined) {
  return members.update([room, userId], { set: { expiresAt } });
}

/** Renames a listed member. */
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
  return members.query({ ...inPartition(room, PREFIX), limit, after: start, stale: true });
}
