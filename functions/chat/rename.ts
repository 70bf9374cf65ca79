import { putUser } from "../store/people.ts";
import { requireConnection } from "./access.ts";
import { handler } from "./handler.ts";
import { spreadName } from "./naming.ts";
import { renamed } from "./presence.ts";
import { settle } from "./tell.ts";

/** Another name for the person; what was written before keeps the old one. */
export const rename = handler("rename", async ({ connectionId, wantsAck }, { name }) => {
  const connection = await requireConnection(connectionId);
  const user = { id: connection.user.id, name };
  await putUser(user);
  await spreadName(user);
  await settle(await renamed(user.id, wantsAck ? connectionId : undefined));
  return { user };
});
