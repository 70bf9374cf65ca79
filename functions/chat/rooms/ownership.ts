import { serverEvent } from "../../../protocol/events.ts";
import { LOBBY } from "../../../protocol/rooms.ts";
import { updateListing } from "../../store/directory.ts";
import { queryLive } from "../../store/live.ts";
import { queryAllListed } from "../../store/member-list.ts";
import { getMembership } from "../../store/memberships.ts";
import { getRoom, passRoom, type RoomRecord } from "../../store/room-records.ts";
import { settled } from "../settled.ts";
import { tell } from "../telling/tell.ts";
import { toFacts } from "./facts.ts";

/**
 * Gives a room that belongs to nobody in it to its oldest member, by one write on condition that it
 * still belongs to whom it did. Run after each membership that begins or ends, and it looks again
 * after its write: of two who come and go at once, the later one sees what the other has done.
 */
export async function settleOwner(id: string): Promise<void> {
  if (id === LOBBY) return;
  let passed: RoomRecord | undefined;
  for (;;) {
    const room = await getRoom(id);
    if (!room || room.kind === "direct") return;
    if (room.owner !== undefined && (await getMembership(room.owner, id))) break;
    const heir = await oldestMember(id);
    if (heir === room.owner) break;
    passed = (await passRoom(id, room.owner, heir)) ?? passed;
  }
  if (passed) await tellFacts(passed);
}

/** The list names some whose membership has ended, if that has just happened or broke off. */
async function oldestMember(room: string): Promise<string | undefined> {
  const listed = await queryAllListed(room);
  const byAge = listed.toSorted((a, b) => a.since - b.since || a.user.id.localeCompare(b.user.id));
  for (const { user } of byAge) {
    if (await getMembership(user.id, room)) return user.id;
  }
  return undefined;
}

/**
 * Lists what a room has become and tells everyone in it.
 * @param except a connection that the ack tells
 * @returns what it has become by now
 */
export async function tellFacts(room: RoomRecord, except?: string): Promise<RoomRecord> {
  return settled(
    room,
    async (now) => {
      if (now.kind === "public") await updateListing(now);
      const lives = (await queryLive(room.id)).filter((live) => live.connectionId !== except);
      await tell(room.id, lives, serverEvent("room", toFacts(now)));
    },
    async () => (await getRoom(room.id)) ?? room,
  );
}
