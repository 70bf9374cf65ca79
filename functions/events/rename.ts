import { requireConnection } from "../chat/access.ts";
import { spreadName } from "../chat/people/naming.ts";
import { renamed } from "../chat/people/presence.ts";
import { settle } from "../chat/telling/tell.ts";
import { putUser } from "../store/users.ts";
import { handler } from "./handler.ts";

/** Another name for the person; what was written before keeps the old one. */
export const rename = handler("rename", async ({ connectionId, wantsAck }, { name }) => {
  const connection = await requireConnection(connectionId);
  const user = { id: connection.user.id, name };
  await putUser(user);
  await spreadName(user);
  await settle(await renamed(user.id, wantsAck ? connectionId : undefined));
  return { user };
});
