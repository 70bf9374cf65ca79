import type { Room } from "../../protocol/model.ts";
import { getListings, type Listing, queryDirectory } from "../store/directory.ts";
import { type Membership, queryMemberships } from "../store/members.ts";
import { getRooms } from "../store/rooms.ts";
import { requireConnection } from "./access.ts";
import { seenBy, toFacts } from "./facts.ts";
import { handler } from "./handler.ts";
import { toRoom, toRooms } from "./view.ts";

/** Rooms of the directory that one call looks through at most. */
const MAX_LISTED = 1_000;
const DIRECTORY_PAGE = 100;

/**
 * Mine, then the public ones; `after` is the id of the last one that the client has. Rooms that are
 * not mine cost nothing beyond the directory's pages: what it lists of them is all there is.
 */
export const rooms = handler("rooms", async ({ connectionId }, { query = "", after, limit }) => {
  const { user } = await requireConnection(connectionId);
  const memberships = new Map((await queryMemberships(user.id)).map((m) => [m.room, m]));
  const matches = ({ name }: { name: string }) => name.toLowerCase().includes(query.toLowerCase());

  const inMine = after === undefined || memberships.has(after);
  const found: Room[] = [];
  // One more than asked for tells whether there is more.
  if (inMine) {
    const later = [...memberships.values()].filter(
      ({ room }) => after === undefined || room > after,
    );
    found.push(...(await mine(user.id, later, matches, limit + 1)));
  }
  let cursor = inMine ? undefined : after;
  for (let listed = 0; found.length <= limit && listed < MAX_LISTED; listed += DIRECTORY_PAGE) {
    const page = await queryDirectory(cursor, DIRECTORY_PAGE);
    const others = page.filter((room) => !memberships.has(room.id) && matches(room));
    found.push(...others.map(toListed));
    cursor = page.at(-1)?.id;
    if (page.length < DIRECTORY_PAGE) break;
  }
  return { rooms: found.slice(0, limit), more: found.length > limit };
});

async function mine(
  viewer: string,
  memberships: readonly Membership[],
  matches: (room: { name: string }) => boolean,
  limit: number,
): Promise<Room[]> {
  const ids = memberships.map(({ room }) => room);
  const [records, listings] = await Promise.all([getRooms(ids), getListings(ids)]);
  const seen = await seenBy(viewer, records);
  const matching = new Set(seen.filter(matches).map(({ id }) => id));
  const chosen = records.filter(({ id }) => matching.has(id)).slice(0, limit);
  const views = await toRooms(chosen, viewer, new Map(memberships.map((one) => [one.room, one])));
  const byId = new Map(listings.map((listing) => [listing.id, listing]));
  return views.map((view) => ({ ...view, ...liveliness(byId.get(view.id)) }));
}

function toListed(listing: Listing): Room {
  const facts = toFacts({ ...listing, kind: "public" });
  return { ...toRoom(facts, { seq: listing.head ?? 0, count: 0 }), ...liveliness(listing) };
}

/** As old as the last sweep, and absent before the first one. */
function liveliness({
  online,
  activeAt,
}: Partial<Listing> = {}): Pick<Room, "online" | "activeAt"> {
  return {
    ...(online !== undefined && { online }),
    ...(activeAt ? { activeAt } : {}),
  };
}
