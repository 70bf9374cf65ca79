import { randomUUID } from "node:crypto";
import { ClientError } from "../../protocol/errors.ts";
import { addressOfFile, uploadForm } from "../aws/storage.ts";
import { requireLive } from "../chat/access.ts";
import { charge } from "../chat/budget.ts";
import { keyOf } from "../chat/files/claim.ts";
import { requireEnv } from "../lambda.ts";
import { getMessages } from "../store/entries.ts";
import { putFile } from "../store/files.ts";
import type { ChatEvent } from "../wire/serve.ts";

const MB = 1024 * 1024;
const MAX_FILE_MB = Number(requireEnv("MAX_FILE_MB"));

/** Announces a file for a message in the room. The client posts it to the storage itself. */
export const upload: ChatEvent<"upload"> = async ({ connectionId }, { room, ...announced }) => {
  const { user } = await requireLive(connectionId, room);
  const { size, type } = announced;
  if (size > MAX_FILE_MB * MB) {
    throw new ClientError("too_large", `A file has at most ${MAX_FILE_MB} MB`);
  }
  await charge(user, "upload", 1 + size / MB);
  const file = randomUUID();
  await putFile(user.id, file, { to: room, ...announced });
  return { file, post: uploadForm(keyOf(room, file), { type, size }) };
};

/** An address of a message's file, for members. */
export const file: ChatEvent<"file"> = async ({ connectionId }, { room, seq, file, download }) => {
  await requireLive(connectionId, room);
  const [message] = await getMessages(room, [seq]);
  const found = message?.files?.find(({ id }) => id === file);
  if (!found) throw new ClientError("not_found", "There is no such file");
  const { name, type, version } = found;
  return { url: addressOfFile({ key: keyOf(room, file), version }, { name, type, download }) };
};
