import { removeUser } from "../chat/end-connection.ts";
import { followUp } from "../chat/telling/tell.ts";
import { type Connection, deleteConnection, releaseConnection } from "../store/connections.ts";
import { setLeft } from "../store/sessions.ts";
import type { Context } from "../wire/serve.ts";

/** DISCONNECT: the client leaves by its own will, so that it does not recover when it comes back. */
export async function disconnect(context: Context): Promise<void> {
  await removeFrom(context, async ({ user, pids }) => {
    await Promise.all([...pids].map((hash) => setLeft(user.id, hash)));
  });
}

/** Undoes CONNECT, after which the client may send it again. A stock client's handshake stays known. */
export async function removeFrom(
  { connectionId, dialect }: Context,
  taken?: (connection: Connection) => Promise<void>,
): Promise<void> {
  const finish = dialect === "raw" ? releaseConnection : deleteConnection;
  await followUp(await removeUser(connectionId, finish, taken));
}
