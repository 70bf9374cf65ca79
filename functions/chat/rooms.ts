import { queryMemberships } from "../store/members.ts";
import { getRooms, queryDirectory } from "../store/rooms.ts";
import { requireConnection } from "./access.ts";
import { handler } from "./handler.ts";
import { toRooms } from "./view.ts";

/** Rooms of the directory that one call looks through at most. */
const MAX_LISTED = 1_000;
const DIRECTORY_PAGE = 100;

/** Mine, then the public ones; `after` is the id of the last one that the client has. */
export const rooms = handler("rooms", async ({ connectionId }, { query = "", after, limit }) => {
  const { user } = await requireConnection(connectionId);
  const memberships = new Map((await queryMemberships(user.id)).map((m) => [m.room, m]));
  const matches = (name: string) => name.toLowerCase().includes(query.toLowerCase());

  const ids: string[] = [];
  const inMine = after === undefined || memberships.has(after);
  if (inMine) {
    const mine = (await getRooms([...memberships.keys()]))
      .filter(({ id, name }) => matches(name) && (after === undefined || id > after))
      .map(({ id }) => id);
    ids.push(...mine.toSorted());
  }
  let cursor = inMine ? undefined : after;
  for (let listed = 0; ids.length <= limit && listed < MAX_LISTED; listed += DIRECTORY_PAGE) {
    const page = await queryDirectory(cursor, DIRECTORY_PAGE);
    const others = page.filter(({ id, name }) => !memberships.has(id) && matches(name));
    ids.push(...others.map(({ id }) => id));
    cursor = page.at(-1)?.id;
    if (page.length < DIRECTORY_PAGE) break;
  }
  return {
    rooms: await toRooms(ids.slice(0, limit), memberships),
    more: ids.length > limit,
  };
});
