import { ClientError } from "../../protocol/errors.ts";
import { LINK_SECONDS } from "../../protocol/limits.ts";
import { requireConnection } from "../chat/access.ts";
import { charge } from "../chat/budget.ts";
import { newToken } from "../chat/identity/tokens.ts";
import { secondsFromNow } from "../store/items.ts";
import { askSession, putLink } from "../store/session-records.ts";
import { getTogether } from "../store/table.ts";
import type { ChatEvent } from "../wire/serve.ts";

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
