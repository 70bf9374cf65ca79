import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import { ofPartition, ROOMS, UserPart } from "./items.ts";
import { deleteItem, getItem, putItem, queryItems, updateItem } from "./table.ts";

/**
 * Each room's list of members, to show and to search. It is a copy, written after the memberships,
 * which decide: who is listed without a membership is being removed.
 */

const PREFIX = "member#";

const MemberItem = v.object({
  user: UserPart,
  /** When the membership began, in ms. */
  since: v.optional(v.number(), 0),
});
export type Member = v.InferOutput<typeof MemberItem>;

export async function listMember(room: string, { user, since }: Member): Promise<void> {
  await putItem(ROOMS, { ...key(room, user.id), user, since });
}

export async function unlistMember(room: string, userId: string): Promise<void> {
  await deleteItem(ROOMS, key(room, userId));
}

export async function getListed(room: string, userId: string): Promise<Member | undefined> {
  return getItem(ROOMS, key(room, userId), MemberItem);
}

/** Renames a listed member. */
export async function renameListed(room: string, user: User): Promise<void> {
  const condition = { if: "attribute_exists(room)", values: { user } };
  await updateItem(ROOMS, key(room, user.id), "SET #user = :user", condition);
}

/** The next `limit` of a room's list by user id; fewer only at its end. */
export async function queryMemberList(
  room: string,
  after: string | undefined,
  limit: number,
): Promise<Member[]> {
  const query = { ...ofPartition(room, PREFIX), limit, stale: true };
  return queryItems(
    { ...query, after: after === undefined ? undefined : key(room, after) },
    MemberItem,
  );
}

/** The whole of a room's list. */
export async function queryAllListed(room: string): Promise<Member[]> {
  return queryItems(ofPartition(room, PREFIX), MemberItem);
}

function key(room: string, userId: string) {
  return { room, entry: PREFIX + userId };
}
