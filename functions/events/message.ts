import { ClientError } from "../../protocol/errors.ts";
import type { AckData, ClientData } from "../../protocol/events.ts";
import { MAX_DEDUPE_ENTRIES } from "../../protocol/limits.ts";
import type { User } from "../../protocol/model.ts";
import { requireLive } from "../chat/access.ts";
import { appendAfter, checkRate, TAIL } from "../chat/log/append.ts";
import { readStates, toMessage } from "../chat/log/entry-view.ts";
import { mark } from "../chat/log/marks.ts";
import { tellEntry } from "../chat/telling/tell.ts";
import {
  type EntryRecord,
  getMessages,
  type MessageRecord,
  readAfter,
  readBefore,
} from "../store/entries.ts";
import { queryLive } from "../store/live.ts";
import type { Context } from "../wire/serve.ts";

/** Puts a message into the room's log, once, and tells everyone who is there. */
export async function message(
  context: Context,
  data: ClientData<"message">,
): Promise<AckData["message"]> {
  const { room } = data;
  const [tail, { user }] = await Promise.all([
    readBefore(room, TAIL),
    requireLive(context.connectionId, room),
  ]);
  const isTwin = (entry: EntryRecord): entry is MessageRecord =>
    entry.kind === "message" && entry.id === data.id && entry.author.id === user.id;
  const earlier = await findEarlier(tail, isTwin, data);
  const made = earlier ?? (await append(tail, isTwin, user, data));

  // Read only now: who joins puts its live item before it reads the log, so that everyone either
  // is found here or finds the entry there.
  const [lives] = await Promise.all([queryLive(room), mark(made)]);
  // What was said earlier may have been changed or deleted since it was read.
  const [record = made] = earlier ? await getMessages(room, [made.seq]) : [made];
  const entry = toMessage(record, await readStates(room, [record]));
  await tellEntry(context, lives, entry);
  return { entry };
}

/** @throws {ClientError} `stale` if an earlier try may lie further back than is looked for */
async function findEarlier(
  tail: readonly EntryRecord[],
  isTwin: (entry: EntryRecord) => entry is MessageRecord,
  { room, after }: ClientData<"message">,
): Promise<MessageRecord | undefined> {
  const found = tail.find(isTwin);
  const oldest = tail[0]?.seq ?? 1;
  const head = tail.at(-1)?.seq ?? 0;
  // An `after` beyond the head counts as absent.
  if (found || after === undefined || after > head || after >= oldest - 1) return found;
  const entries = await readAfter(room, MAX_DEDUPE_ENTRIES, after);
  const earlier = entries.find(isTwin);
  if (!earlier && (entries.at(-1)?.seq ?? 0) < oldest - 1) {
    throw new ClientError("stale", "Look for the message in the history after that seq");
  }
  return earlier;
}

async function append(
  tail: readonly EntryRecord[],
  isTwin: (entry: EntryRecord) => entry is MessageRecord,
  author: User,
  { room, id, text, replyTo, mentions = [] }: ClientData<"message">,
): Promise<MessageRecord> {
  checkRate(tail, author);
  if (replyTo !== undefined) await requireMessage(room, replyTo, tail);
  const others = [...new Set(mentions)].filter((user) => user !== author.id);
  return appendAfter(room, tail, isTwin, ({ seq, at, count }) => ({
    room,
    seq,
    kind: "message",
    id,
    author,
    at,
    text,
    ...(replyTo !== undefined && { replyTo }),
    ...(others.length > 0 && { mentions: others }),
    count: count + 1,
  }));
}

async function requireMessage(
  room: string,
  seq: number,
  tail: readonly EntryRecord[],
): Promise<void> {
  const inTail = tail.find((entry) => entry.seq === seq);
  const found = inTail ? [inTail] : await getMessages(room, [seq]);
  if (found[0]?.kind !== "message") {
    throw new ClientError("not_found", "There is no such message to answer");
  }
}
