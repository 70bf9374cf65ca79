import { ClientError } from "../../protocol/errors.ts";
import { DEFAULT_PAGE } from "../../protocol/limits.ts";
import type { MessageEntry } from "../../protocol/model.ts";
import { fold } from "../../protocol/text.ts";
import { requireConnection, requireLive } from "../chat/access.ts";
import { charge } from "../chat/budget.ts";
import { howManyFit, readStates, toMessage } from "../chat/log/entry-view.ts";
import { merged } from "../chat/log/merge-logs.ts";
import { parallel } from "../parallel.ts";
import type { EntryRecord, MessageRecord } from "../store/entries.ts";
import { queryMemberships } from "../store/memberships.ts";
import type { ChatEvent } from "./chat-event.ts";

/** Messages with all the words, newest first, in one room or in all of one's own. */
export const search: ChatEvent<"search"> = async ({ connectionId }, { text, room, before }) => {
  const words = fold(text).split(/\s+/u).filter(Boolean);
  if (words.length === 0) throw new ClientError("bad_request", "text must hold a word");
  const asking =
    room === undefined ? requireConnection(connectionId) : requireLive(connectionId, room);
  const { user } = await asking;
  await charge(user, "search");
  const rooms =
    room === undefined ? (await queryMemberships(user.id)).map((one) => one.room) : [room];

  const found: MessageRecord[] = [];
  let goOn: number | undefined;
  for await (const { entries, next } of merged(rooms, before)) {
    found.push(...entries.filter((entry) => isMatch(entry, words)));
    goOn = next;
    if (found.length >= DEFAULT_PAGE) break;
  }
  const entries = await show(found);
  const fitting = entries.slice(0, cut(entries));
  const last = fitting.at(-1)?.at;
  if (fitting.length < entries.length) goOn = last;
  return { entries: fitting, more: goOn !== undefined, before: goOn };
};

function isMatch(entry: EntryRecord, words: readonly string[]): entry is MessageRecord {
  if (entry.kind !== "message" || entry.deletedAt !== undefined) return false;
  const text = fold(entry.text);
  return words.every((word) => text.includes(word));
}

async function show(found: readonly MessageRecord[]): Promise<MessageEntry[]> {
  const rooms = new Set(found.map(({ room }) => room));
  const entries = await parallel(rooms, async (room) => {
    const records = found.filter((record) => record.room === room);
    const states = await readStates(room, records);
    return records.map((record) => toMessage(record, states));
  });
  return entries.flat().toSorted((a, b) => b.at - a.at);
}

/**
 * How many fit into the ack. Messages of the same millisecond stay together unless they alone are too
 * much, since the next call goes on from a time.
 */
function cut(entries: readonly MessageEntry[]): number {
  const fit = howManyFit(entries);
  const next = entries[fit];
  if (next === undefined) return fit;
  const whole = entries.findIndex(({ at }) => at === next.at);
  return whole > 0 ? whole : Math.max(1, fit);
}
