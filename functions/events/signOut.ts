import type { AckData, ClientData } from "../../protocol/events.ts";
import { MAIN } from "../../protocol/packet.ts";
import { requireConnection } from "../chat/access.ts";
import { settle } from "../chat/telling/tell.ts";
import { parallel } from "../parallel.ts";
import { type Connection, getConnection } from "../store/connections.ts";
import { person } from "../store/items.ts";
import { queryLive } from "../store/live.ts";
import { deleteSession, querySessions } from "../store/sessions.ts";

import { push } from "../wire/dialects.ts";
import type { Context } from "../wire/serve.ts";

/**
 * Ends the session of this connection's token, or all of the person's, and with them their
 * connections. The sessions first: one that connects meanwhile looks at its own again.
 */
export async function signOut(
  { connectionId, acked }: Context,
  { everywhere }: ClientData<"signOut">,
): Promise<AckData["signOut"]> {
  const { user, session } = await requireConnection(connectionId);
  const sessions = everywhere ? await querySessions(user.id) : session ? [session] : [];
  await parallel(sessions, (hash) => deleteSession(user.id, hash));

  const tabs = await parallel(await queryLive(person(user.id)), ({ connectionId: id }) =>
    getConnection(id),
  );
  const ended = tabs
    .filter((tab): tab is Connection => tab !== undefined)
    .filter((tab) => everywhere || tab.session === session || tab.connectionId === connectionId);
  const gone = ended.map((tab) => tab.connectionId);
  await settle({ gone });

  // The caller learns it from its ack, which a client that is disconnected would not wait for.
  const told = ended.filter((tab) => tab.connectionId !== acked);
  await settle(await push(told, { type: "disconnect", nsp: MAIN }));
  return {};
}
