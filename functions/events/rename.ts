import { requireConnection } from "../chat/access.ts";
import { copyName } from "../chat/copies.ts";
import { tellPresence } from "../chat/people/presence.ts";
import { followUp } from "../chat/telling/tell.ts";
import { queryMemberships } from "../store/memberships.ts";
import { setName } from "../store/users.ts";
import type { ChatEvent } from "./chat-event.ts";

/** Another name for the person; what was written before keeps the old one. */
export const rename: ChatEvent<"rename"> = async ({ connectionId, acked }, { name }) => {
  const { user: known } = await requireConnection(connectionId);
  const user = { id: known.id, name };
  const person = await setName(user);
  const rooms = (await queryMemberships(user.id)).map(({ room }) => room);
  await copyName(user, rooms);
  if (person) {
    const others = person.tabs.filter((tab) => tab.connectionId !== acked);
    await followUp(await tellPresence(person, rooms, others));
  }
  return { user };
};
