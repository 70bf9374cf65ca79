import { ClientError } from "../../protocol/errors.ts";
import type { AckData, ClientData } from "../../protocol/events.ts";
import { requireOwner, requireUser } from "../chat/access.ts";
import { endMembership } from "../chat/rooms/removal.ts";
import type { Context } from "../wire/serve.ts";

/** Ends somebody else's membership, which the owner may do. */
export async function remove(
  { connectionId }: Context,
  { room: id, user: userId }: ClientData<"remove">,
): Promise<AckData["remove"]> {
  const { user: owner } = await requireOwner(connectionId, id);
  if (userId === owner.id) throw new ClientError("forbidden", "Leave the room instead");
  const user = await requireUser(userId);
  if (!(await endMembership(user, id))) {
    throw new ClientError("not_found", "There is no such member");
  }
  return {};
}
