import type { Room } from "../../protocol/model.ts";
import { fold } from "../../protocol/text.ts";
import { requireConnection } from "../chat/access.ts";
import { howManyFit } from "../chat/log/entry-view.ts";
import { seenBy, toFacts, toRoom } from "../chat/rooms/room-view.ts";
import { EMPTY, readHeads } from "../store/entries.ts";
import { bytesOf, UNIT_BYTES } from "../store/items.ts";
import { type Membership, queryMemberships } from "../store/memberships.ts";
import { getListings, getRooms, type Listing, queryDirectory } from "../store/room-records.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** Bytes of rooms after which a call reads no more: 150 units. What it reads at once is at most 100. */
const MAX_BYTES = 600 * 1024;
const MINE_AT_ONCE = 10;
const DIRECTORY_PAGE = 100;

interface Group {
  rooms: Room[];
  /** The last room that was looked at, as a cursor. */
  end: string | undefined;
  bytes: number;
}

type Matches = (room: { name: string }) => boolean;

/** Begins a cursor in the directory: a room may be joined or left between two pages. */
const LISTED = "!";

/**
 * The person's own rooms, then the public ones; `after` is the end of the last page. Public rooms
 * cost only the pages of the directory, which has all that is shown of them.
 */
export const rooms: ChatEvent<"rooms"> = async ({ connectionId }, { query = "", after, limit }) => {
  const { user } = await requireConnection(connectionId);
  const memberships = await queryMemberships(user.id);
  const wanted = fold(query).trim();
  const matches: Matches = ({ name }) => fold(name).includes(wanted);

  const found: Room[] = [];
  let end = after;
  let left = MAX_BYTES;
  let isOver = true;
  for await (const group of inGroups(user.id, memberships, after, matches)) {
    found.push(...group.rooms);
    end = group.end ?? end;
    left -= group.bytes;
    // One room more than asked for shows whether there are more.
    isOver = left > 0 && found.length <= limit;
    if (!isOver) break;
  }
  const page = found.slice(0, Math.min(limit, howManyFit(found)));
  const more = page.length < found.length || !isOver;
  const cut = page.length < found.length ? page.at(-1)?.id : undefined;
  const isOwn = memberships.some(({ room }) => room === cut);
  const last = cut === undefined ? end : isOwn ? cut : LISTED + cut;
  return { rooms: page, more, after: more ? last : undefined };
};

async function* inGroups(
  viewer: string,
  memberships: readonly Membership[],
  after: string | undefined,
  matches: Matches,
): AsyncGenerator<Group> {
  const own = new Set(memberships.map(({ room }) => room));
  const listedAfter = after?.startsWith(LISTED) ? after.slice(LISTED.length) : undefined;
  const later = listedAfter ? [] : memberships.filter(({ room }) => !after || room > after);
  for (let next = 0; next < later.length; next += MINE_AT_ONCE) {
    yield readMine(viewer, later.slice(next, next + MINE_AT_ONCE), matches);
  }
  for (let cursor = listedAfter, isOver = false; !isOver; ) {
    const page = await queryDirectory(cursor, DIRECTORY_PAGE);
    const others = page.filter((listing) => !own.has(listing.id) && matches(listing));
    cursor = page.at(-1)?.id;
    yield { rooms: others.map(toListed), end: cursor && LISTED + cursor, bytes: bytesOf(page) };
    isOver = page.length < DIRECTORY_PAGE;
  }
}

async function readMine(
  viewer: string,
  memberships: readonly Membership[],
  matches: Matches,
): Promise<Group> {
  const records = await getRooms(memberships.map(({ room }) => room));
  const chosen = (await seenBy(viewer, records)).filter(matches);
  const ids = chosen.map(({ id }) => id);
  const [listings, heads] = await Promise.all([getListings(ids), readHeads(ids)]);
  const views = chosen.map((facts) => {
    const membership = memberships.find(({ room }) => room === facts.id);
    const listing = listings.find(({ id }) => id === facts.id);
    return { ...toRoom(facts, heads.get(facts.id) ?? EMPTY, membership), ...liveliness(listing) };
  });
  // A room, a listing and the other person of a direct room take a unit each.
  const bytes = 3 * UNIT_BYTES * memberships.length;
  const ofHeads = [...heads.values()].reduce((sum, head) => sum + bytesOf([head]), bytes);
  return { rooms: views, end: memberships.at(-1)?.room, bytes: ofHeads };
}

function toListed(listing: Listing): Room {
  const facts = toFacts({ ...listing, kind: "public" });
  return { ...toRoom(facts, { seq: listing.head ?? 0, count: 0 }), ...liveliness(listing) };
}

/** As of the last sweep; absent before the first one. */
function liveliness(listing: Partial<Listing> = {}): Pick<Room, "online" | "activeAt"> {
  return { online: listing.online, activeAt: listing.activeAt || undefined };
}
