import { requireConnection } from "../chat/access.ts";
import { endSessions } from "../chat/end-connection.ts";
import { querySessions } from "../store/session-records.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** Ends the session of this connection, or all of the person's, and their connections. */
export const signOut: ChatEvent<"signOut"> = async ({ connectionId, acked }, { everywhere }) => {
  const { user, session } = await requireConnection(connectionId);
  const all = everywhere ? (await querySessions(user.id)).map(({ id }) => id) : [];
  const isMeant = (one: { connectionId: string }) =>
    everywhere || one.connectionId === connectionId;
  await endSessions(user.id, session && !everywhere ? [session] : all, isMeant, acked);
  return {};
};
