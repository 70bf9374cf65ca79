import { ClientError } from "../../protocol/errors.ts";
import { change } from "../chat/log/change.ts";
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
