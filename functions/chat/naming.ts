import type { User } from "../../protocol/model.ts";
import { parallel } from "../parallel.ts";
import { setUser } from "../store/connections.ts";
import { person } from "../store/items.ts";
import { queryLive, setLiveUser } from "../store/live.ts";
import { queryMemberships, setMemberUser } from "../store/members.ts";
import { getUser } from "../store/people.ts";

/**
 * Brings a person's new name to wherever a copy of it is kept: connections, their live items and
 * the lists of members, at most 100 rooms for each connection and once more. The name is looked at
 * again afterwards, since there may be a newer one.
 */
export async function spreadName(user: User): Promise<void> {
  for (let now: User | undefined = user, spread = ""; now && now.name !== spread; ) {
    const { id, name }: User = now;
    const [tabs, memberships] = await Promise.all([queryLive(person(id)), queryMemberships(id)]);
    for (const { connectionId } of tabs) await renameConnection(connectionId, { id, name });
    await parallel(memberships, ({ room }) => setMemberUser(room, { id, name }));
    spread = name;
    now = await getUser(id);
  }
}

/** The connection first, which then names the rooms that it has live items in. */
export async function renameConnection(connectionId: string, user: User): Promise<void> {
  const connection = await setUser(connectionId, user);
  if (!connection) return;
  await parallel([...connection.rooms, person(user.id)], (channel) =>
    setLiveUser(channel, connectionId, user),
  );
}
