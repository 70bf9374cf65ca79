import type { User } from "../../protocol/model.ts";
import { fold } from "../../protocol/text.ts";
import { requireConnection, requireVisible } from "../chat/access.ts";
import { queryMemberList } from "../store/memberships.ts";
import { getPeople } from "../store/users.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** How many listed members one call reads: at most 150 KB of them, in one page. */
const MAX_LOOKED_AT = 1_000;

/**
 * A room's members by id, or those whose name has the query. Within the page those online come first,
 * and names that begin with the query. A call costs one query of the list, of 1,000 members if there
 * is a name, and one batch read of who is online among those on the page.
 */
export const people: ChatEvent<"people"> = async ({ connectionId }, data) => {
  const { after, limit } = data;
  const query = fold(data.query ?? "").trim();
  const { user } = await requireConnection(connectionId);
  const { room } = await requireVisible(user, data.room);

  const lookAt = query === "" ? limit + 1 : MAX_LOOKED_AT;
  const listed = await queryMemberList(room.id, after, lookAt);
  const matching = listed.filter(({ user }) => fold(user.name).includes(query));
  const page = matching.slice(0, limit);
  const known = await getPeople(page.map((member) => member.user.id));
  const online = new Map(known.map(({ user, tabs }) => [user.id, tabs.length > 0]));

  const last = matching.length > limit ? page.at(-1) : listed.at(-1);
  const more = matching.length > limit || listed.length === lookAt;
  const rank = ({ id, name }: User) =>
    (online.get(id) ? 0 : 2) + (fold(name).startsWith(query) ? 0 : 1);
  // A guest who cannot come back is no longer listed.
  const there = page.map((member) => member.user).filter(({ id }) => online.has(id));
  const ranked = there.toSorted((a, b) => rank(a) - rank(b));
  return {
    people: ranked.map((one) => ({
      ...one,
      online: online.get(one.id) === true,
      role: one.id === room.owner ? "owner" : "member",
    })),
    more,
    after: more ? last?.user.id : undefined,
  };
};
