import { parallel } from "../../parallel.ts";
import { type EntryRecord, readBefore, seqAt } from "../../store/entries.ts";

/** Entries that one call reads at most, over all rooms. */
const MAX_SEARCHED = 1_000;

/** Entries in one read of a room's log after the first. */
const READ = 50;
const MAX_FIRST_READ = 100;

interface Cursor {
  readonly room: string;
  /** The next read is of entries before this seq. */
  before: number | undefined;
  /** Entries that were read and not yielded yet, ascending. */
  readonly entries: EntryRecord[];
}

/**
 * Merges several logs, newest first. It yields entries grouped by `at` (at most one of each room),
 * with `next`, the time from which the next call continues. It ends when all logs are read, or when
 * one call has read as many entries as it may; then `next` is set.
 */
export async function* merged(
  rooms: readonly string[],
  before: number | undefined,
): AsyncGenerator<{ entries: EntryRecord[]; next: number | undefined }> {
  const first = Math.min(MAX_FIRST_READ, Math.ceil(MAX_SEARCHED / 2 / Math.max(1, rooms.length)));
  let left = MAX_SEARCHED;

  async function fill(cursor: Cursor, limit: number): Promise<void> {
    const read = await readBefore(cursor.room, limit, cursor.before);
    left -= read.length;
    cursor.entries.unshift(...read);
    cursor.before = read[0]?.seq ?? 1;
  }

  let cursors = await parallel(rooms, async (room): Promise<Cursor> => {
    const start = before === undefined ? undefined : (await seqAt(room, before - 1)) + 1;
    const cursor = { room, before: start, entries: [] };
    await fill(cursor, first);
    return cursor;
  });
  for (;;) {
    cursors = cursors.filter(({ entries, before }) => entries.length > 0 || before !== 1);
    if (cursors.length === 0) return;
    const at = Math.max(...cursors.map(({ entries }) => entries.at(-1)?.at ?? 0));
    const newest = cursors.filter(({ entries }) => entries.at(-1)?.at === at);
    const entries = newest.flatMap((cursor) => cursor.entries.pop() ?? []);
    const empty = cursors.filter((cursor) => cursor.entries.length === 0 && cursor.before !== 1);
    const isOver = cursors.every((cursor) => cursor.entries.length === 0 && cursor.before === 1);
    yield { entries, next: isOver ? undefined : at };
    // The next entry of an empty cursor is older than `at`, so the next call continues from there.
    if (empty.length > 0 && left <= 0) return;
    for (const cursor of empty) await fill(cursor, Math.min(READ, left));
  }
}
