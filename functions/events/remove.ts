import { ClientError } from "../../protocol/errors.ts";
import { noPerson, notMember, requireOwner } from "../chat/access.ts";
import { endMembership } from "../chat/rooms/join-and-leave.ts";
import { getUser } from "../store/users.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** Ends another person's membership, which the owner may do. */
export const remove: ChatEvent<"remove"> = async ({ connectionId }, { room: id, user: userId }) => {
  const { user: owner } = await requireOwner(connectionId, id);
  if (userId === owner.id) throw new ClientError("forbidden", "Leave the room instead");
  const user = await getUser(userId);
  if (!user) throw noPerson();
  if (!(await endMembership(user, id))) throw notMember();
  return {};
};
