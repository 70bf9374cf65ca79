import { ClientError } from "../../protocol/errors.ts";
import type { AckData, ClientData } from "../../protocol/events.ts";
import { change } from "../chat/log/change.ts";
import type { Context } from "../wire/serve.ts";

/** Gives a message of one's own another text. */
export function edit(
  context: Context,
  { text, ...data }: ClientData<"edit">,
): Promise<AckData["edit"]> {
  return change(context, "edit", data, (message, user) => {
    if (message.author.id !== user.id) {
      throw new ClientError("forbidden", "Only its author can edit a message");
    }
    return { ...message, text, editedAt: Date.now() };
  });
}
