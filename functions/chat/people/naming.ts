import type { User } from "../../../protocol/model.ts";
import { parallel } from "../../parallel.ts";
import { setUser } from "../../store/connections.ts";
import { person } from "../../store/items.ts";
import { queryLive, setLiveUser } from "../../store/live.ts";
import { renameListed } from "../../store/member-list.ts";
import { queryMemberships } from "../../store/memberships.ts";
import { getUser } from "../../store/users.ts";
import { settled } from "../settled.ts";

/**
 * Brings a person's new name to wherever a copy of it is kept: connections, their live items and
 * the lists of members, at most 100 rooms for each connection and once more.
 */
export async function spreadName({ id, name }: User): Promise<void> {
  await settled<User>(
    { id, name },
    async (user) => {
      const [tabs, memberships] = await Promise.all([queryLive(person(id)), queryMemberships(id)]);
      for (const { connectionId } of tabs) await renameConnection(connectionId, user);
      await parallel(memberships, ({ room }) => renameListed(room, user));
    },
    async () => (await getUser(id)) ?? { id, name },
  );
}

/** The connection first, which then names the rooms that it has live items in. */
export async function renameConnection(connectionId: string, user: User): Promise<void> {
  const connection = await setUser(connectionId, user);
  if (!connection) return;
  await parallel([...connection.rooms, person(user.id)], (channel) =>
    setLiveUser(channel, connectionId, user),
  );
}
