import { ClientError } from "../../protocol/errors.ts";
import type { AckData, ClientData } from "../../protocol/events.ts";
import { change } from "../chat/log/change.ts";
import { getRoom } from "../store/room-records.ts";
import type { Context } from "../wire/serve.ts";

/** Deletes a message of one's own, or any as the room's owner. What it held is kept nowhere. */
export function deleteMessage(
  context: Context,
  data: ClientData<"delete">,
): Promise<AckData["delete"]> {
  return change(context, "delete", data, async (message, user) => {
    const { room, seq, kind, id, author, at, count } = message;
    if (author.id !== user.id && (await getRoom(room))?.owner !== user.id) {
      throw new ClientError(
        "forbidden",
        "Only its author and the room's owner can delete a message",
      );
    }
    return { room, seq, kind, id, author, at, count, text: "", deletedAt: Date.now() };
  });
}
