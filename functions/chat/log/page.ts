import type { Entry } from "../../../protocol/model.ts";
import { type EntryRecord, readAfter, readBefore } from "../../store/entries.ts";
import { bytesOf } from "../../store/items.ts";
import { PAGE_BYTES, States } from "./entry-view.ts";

/**
 * Pages of logs. An entry takes from 200 bytes to 28 KB, which shows only once it is read. So a page
 * is read in pieces, and ends at its limit, where its ack is full, or where enough has been read: a
 * frame reads at most 300 units of 4 KB (promise 11).
 */

/** Entries in one read: 25 of the largest are 175 units. */
const PIECE = 25;

/** Entries whose carried or quoted messages are read together: for 5 changes up to 10, 70 units. */
const STATES = 5;

/** Bytes, of entries and again of what they carry, after which no more is read: an ack holds no more. */
const READ_BYTES = PAGE_BYTES;

/** Up to `limit` entries above a seq, or below one, the nearest first. */
export async function readLog(
  room: string,
  limit: number,
  { before, after }: { before?: number | undefined; after?: number | undefined } = {},
): Promise<EntryRecord[]> {
  const found: EntryRecord[] = [];
  for (let bytes = 0; found.length < limit && bytes < READ_BYTES; ) {
    const last = found.at(-1)?.seq;
    const count = Math.min(PIECE, limit - found.length);
    const read =
      after === undefined
        ? (await readBefore(room, count, last ?? before)).reverse()
        : await readAfter(room, count, last ?? after);
    found.push(...read);
    bytes += bytesOf(read);
    if (read.length < count) break;
  }
  return found;
}

/** As many of the entries as one page holds, from the first one on, as `view` makes clients see them. */
export async function show<R extends EntryRecord, E extends Entry>(
  records: readonly R[],
  view: (record: R, states: States) => E,
  maxBytes = PAGE_BYTES,
): Promise<E[]> {
  const shown: E[] = [];
  const states = new States(records);
  let bytes = 0;
  while (shown.length < records.length && states.bytes < READ_BYTES) {
    const piece = pieceOf(records.slice(shown.length));
    await states.read(piece);
    for (const record of piece) {
      const entry = view(record, states);
      bytes += Buffer.byteLength(JSON.stringify(entry));
      if (bytes > maxBytes && shown.length > 0) return shown;
      shown.push(entry);
    }
  }
  return shown;
}

/** The first of the entries, of which at most so many carry or quote another one. */
function pieceOf<R extends EntryRecord>(records: readonly R[]): readonly R[] {
  const others = records.flatMap((record, index) =>
    record.kind === "message" && record.replyTo === undefined ? [] : [index],
  );
  return records.slice(0, others[STATES]);
}
