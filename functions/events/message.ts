import { ClientError } from "../../protocol/errors.ts";
import type { ClientData } from "../../protocol/events.ts";
import { MAX_DEDUPE_BYTES, MAX_DEDUPE_ENTRIES } from "../../protocol/limits.ts";
import type { User } from "../../protocol/model.ts";
import { requireLive } from "../chat/access.ts";
import { claimFiles } from "../chat/files/claim.ts";
import { appendEntry, findTwin, type MessageDraft, READ, Reading } from "../chat/log/append.ts";
import { requireFit, statesOf, toMessage } from "../chat/log/entry-view.ts";
import { rateOf, TAIL } from "../chat/log/rate.ts";
import { tellEntry } from "../chat/telling/notices.ts";
import { parallel } from "../parallel.ts";
import {
  type EntryRecord,
  getMessages,
  type MessageRecord,
  readAfter,
  readBefore,
} from "../store/entries.ts";
import { bytesOf } from "../store/items.ts";
import { queryLive } from "../store/live.ts";
import { addMention, dropMentions, getMembership, raiseRead } from "../store/memberships.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** Appends a message to the room's log, once, and pushes it to everyone in the room. */
export const message: ChatEvent<"message"> = async (context, data) => {
  const { room, replyTo, after } = data;
  const reading = new Reading();
  const [tail, { user }] = await Promise.all([
    readBefore(room, TAIL),
    requireLive(context.connectionId, room),
  ]);
  reading.add(tail);
  const draft = toDraft(data, user);
  const twin = findTwin(tail, draft);
  const checkRate = rateOf(user);
  if (!twin) await checkRate(tail);
  const earlier = twin ?? (await findEarlier(tail, draft, after, reading));
  if (!earlier && replyTo !== undefined) await requireMessage(room, replyTo, tail);
  if (!earlier && data.files) {
    draft.files = await claimFiles({ user: user.id, room, id: data.id }, data.files);
    requireFit(draft);
  }
  const made = earlier ?? (await appendEntry({ tail, draft, checkRate, reading }));

  // The roster is read only now. A joiner puts its live item before it reads the log, so it is
  // either found here or finds the entry there.
  const [lives] = await Promise.all([queryLive(room), mark(made)]);
  // An earlier entry may have been changed or deleted since it was read.
  const [record = made] = earlier ? await getMessages(room, [made.seq]) : [made];
  const entry = toMessage(record, await statesOf([record]));
  await tellEntry(context, lives, entry);
  return { entry };
};

function toDraft(data: ClientData<"message">, author: User): MessageDraft {
  const { room, id, text, replyTo, mentions = [] } = data;
  const others = [...new Set(mentions)].filter((user) => user !== author.id);
  const mentioned = others.length > 0 ? others : undefined;
  const draft: MessageDraft = {
    room,
    kind: "message",
    id,
    author,
    text,
    replyTo,
    mentions: mentioned,
  };
  requireFit(draft);
  return draft;
}

/**
 * The entry of an earlier try of the message, if it is between `after` and the tail. An `after` beyond
 * the head counts as absent.
 * @throws {ClientError} `stale` if the entry may be further back than one call reads
 */
async function findEarlier(
  tail: readonly EntryRecord[],
  draft: MessageDraft,
  after = Infinity,
  reading: Reading,
): Promise<MessageRecord | undefined> {
  const end = (tail[0]?.seq ?? 1) - 1;
  const head = tail.at(-1)?.seq ?? 0;
  const stale = () => {
    return new ClientError("stale", "Look for the message in the history after that seq", head);
  };
  if (after < head - MAX_DEDUPE_ENTRIES) throw stale();
  let bytes = 0;
  for (let seen = after; seen < end; ) {
    if (bytes >= MAX_DEDUPE_BYTES) throw stale();
    const entries = reading.add(await readAfter(draft.room, Math.min(READ, end - seen), seen));
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
