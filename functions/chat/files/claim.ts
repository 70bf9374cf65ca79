import { ClientError } from "../../../protocol/errors.ts";
import { findNewest, keep } from "../../aws/storage.ts";
import { parallel } from "../../parallel.ts";
import type { FileOfMessage } from "../../store/entries.ts";
import { claimFile, getFile } from "../../store/files.ts";

/** The key of a file in the bucket. */
export function keyOf(room: string, id: string): string {
  return `${room}/${id}`;
}

interface Claiming {
  user: string;
  room: string;
  /** The id of the message. */
  id: string;
}

/**
 * Claims files for a message: what is found in the bucket now is what the message has, whatever is
 * posted to the same key later. It can be repeated, and is when a message is sent again.
 * @throws {ClientError} unless they are this person's, for this room, and as they were announced
 */
export function claimFiles(claiming: Claiming, ids: readonly string[]): Promise<FileOfMessage[]> {
  return parallel([...new Set(ids)], (id) => claim(claiming, id));
}

async function claim({ user, room, id: message }: Claiming, id: string): Promise<FileOfMessage> {
  const announced = await getFile(user, id);
  if (announced?.to !== room) throw new ClientError("not_found", "There is no such file here");
  const key = keyOf(room, id);
  const version = announced.version ?? (await checkedVersion(key, announced));
  const claimed = await claimFile(user, id, message, version);
  if (!claimed) throw new ClientError("forbidden", "Another message has this file");
  const { to: _, message: __, version: pinned = version, ...facts } = claimed;
  // Before the message is in the log: what it has must not expire.
  await keep({ key, version: pinned });
  return { id, ...facts, version: pinned };
}

async function checkedVersion(
  key: string,
  { type, size }: { type: string; size: number },
): Promise<string> {
  const found = await findNewest(key);
  if (!found) throw new ClientError("not_found", "The file has not been uploaded");
  if (found.size !== size || found.type !== type) {
    throw new ClientError("bad_request", "The file is not what was announced");
  }
  return found.version;
}
