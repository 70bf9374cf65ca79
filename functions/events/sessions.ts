import { requireConnection } from "../chat/access.ts";
import { parallel } from "../parallel.ts";
import { getConnection } from "../store/connections.ts";
import { querySessions } from "../store/session-records.ts";
import { tabsOf } from "../store/users.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** The devices on which a person is signed in, the one that was used last first. */
export const sessions: ChatEvent<"sessions"> = async ({ connectionId }) => {
  const { user, session } = await requireConnection(connectionId);
  const [found, tabs] = await Promise.all([querySessions(user.id), tabsOf(user.id)]);
  const connected = await parallel(tabs, (tab) => getConnection(tab.connectionId));
  const inUse = new Set(connected.map((one) => one?.session));
  const listed = found.map(({ id, device, seenAt }) => {
    return { id, device, seenAt: inUse.has(id) ? Date.now() : seenAt, current: id === session };
  });
  return { sessions: listed.toSorted((a, b) => b.seenAt - a.seenAt) };
};
