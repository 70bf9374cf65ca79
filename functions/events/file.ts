import { ClientError } from "../../protocol/errors.ts";
import { addressOfFile } from "../aws/storage.ts";
import { requireLive } from "../chat/access.ts";
import { keyOf } from "../chat/files/claim.ts";
import { getMessages } from "../store/entries.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** An address of a message's file, for members. */
export const file: ChatEvent<"file"> = async ({ connectionId }, { room, seq, file, download }) => {
  await requireLive(connectionId, room);
  const [message] = await getMessages(room, [seq]);
  const found = message?.files?.find(({ id }) => id === file);
  if (!found) throw new ClientError("not_found", "There is no such file");
  const { name, type, version } = found;
  return { url: addressOfFile({ key: keyOf(room, file), version }, { name, type, download }) };
};
