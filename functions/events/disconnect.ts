import { removeUser } from "../chat/end-connection.ts";
import { followUp } from "../chat/telling/tell.ts";
import { parallel } from "../parallel.ts";
import { releaseConnection } from "../store/connections.ts";
import { putLeft } from "../store/session-records.ts";
import type { Context } from "../wire/serve.ts";

/** DISCONNECT: the client leaves on purpose, so it does not recover when it returns. */
export async function disconnect({ connectionId }: Context): Promise<void> {
  const outcome = await removeUser(connectionId, releaseConnection, async (taken) => {
    const { user, sid = connectionId } = taken;
    await parallel(new Set([sid, connectionId]), (left) => putLeft(user.id, left));
  });
  await followUp(outcome);
}
