import { ClientError } from "../../protocol/errors.ts";
import type { User } from "../../protocol/model.ts";
import { owns } from "../chat/access.ts";
import { change } from "../chat/log/change.ts";
import { getRoom } from "../store/room-records.ts";
import type { ChatEvent } from "./chat-event.ts";

/**
 * Deletes a message, which its author and the room's owner may do. Nothing of its content is kept.
 */
export const deleteMessage: ChatEvent<"delete"> = (context, data) => {
  return change(context, "delete", data, async (message, user) => {
    const { room, seq, kind, id, author, at, count } = message;
    if (author.id !== user.id && !(await ownsRoom(user, room))) {
      throw new ClientError(
        "forbidden",
        "Only its author and the room's owner can delete a message",
      );
    }
    return { room, seq, kind, id, author, at, count, text: "", deletedAt: Date.now() };
  });
};

async function ownsRoom(user: User, id: string): Promise<boolean> {
  const room = await getRoom(id);
  return room !== undefined && (await owns(user, room));
}
