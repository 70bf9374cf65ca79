import { LOBBY } from "../../../protocol/rooms.ts";
import { queryMemberList } from "../../store/member-list.ts";
import { isMember } from "../../store/memberships.ts";
import { getRoom, passRoom, type RoomRecord } from "../../store/room-records.ts";
import { FEW, tellChanged } from "../telling/notices.ts";

/**
 * The room, with an owner who is a member. A room whose owner has left passes to its oldest member,
 * when somebody sends what only the owner may do, or when the owner leaves. Doing it on each join
 * and leave would cost each of them a read of the whole list.
 */
export async function withOwner(room: RoomRecord): Promise<RoomRecord> {
  const { id, owner } = room;
  if (id === LOBBY || room.kind === "direct") return room;
  if (owner !== undefined && (await isMember(owner, id))) return room;
  const heir = await oldestMember(id);
  if (heir === owner) return room;
  const passed = await passRoom(id, owner, heir);
  // Another invocation has passed it on meanwhile.
  if (!passed) return (await getRoom(id)) ?? room;
  await tellChanged(passed, { most: FEW });
  return passed;
}

/** Listed members among whom the heir of a room is looked for: some 100 KB. */
const MAX_LOOKED_AT = 1_000;
/** Of these, how many memberships are read: the sweep soon finishes the removals that come before. */
const MAX_CANDIDATES = 25;

/** Who has been on the list for longest. A listed user without a membership is being removed. */
async function oldestMember(room: string): Promise<string | undefined> {
  const listed = await queryMemberList(room, undefined, MAX_LOOKED_AT);
  const byAge = listed.toSorted((a, b) => a.since - b.since || a.user.id.localeCompare(b.user.id));
  for (const { user } of byAge.slice(0, MAX_CANDIDATES)) {
    if (await isMember(user.id, room)) return user.id;
  }
  return undefined;
}
