import { ClientError } from "../../../protocol/errors.ts";
import { MAX_ACK_BYTES, MAX_MESSAGE_BYTES, QUOTE_LENGTH } from "../../../protocol/limits.ts";
import type { ChangeEntry, Entry, MessageEntry, Quote } from "../../../protocol/model.ts";
import { type EventPacket, MAIN } from "../../../protocol/packet.ts";
import { cut } from "../../../protocol/text.ts";
import {
  type ChangeRecord,
  type EntryRecord,
  getMessages,
  type Head,
  type MessageRecord,
} from "../../store/entries.ts";

/**
 * Entries as clients see them. A change carries its message, and a reply quotes another one, both
 * as they are now. Neither is stored twice, so that a deletion leaves nothing of a text.
 */

/** Messages by seq, as they are now. */
export type States = ReadonlyMap<number, MessageRecord>;

/** The messages that entries carry or quote. Those among the entries are not read again. */
export async function readStates(room: string, records: readonly EntryRecord[]): Promise<States> {
  const messages = records.filter((record) => record.kind === "message");
  const states = new Map(messages.map((message) => [message.seq, message]));
  const read = async (seqs: readonly number[]) => {
    const unknown = new Set(seqs.filter((seq) => !states.has(seq)));
    const found = await getMessages(room, unknown);
    for (const message of found) states.set(message.seq, message);
    return found;
  };
  const changes = records.filter((record) => record.kind !== "message");
  const changed = await read([...changes.map(({ of }) => of), ...quoted(messages)]);
  await read(quoted(changed));
  return states;
}

function quoted(messages: readonly MessageRecord[]): number[] {
  return messages.flatMap(({ replyTo }) => replyTo ?? []);
}

/** A room's entries, with at most two reads of 100 messages each for every hundred of them. */
export async function toEntries(room: string, records: readonly EntryRecord[]): Promise<Entry[]> {
  const states = await readStates(room, records);
  return records.map((record) =>
    record.kind === "message" ? toMessage(record, states) : toChange(record, states),
  );
}

export function toChange({ count: _, ...change }: ChangeRecord, states: States): ChangeEntry {
  const message = states.get(change.of);
  if (!message) throw new Error(`The message ${change.of} of a change is not in the log`);
  return { ...change, message: toMessage(message, states) };
}

export function toMessage(record: MessageRecord, states: States): MessageEntry {
  const { count: _, changes: __, reactions, ...message } = record;
  const answered = message.replyTo === undefined ? undefined : states.get(message.replyTo);
  return {
    ...message,
    quote: answered && toQuote(answered),
    reactions: reactions && Object.fromEntries(reactions.map(({ emoji, users }) => [emoji, users])),
  };
}

function toQuote({ author, text, deletedAt }: MessageRecord): Quote {
  return { author, text: cut(text, QUOTE_LENGTH), deletedAt };
}

/** Bytes of a message's JSON that are left for its quote and its place in the log. */
const QUOTE_BYTES = 2 * 1024;

/** @throws {ClientError} `too_large` if a message with its reactions would be above 28 KB as JSON */
export function requireFit({ changes: _, ...message }: Omit<MessageRecord, keyof Head>): void {
  if (Buffer.byteLength(JSON.stringify(message)) > MAX_MESSAGE_BYTES - QUOTE_BYTES) {
    throw new ClientError("too_large", "A message with its reactions takes at most 28 KB as JSON");
  }
}

/** The event that pushes an entry. Its last argument is the offset for recovery. */
export function toEvent(entry: Entry): EventPacket {
  return { type: "event", nsp: MAIN, name: entry.kind, args: [entry, String(entry.at)] };
}

/** Bytes of a list in an ack: leaves room for the rest of the ack. */
const PAGE_BYTES = MAX_ACK_BYTES - 32 * 1024;

/** As many entries as fit on a page, from one end of those that were read. */
export async function toPage(
  room: string,
  records: readonly EntryRecord[],
  from: "oldest" | "newest",
  limit: number,
): Promise<{ entries: Entry[]; more: boolean }> {
  const ascending = await toEntries(room, records);
  const entries = from === "oldest" ? ascending : ascending.toReversed();
  const page = entries.slice(0, Math.max(1, Math.min(limit, howManyFit(entries))));
  return {
    entries: from === "oldest" ? page : page.toReversed(),
    more: page.length < entries.length,
  };
}

/** How many items of a list fit into one ack, from the first on. */
export function howManyFit(list: readonly object[]): number {
  let bytes = 0;
  const tooMany = list.findIndex((one) => {
    bytes += Buffer.byteLength(JSON.stringify(one));
    return bytes > PAGE_BYTES;
  });
  return tooMany === -1 ? list.length : tooMany;
}
