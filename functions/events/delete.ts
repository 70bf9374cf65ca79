import { ClientError } from "../../protocol/errors.ts";
import { change } from "../chat/log/change.ts";
import { getRoom } from "../store/room-records.ts";
import { handler } from "./handler.ts";

/** Deletes a message of one's own, or any as the room's owner. What it held is kept nowhere. */
export const deleteMessage = handler("delete", (context, data) =>
  change(context, "delete", data, async (message, user) => {
    const { room, seq, kind, id, author, at, count } = message;
    if (author.id !== user.id && (await getRoom(room))?.owner !== user.id) {
      throw new ClientError(
        "forbidden",
        "Only its author and the room's owner can delete a message",
      );
    }
    return { room, seq, kind, id, author, at, count, text: "", deletedAt: Date.now() };
  }),
);
