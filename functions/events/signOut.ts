import { MAIN } from "../../protocol/packet.ts";
import { requireConnection } from "../chat/access.ts";
import { followUp } from "../chat/telling/tell.ts";
import { parallel } from "../parallel.ts";
import { getConnection } from "../store/connections.ts";
import { deleteSession, querySessions } from "../store/sessions.ts";
import { tabsOf } from "../store/users.ts";
import { push } from "../wire/dialects.ts";
import type { ChatEvent } from "./chat-event.ts";

/**
 * Ends the session of this connection's token, or all of the person's, and their connections. The
 * sessions end first: a connection that connects meanwhile checks its session again.
 */
export const signOut: ChatEvent<"signOut"> = async ({ connectionId, acked }, { everywhere }) => {
  const { user, session } = await requireConnection(connectionId);
  const sessions = everywhere ? await querySessions(user.id) : session ? [session] : [];
  await parallel(sessions, (hash) => deleteSession(user.id, hash));

  const tabs = await parallel(await tabsOf(user.id), (tab) => getConnection(tab.connectionId));
  const ended = tabs
    .filter((tab) => tab !== undefined)
    .filter((tab) => everywhere || tab.session === session || tab.connectionId === connectionId);
  await followUp({ gone: ended.map((tab) => tab.connectionId) });

  // The caller learns it from its ack, for which a disconnected client would not wait.
  const told = ended.filter((tab) => tab.connectionId !== acked);
  await followUp(await push(told, { type: "disconnect", nsp: MAIN }));
  return {};
};
