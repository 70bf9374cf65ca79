import { ClientError } from "../../protocol/errors.ts";
import type { ClientData } from "../../protocol/events.ts";
import { MAX_DEDUPE_BYTES, MAX_DEDUPE_ENTRIES } from "../../protocol/limits.ts";
import type { User } from "../../protocol/model.ts";
import { claimFiles } from "../chat/files/claim.ts";
import {
  appendEntry,
  beginWriting,
  findTwin,
  type MessageDraft,
  READ,
  type Writing,
} from "../chat/log/append.ts";
import { requireFit, statesOf, toEvent, toMessage } from "../chat/log/entry-view.ts";
import { tell } from "../chat/telling/notices.ts";
import { parallel } from "../parallel.ts";
import {
  type EntryRecord,
  type FileOfMessage,
  getMessages,
  type MessageRecord,
  readAfter,
} from "../store/entries.ts";
import { bytesOf } from "../store/items.ts";
import { queryLive } from "../store/live.ts";
import { addMention, dropMentions, getMembership, raiseRead } from "../store/memberships.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** Appends a message to the room's log, once, and pushes it to everyone in the room. */
export const message: ChatEvent<"message"> = async (context, data) => {
  const { room, replyTo } = data;
  const writing = await beginWriting(context, room);
  const { tail, user, checkRate } = writing;
  const draft = toDraft(data, user);
  const twin = findTwin(tail, draft);
  if (!twin) await checkRate(tail);
  const earlier = twin ?? (await findEarlier(writing, draft, data.after));
  if (!earlier && replyTo !== undefined) await requireMessage(room, replyTo, tail);
  if (!earlier && data.files) {
    const claiming = { user: user.id, room, id: data.id };
    const requireSpace = (files: FileOfMessage[]) => requireFit({ ...draft, files });
    draft.files = await claimFiles(claiming, data.files, requireSpace);
  }
  const made = earlier ?? (await appendEntry(writing, draft));

  // The roster is read only now. A joiner puts its live item before it reads the log, so it is
  // either found here or finds the entry there.
  const [lives] = await Promise.all([queryLive(room), mark(made)]);
  // An earlier entry may have been changed or deleted since it was read.
  const [record = made] = earlier ? await getMessages(room, [made.seq]) : [made];
  const entry = toMessage(record, await statesOf([record]));
  await tell(room, lives, toEvent(entry), context.acked);
  return { entry };
};

function toDraft(data: ClientData<"message">, author: User): MessageDraft {
  const { room, id, text, replyTo, mentions = [] } = data;
  const others = [...new Set(mentions)].filter((user) => user !== author.id);
  const draft: MessageDraft = { room, kind: "message", id, author, text, replyTo };
  if (others.length > 0) draft.mentions = others;
  requireFit(draft);
  return draft;
}

/**
 * The entry of an earlier try of the message, if it is between `after` and the tail. An `after` beyond
 * the head counts as absent.
 * @throws {ClientError} `stale` if the entry may be further back than one call reads
 */
async function findEarlier(
  { tail, measure }: Writing,
  draft: MessageDraft,
  after = Infinity,
): Promise<MessageRecord | undefined> {
  const end = (tail[0]?.seq ?? 1) - 1;
  const head = tail.at(-1)?.seq ?? 0;
  const stale = () => {
    return new ClientError(
      "stale",
      "Too much was written since `after`: look for the message in the history",
      head,
    );
  };
  if (after < head - MAX_DEDUPE_ENTRIES) throw stale();
  let bytes = 0;
  for (let seen = after; seen < end; ) {
    if (bytes >= MAX_DEDUPE_BYTES) throw stale();
    const entries = measure(await readAfter(draft.room, Math.min(READ, end - seen), seen));
    const earlier = findTwin(entries, draft);
    if (earlier) return earlier;
    bytes += bytesOf(entries);
    seen = entries.at(-1)?.seq ?? end;
  }
  return undefined;
}

async function requireMessage(room: string, seq: number, tail: readonly EntryRecord[]) {
  const inTail = tail.find((entry) => entry.seq === seq);
  const found = inTail ? [inTail] : await getMessages(room, [seq]);
  if (found[0]?.kind !== "message") {
    throw new ClientError("not_found", "There is no such message to answer");
  }
}

/**
 * Moves the author's read mark to the message, and notes it as a mention with those whom it
 * mentions. Both can be repeated, and are on a retry.
 */
async function mark({ room, seq, count, author, mentions = [] }: MessageRecord): Promise<void> {
  await Promise.all([
    raiseRead(author.id, room, { seq, count }),
    parallel(mentions, (user) => mention(user, room, seq)),
  ]);
}

/** Skips people who are no members, or have read further already. */
async function mention(user: string, room: string, seq: number): Promise<void> {
  if (await addMention(user, room, seq)) return;
  const membership = await getMembership(user, room);
  if (!membership || membership.read.seq >= seq) return;
  // If as many mentions are kept as can be, those that have been read make room.
  const read = [...membership.mentions].filter((one) => one <= membership.read.seq);
  if (read.length === 0) return;
  await dropMentions(user, room, read);
  await addMention(user, room, seq);
}
