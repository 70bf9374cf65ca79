import * as v from "valibot";
import { fileFacts, person, ROOMS, secondsFromNow } from "./items.ts";
import { kind } from "./table.ts";

/** Announced files, until a message has them. */

/** Longer than a message is retried. */
const KEPT_SECONDS = 2 * 24 * 60 * 60;

const FileItem = v.object({
  /** The room that it is for. */
  to: v.string(),
  ...fileFacts,
  /** The id of the message that has claimed it, and the version of it that this message has. */
  message: v.optional(v.string()),
  version: v.optional(v.string()),
});
export type FileRecord = v.InferOutput<typeof FileItem>;

const files = kind(ROOMS, FileItem, (userId: string, id: string) => ({
  room: person(userId),
  entry: `file#${id}`,
}));

export const getFile = files.get;

export function putFile(userId: string, id: string, file: FileRecord): Promise<boolean> {
  return files.put([userId, id], { ...file, expiresAt: secondsFromNow(KEPT_SECONDS) });
}

/**
 * Claims a file for a message, which has this version of it from then on.
 * @returns the file; undefined if another message has claimed it
 */
export function claimFile(
  userId: string,
  id: string,
  message: string,
  version: string,
): Promise<FileRecord | undefined> {
  const change = "SET #message = :message, #version = if_not_exists(#version, :version)";
  return files.update([userId, id], change, {
    if: "attribute_exists(room) AND (attribute_not_exists(#message) OR #message = :message)",
    values: { message, version },
  });
}
