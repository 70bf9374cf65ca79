import { ClientError } from "../../protocol/errors.ts";
import { change } from "../chat/log/change.ts";
import { handler } from "./handler.ts";

/** Gives a message of one's own another text. */
export const edit = handler("edit", (context, { text, ...data }) =>
  change(context, "edit", data, (message, user) => {
    if (message.author.id !== user.id) {
      throw new ClientError("forbidden", "Only its author can edit a message");
    }
    return { ...message, text, editedAt: Date.now() };
  }),
);
