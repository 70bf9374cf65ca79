import { removeUser } from "../chat/end-connection.ts";
import { followUp } from "../chat/telling/tell.ts";
import { releaseConnection } from "../store/connections.ts";
import { setLeft } from "../store/sessions.ts";
import type { Context } from "../wire/serve.ts";

/** DISCONNECT: the client leaves on purpose, so it does not recover when it returns. */
export async function disconnect({ connectionId }: Context): Promise<void> {
  const outcome = await removeUser(connectionId, releaseConnection, async ({ user, pids }) => {
    await Promise.all([...pids].map((hash) => setLeft(user.id, hash)));
  });
  await followUp(outcome);
}
