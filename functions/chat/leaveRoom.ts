import { ClientError } from "../../protocol/errors.ts";
import { serverEvent } from "../../protocol/events.ts";
import { person } from "../store/items.ts";
import { queryLive } from "../store/live.ts";
import { deleteMember, deleteMembership, getMembership } from "../store/members.ts";
import { refuse, requireConnection } from "./access.ts";
import { handler } from "./handler.ts";
import { LOBBY } from "./membership.ts";
import { audience } from "./notices.ts";
import { subscribe, unsubscribe } from "./subscribe.ts";
import { tell } from "./tell.ts";

/** Ends the membership, in all of the person's connections. */
export const leaveRoom = handler("leaveRoom", async ({ connectionId }, { room }) => {
  const { user } = await requireConnection(connectionId);
  if (room === LOBBY) throw new ClientError("forbidden", "Everyone is in the lobby");
  // The membership first: a connection that is subscribed meanwhile looks at it last.
  if (!(await deleteMembership(user.id, room))) await refuse(connectionId, room);
  await deleteMember(room, user.id);
  const own = await queryLive(person(user.id));
  for (const live of own) await unsubscribe(room, live.connectionId);
  if (await getMembership(user.id, room)) {
    // Joined again meanwhile in another tab, whose subscription went with the rest.
    for (const live of own) await subscribe(room, { ...live, watching: true });
    return {};
  }
  const others = own.filter((live) => live.connectionId !== connectionId);
  await tell(room, [...(await audience(room)), ...others], serverEvent("left", { room, user }));
  return {};
});
