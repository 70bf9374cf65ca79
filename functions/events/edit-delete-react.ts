import { ClientError } from "../../protocol/errors.ts";
import { MAX_REACTING_PEOPLE, MAX_REACTIONS } from "../../protocol/limits.ts";
import type { User } from "../../protocol/model.ts";
import { startJob } from "../aws/invocations.ts";
import { owns } from "../chat/access.ts";
import { keyOf } from "../chat/files/claim.ts";
import { change } from "../chat/log/change.ts";
import type { FileOfMessage, MessageRecord } from "../store/entries.ts";
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

/** Adds the person's emoji to a message, or removes it. Doing it twice changes nothing. */
export const react: ChatEvent<"react"> = (context, { emoji, on, ...data }) => {
  return change(context, "react", data, (message, { id }) =>
    on ? withReaction(message, emoji, id) : withoutReaction(message, emoji, id),
  );
};

function withReaction(message: MessageRecord, emoji: string, user: string): MessageRecord {
  const { reactions = [] } = message;
  const known = reactions.find((one) => one.emoji === emoji);
  if (known?.users.includes(user)) return message;
  if (reactions.flatMap(({ users }) => users).length >= MAX_REACTING_PEOPLE) {
    throw new ClientError(
      "forbidden",
      `A message takes the reactions of ${MAX_REACTING_PEOPLE} people`,
    );
  }
  if (known) {
    const added = { emoji, users: [...known.users, user] };
    return { ...message, reactions: reactions.map((one) => (one === known ? added : one)) };
  }
  if (reactions.length >= MAX_REACTIONS) {
    throw new ClientError("forbidden", `A message has at most ${MAX_REACTIONS} different emoji`);
  }
  return { ...message, reactions: [...reactions, { emoji, users: [user] }] };
}

function withoutReaction(message: MessageRecord, emoji: string, user: string): MessageRecord {
  const { reactions = [], ...rest } = message;
  if (!reactions.some((one) => one.emoji === emoji && one.users.includes(user))) return message;
  const left = reactions
    .map((one) =>
      one.emoji === emoji ? { emoji, users: one.users.filter((other) => other !== user) } : one,
    )
    .filter(({ users }) => users.length > 0);
  return left.length === 0 ? rest : { ...rest, reactions: left };
}
