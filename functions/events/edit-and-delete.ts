import { ClientError } from "../../protocol/errors.ts";
import type { User } from "../../protocol/model.ts";
import { startJob } from "../aws/invocations.ts";
import { owns } from "../chat/access.ts";
import { keyOf } from "../chat/files/claim.ts";
import { change } from "../chat/log/change.ts";
import type { FileOfMessage } from "../store/entries.ts";
import { getRoom } from "../store/room-records.ts";
import { putTodo } from "../store/todos.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** Gives one of the person's own messages another text. */
export const edit: ChatEvent<"edit"> = (context, { text, ...data }) => {
  return change(context, "edit", data, (message, user) => {
    if (message.author.id !== user.id) {
      throw new ClientError("forbidden", "Only its author can edit a message");
    }
    return text === message.text ? message : { ...message, text, editedAt: Date.now() };
  });
};

/**
 * Deletes a message, which its author and the room's owner may do. Nothing of its content is kept: a
 * job deletes its files once the message is deleted.
 */
export const deleteMessage: ChatEvent<"delete"> = async (context, data) => {
  let todo: string | undefined;
  const changed = await change(context, "delete", data, async (message, user) => {
    const { room, seq, kind, id, author, at, count, files } = message;
    if (author.id !== user.id && !(await ownsRoom(user, room))) {
      throw new ClientError(
        "forbidden",
        "Only its author and the room's owner can delete a message",
      );
    }
    if (files)
      todo ??= await putTodo({ kind: "files", of: room, seq, stored: files.map(toStored) });
    return { room, seq, kind, id, author, at, count, text: "", deletedAt: Date.now() };
  });
  if (todo !== undefined) await startJob(todo);
  return changed;

  function toStored({ id, version }: FileOfMessage) {
    return { key: keyOf(data.room, id), version };
  }
};

async function ownsRoom(user: User, id: string): Promise<boolean> {
  const room = await getRoom(id);
  return room !== undefined && (await owns(user, room));
}
