import type { Room } from "../../protocol/model.ts";
import { fold } from "../../protocol/text.ts";
import { requireConnection } from "../chat/access.ts";
import { howManyFit } from "../chat/log/entry-view.ts";
import { seenBy, toFacts, toRoom, toRooms } from "../chat/rooms/room-view.ts";
import { getListings, type Listing, queryDirectory } from "../store/directory.ts";
import { type Membership, queryMemberships } from "../store/memberships.ts";
import { getRooms } from "../store/room-records.ts";
import type { ChatEvent } from "./chat-event.ts";

/** How many rooms of the directory one call reads at most. */
const MAX_LISTED = 1_000;
const DIRECTORY_PAGE = 100;

/**
 * The person's own rooms, then the public ones; `after` is the end of the last page. Public rooms
 * cost only the pages of the directory, which has all that is shown of them.
 */
export const rooms: ChatEvent<"rooms"> = async ({ connectionId }, { query = "", after, limit }) => {
  const { user } = await requireConnection(connectionId);
  const memberships = new Map((await queryMemberships(user.id)).map((m) => [m.room, m]));
  const wanted = fold(query).trim();
  const matches = ({ name }: { name: string }) => fold(name).includes(wanted);

  const inMine = after === undefined || memberships.has(after);
  const found: Room[] = [];
  // One room more than asked for shows whether there are more.
  if (inMine) {
    const later = [...memberships.values()].filter(({ room }) => !after || room > after);
    found.push(...(await mine(user.id, later, matches, limit + 1)));
  }
  let cursor = inMine ? undefined : after;
  // The person's own rooms in the directory are skipped, and `after` must not name one of them.
  let lookedAt = cursor;
  let isOver = false;
  for (let listed = 0; !isOver && found.length <= limit && listed < MAX_LISTED; ) {
    const page = await queryDirectory(cursor, DIRECTORY_PAGE);
    const others = page.filter((room) => !memberships.has(room.id));
    found.push(...others.filter(matches).map(toListed));
    cursor = page.at(-1)?.id;
    lookedAt = others.at(-1)?.id ?? lookedAt;
    listed += page.length;
    isOver = page.length < DIRECTORY_PAGE;
  }
  const page = found.slice(0, Math.min(limit, howManyFit(found)));
  const more = page.length < found.length || !isOver;
  const last = page.length < found.length ? page.at(-1)?.id : lookedAt;
  return { rooms: page, more, after: more ? last : undefined };
};

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
  const { rooms } = await toRooms(
    chosen,
    viewer,
    new Map(memberships.map((one) => [one.room, one])),
  );
  const byId = new Map(listings.map((listing) => [listing.id, listing]));
  return rooms.map((view) => ({ ...view, ...liveliness(byId.get(view.id)) }));
}

function toListed(listing: Listing): Room {
  const facts = toFacts({ ...listing, kind: "public" });
  return { ...toRoom(facts, { seq: listing.head ?? 0, count: 0 }), ...liveliness(listing) };
}

/** As of the last sweep; absent before the first one. */
function liveliness(listing: Partial<Listing> = {}): Pick<Room, "online" | "activeAt"> {
  return { online: listing.online, activeAt: listing.activeAt || undefined };
}
