import { ClientError } from "../../../protocol/errors.ts";
import { findNewest, keep } from "../../aws/storage.ts";
import { parallel } from "../../parallel.ts";
import type { FileOfMessage } from "../../store/entries.ts";
import { claimFile, type FileRecord, getFile } from "../../store/files.ts";

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
 * @param requireFit throws if they are too much for the message: what is claimed is kept
 * @throws {ClientError} unless they are this person's, for this room, and as they were announced
 */
export async function claimFiles(
  { user, room, id: message }: Claiming,
  ids: readonly string[],
  requireFit: (files: FileOfMessage[]) => void,
): Promise<FileOfMessage[]> {
  const found = await parallel(new Set(ids), async (id) => {
    const announced = await getFile(user, id);
    if (announced?.to !== room) throw new ClientError("not_found", "There is no such file here");
    const version = announced.version ?? (await checkedVersion(keyOf(room, id), announced));
    const { to: _, message: __, ...facts } = announced;
    return { id, ...facts, version };
  });
  requireFit(found);
  return parallel(found, async (file) => {
    const claimed = await claimFile(user, file.id, message, file.version);
    if (!claimed) throw new ClientError("forbidden", "Another message has this file");
    const { version = file.version } = claimed;
    // Before the message is in the log: what it has must not expire.
    await keep({ key: keyOf(room, file.id), version });
    return { ...file, version };
  });
}

async function checkedVersion(key: string, { type, size }: FileRecord): Promise<string> {
  const found = await findNewest(key);
  if (!found) throw new ClientError("not_found", "The file has not been uploaded");
  if (found.size !== size || found.type !== type) {
    throw new ClientError("bad_request", "The file is not what was announced");
  }
  return found.version;
}
