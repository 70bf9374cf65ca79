import * as v from "valibot";
import { requireEnv } from "../lambda.ts";
import { parallel } from "../parallel.ts";
import { fileFacts, UserPart } from "./items.ts";
import { IS_NEW, kind } from "./table.ts";

/** The rooms' logs. */

const place = { room: v.string(), seq: v.number() };
const base = {
  id: v.string(),
  author: UserPart,
  at: v.number(),
  /** Messages in the log up to this entry, from which unread counts come. */
  count: v.number(),
};

const FileItem = v.object({
  id: v.string(),
  ...fileFacts,
  /** The version of it that the message has. */
  version: v.string(),
});
export type FileOfMessage = v.InferOutput<typeof FileItem>;

const MessageItem = v.object({
  ...place,
  kind: v.literal("message"),
  ...base,
  text: v.string(),
  replyTo: v.optional(v.number()),
  mentions: v.optional(v.array(v.string())),
  files: v.optional(v.array(FileItem)),
  editedAt: v.optional(v.number()),
  deletedAt: v.optional(v.number()),
  /** In the order of their first use; a person is named once for each emoji. */
  reactions: v.optional(v.array(v.object({ emoji: v.string(), users: v.array(v.string()) }))),
  /** The number of its changes, and the last of them: `<user> <id>`. */
  rev: v.optional(v.number()),
  changes: v.optional(v.array(v.string())),
});
export type MessageRecord = v.InferOutput<typeof MessageItem>;

/** A change of a message. What the message has become is stored only with the message. */
const ChangeItem = v.object({
  ...place,
  kind: v.picklist(["edit", "delete", "react"]),
  ...base,
  of: v.number(),
});
export type ChangeRecord = v.InferOutput<typeof ChangeItem>;

const EntryItem = v.variant("kind", [MessageItem, ChangeItem]);
export type EntryRecord = v.InferOutput<typeof EntryItem>;

/** What the newest entry says about the log. */
export type Head = Pick<EntryRecord, "seq" | "count" | "at">;
export const EMPTY: Head = { seq: 0, count: 0, at: 0 };

const entries = kind(requireEnv("HISTORY_TABLE"), EntryItem, (room: string, seq: number) => ({
  room,
  seq,
}));

export function putEntry(entry: EntryRecord): Promise<boolean> {
  return entries.put([entry.room, entry.seq], entry, IS_NEW);
}

/**
 * Overwrites a message with its next state, if it is still in the state from which that was made.
 * @returns false if another change was faster
 */
export function replaceMessage(message: MessageRecord & { rev: number }): Promise<boolean> {
  const before = message.rev === 1 ? undefined : message.rev - 1;
  return entries.put([message.room, message.seq], message, {
    if: before ? "rev = :before" : "attribute_exists(room) AND attribute_not_exists(rev)",
    values: { before },
  });
}

/** The messages among these entries of a room, in no order. */
export async function getMessages(room: string, seqs: Iterable<number>): Promise<MessageRecord[]> {
  const found = await entries.getAll([...seqs].map((seq) => entries.key(room, seq)));
  return found.filter((entry) => entry.kind === "message");
}

/** The last `limit` entries below `before`, ascending. */
export async function readBefore(
  room: string,
  limit: number,
  before = Number.MAX_SAFE_INTEGER,
): Promise<EntryRecord[]> {
  const query = { where: "room = :room AND seq < :seq", values: { room, seq: before } };
  return (await entries.query({ ...query, limit, backwards: true })).reverse();
}

/** The first `limit` entries above `after`, ascending. */
export function readAfter(room: string, limit: number, after: number): Promise<EntryRecord[]> {
  const query = { where: "room = :room AND seq > :seq", values: { room, seq: after } };
  return entries.query({ ...query, limit });
}

export async function readHead(room: string): Promise<Head> {
  const [newest] = await readBefore(room, 1);
  return newest ?? EMPTY;
}

export async function readHeads(rooms: Iterable<string>): Promise<Map<string, Head>> {
  return new Map(await parallel(rooms, async (room) => [room, await readHead(room)] as const));
}

/**
 * The newest seq at or before a time in ms, or 0. Times grow with seqs, so this is a binary search,
 * with one small read for each halving of the log.
 * @param count gets what each read has returned
 */
export async function seqAt(
  room: string,
  at: number,
  count: (read: readonly EntryRecord[]) => void = () => {},
): Promise<number> {
  const readLast = async (before?: number) => {
    const read = await readBefore(room, 1, before);
    count(read);
    return read[0];
  };
  const head = (await readLast()) ?? EMPTY;
  if (head.at <= at) return head.seq;
  let low = 0;
  let high = head.seq - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const entry = await readLast(middle + 1);
    if (entry !== undefined && entry.at <= at) low = entry.seq;
    else high = (entry?.seq ?? 1) - 1;
  }
  return low;
}
