import { ClientError } from "../../../protocol/errors.ts";
import { MAX_ACK_BYTES, MAX_MESSAGE_BYTES, QUOTE_LENGTH } from "../../../protocol/limits.ts";
import type { ChangeEntry, Entry, MessageEntry, Quote } from "../../../protocol/model.ts";
import { type EventPacket, MAIN } from "../../../protocol/packet.ts";
import { cut } from "../../../protocol/text.ts";
import { parallel } from "../../parallel.ts";
import {
  type ChangeRecord,
  type EntryRecord,
  getMessages,
  type Head,
  type MessageRecord,
} from "../../store/entries.ts";
import { bytesOf } from "../../store/items.ts";

/**
 * Entries as clients see them. A change carries its message, and a reply quotes another one, both
 * as they are now. Neither is stored twice, so that a deletion leaves nothing of a text.
 */

/** Messages as they are now: those that entries carry or quote. */
export class States {
  readonly #messages = new Map<string, MessageRecord>();
  /** Bytes that `read` has read. */
  bytes = 0;

  /** @param records entries at hand, which are not read again */
  constructor(records: readonly EntryRecord[]) {
    for (const record of records) this.#add(record);
  }

  get(room: string, seq: number | undefined): MessageRecord | undefined {
    return this.#messages.get(`${room} ${seq}`);
  }

  #add(record: EntryRecord): void {
    if (record.kind === "message") this.#messages.set(`${record.room} ${record.seq}`, record);
  }

  /** Reads what is not known of the messages that these entries carry or quote. */
  async read(records: readonly EntryRecord[]): Promise<void> {
    await this.#readAll(
      records.map((one) => [one.room, one.kind === "message" ? one.replyTo : one.of]),
    );
    // What a change carries may quote in its turn.
    const changes = records.filter((record) => record.kind !== "message");
    await this.#readAll(changes.map(({ room, of }) => [room, this.get(room, of)?.replyTo]));
  }

  async #readAll(places: readonly [room: string, seq: number | undefined][]): Promise<void> {
    const unknown = new Map<string, Set<number>>();
    for (const [room, seq] of places) {
      if (seq === undefined || this.get(room, seq)) continue;
      unknown.set(room, (unknown.get(room) ?? new Set()).add(seq));
    }
    await parallel(unknown, async ([room, seqs]) => {
      for (const message of await getMessages(room, seqs)) {
        this.#add(message);
        this.bytes += bytesOf([message]);
      }
    });
  }
}

export async function statesOf(records: readonly EntryRecord[]): Promise<States> {
  const states = new States(records);
  await states.read(records);
  return states;
}

export function toEntry(record: EntryRecord, states: States): Entry {
  return record.kind === "message" ? toMessage(record, states) : toChange(record, states);
}

export function toChange({ count: _, ...change }: ChangeRecord, states: States): ChangeEntry {
  const message = states.get(change.room, change.of);
  if (!message) throw new Error(`The message ${change.of} of a change is not in the log`);
  return { ...change, message: toMessage(message, states) };
}

export function toMessage(record: MessageRecord, states: States): MessageEntry {
  const { count: _, changes: __, files, reactions, ...message } = record;
  const answered = states.get(message.room, message.replyTo);
  return {
    ...message,
    files: files?.map(({ version: _, ...facts }) => facts),
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
export const PAGE_BYTES = MAX_ACK_BYTES - 32 * 1024;

/** How many items of a list fit into one ack, from the first on. */
export function howManyFit(list: readonly object[]): number {
  let bytes = 0;
  const tooMany = list.findIndex((one) => {
    bytes += Buffer.byteLength(JSON.stringify(one));
    return bytes > PAGE_BYTES;
  });
  return tooMany === -1 ? list.length : tooMany;
}
