import { ClientError } from "../../protocol/errors.ts";
import { LINK_SECONDS } from "../../protocol/limits.ts";
import { requireConnection } from "../chat/access.ts";
import { charge } from "../chat/budget.ts";
import { endSessions } from "../chat/end-connection.ts";
import { newToken } from "../chat/identity/tokens.ts";
import { parallel } from "../parallel.ts";
import { getConnection } from "../store/connections.ts";
import { secondsFromNow } from "../store/items.ts";
import { askSession, putLink, querySessions } from "../store/session-records.ts";
import { getTogether } from "../store/table.ts";
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

/** Signs the person out on a device. What is ended already has ended. */
export const endSession: ChatEvent<"endSession"> = async ({ connectionId, acked }, { session }) => {
  const { user } = await requireConnection(connectionId);
  await endSessions(user.id, [session], () => false, acked);
  return {};
};

/** Ends the session of this connection, or all of the person's, and their connections. */
export const signOut: ChatEvent<"signOut"> = async ({ connectionId, acked }, { everywhere }) => {
  const { user, session } = await requireConnection(connectionId);
  const all = everywhere ? (await querySessions(user.id)).map(({ id }) => id) : [];
  const isMeant = (one: { connectionId: string }) =>
    everywhere || one.connectionId === connectionId;
  await endSessions(user.id, session && !everywhere ? [session] : all, isMeant, acked);
  return {};
};

/**
 * A code with which another device becomes this person's, once, as long as this connection's session
 * lasts.
 */
export const link: ChatEvent<"link"> = async ({ connectionId }) => {
  const { user, session: hash } = await requireConnection(connectionId);
  const [session] = await getTogether(askSession(user.id, hash ?? ""));
  if (!session) throw new ClientError("forbidden", "This connection has no session of its own");
  await charge(user, "link");
  const code = newToken(user.id);
  const expiresAt = secondsFromNow(LINK_SECONDS);
  await putLink(user.id, code.hash, expiresAt, session.id);
  return { code: code.text, expiresAt: expiresAt * 1_000 };
};
