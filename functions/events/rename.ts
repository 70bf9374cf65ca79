import type { AckData, ClientData } from "../../protocol/events.ts";
import { requireConnection } from "../chat/access.ts";
import { spreadName } from "../chat/people/naming.ts";
import { renamed } from "../chat/people/presence.ts";
import { settle } from "../chat/telling/tell.ts";
import { putUser } from "../store/users.ts";
import type { Context } from "../wire/serve.ts";

/** Another name for the person; what was written before keeps the old one. */
export async function rename(
  { connectionId, acked }: Context,
  { name }: ClientData<"rename">,
): Promise<AckData["rename"]> {
  const connection = await requireConnection(connectionId);
  const user = { id: connection.user.id, name };
  await putUser(user);
  await spreadName(user);
  await settle(await renamed(user.id, acked));
  return { user };
}
